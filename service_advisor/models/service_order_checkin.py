from markupsafe import Markup
from odoo import api, fields, models

# What the customer signs for when the car is taken in.
EVIDENCE_FIELDS = frozenset(
    {
        "vehicle_id",
        "odometer_in",
        "energy_level",
        "warning_lamp_ids",
        "belongings",
        "sender_name",
        "damage_ids",
        "checkin_signature",
    }
)
# While the customer has agreed to nothing, an unsigned check-in may still be completed.
UNANSWERED_STATES = ("booked", "checked_in", "quoted")


class ServiceOrder(models.Model):
    """The check-in record is evidence: once signed it is corrected with a reason or not at all."""

    _inherit = "service.order"

    checkin_reopened_at = fields.Datetime("Check-in Reopened On", readonly=True, copy=False)
    is_checkin_locked = fields.Boolean(compute="_compute_is_checkin_locked")

    # Visits are analysed by the day of the check-in, and listed the latest first.
    _checked_in_idx = models.Index("(checked_in_at)")

    @api.depends("checked_in_at", "checkin_signature", "state", "checkin_reopened_at")
    @api.depends_context("uid")
    def _compute_is_checkin_locked(self):
        manager = self.env.user.has_group("service_advisor.group_manager")
        for order in self:
            # A signature that is drawn and not saved yet must not lock its own saving.
            kept = order._origin
            reopened = manager and kept.checkin_reopened_at
            order.is_checkin_locked = kept._is_checkin_evidence() and not reopened

    def _is_checkin_evidence(self):
        """Tell whether somebody relies on this check-in: its signature, or approved work."""
        signed = bool(self.checkin_signature) or self.state not in UNANSWERED_STATES
        return bool(self.checked_in_at) and signed

    def write(self, vals):
        names = EVIDENCE_FIELDS & vals.keys()
        if not names:
            return super().write(vals)
        self._check_checkin_open()
        before = {
            order: (order.odometer_in, order._describe_checkin())
            for order in self
            if order.checkin_reopened_at
        }
        result = super().write(vals)
        for order, (odometer, described) in before.items():
            order._after_checkin_corrected(odometer, described)
        return result

    def _check_checkin_open(self):
        """Refuse to change a check-in that somebody relies on.

        :raises UserError: naming the order and who can correct it.
        """
        if self.env.su:
            return
        for order in self:
            if order.is_checkin_locked:
                order._refuse(
                    self.env._(
                        "The check-in is signed or work was approved on it, so it can no longer "
                        "be changed. The service manager corrects it with a reason (button "
                        "\"Correct Check-in\")."
                    )
                )

    def _describe_checkin(self):
        """Return ``{label: text}`` of what the customer signed for."""
        self.ensure_one()
        labels = self.fields_get(list(EVIDENCE_FIELDS), ["string"])
        values = {
            "vehicle_id": self.vehicle_id.display_name,
            "odometer_in": f"{self.odometer_in} km",
            "energy_level": f"{self.energy_level} %",
            "warning_lamp_ids": ", ".join(self.warning_lamp_ids.mapped("name")),
            "belongings": self.belongings or "",
            "sender_name": self.sender_name or "",
        }
        return {labels[name]["string"]: text for name, text in values.items()}

    def _after_checkin_corrected(self, odometer, before):
        """Keep in the chatter what a correction changed; the car's reading follows.

        :param odometer: the odometer in from before the change.
        :param before: ``_describe_checkin()`` from before the change.
        """
        if self.vehicle_id.odometer == odometer != self.odometer_in:
            self.vehicle_id._record_odometer(
                self.odometer_in, "check_in", order=self, reason="typo"
            )
        self._log_checkin_changes(before)

    def _log_checkin_changes(self, before):
        after = self._describe_checkin()
        changes = Markup().join(
            Markup("<li>%s: %s → %s</li>") % (label, text or "–", after[label] or "–")
            for label, text in before.items()
            if text != after[label]
        )
        if changes:
            self.message_post(body=Markup("<ul>%s</ul>") % changes)

    def _log_damage_correction(self, damages, what):
        """Keep in the chatter which damages of reopened check-ins were changed.

        :param what: "Added", "Changed" or "Removed", translated.
        """
        for order, own in damages.grouped("order_id").items():
            if order in self and order.checkin_reopened_at:
                lines = Markup().join(
                    Markup("<li>%s: %s</li>") % (what, damage._describe()) for damage in own
                )
                order.message_post(body=Markup("<ul>%s</ul>") % lines)

    def action_open_checkin_correction(self):
        """Ask the manager why the check-in has to be corrected."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct Check-in"),
            "res_model": "service.checkin.correction.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def _reopen_checkin(self, reason):
        """Let managers correct the check-in; the chatter keeps why."""
        self.ensure_one()
        self.message_post(
            body=self.env._("Check-in reopened for a correction: %(reason)s", reason=reason)
        )
        self._keep({"checkin_reopened_at": fields.Datetime.now()})

    def action_lock_checkin(self):
        """End the correction of these check-ins."""
        self._keep({"checkin_reopened_at": False})
        return True
