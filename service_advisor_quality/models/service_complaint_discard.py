from odoo import fields, models
from odoo.exceptions import AccessError


class ServiceComplaint(models.Model):
    """What came in and is no complaint: kept with a reason, out of sight, and counted nowhere."""

    _inherit = "service.complaint"

    discard_reason = fields.Char("Discarded Because", readonly=True, copy=False)
    discarded_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, index="btree_not_null"
    )

    def action_open_discard(self):
        """Open the dialog that asks why these are no complaints."""
        self._check_can_discard()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Discard"),
            "res_model": "service.complaint.discard.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_ids": self.ids},
        }

    def _check_can_discard(self):
        if not self.env.user.has_group("service_advisor.group_manager"):
            raise AccessError(
                self.env._("A service manager decides that something is no complaint.")
            )
        for complaint in self:
            if complaint.state != "new":
                complaint._refuse(
                    self.env._(
                        "The customer was contacted about it. Close or withdraw it instead."
                    )
                )

    def _discard(self, why):
        """Take these out of sight; nothing is deleted.

        :param why: the reason, in words.
        """
        self._check_can_discard()
        self._keep(
            {
                "active": False,
                "discarded_at": fields.Datetime.now(),
                "discarded_by_id": self.env.uid,
                "discard_reason": why,
            }
        )
        for complaint in self:
            complaint._message_log(body=self.env._("Discarded: %(why)s", why=why))

    def action_restore(self):
        """Take discarded complaints up again: their clock has run on."""
        if not self.env.user.has_group("service_advisor.group_manager"):
            raise AccessError(self.env._("A service manager takes it up again."))
        self._keep(
            {
                "active": True,
                "discarded_at": False,
                "discarded_by_id": False,
                "discard_reason": False,
            }
        )
        for complaint in self:
            complaint._message_log(body=self.env._("Taken up again"))
        return True
