from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_promise_buffer = fields.Float(
        related="company_id.service_promise_buffer", readonly=False
    )
    service_planned_share = fields.Float(
        related="company_id.service_planned_share", readonly=False
    )
    service_safe_share = fields.Float(related="company_id.service_safe_share", readonly=False)
    service_book_approved = fields.Boolean(
        related="company_id.service_book_approved", readonly=False
    )
    service_transfer_days = fields.Integer(
        related="company_id.service_transfer_days", readonly=False
    )
    service_waiting_limit = fields.Integer(
        related="company_id.service_waiting_limit", readonly=False
    )
    service_internal_partner_id = fields.Many2one(
        related="company_id.service_internal_partner_id", readonly=False
    )
    service_proposal_validity = fields.Integer(
        related="company_id.service_proposal_validity", readonly=False
    )
    service_reminder_hours = fields.Integer(
        related="company_id.service_reminder_hours", readonly=False
    )
    service_escalation_hours = fields.Integer(
        related="company_id.service_escalation_hours", readonly=False
    )
    service_unfitted_days = fields.Integer(
        related="company_id.service_unfitted_days", readonly=False
    )
    service_request_limit = fields.Integer(
        related="company_id.service_request_limit", readonly=False
    )
    service_kept_part_days = fields.Integer(
        related="company_id.service_kept_part_days", readonly=False
    )
    service_discount_limit = fields.Float(
        related="company_id.service_discount_limit", readonly=False
    )
    service_clock_grace = fields.Float(
        related="company_id.service_clock_grace", readonly=False
    )
    service_clock_limit = fields.Float(
        related="company_id.service_clock_limit", readonly=False
    )
    service_meeting_weekday = fields.Selection(
        related="company_id.service_meeting_weekday", readonly=False
    )
    service_meeting_hour = fields.Float(
        related="company_id.service_meeting_hour", readonly=False
    )
    service_meeting_duration = fields.Float(
        related="company_id.service_meeting_duration", readonly=False
    )
    service_meeting_user_ids = fields.Many2many(
        related="company_id.service_meeting_user_ids", readonly=False
    )
    service_kit_gate = fields.Selection(
        related="company_id.service_kit_gate", readonly=False, required=True
    )
    service_record_upload = fields.Boolean(
        related="company_id.service_record_upload", readonly=False
    )
    service_record_url = fields.Char(related="company_id.service_record_url", readonly=False)
    service_record_token = fields.Char(related="company_id.service_record_token", readonly=False)
