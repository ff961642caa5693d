from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.fields import Domain

from ..exceptions import BusyError

MANAGER = "service_advisor.group_manager"
KINDS = [("access", "What Do You Hold on Me?"), ("erasure", "Erase My Data")]


class ServicePrivacyRequest(models.Model):
    """A customer asks what we hold on them, or to be erased.

    Who asks is checked first; an answer is due within the time of the company. An erasure ends in
    a certificate that says what was erased, what is kept, why and until when, without any data of
    the person.
    """

    _name = "service.privacy.request"
    _description = "Privacy Request"
    _inherit = ["service.kept.mixin"]
    _order = "id desc"
    _kept_fields = frozenset(
        {"state", "checked_by_id", "checked_at", "done_by_id", "done_at", "certificate_no", "name"}
    )

    name = fields.Char("Request No.", readonly=True, copy=False, default="New", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(KINDS, "Request", required=True, default="access")
    received_at = fields.Datetime("Asked On", required=True, default=fields.Datetime.now)
    channel = fields.Selection(
        [
            ("counter", "Counter"),
            ("phone", "Phone"),
            ("email", "E-mail"),
            ("letter", "Letter"),
            ("portal", "Customer's Page"),
        ],
        required=True,
        default="counter",
    )
    identity = fields.Selection(
        [
            ("document", "Identity Document Seen"),
            ("known", "Known in Person"),
            ("callback", "Called Back on the Known Phone"),
            ("portal", "Signed In on the Customer's Page"),
        ],
        "Identity Checked By",
        help="How we know that it is the person whose data this is.",
    )
    due_on = fields.Date("Due", compute="_compute_due_on", store=True, index=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    state = fields.Selection(
        [("new", "New"), ("checked", "Identity Checked"), ("done", "Done"),
         ("refused", "Refused")],
        default="new",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    refusal_reason = fields.Char(
        "Why Refused", copy=False, help="Told to the customer, for instance that it is not proved "
        "who asks."
    )
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    checked_at = fields.Datetime("Checked On", readonly=True, copy=False)
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    done_at = fields.Datetime("Done On", readonly=True, copy=False)
    certificate_no = fields.Char("Erasure Certificate No.", readonly=True, copy=False)
    line_ids = fields.One2many("service.privacy.line", "request_id", "Erased and Kept")

    _certificate_uniq = models.UniqueIndex(
        "(company_id, certificate_no) WHERE certificate_no IS NOT NULL",
        "This certificate number is already used.",
    )

    @api.depends("received_at", "company_id.service_privacy_months")
    def _compute_due_on(self):
        for request in self:
            received = request.received_at or fields.Datetime.now()
            months = request.company_id.service_privacy_months
            request.due_on = received.date() + relativedelta(months=months)

    @api.depends("due_on", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for request in self:
            request.is_late = request.state in ("new", "checked") and request.due_on < today

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("state", "in", ("new", "checked")) & Domain(
            "due_on", "<", fields.Date.context_today(self)
        )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            # loop: a number each, in the series of its company
            # The number is given by the system, whoever takes the request down.
            request.sudo().name = request.company_id._get_next_number("service.privacy.request")
        return requests

    @api.ondelete(at_uninstall=False)
    def _unlink_except_checked(self):
        for request in self.filtered(lambda request: request.state != "new"):
            request._refuse_step(
                self.env._("It is the proof of how the customer was answered, and stays.")
            )

    def _refuse_step(self, reason):
        raise UserError(
            self.env._("Request %(request)s: %(reason)s", request=self.name, reason=reason)
        )

    # ---- steps ----------------------------------------------------------------------------

    def _check_manager(self):
        if not self.env.su and not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Privacy requests are answered by a service manager. Ask one.")
            )

    def _check_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for request in self.filtered(lambda request: request.state not in states):
            if request.state == "new":
                request._refuse_step(
                    self.env._("Check first who asks, and press \"Identity Checked\".")
                )
            request._refuse_step(
                self.env._("It is \"%s\" already. Reload it.", labels[request.state])
            )

    def _lock(self):
        """Hold these requests and their customers until the end: one answer each."""
        try:
            self.lock_for_update()
            # The contact is nobody's to lock but the system's.
            self.partner_id.sudo().lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._("Somebody else is answering this request at the moment. Reload it.")
            ) from error
        self.invalidate_recordset(["state"])

    def action_check_identity(self):
        """Keep that it was checked who asks.

        :raises UserError: where it is not said how.
        """
        self._check_manager()
        self._check_state("new")
        for request in self.filtered(lambda request: not request.identity):
            request._refuse_step(
                self.env._("Choose how you know who asks, or refuse the request.")
            )
        self._keep(
            {
                "state": "checked",
                "checked_by_id": self.env.uid,
                "checked_at": fields.Datetime.now(),
            }
        )
        return True

    def action_refuse(self):
        """Refuse the request with the reason that is written on it."""
        self._check_manager()
        self._lock()
        self._check_state("new", "checked")
        for request in self.filtered(lambda request: not (request.refusal_reason or "").strip()):
            request._refuse_step(self.env._("Write why it is refused: the customer may ask."))
        self._keep(self._prepare_done_vals("refused"))
        return True

    def action_done(self):
        """Keep that the report was given to the customer."""
        self._check_manager()
        self._check_state("checked")
        for request in self.filtered(lambda request: request.kind != "access"):
            request._refuse_step(self.env._("Press \"Erase\": the certificate ends it."))
        self._keep(self._prepare_done_vals("done"))
        return True

    def action_erase(self):
        """Erase the person, keep what the law makes the shop keep, and issue the certificate.

        :raises UserError: where something with the person is still open, naming it.
        :raises BusyError: where somebody else answers the request at this moment.
        """
        self.ensure_one()
        self._check_manager()
        if self.kind != "erasure":
            self._refuse_step(self.env._("The customer asked for a report, not to be erased."))
        self._lock()
        self._check_state("checked")
        # What is held on a person lies in all companies and with many roles.
        partner = self.partner_id.sudo()
        partner._check_can_erase()
        lines = partner._erase_personal_data()
        # Nobody may write the lines of a certificate.
        self.env["service.privacy.line"].sudo().create(
            [vals | {"request_id": self.id} for vals in lines]
        )
        number = self.company_id._get_next_number("service.erasure")
        self._keep(self._prepare_done_vals("done") | {"certificate_no": number})
        return True

    def _prepare_done_vals(self, state):
        return {
            "state": state,
            "done_by_id": self.env.uid,
            "done_at": fields.Datetime.now(),
        }

    # ---- documents ------------------------------------------------------------------------

    def action_print(self):
        """Print what we hold on the customer, or the certificate of the erasure."""
        self.ensure_one()
        if self.kind == "erasure":
            self._check_state("done")
            return self.env.ref("service_advisor.service_erasure_report").report_action(self)
        self._check_state("checked", "done")
        return self.env.ref("service_advisor.service_access_report").report_action(self)

    def action_download(self):
        """Download what we hold on the customer as a file that programs read (JSON)."""
        self.ensure_one()
        self._check_state("checked", "done")
        return {"type": "ir.actions.act_url", "url": f"/service/privacy/{self.id}/data",
                "target": "download"}

    def _get_report_sections(self):
        """Return what is held on the customer, see ``res.partner._get_personal_data``.

        :raises AccessError: for others than service managers.
        :raises UserError: where nobody has checked who asks.
        """
        self.ensure_one()
        self._check_manager()
        self._check_state("checked", "done")
        # The report is complete whoever of the managers prints it.
        return self.partner_id.sudo()._get_personal_data()

    def _get_report_base_filename(self):
        """Return the name of the file of the document."""
        self.ensure_one()
        return self.certificate_no or self.name
