from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.data_rules import score

# So many records are scored before what was done is committed.
BATCH = 1000
# After so many days a record is looked at again even where nobody changed it: time itself makes
# readings old.
DAYS = 7
# More records than these, changed at once, wait for the scheduled action.
AT_ONCE = 100

COLUMNS = (
    "code", "check_id", "partner_id", "vehicle_id", "company_id", "warehouse_id", "advisor_id",
    "value", "state", "found_at", "fixed_at",
)
TYPES = ("text", *["int"] * 6, "text", "text", "timestamp", "timestamp")


class ServiceDataScore(models.AbstractModel):
    """Score customers and cars: find what is missing, keep it, and count it.

    Any number of records costs the same number of queries. A model that is scored has
    ``_data_kind``, ``_data_link``, ``_data_score`` and ``_data_scored_at``, and answers
    ``_find_data_faults`` and ``_get_stale_query``.
    """

    _name = "service.data.score"
    _description = "Scoring of Customer Data"

    # ---- at once ----------------------------------------------------------------------------

    @api.model
    def _changed(self, records):
        """Score those of ``records`` anew that have a score. Whoever has none yet, and all where
        many change at once, wait for the scheduled action."""
        if self.env.context.get("service_data_hold"):
            return
        # Whoever changes a record need not see its score.
        scored = records.sudo().filtered(records._data_scored_at)
        if len(scored) > AT_ONCE or self.env.context.get("import_file"):
            scored.write({records._data_scored_at: False})
        else:
            self._score(scored)

    @api.model
    def _score(self, records):
        """Look at ``records`` now; keep what is found, and their score."""
        # A score is the same whoever asks: no record is hidden from it.
        records = records.sudo().with_context(active_test=True).exists()
        if not records:
            return
        in_force = self.env["service.data.check"]._get_in_force(records._data_kind)
        visits = self._get_last_visits(records)
        faults = records._find_data_faults(in_force, visits)
        kept = self._get_kept(records)
        now = fields.Datetime.now()
        rows, gone, scores = [], [], []
        for record in records:
            known = kept.get(record.id, {})
            checks = in_force(record.company_id) if record.id in faults else {}
            gone += [issue.id for code, issue in known.items() if code not in checks]
            place = self._prepare_place(record, *visits.get(record.id, (None, None)))
            found = faults.get(record.id, {})
            mine = [
                self._prepare_row(check, known.get(code), found, now) | place
                for code, check in checks.items()
                if code in found or code in known
            ]
            rows += [row for row in mine if self._differs(known.get(row["code"]), row)]
            weights = {code: check.weight for code, check in checks.items()}
            standing = {row["code"] for row in mine if row["state"] == "open"}
            scores.append(score(weights, standing) if record.id in faults else None)
        self._keep_rows(records, rows, gone)
        self._keep_scores(records, scores, now)

    @api.model
    def _get_last_visits(self, records):
        """Return ``{record id: (warehouse id, advisor id)}`` of their last orders."""
        link = records._data_link
        Order = records.env["service.order"]
        last = Order._read_group(
            [(link, "in", records.ids), ("state", "!=", "cancelled")], [link], ["id:max"]
        )
        orders = Order.browse([order_id for _record, order_id in last])
        orders.fetch(["warehouse_id", "advisor_id"])
        return {
            record.id: (order.warehouse_id.id, order.advisor_id.id)
            for (record, _id), order in zip(last, orders, strict=True)
        }

    @api.model
    def _get_kept(self, records):
        """Return ``{record id: {code: finding}}`` of what is known of ``records``."""
        link = records._data_link
        # Findings are of the record, whoever may see them.
        Issue = self.env["service.data.issue"].sudo()
        kept = {}
        for issue in Issue.search_fetch([(link, "in", records.ids)], COLUMNS, order="id"):
            kept.setdefault(issue[link].id, {})[issue.code] = issue
        return kept

    # ---- rows -------------------------------------------------------------------------------

    @api.model
    def _prepare_place(self, record, warehouse_id, advisor_id):
        """Return the columns that say of which record a finding is, and whose work."""
        place = dict.fromkeys(("partner_id", "vehicle_id"))
        place[record._data_link] = record.id
        return place | {
            "company_id": record.company_id.id or None,
            "warehouse_id": warehouse_id or None,
            "advisor_id": advisor_id or None,
        }

    @api.model
    def _prepare_row(self, check, old, found, now):
        """Return the columns of a finding.

        :param old: the finding as it is kept, or None.
        :param found: ``{code: value}`` of the record, see ``tools/data_rules.py``.
        """
        row = {"code": check.code, "check_id": check.id}
        if check.code not in found:
            return row | {
                "state": "fixed",
                "value": None,
                "found_at": old.found_at,
                "fixed_at": old.fixed_at or now,
            }
        value = found[check.code]
        is_new = not old or old.state == "fixed"
        if not is_new and old.state == "dismissed":
            is_new = (old.value or "") != value
        return row | {
            "state": "open" if is_new else old.state,
            "value": value or None,
            "found_at": now if is_new else old.found_at,
            "fixed_at": None,
        }

    @api.model
    def _differs(self, old, row):
        """Tell whether ``row`` is anything new beside the finding as it is kept, if it is."""
        if not old:
            return True
        was = {name: old[name].id if name.endswith("_id") else old[name] for name in row}
        return any((was[name] or None) != (value or None) for name, value in row.items())

    @api.model
    def _keep_rows(self, records, rows, gone):
        """Write findings in one statement, as no other way does for any number of them.

        :param gone: ids of findings that are asked no more.
        """
        # The user has changed the record; what that makes of its findings is no decision of his.
        Issue = self.env["service.data.issue"].sudo()
        Issue.browse(gone).unlink()
        if not rows:
            return
        Issue.flush_model()
        link = SQL.identifier(records._data_link)
        columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
        given = SQL(", ").join(
            SQL("%s::%s[]", [row[name] for row in rows], SQL(kind))
            for name, kind in zip(COLUMNS, TYPES, strict=True)
        )
        updates = SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
            for name in COLUMNS
        )
        reason = SQL(", ").join(
            SQL(
                "%s = CASE WHEN EXCLUDED.state = 'dismissed' THEN service_data_issue.%s END",
                SQL.identifier(name), SQL.identifier(name),
            )
            for name in ("dismissed_at", "dismissed_by_id", "dismiss_reason")
        )
        now, uid = self.env.cr.now(), self.env.uid
        self.env.execute_query(
            SQL(
                """
                INSERT INTO service_data_issue
                    (%(columns)s, create_uid, create_date, write_uid, write_date)
                SELECT given.*, %(uid)s, %(now)s, %(uid)s, %(now)s FROM unnest(%(given)s) AS given
                ON CONFLICT (%(link)s, code) DO UPDATE
                   SET %(updates)s, %(reason)s, write_uid = %(uid)s, write_date = %(now)s
                RETURNING id
                """,
                columns=columns, given=given, link=link, updates=updates, reason=reason,
                uid=uid, now=now,
            )
        )
        Issue.invalidate_model(flush=False)

    @api.model
    def _keep_scores(self, records, scores, now):
        """Write the scores in one statement; no score is no 0.

        :param scores: of ``records``, each 0-100, or None where a record is none of the shop's.
        """
        names = [records._data_score, records._data_scored_at]
        records.flush_recordset(names)
        self.env.execute_query(
            SQL(
                """
                UPDATE %(table)s SET %(score)s = given.score, %(at)s = given.at
                  FROM unnest(%(ids)s::int[], %(scores)s::int[], %(ats)s::timestamp[])
                       AS given (id, score, at)
                 WHERE %(table)s.id = given.id
                RETURNING %(table)s.id
                """,
                table=SQL.identifier(records._table),
                score=SQL.identifier(names[0]),
                at=SQL.identifier(names[1]),
                ids=records.ids,
                scores=scores,
                ats=[None if score is None else now for score in scores],
            )
        )
        records.invalidate_recordset(names, flush=False)

    # ---- scheduled action -------------------------------------------------------------------

    @api.model
    def _cron_score(self):
        """Score who has no score yet, then whose score is the oldest: customers and cars.

        In batches that are committed one by one: two workers share the work, and what one that is
        killed had not committed is done by the next run.
        """
        self.env.flush_all()
        due = [(model, self._get_due(model)) for model in self._get_models()]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=sum(len(found) for _model, found in due))
        for model, found in due:
            ids = list(found)
            for start in range(0, len(ids), BATCH):
                # What is known of these records is from before they were somebody's to change.
                self.env.invalidate_all()
                batch = self.env[model].browse(ids[start : start + BATCH])
                self._score_batch(batch, found)
                if not cron._commit_progress(len(batch)):
                    return

    @api.model
    def _get_models(self):
        """Hook: return the names of the models that are scored."""
        return ["res.partner", "service.vehicle"]

    @api.model
    def _get_due(self, model):
        """Return ``{id: when it was scored last, or None}`` of who is due, in order."""
        limit = fields.Datetime.now() - timedelta(days=DAYS)
        limit = max(limit, self.env["service.data.check"]._get_last_change() or limit)
        return dict(self.env.execute_query(self.env[model]._get_stale_query(limit)))

    @api.model
    def _score_batch(self, batch, found):
        """Score those of ``batch`` that nobody has in hand or has scored since ``found``."""
        scored_at = batch._data_scored_at

        def step(free):
            self._score(free.filtered(lambda row: (row[scored_at] or None) == found[row.id]))

        self.env["service.batch"]._step_safely(batch, Domain.TRUE, step)

    @api.model
    def _check_not_typed(self, names):
        """Refuse whoever types a score in; ``names`` are the fields of a score that are given."""
        if names and not self.env.su:
            raise AccessError(
                self.env._(
                    "A score is counted from what is missing, never typed in. Correct the data "
                    "itself: \"To Complete\" in the customer database lists it."
                )
            )
