from odoo import api, fields, models
from odoo.fields import Domain

from ..tools.evidence import fingerprint


class ServiceHandover(models.Model):
    """What the customer signed for when the car was handed over.

    Only the hand-over writes it, nobody has the right to: the sheet is printed from here ever
    after, whatever changes on the order.
    """

    _name = "service.handover"
    _description = "Signed Hand-over"
    _inherit = ["service.queue.mixin"]
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "service.order", "Service Order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    lang = fields.Char("Language", required=True, help="The language the customer signed in.")
    content = fields.Json(required=True)
    digest = fields.Char("SHA-256", required=True)
    document_id = fields.Many2one(
        "ir.attachment", "Confirmation Sheet", help="The signed PDF, as it was filed."
    )

    _order_uniq = models.UniqueIndex("(order_id)", "This car was handed over already.")
    _unfiled_idx = models.Index("(id) WHERE document_id IS NULL")

    @api.model
    def _prepare_handover_vals(self, order):
        """Return the values of the evidence of ``order``, just delivered: what its customer was
        shown, see :meth:`service.order._get_handover_content`, and who signed for it."""
        content = order._get_handover_content() | {
            "odometer_out": order.odometer_out,
            "old_parts": order.old_parts,
            "signed_by": order.handover_name,
            "signed_at": fields.Datetime.to_string(order.delivered_at),
            "signature": fingerprint(order._get_signature_text()),
        }
        return {
            "order_id": order.id,
            "lang": order._get_customer_lang(),
            "content": content,
            "digest": fingerprint(content),
        }

    @api.model
    def _cron_file_documents(self):
        """Attach the signed confirmation sheets to their orders."""
        self._work_off(
            Domain("document_id", "=", False), lambda handover: handover._file_document()
        )

    def _file_document(self):
        """Print what was signed and show it in the order's history. A printer that fails loses
        nothing: the next run tries again."""
        order = self.order_id
        self.document_id = self._attach_document(
            "service_advisor.service_order_report_confirmation",
            order,
            order._get_report_base_filename(),
        )
        order._message_log(
            body=self.env._("Confirmation sheet, signed by %s", order.handover_name),
            attachment_ids=self.document_id.ids,
        )
