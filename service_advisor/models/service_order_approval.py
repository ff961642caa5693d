from odoo import models


class ServiceOrder(models.Model):
    """What the customer answered, job by job."""

    _inherit = "service.order"

    # ---- the customer's answer ------------------------------------------------------------

    def action_open_approval(self):
        """Open the dialog in which the customer's answer is recorded job by job."""
        self.ensure_one()
        self._check_may_take_answers()
        self._check_has_question()
        self._ensure_proposed(self._get_quoted_jobs())
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
        jobs = self._get_quoted_jobs()
        self._record_answer({"approved": jobs}, {"authorised_via": "counter"})
        return True

    def _check_has_question(self):
        for order in self:
            if not order._get_quoted_jobs():
                order._refuse(
                    self.env._("No job waits for an answer. Explain price and time first.")
                )

    def _check_may_take_answers(self):
        """Raise where the user may not write down what a customer answers."""
        if self.env.su or self.env.user.has_group("service_advisor.group_advisor"):
            return
        for order in self:
            order._refuse(
                self.env._(
                    "Only a service advisor takes down the customer's answer: ask %(advisor)s.",
                    advisor=order.advisor_id.name,
                )
            )

    def _get_quoted_jobs(self):
        return self.job_ids.filtered(lambda job: job.state == "quoted")

    def _record_answer(self, answers, evidence, seen=None, refusals=None):
        """Keep what the customer answered and act on it.

        Estimates are confirmed with the approved jobs only: declined work is moved to a
        cancelled sibling (its price is kept), open work to a further round and into the next
        version of the proposal.

        :param answers: ``{"approved": service.job, "declined": service.job}``, of jobs in
            state quoted; either may be missing.
        :param evidence: dict of ``authorised_via`` and optionally ``authorised_name`` and
            ``signature`` (base64).
        :param seen: ``service.proposal`` records that the answer was given to; None where it
            is given on what stands on the orders now.
        :param refusals: ``{service.job: {"decline_reason", "followup_date",
            "followup_odometer"}}`` of declined jobs.
        :raises UserError: if somebody else recorded an answer or changed a job meanwhile.
        """
        approved = answers.get("approved", self.job_ids.browse())
        declined = answers.get("declined", self.job_ids.browse())
        answered = approved | declined
        self._lock_for_answer(answered)
        if seen is None:
            seen = self._ensure_proposed(answered)
        self._check_seen(answered, seen)
        estimates = answered.line_ids.order_id.filtered(lambda e: e.state in ("draft", "sent"))
        estimates = estimates.with_context(tracking_disable=True)
        estimates._split_jobs(declined, {"state": "cancel"})
        estimates._split_jobs(estimates.order_line.service_job_id - answered, {"state": "sent"})
        self._write_answers(answers, evidence, seen, refusals)
        estimates.filtered(lambda e: e.order_line.service_job_id & approved).action_confirm()
        self._propose_rest()
        if approved:
            self._after_answer(approved)

    def _after_answer(self, approved):
        """Hook: called once the customer has agreed to the jobs ``approved``."""

    def _lock_for_answer(self, jobs):
        """Let one of two people who answer or change a job at once win, and tell the other."""
        # What was read before is what is locked: had it changed since, the lock would be refused.
        jobs._lock()
        for job in jobs:
            if job.state != "quoted":
                job.order_id._refuse(
                    self.env._(
                        "Job \"%(job)s\" is %(state)s by now. Reload the order and look again.",
                        job=job.display_name,
                        state=job._get_state_label(),
                    )
                )

    def _check_seen(self, jobs, proposals):
        """Refuse an answer on a version that was replaced, or on lines that have changed."""
        shown = proposals.line_ids.filtered(
            lambda line: line.proposal_id.state == "open" and line._matches_job()
        )
        for job in jobs - shown.job_id:
            job.order_id._refuse(
                self.env._(
                    "Job \"%(job)s\" is no longer what was proposed. Reload the order and look "
                    "again.",
                    job=job.display_name,
                )
            )

    def _ensure_proposed(self, jobs):
        """Return the open proposals that show ``jobs`` as they are now, made where there is
        none, so that no answer is given on lines nobody saw."""
        proposals = self.env["service.proposal"].union(*self._get_open_proposals().values())
        shown = proposals.line_ids.filtered(lambda line: line._matches_job()).job_id
        orders = (jobs - shown).order_id
        if not orders:
            return proposals
        missing = jobs.filtered(lambda job: job.order_id in orders) | orders._get_quoted_jobs()
        return proposals.filtered(lambda p: p.order_id not in orders) | self._propose(missing)

    def _write_answers(self, answers, evidence, proposals, refusals=None):
        """Keep the answers on the jobs and on the proposals they were given to; see
        :meth:`_record_answer`."""
        self._check_may_take_answers()
        self._check_discounts(answers.get("approved", self.job_ids.browse()))
        # Nobody may write evidence; the step that calls this was checked.
        proposals = proposals.sudo()
        for answer, jobs in answers.items():
            for order, same in jobs.grouped("order_id").items():
                same._write_answer(answer, evidence, refusals or {})
                order._message_log(body=order._get_answer_note(same, answer))
            lines = proposals.line_ids.filtered(lambda line, jobs=jobs: line.job_id in jobs)
            lines._keep_answer(answer)
        proposals._close(evidence)

    def _propose_rest(self):
        """Ask about the jobs that were left open, in the next version."""
        rest = self._get_quoted_jobs()
        if rest:
            self._propose(rest)

    def _get_answer_note(self, jobs, state):
        """Return the sentence that keeps the answer in the order's history."""
        via = dict(jobs._fields["authorised_via"]._description_selection(self.env))
        reasons = {job.decline_reason for job in jobs if job.decline_reason}
        values = {
            "name": jobs[0].authorised_name,
            "via": via[jobs[0].authorised_via],
            "jobs": ", ".join(jobs.mapped("display_name")),
            "reason": "; ".join(sorted(reasons)),
        }
        if state == "approved":
            return self.env._("%(name)s approved (%(via)s): %(jobs)s", **values)
        return self.env._("%(name)s declined (%(via)s): %(jobs)s. %(reason)s", **values)

    # ---- supplements ----------------------------------------------------------------------

    def _propose_parts(self, moves):
        """Propose parts that were issued without an estimate, as a job of its own.

        :param moves: ``stock.move`` records of this order; linked to the new lines.
        """
        lines = self._propose_part_lines(
            [
                {
                    "product_id": move.product_id.id,
                    "product_uom_qty": move.quantity,
                    "product_uom_id": move.product_uom.id,
                    # It was on the shelf, or nobody could have issued it.
                    "first_supply": "served",
                }
                for move in moves
            ],
            self.env._("Parts were issued that nobody approved: ask the customer"),
        )
        for move, line in zip(moves, lines, strict=True):
            move.write({"sale_line_id": line.id, "service_job_id": line.service_job_id.id})

    def _propose_part_lines(self, lines_vals, note, job=None):
        """Put parts that the workshop or the warehouse found before the payer.

        They are lines of ``job`` while it is proposed, because nobody was asked about it yet.
        Otherwise they are a proposed job of their own, of the same payer, and nothing that was
        quoted or approved changes.

        :param lines_vals: dicts of ``product_id``, ``product_uom_qty``, ``product_uom_id``.
        :param note: what the advisor has to do, for an activity on the job.
        :param job: the ``service.job`` of this order that needs the parts, where known.
        :return: the ``sale.order.line`` records, in the order of ``lines_vals``.
        """
        self.ensure_one()
        if not job or job.state != "proposed":
            products = self.env["product.product"].browse(
                [vals["product_id"] for vals in lines_vals]
            )
            parts = ", ".join(products.mapped("display_name"))
            vals = {"order_id": self.id, "concern": self.env._("Additional parts: %s", parts)}
            if job:
                vals |= {"pay_type": job.pay_type, "payer_id": job.payer_id.id}
                if job.is_shared:
                    vals["share_ids"] = job._copy_shares_vals()
            job = self.env["service.job"].create(vals)
        lines = self.env["sale.order.line"].create(
            [dict(vals, service_job_id=job.id) for vals in lines_vals]
        )
        job.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.advisor_id.id, summary=note
        )
        return lines
