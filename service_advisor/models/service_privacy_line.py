from odoo import fields, models


class ServicePrivacyLine(models.Model):
    """What was erased of a person, or is kept, why and until when: a line of the certificate."""

    _name = "service.privacy.line"
    _description = "Erased or Kept"
    _order = "request_id, kind, id"
    _rec_name = "subject"

    request_id = fields.Many2one(
        "service.privacy.request", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    kind = fields.Selection([("erased", "Erased"), ("kept", "Kept")], required=True)
    subject = fields.Selection(
        [
            ("contact", "Name, phones, e-mail and address of the contact"),
            ("user", "Account on the customer's page"),
            ("messages", "Messages of and to the customer"),
            ("texts", "Mentions in orders, jobs and notes"),
            ("files", "Photos, signatures and signed documents"),
            ("consents", "Words and scans of consents"),
            ("changes", "Values in the list of sensitive changes"),
            ("invoices", "Invoices and credit notes"),
            ("orders", "Service orders with their repair records"),
            ("evidence", "Signed approvals, hand-overs and certificates"),
            ("blacklist", "E-mail address in the list of those never to be written to"),
        ],
        required=True,
    )
    count = fields.Integer("Records")
    reason = fields.Selection(
        [
            ("tax", "Tax and accounting law"),
            ("repair", "Repair records must be kept"),
            ("objection", "To make sure that the person is not written to again"),
        ],
        "Why Kept",
    )
    until = fields.Date("Kept Until")
