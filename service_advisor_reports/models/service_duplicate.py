from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.duplicates import agreements

KINDS = [("partner", "Customer"), ("vehicle", "Vehicle")]


class ServiceDuplicate(models.Model):
    """Two records that may be the same customer or the same car, and why.

    The search puts pairs here and takes those away whose facts no longer agree; people answer.
    """

    _name = "service.duplicate"
    _description = "Possible Duplicate"
    _inherit = "service.kept.mixin"
    _order = "confidence desc, id"
    # All of it: the search finds, and the buttons answer.
    _kept_fields = frozenset(
        {
            "kind", "company_id", "partner_id", "other_partner_id", "vehicle_id",
            "other_vehicle_id", "findings", "fingerprints", "confidence", "state",
            "proposed_by_id", "answered_by_id", "answered_at", "reason",
        }
    )  # fmt: skip

    kind = fields.Selection(KINDS, required=True, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    other_partner_id = fields.Many2one(
        "res.partner", "Other Customer", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    vehicle_id = fields.Many2one(
        "service.vehicle", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    other_vehicle_id = fields.Many2one(
        "service.vehicle",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    first_name = fields.Char("First", compute="_compute_names")
    second_name = fields.Char("Second", compute="_compute_names")
    findings = fields.Json(readonly=True, help="What agrees and what does not, as codes.")
    fingerprints = fields.Json(
        readonly=True, help="Of the facts that agree, so that a change of them is noticed."
    )
    confidence = fields.Integer(
        readonly=True,
        aggregator=None,
        help="From 0 to 100: how much speaks for one and the same. It ranks the list.",
    )
    evidence = fields.Char(compute="_compute_evidence")
    comparison = fields.Html(compute="_compute_comparison", sanitize=False)
    state = fields.Selection(
        [("open", "To Decide"), ("merged", "Merged"), ("dismissed", "Not the Same")],
        default="open",
        required=True,
        readonly=True,
    )
    proposed_by_id = fields.Many2one(
        "res.users", readonly=True, help="Who looked at both and asks the manager to merge them."
    )
    answered_by_id = fields.Many2one("res.users", readonly=True)
    answered_at = fields.Datetime("Answered On", readonly=True)
    reason = fields.Char("Why Not the Same", readonly=True)

    _partners_uniq = models.UniqueIndex("(partner_id, other_partner_id) WHERE kind = 'partner'")
    _vehicles_uniq = models.UniqueIndex("(vehicle_id, other_vehicle_id) WHERE kind = 'vehicle'")
    _in_order = models.Constraint(
        "CHECK(state = 'merged' OR COALESCE(partner_id < other_partner_id, FALSE)"
        " OR COALESCE(vehicle_id < other_vehicle_id, FALSE))",
        "A pair is two different records, the older one first.",
    )
    _open_idx = models.Index("(confidence) WHERE state = 'open'")

    @api.depends("partner_id", "other_partner_id", "vehicle_id", "other_vehicle_id")
    def _compute_names(self):
        for pair in self:
            first, second = pair._get_records()
            pair.first_name = first.display_name or ""
            pair.second_name = second.display_name or ""

    @api.depends("first_name", "second_name")
    def _compute_display_name(self):
        for pair in self:
            names = [name for name in (pair.first_name, pair.second_name) if name]
            pair.display_name = " / ".join(names)

    @api.depends("findings")
    @api.depends_context("lang")
    def _compute_evidence(self):
        for pair in self:
            found = [tuple(finding) for finding in pair.findings or []]
            speaking = agreements(found)
            against = [finding for finding in found if finding not in speaking]
            pair.evidence = pair._join_evidence(speaking, against)

    def _join_evidence(self, speaking, against):
        words = self._get_words()
        speaking = ", ".join(words[finding] for finding in speaking)
        speaking = speaking[:1].upper() + speaking[1:]
        if not against:
            return speaking
        return self.env._(
            "%(agree)s; different: %(differ)s",
            agree=speaking,
            differ=", ".join(words[finding] for finding in against),
        )

    @api.model
    def _get_words(self):
        """Return what each finding means, in the words of the desk and the language of the
        reader; of what differs the fact alone."""
        return {
            ("phone", "same"): self.env._("same phone"),
            ("email", "same"): self.env._("same e-mail"),
            ("name", "same"): self.env._("same name"),
            ("name", "similar"): self.env._("similar name"),
            ("address", "same"): self.env._("same address"),
            ("address", "similar"): self.env._("similar address"),
            ("vat", "same"): self.env._("same tax ID"),
            ("vin", "same"): self.env._("same VIN"),
            ("vin", "slip"): self.env._("one VIN is the other one typed wrong"),
            ("vin", "tail"): self.env._("same end of the VIN"),
            ("plate", "same"): self.env._("same plate"),
            ("plate", "misread"): self.env._("same plate but for O and 0, I and 1"),
            ("plate", "former"): self.env._("one carried the plate of the other"),
            ("model", "same"): self.env._("same model"),
            ("owner", "same"): self.env._("same owner"),
            ("gap", "fits"): self.env._("one knows the VIN alone, the other the plate alone"),
            ("phone", "differs"): self.env._("phone"),
            ("email", "differs"): self.env._("e-mail"),
            ("name", "differs"): self.env._("name"),
            ("address", "differs"): self.env._("address"),
            ("vat", "differs"): self.env._("tax ID"),
            ("vin", "differs"): self.env._("VIN"),
            ("plate", "differs"): self.env._("plate"),
            ("model", "differs"): self.env._("model"),
            ("owner", "differs"): self.env._("owner"),
        }

    def _get_records(self):
        """Return the two records of the pair; the second one is empty once it was merged."""
        self.ensure_one()
        if self.kind == "partner":
            return self.partner_id, self.other_partner_id
        return self.vehicle_id, self.other_vehicle_id

    @api.model
    def _count_open(self, kind, records):
        """Return ``{id: number of pairs to decide}`` of customers or cars."""
        first, second = self._get_pair_fields(kind)
        pairs = self.search_fetch(
            [("state", "=", "open"), "|", (first, "in", records.ids), (second, "in", records.ids)],
            ["kind", first, second],
        )
        return Counter(record.id for pair in pairs for record in pair._get_records())

    @api.model
    def _open_list(self, kind, records):
        """Return the action that lists the pairs of customers or cars."""
        first, second = self._get_pair_fields(kind)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_reports.service_duplicate_action"
        )
        domain = ["|", (first, "in", records.ids), (second, "in", records.ids)]
        return dict(action, domain=domain)

    # ---- answers --------------------------------------------------------------------------

    def action_merge(self):
        """Open the dialog that merges the two, with both chosen.

        :raises AccessError: for whoever may only propose it.
        """
        self.ensure_one()
        self._check_open()
        first, second = self._get_records()
        (first | second).check_access("read")
        if self.kind == "partner":
            action = self.env["ir.actions.act_window"]._for_xml_id("base.action_partner_merge")
            context = {"active_model": "res.partner", "active_ids": (first | second).ids}
        else:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "service_advisor.service_vehicle_merge_wizard_action"
            )
            context = {"default_vehicle_id": first.id, "default_other_id": second.id}
        self.env[action["res_model"]].check_access("create")
        return dict(action, context=context)

    def action_propose(self):
        """Ask the manager to merge these pairs: somebody has looked at them."""
        self._check_open()
        self._keep({"proposed_by_id": self.env.uid})
        return True

    def action_dismiss(self):
        """Ask why the two are not the same."""
        self._check_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not the Same"),
            "res_model": "service.duplicate.dismiss.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_duplicate_ids": self.ids},
        }

    def _dismiss(self, reason):
        """Keep that the two are not the same, who says so, when and why."""
        self._check_open()
        self._keep({"state": "dismissed", "reason": reason} | self._prepare_answer_vals())

    def action_reopen(self):
        """Put pairs on the list again that were dismissed by mistake."""
        for pair in self:
            if pair.state != "dismissed":
                raise UserError(self.env._("%s: this pair was not dismissed.", pair.first_name))
        self._keep(self._prepare_reopen_vals())
        return True

    def action_search_now(self):
        """Let the search look at everything again, in the background."""
        self.env["service.duplicate.pass"].check_access("read")
        # Scheduled actions are the administrator's; whoever sees the searches may ask for one.
        self = self.sudo()
        self.env["service.duplicate.pass"].create({})
        self.env.ref("service_advisor_reports.ir_cron_find_duplicates")._trigger()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "Everything is being compared again. The list will be complete in a few "
                    "minutes."
                ),
            },
        }

    def action_open_first(self):
        """Open the first record of the pair."""
        return self._get_records()[0]._get_records_action()

    def action_open_second(self):
        """Open the second record of the pair."""
        return self._get_records()[1]._get_records_action()

    def _check_open(self):
        """Refuse pairs that somebody has answered already."""
        for pair in self:
            if pair.state != "open":
                state = dict(self._fields["state"]._description_selection(self.env))[pair.state]
                raise UserError(
                    self.env._(
                        "%(first)s: %(user)s has answered this pair already: %(state)s.",
                        first=pair.first_name,
                        user=pair.answered_by_id.name or "",
                        state=state,
                    )
                )

    @api.model
    def _prepare_answer_vals(self):
        return {"answered_by_id": self.env.uid, "answered_at": fields.Datetime.now()}

    @api.model
    def _prepare_reopen_vals(self):
        return {
            "state": "open", "reason": False, "answered_by_id": False, "answered_at": False,
            "proposed_by_id": False,
        }  # fmt: skip
