from datetime import timedelta
from itertools import combinations

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..tools.duplicates import THRESHOLD, Car, Customer, compare, confidence, fingerprints
from .service_duplicate_rules import RULES

PARTNER_RULES = ("phone", "email", "address", "name")
# After the rules: VINs typed wrong, then what is on the list already and may no longer agree.
STEPS = [rule for rule, _label in RULES] + ["slip", "listed_partner", "listed_vehicle"]
BATCH = 1000
# Somebody may have begun to write before the last search and finished after it.
OVERLAP = timedelta(hours=1)
# After an import of more than this everything is compared: looking up each would take longer.
MANY_CHANGED = 20000
# Groups left out that are told of, the largest; a shop looks at no more.
TOLD_GROUPS = 200
# What says at the database that a search is on; any number nobody else uses.
LOCK = 719005101
MODELS = {"partner": "res.partner", "vehicle": "service.vehicle"}


class ServiceDuplicate(models.Model):
    """The search for duplicates: over everything at first, then over what was changed."""

    _inherit = "service.duplicate"

    @api.model
    def _cron_find_duplicates(self):
        """Go on with the search that is not finished, or begin one.

        Step by step, each committed; a killed worker's step is done again by the next run and
        finds the same. A second worker leaves it to the first one.
        """
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(STEPS))
        search = None
        for _step in STEPS:
            self.env.invalidate_all()
            if not self._take_turn():
                return
            search = search or self._get_search()
            if search.finished_at:
                return  # another worker has done the rest
            done = search.done or []
            step = next(step for step in STEPS if step not in done)
            self._run_step(step, search)
            search.done = [*done, step]
            is_over = len(search.done) == len(STEPS)
            if is_over:
                search.finished_at = fields.Datetime.now()
            left = len(STEPS) - len(search.done)
            # loop: asked once, after the last step
            if is_over and search.search_count([("finished_at", "=", False)]):
                left = len(STEPS)  # somebody has asked for another one meanwhile
            if not cron._commit_progress(1, remaining=left) or is_over:
                return

    @api.model
    def _find_all(self):
        """Look at everything in this transaction, without any commit.

        :return: the search.
        """
        search = self.env["service.duplicate.pass"].create({})
        for step in STEPS:
            self._run_step(step, search)
        search.write({"finished_at": fields.Datetime.now(), "done": STEPS})
        return search

    @api.model
    def _take_turn(self):
        """Tell whether nobody else is searching; until the end of the transaction nobody will."""
        return self.env.execute_query(SQL("SELECT pg_try_advisory_xact_lock(%s)", LOCK))[0][0]

    @api.model
    def _get_search(self):
        """Return the search that is not finished, or a new one over what was changed."""
        Pass = self.env["service.duplicate.pass"]
        search = Pass.search([("finished_at", "=", False)], order="id", limit=1)
        if not search:
            last = Pass.search([("finished_at", "!=", False)], limit=1)
            search = Pass.create({"since": last and last.started_at - OVERLAP})
        return search

    @api.model
    def _run_step(self, step, search):
        self.env.flush_all()  # the database groups and compares what is written
        kind = "partner" if step in (*PARTNER_RULES, "listed_partner") else "vehicle"
        changed = self._get_changed(kind, search.since) if search.since else None
        if changed == []:
            return
        if step == "slip":
            pairs = self.env["service.duplicate.rules"]._find_slips(changed)
        elif step.startswith("listed"):
            pairs = self._get_listed(kind, changed)
        else:
            pairs = self._pair_groups(step, changed, search)
        for batch in split_every(BATCH, pairs):
            search.found += self._list_pairs(kind, list(batch))

    @api.model
    def _get_changed(self, kind, since):
        """Return the ids of the records that were written to since then; None for too many."""
        table = SQL.identifier(self.env[MODELS[kind]]._table)
        rows = self.env.execute_query(SQL("SELECT id FROM %s WHERE write_date >= %s", table, since))
        return [record_id for (record_id,) in rows] if len(rows) <= MANY_CHANGED else None

    @api.model
    def _pair_groups(self, rule, changed, search):
        """Return the pairs of every group of a rule; too large ones are told of instead."""
        groups = self.env["service.duplicate.rules"]._find_groups(rule, changed)
        large = sorted((g for g in groups if g[1] is None), key=lambda g: -g[2])[:TOLD_GROUPS]
        self.env["service.duplicate.group"].create(
            [
                {
                    "pass_id": search.id,
                    "rule": rule,
                    "value": self._describe_key(rule, key),
                    "size": size,
                }
                for key, _ids, size in large
            ]
        )
        changed = changed and set(changed)
        return (
            pair
            for _key, ids, _size in groups
            for pair in combinations(ids or (), 2)
            if not changed or changed.intersection(pair)
        )

    @api.model
    def _describe_key(self, rule, key):
        if rule in PARTNER_RULES:
            return key
        _company, *rest = key.split(":")
        if rule in ("vin", "plate"):
            return rest[0]
        model, owner = map(int, rest[-2:])
        return " / ".join(
            [
                *rest[:-2],
                self.env["fleet.vehicle.model"].browse(model).display_name,
                self.env["res.partner"].browse(owner).display_name,
            ]
        )

    @api.model
    def _get_listed(self, kind, changed):
        """Return the pairs on the list that have to be looked at again."""
        first, second = self._get_pair_fields(kind)
        domain = [("kind", "=", kind), ("state", "=", "open")]
        if changed is not None:
            domain += ["|", (first, "in", changed), (second, "in", changed)]
        return [(pair[first].id, pair[second].id) for pair in self.search(domain)]

    @api.model
    def _get_pair_fields(self, kind):
        return f"{kind}_id", f"other_{kind}_id"

    # ---- pairs ----------------------------------------------------------------------------

    @api.model
    def _list_pairs(self, kind, pairs):
        """Put those of ``pairs`` on the list whose facts agree, and take the others off it.

        A pair that somebody has dismissed stays so, unless something agrees that did not.

        :param pairs: ``[(id, id)]``, the lower one first.
        :return: how many are new.
        """
        first, second = self._get_pair_fields(kind)
        facts = self._get_facts(kind, {record_id for pair in pairs for record_id in pair})
        known = self.search(
            [
                ("kind", "=", kind),
                (first, "in", [one for one, _other in pairs]),
                (second, "in", [other for _one, other in pairs]),
            ]
        ).grouped(lambda pair: (pair[first].id, pair[second].id))
        vals_list, outdated = [], self.browse()
        for pair in set(pairs):
            vals = self._prepare_pair_vals(facts.get(pair[0]), facts.get(pair[1]))
            listed = known.get(pair)
            if listed and vals:
                listed._follow_facts(vals)
            elif listed:
                outdated |= listed
            elif vals:
                vals_list.append(dict(vals, kind=kind, **{first: pair[0], second: pair[1]}))
        outdated.filtered(lambda pair: pair.state == "open").unlink()
        self.create(vals_list)
        return len(vals_list)

    @api.model
    def _prepare_pair_vals(self, one, other):
        """Return the values of a pair, or None where too little speaks for it.

        :param one, other: ``(company id or False, facts)``, or None where one is gone.
        """
        if not one or not other or (one[0] and other[0] and one[0] != other[0]):
            return None
        findings = compare(one[1], other[1])
        found = confidence(findings)
        if found < THRESHOLD:
            return None
        return {
            "company_id": one[0] or other[0],
            "findings": [list(finding) for finding in findings],
            "fingerprints": fingerprints(findings, one[1], other[1]),
            "confidence": found,
        }

    def _follow_facts(self, vals):
        """Let pairs say what speaks for them today."""
        for pair in self:
            if pair.state == "merged":
                continue
            facts = vals
            if pair.state == "dismissed":
                if not set(vals["fingerprints"]) - set(pair.fingerprints or []):
                    continue
                facts = vals | self._prepare_reopen_vals()
            changes = {
                name: value
                for name, value in facts.items()
                if pair._fields[name].convert_to_write(pair[name], pair) != value
            }
            if changes:
                pair.write(changes)

    # ---- facts ----------------------------------------------------------------------------

    @api.model
    def _get_facts(self, kind, ids):
        """Return ``{id: (company id or False, facts)}`` of the records that are in use."""
        return self._get_car_facts(ids) if kind == "vehicle" else self._get_customer_facts(ids)

    @api.model
    def _get_customer_facts(self, ids):
        customers = self.env["res.partner"].search_fetch(
            [("id", "in", list(ids)), ("partner_share", "=", True)],
            ["phone_sanitized", "email_normalized", "name", "street", "city", "zip", "vat",
             "company_id"],
        )  # fmt: skip
        return {
            customer.id: (
                customer.company_id.id,
                Customer(
                    customer.phone_sanitized or "",
                    customer.email_normalized or "",
                    customer.name or "",
                    # A city alone is no address.
                    customer.street
                    and f"{customer.street} {customer.city or customer.zip or ''}"
                    or "",
                    customer.vat or "",
                ),
            )
            for customer in customers
        }

    @api.model
    def _get_car_facts(self, ids):
        cars = self.env["service.vehicle"].search_fetch(
            [("id", "in", list(ids))], ["vin", "plate_key", "model_id", "owner_id", "company_id"]
        )
        former = self.env["service.vehicle.plate"].search_fetch(
            [("vehicle_id", "in", cars.ids), ("date_to", "!=", False)],
            ["vehicle_id", "plate_key"],
        )
        plates = {}
        for row in former:
            plates.setdefault(row.vehicle_id.id, set()).add(row.plate_key)
        return {
            car.id: (
                car.company_id.id,
                Car(
                    car.vin or "",
                    car.plate_key or "",
                    frozenset(plates.get(car.id, ())),
                    car.model_id.id or None,
                    car.owner_id.id or None,
                ),
            )
            for car in cars
        }

    # ---- merges ---------------------------------------------------------------------------

    @api.model
    def _follow_merge(self, kind, sources, target):
        """Mark the pairs that a merge answers, and let the others of ``sources`` be those of
        ``target``: what was said not to be the same still is not."""
        first, second = self._get_pair_fields(kind)
        merged = self.search(
            [("kind", "=", kind), "|", (first, "in", sources.ids), (second, "in", sources.ids)]
        )
        taken = self.search(
            [("kind", "=", kind), "|", (first, "=", target.id), (second, "=", target.id)]
        )
        others = {(pair[first] | pair[second]) - target for pair in taken - merged}
        for pair in merged:
            other = (pair[first] | pair[second]) - sources - target
            if pair.state == "merged" or not other:
                pair.write(self._prepare_merged_vals(pair, first, second, target))
            elif other in others:
                pair.unlink()
            else:
                others.add(other)
                lower, higher = sorted((other.id, target.id))
                pair.write({first: lower, second: higher})
        self.flush_model()  # before the database is told to repoint what is left

    @api.model
    def _prepare_merged_vals(self, pair, first, second, target):
        vals = {first: target.id, second: False, "state": "merged"}
        return vals if pair.state == "merged" else vals | self._prepare_answer_vals()
