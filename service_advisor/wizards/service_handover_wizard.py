from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.service_order_confirmation import OLD_PARTS
from ..models.service_vehicle_odometer import ODOMETER_REASONS


class ServiceHandoverWizard(models.TransientModel):
    """The customer reads what was done and owed, and signs for the car."""

    _name = "service.handover.wizard"
    _description = "Hand Over"

    order_id = fields.Many2one("service.order", required=True, readonly=True, ondelete="cascade")
    content = fields.Html(compute="_compute_content", sanitize=False)
    shown_digest = fields.Char(
        compute="_compute_shown_digest",
        store=True,
        precompute=True,
        readonly=False,
        help="Says whether the order changed while the customer was reading.",
    )
    has_old_parts = fields.Boolean(compute="_compute_content")
    old_parts = fields.Selection(
        [choice for choice in OLD_PARTS if choice[0] != "none"],
        help="What becomes of the parts that were taken out.",
    )
    name = fields.Char("Handed Over To", compute="_compute_name", store=True, readonly=False)
    odometer_out = fields.Integer(
        "Odometer Out (km)", compute="_compute_odometer_out", store=True, readonly=False
    )
    vehicle_odometer = fields.Integer(related="order_id.vehicle_odometer")
    odometer_reason = fields.Selection(ODOMETER_REASONS, "Why It Is Lower")
    signature = fields.Image(max_width=1024, max_height=512)

    @api.depends("order_id")
    def _compute_content(self):
        for wizard in self:
            wizard.content = wizard.order_id and wizard.order_id._get_handover_html()
            wizard.has_old_parts = wizard.order_id and wizard.order_id._has_replaced_parts()

    @api.depends("order_id")
    def _compute_shown_digest(self):
        for wizard in self:
            wizard.shown_digest = wizard.order_id and wizard.order_id._get_handover_digest()

    @api.depends("order_id")
    def _compute_name(self):
        for wizard in self:
            wizard.name = wizard.order_id.partner_id.name

    @api.depends("order_id")
    def _compute_odometer_out(self):
        for wizard in self:
            wizard.odometer_out = wizard.order_id.vehicle_odometer

    def action_confirm(self):
        """Hand over the car against the signature, and print what was signed.

        :raises UserError: where something is missing, or the order is no longer what the
            customer was shown.
        """
        self.ensure_one()
        self._check_can_confirm()
        self.order_id._deliver(
            self.name,
            self.signature,
            self.odometer_out,
            self.odometer_reason,
            self.old_parts if self.has_old_parts else "none",
        )
        action = self.order_id.action_print_confirmation()
        return dict(action, close_on_report_download=True)

    def _check_can_confirm(self):
        """Hook: raise a UserError where the customer can not sign yet."""
        if not self.signature:
            raise UserError(
                self.env._("The customer signs for the car: draw the signature in the field.")
            )
        if self.has_old_parts and not self.old_parts:
            raise UserError(
                self.env._(
                    "Ask the customer who takes the parts that were taken out, and choose it "
                    "under \"Old Parts\"."
                )
            )
        if self.shown_digest != self.order_id._get_handover_digest():
            self.order_id._refuse(
                self.env._(
                    "It was changed while the customer was reading. Close this window, open it "
                    "again and let the customer sign what is true now."
                )
            )
