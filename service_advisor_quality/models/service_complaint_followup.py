from odoo import fields, models


class ServiceComplaint(models.Model):
    _inherit = "service.complaint"

    followup_ids = fields.One2many("service.followup", "complaint_id", "Follow-Up Calls")
