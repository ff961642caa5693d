from odoo import api, fields, models
from odoo.addons.service_advisor.tools.vin import vin_problem
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

# What is corrected in a line of the list: field of the issue by code of the check.
FIX_FIELDS = {
    "phone_missing": "phone",
    "phone_invalid": "phone",
    "owner_phone_missing": "phone",
    "email_missing": "email",
    "email_unreachable": "email",
    "vin_missing": "vin",
    "vin_invalid": "vin",
    "plate_odd": "plate",
}


class ServiceDataIssue(models.Model):
    """One thing that is missing or wrong in the data of one customer or car.

    One row per record and check: found, fixed, and found again where it comes back. The scoring
    writes it, in SQL and for many records at once; see ``service.data.score``.
    """

    _name = "service.data.issue"
    _description = "Finding in Customer Data"
    _order = "found_at, id"

    check_id = fields.Many2one(
        "service.data.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    code = fields.Char(required=True, readonly=True)
    hint = fields.Char(related="check_id.hint")
    partner_id = fields.Many2one(
        "res.partner", "Checked Customer", readonly=True, ondelete="cascade"
    )
    vehicle_id = fields.Many2one(
        "service.vehicle", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    # Who may see the record may see what is wrong with it: empty for a customer of all companies.
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse", "Branch", readonly=True, help="Where the last visit was."
    )
    advisor_id = fields.Many2one(
        "res.users", "Service Advisor", readonly=True, index="btree_not_null",
        help="Of the last visit.",
    )
    value = fields.Char(readonly=True, groups="base.group_system")
    evidence = fields.Char("What Is Wrong", compute="_compute_evidence", compute_sudo=True)
    state = fields.Selection(
        [("open", "To Complete"), ("fixed", "Fixed"), ("dismissed", "Not to Be Fixed")],
        required=True,
        readonly=True,
        default="open",
    )
    found_at = fields.Datetime("Since", readonly=True)
    fixed_at = fields.Datetime("Fixed On", readonly=True)
    dismissed_at = fields.Datetime("Set Aside On", readonly=True)
    dismissed_by_id = fields.Many2one("res.users", "Set Aside By", readonly=True)
    dismiss_reason = fields.Char("Reason", readonly=True)
    # The record itself, to be corrected on the spot.
    customer_id = fields.Many2one(
        "res.partner", compute="_compute_customer_id", search="_search_customer_id"
    )
    fix_value = fields.Char(
        "Right Value",
        compute="_compute_fix_value",
        inverse="_inverse_fix_value",
        help="Correct it here; anything else is corrected after a click on the finding.",
    )
    has_fix_value = fields.Boolean(compute="_compute_fix_value")
    phone = fields.Char(related="customer_id.phone", readonly=False)
    email = fields.Char(related="customer_id.email", readonly=False)
    street = fields.Char(related="partner_id.street", readonly=False)
    zip = fields.Char(related="partner_id.zip", readonly=False)
    city = fields.Char(related="partner_id.city", readonly=False)
    country_id = fields.Many2one(related="partner_id.country_id", readonly=False)
    plate = fields.Char(related="vehicle_id.plate", readonly=False)
    vin = fields.Char(related="vehicle_id.vin", readonly=False)
    vin_override_reason = fields.Char(related="vehicle_id.vin_override_reason", readonly=False)
    owner_id = fields.Many2one(related="vehicle_id.owner_id", readonly=False)
    model_id = fields.Many2one(related="vehicle_id.model_id", readonly=False)
    invoice_date = fields.Date(related="vehicle_id.invoice_date", readonly=False)
    first_registration_date = fields.Date(
        related="vehicle_id.first_registration_date", readonly=False
    )

    _one_record = models.Constraint(
        "CHECK(num_nonnulls(partner_id, vehicle_id) = 1)",
        "A finding is of one customer or of one car.",
    )
    # The names of these two are the target of the scoring's INSERT.
    _code_partner_uniq = models.UniqueIndex("(partner_id, code)")
    _code_vehicle_uniq = models.UniqueIndex("(vehicle_id, code)")
    _open_idx = models.Index("(advisor_id, found_at) WHERE state = 'open'")

    @api.depends("partner_id", "vehicle_id.owner_id")
    def _compute_customer_id(self):
        for issue in self:
            issue.customer_id = issue.partner_id or issue.vehicle_id.owner_id

    def _search_customer_id(self, operator, value):
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        mine = Domain("partner_id", operator, value)
        return mine | Domain("vehicle_id.owner_id", operator, value)

    @api.depends("check_id.name", "partner_id", "vehicle_id")
    def _compute_display_name(self):
        for issue in self:
            record = issue.partner_id or issue.vehicle_id
            issue.display_name = f"{issue.check_id.name}: {record.display_name}"

    # ---- in words -------------------------------------------------------------------------

    @api.depends("code", "value", "state")
    @api.depends_context("lang")
    def _compute_evidence(self):
        for issue in self:
            name = f"_explain_{issue.code}"
            explain = getattr(issue, name, None)
            words = issue.state != "fixed" and explain and explain(issue.value or "")
            issue.evidence = words or False

    def _explain_phone_missing(self, _value):
        return self.env._("No phone number is known.")

    def _explain_phone_invalid(self, value):
        return self.env._("\"%s\" is no phone number: a digit is missing, or one too many.", value)

    def _explain_email_missing(self, _value):
        return self.env._("No e-mail address is known.")

    def _explain_email_unreachable(self, value):
        why, _colon, email = value.partition(":")
        if why == "invalid":
            return self.env._("\"%s\" is no e-mail address.", email)
        if why == "bounced":
            return self.env._("E-mails to %s come back.", email)
        return self.env._("%s is on the list of those who want no e-mails.", email)

    def _explain_address_incomplete(self, value):
        names = {
            "street": self.env._("street"),
            "city": self.env._("city"),
            "country": self.env._("country"),
        }
        missing = [names[part] for part in value.split(",") if part in names]
        return self.env._("Missing in the address: %s.", ", ".join(missing))

    def _explain_consent_missing(self, _value):
        return self.env._("The customer was never asked what data may be used for.")

    def _explain_vehicle_missing(self, _value):
        return self.env._("Has service orders, but owns no car.")

    def _explain_owner_missing(self, _value):
        return self.env._("Nobody is known to own this car.")

    def _explain_owner_phone_missing(self, _value):
        return self.env._("The owner can not be called: no phone number is known.")

    def _explain_vin_missing(self, _value):
        return self.env._("No VIN is known.")

    def _explain_vin_invalid(self, value):
        if vin_problem(value) == "check_digit":
            return self.env._("The check digit of VIN %s is wrong.", value)
        return self.env._("\"%s\" has not the 17 characters of a VIN.", value)

    def _explain_plate_odd(self, value):
        return self.env._("\"%s\" is no final plate, or misread.", value)

    def _explain_odometer_falls(self, value):
        before, _sign, after = value.partition(">")
        return self.env._(
            "It read %(before)s km, and later %(after)s km, without a reason.",
            before=before,
            after=after,
        )

    def _explain_model_missing(self, _value):
        return self.env._("Make and model are not known.")

    def _explain_date_missing(self, _value):
        return self.env._("Neither first registration nor invoice date is known.")

    def _explain_reading_old(self, value):
        if not value:
            return self.env._("The odometer was never read.")
        return self.env._("The odometer was last read on %s.", format_date(self.env, value))

    # ---- corrected on the spot --------------------------------------------------------------

    @api.depends("code", "phone", "email", "vin", "plate")
    def _compute_fix_value(self):
        for issue in self:
            name = FIX_FIELDS.get(issue.code)
            issue.has_fix_value = bool(name)
            issue.fix_value = name and issue[name]

    def _inverse_fix_value(self):
        for issue in self:
            name = FIX_FIELDS.get(issue.code)
            if name and (issue.fix_value or "") != (issue[name] or ""):
                issue[name] = issue.fix_value

    def write(self, vals):
        """Correct the record itself, as the user may; what was found is written by the scoring."""
        own = [name for name in vals if self._fields[name].store]
        if own and not self.env.su:
            raise AccessError(
                self.env._(
                    "What was found is not changed by hand. Correct the customer or the car; use "
                    "\"Not to Be Fixed\" where it is right as it is."
                )
            )
        # Each field is written to the record by itself; it is scored once, when all are.
        held = self.with_context(service_data_hold=True)
        result = super(ServiceDataIssue, held).write(vals)
        if not own and not self.env.context.get("service_data_hold"):
            self._check_again()
        return result

    def _check_again(self):
        """Score the customers and cars of these findings, and of the owners whose phone may be
        what was corrected."""
        Score = self.env["service.data.score"]
        Score._score(self.vehicle_id)
        Score._score(self.customer_id)

    def action_check_again(self):
        """Look again whether these findings still stand, and say so."""
        self.check_access("read")
        self._check_again()
        standing = self.filtered(lambda issue: issue.state == "open")
        if standing:
            params = {
                "type": "warning",
                "title": self.env._("Still to complete"),
                "message": "\n".join(issue.evidence or "" for issue in standing[:3]),
            }
        else:
            params = {"type": "success", "message": self.env._("In order now.")}
        if standing != self:
            params["next"] = {"type": "ir.actions.act_window_close"}  # reloads what is behind
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    def action_correct(self):
        """Open the finding in a dialog, where the record itself is corrected."""
        self.ensure_one()
        return self._get_records_action(target="new", name=self.env._("Correct"))

    def action_read_odometer(self):
        """Open the dialog that keeps a reading of the odometer of the car."""
        return self.vehicle_id.action_correct_odometer()

    def action_reading_wrong(self):
        """Say that what was read before the odometer fell was wrong."""
        self._explain_fall("typo")

    def action_meter_replaced(self):
        """Say that the meter was replaced before it fell."""
        self._explain_fall("meter_replaced")

    def _explain_fall(self, reason):
        self.ensure_one()
        self._check_advisor()
        self.vehicle_id._explain_fall(reason)
        self._check_again()

    def action_open_record(self):
        """Open the customer or the car itself."""
        self.ensure_one()
        return (self.partner_id or self.vehicle_id)._get_records_action()

    # ---- not to be fixed --------------------------------------------------------------------

    def action_dismiss(self):
        """Ask why these findings are not to be fixed."""
        self._check_dismiss()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not to Be Fixed"),
            "res_model": "service.data.dismiss.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_issue_ids": self.ids},
        }

    def _check_advisor(self):
        self.check_access("write")
        if not self.env.user.has_group("service_advisor.group_advisor"):
            raise AccessError(self.env._("A service advisor decides this. Ask one."))

    def _check_dismiss(self):
        self._check_advisor()
        gone = self.filtered(lambda issue: issue.state != "open")
        if gone:
            raise UserError(
                self.env._("%s: nothing is left to decide. Reload the list.", gone[0].display_name)
            )

    def _dismiss(self, reason):
        """Set these findings aside; they come back where the value changes."""
        self._check_dismiss()
        # Checked above; by hand nobody writes what was found.
        self.sudo().write(self._prepare_dismiss_vals(reason))
        self._check_again()

    def _prepare_dismiss_vals(self, reason):
        return {
            "state": "dismissed",
            "dismissed_at": fields.Datetime.now(),
            "dismissed_by_id": self.env.uid,
            "dismiss_reason": reason,
        }

    def action_reopen(self):
        """Put findings that were set aside back on the work list."""
        self.check_access("write")
        aside = self.filtered(lambda issue: issue.state == "dismissed")
        # Whoever may correct the record may put it back on the list.
        aside.sudo().write(
            {
                "state": "open",
                "dismissed_at": False,
                "dismissed_by_id": False,
                "dismiss_reason": False,
            }
        )
        aside._check_again()
