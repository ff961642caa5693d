from odoo import fields, models


class ServiceOrder(models.Model):
    """What the customer answered, job by job."""

    _inherit = "service.order"

    # ---- the customer's answer ------------------------------------------------------------

    def action_open_approval(self):
        """Open the dialog in which the customer's answer is recorded job by job."""
        self.ensure_one()
        self._check_has_question()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customer's Answer"),
            "res_model": "service.approval.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    def action_approve(self):
        """Record at the counter that the customers approve every quoted job of these orders."""
        self._check_has_question()
        jobs = self.job_ids.filtered(lambda job: job.state == "quoted")
        self._record_answer(jobs, jobs.browse(), {"authorised_via": "counter"})
        return True

    def _check_has_question(self):
        for order in self:
            if not any(job.state == "quoted" for job in order.job_ids):
                order._refuse(
                    self.env._("No job waits for an answer. Explain price and time first.")
                )

    def _record_answer(self, approved, declined, evidence, reason=None):
        """Keep what the customer answered and act on it.

        Estimates are confirmed with the approved jobs only: declined work is moved to a
        cancelled sibling (its price is kept), open work to a further round.

        :param approved, declined: ``service.job`` records in state quoted.
        :param evidence: dict of ``authorised_via`` and optionally ``authorised_name``.
        :param reason: why the declined jobs were declined.
        :raises UserError: if somebody else recorded an answer in the meantime.
        """
        answered = approved | declined
        self._lock_for_answer(answered)
        estimates = answered.line_ids.order_id.filtered(lambda e: e.state in ("draft", "sent"))
        estimates = estimates.with_context(tracking_disable=True)
        estimates._split_jobs(declined, {"state": "cancel"})
        estimates._split_jobs(estimates.order_line.service_job_id - answered, {"state": "sent"})
        for order in answered.order_id:
            order._write_answer(approved & order.job_ids, "approved", evidence)
            order._write_answer(
                declined & order.job_ids, "declined", dict(evidence, decline_reason=reason)
            )
        estimates.filtered(lambda e: e.order_line.service_job_id & approved).action_confirm()

    def _lock_for_answer(self, jobs):
        """Let one of two people who answer at once win, and tell the other."""
        jobs._lock()
        jobs.invalidate_recordset(["state"])
        for job in jobs:
            if job.state != "quoted":
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s by now. Reload the order and look again.",
                        job=job.display_name,
                        state=job._get_state_label(),
                    )
                )

    def _write_answer(self, jobs, state, evidence):
        if jobs:
            jobs._keep(
                {
                    "state": state,
                    "authorised_at": fields.Datetime.now(),
                    "authorised_by_id": self.env.uid,
                    "authorised_name": self.partner_id.name,
                    **evidence,
                }
            )
            self._message_log(body=self._get_answer_note(jobs, state))

    def _get_answer_note(self, jobs, state):
        """Return the sentence that keeps the answer in the order's history."""
        via = dict(jobs._fields["authorised_via"]._description_selection(self.env))
        values = {
            "name": jobs[0].authorised_name,
            "via": via[jobs[0].authorised_via],
            "jobs": ", ".join(jobs.mapped("display_name")),
            "reason": jobs[0].decline_reason or "",
        }
        if state == "approved":
            return self.env._("%(name)s approved (%(via)s): %(jobs)s", **values)
        return self.env._("%(name)s declined (%(via)s): %(jobs)s. %(reason)s", **values)

    # ---- supplements ----------------------------------------------------------------------

    def _propose_parts(self, moves):
        """Propose parts that were issued without an estimate, as a job of its own.

        :param moves: ``stock.move`` records of this order; linked to the new lines.
        """
        self.ensure_one()
        job = self.env["service.job"].create(
            {
                "order_id": self.id,
                "concern": self.env._("Additional parts: %s", ", ".join(
                    moves.product_id.mapped("display_name")
                )),
            }
        )
        lines = self.env["sale.order.line"].create(
            [
                {
                    "service_job_id": job.id,
                    "product_id": move.product_id.id,
                    "product_uom_qty": move.quantity,
                    "product_uom_id": move.product_uom.id,
                }
                for move in moves
            ]
        )
        for move, line in zip(moves, lines, strict=True):
            move.write({"sale_line_id": line.id, "service_job_id": job.id})
        job.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=self.advisor_id.id,
            summary=self.env._("Parts were issued that nobody approved: ask the customer"),
        )
