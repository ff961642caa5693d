from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Command


class ServiceComplaintRemedy(models.Model):
    """Giving a remedy with what the house has for it: an order, a credit note.

    Prices, payers, taxes and postings are those of orders and of accounting.
    """

    _inherit = "service.complaint.remedy"

    # ---- rework ---------------------------------------------------------------------------

    def action_rework(self):
        """Make the order on which the work is done again, at no cost to the customer, and open
        it.

        :raises UserError: naming the remedy that is not approved, or has no car.
        """
        self.ensure_one()
        self.check_access("write")
        if self.order_id:
            return self.order_id._get_records_action()
        self.complaint_id._lock()
        self._check_can_rework()
        order = self.env["service.order"].create(self._prepare_rework_vals())
        self._keep({"order_id": order.id, "job_id": order.job_ids.id})
        self._after_rework()
        return order._get_records_action()

    def _check_can_rework(self):
        """Hook: raise a UserError where there is nothing to do again, or not yet."""
        complaint = self.complaint_id
        complaint._check_is_handled()
        if self.kind != "rework" or self.dropped_at:
            self._refuse(self.env._("An order is made for rework that was not dropped."))
        if not complaint.vehicle_id:
            self._refuse(self.env._("Enter the car on the complaint first."))
        self._check_allowed()

    def _prepare_rework_vals(self):
        """Hook: return the values of the rework order."""
        complaint = self.complaint_id
        return {
            "vehicle_id": complaint.vehicle_id.id,
            "partner_id": complaint.partner_id.id or complaint.vehicle_id.owner_id.id,
            "company_id": complaint.company_id.id,
            "job_ids": [Command.create(self._prepare_rework_job_vals())],
        }

    def _prepare_rework_job_vals(self):
        """Hook: return the values of the job on the rework order, paid by whom the remedy says.
        It is the comeback of the job that was complained of, where there is one only."""
        first = self.complaint_id.order_id._get_authorised_jobs()
        return {
            "concern": self.name,
            "pay_type": self.pay_type,
            "origin_job_id": first.id if len(first) == 1 else False,
        }

    def _after_rework(self):
        """Hook: called once the rework order is there; tells both sides of each other."""
        self.order_id.message_post(
            body=self.env._(
                "Free of charge for the customer, for complaint %(complaint)s about %(order)s.",
                complaint=self.complaint_id.name,
                order=self.complaint_id.order_id.name or "–",
            )
        )

    def _check_free(self):
        """Raise where the customer would pay for rework that was promised free of charge."""
        for remedy in self.filtered("job_id"):
            if remedy.job_id.pay_type == "customer":
                remedy._refuse(
                    self.env._(
                        "Job \"%(job)s\" of %(order)s is billed to the customer, though it was "
                        "promised free of charge. Change who pays it.",
                        job=remedy.job_id.display_name,
                        order=remedy.order_id.name,
                    )
                )

    # ---- refund ---------------------------------------------------------------------------

    def action_refund(self):
        """Open Odoo's own credit note dialog on the invoice of the customer. What is made there
        is linked to the remedy.

        :raises AccessError: for users without the right to invoice.
        :raises UserError: where nothing was invoiced, or the remedy is not approved.
        """
        self.ensure_one()
        self._check_can_refund()
        invoice = self._get_invoices_to_credit()[:1]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_view_account_move_reversal"
        )
        return dict(
            action,
            context={
                "active_model": "account.move",
                "active_ids": invoice.ids,
                "active_id": invoice.id,
                "default_reason": self.complaint_name,
                "service_remedy_id": self.id,
            },
        )

    def _check_can_refund(self):
        """Hook: raise an error where the user can not credit the customer now."""
        if not self.env["account.move"].has_access("create"):
            raise AccessError(
                self.env._(
                    "Credit notes are made by accounting: ask an accountant to open "
                    "%(complaint)s and press Credit Note.",
                    complaint=self.complaint_name,
                )
            )
        if self.kind != "refund" or self.dropped_at:
            self._refuse(self.env._("A credit note is made for a refund that was not dropped."))
        self._check_allowed()
        if not self._get_invoices_to_credit():
            self._refuse(
                self.env._(
                    "The order has no posted invoice that the customer pays. Post it first, or "
                    "choose another remedy."
                )
            )

    def _get_invoices_to_credit(self):
        """Return the posted invoices of the customer for the order that is complained of, the
        largest first."""
        # What the customer was billed is asked on behalf of the accountant who credits it.
        complaint = self.sudo().complaint_id
        moves = complaint.order_id.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
            and move.state == "posted"
            and move.commercial_partner_id == complaint.partner_id.commercial_partner_id
        )
        return moves.sorted("amount_total", reverse=True).sudo(False)

    def action_view_credit_notes(self):
        """Open the credit notes made for this remedy."""
        return self.credit_note_ids._get_records_action(name=self.env._("Credit Notes"))
