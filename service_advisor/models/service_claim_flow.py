from odoo import Command, fields, models
from odoo.tools import formatLang

# States of payment in which nothing is expected any more.
SETTLED_PAYMENTS = ("paid", "in_payment", "reversed")


class ServiceClaim(models.Model):
    """The steps of a claim; every action takes many claims and says why it refuses one."""

    _inherit = "service.claim"

    # ---- submission -----------------------------------------------------------------------

    def action_submit(self):
        """Submit these claims: what is claimed is frozen as it is now.

        :raises UserError: naming the claim and everything that is missing.
        """
        self._lock()
        self._check_can_submit()
        for claim in self:
            claim._keep(claim._prepare_submit_vals())
        self._after_submit()
        return True

    def _check_can_submit(self):
        """Hook: raise a UserError where a claim can not be submitted."""
        for claim in self:
            claim._check_state_is(("draft",), self.env._("submit it"))
            missing = claim._get_missing()
            if missing:
                claim._refuse("\n".join(missing))

    def _prepare_submit_vals(self):
        self.ensure_one()
        labour, parts = self._get_live_amounts()
        return {
            "state": "submitted",
            "submitted_on": fields.Date.context_today(self),
            "claimed_labour": labour,
            "claimed_parts": parts,
            "claimed_amount": self.currency_id.round(labour + parts),
        }

    def _after_submit(self):
        """Hook: called once the claims are submitted."""
        self._message_log_batch(
            bodies={
                claim.id: self.env._(
                    "Submitted to %(manufacturer)s: labour %(labour)s, parts %(parts)s, without "
                    "taxes.",
                    manufacturer=claim.manufacturer_id.name,
                    labour=claim._format(claim.claimed_labour),
                    parts=claim._format(claim.claimed_parts),
                )
                for claim in self
            }
        )

    # ---- the manufacturer's answer --------------------------------------------------------

    def action_open_answer(self):
        """Open the dialog in which the manufacturer's answer is recorded."""
        for claim in self:
            claim._check_state_is(("submitted",), self.env._("record an answer"))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Manufacturer's Answer"),
            "res_model": "service.claim.answer.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_claim_ids": self.ids},
        }

    def _record_answer(self, answer, approved=0.0, reason=False, reference=False, day=None):
        """Keep what the manufacturer answered and bill the difference off.

        :param answer: a key of ``CLAIM_ANSWERS``.
        :param approved: with "short_paid" the amount without taxes that is paid, in the
            currency of the claim; otherwise it follows from the answer.
        :param reason: the manufacturer's words; required where less is paid than claimed.
        :param reference: the claim's number at the manufacturer, if it is new.
        :param day: the day of the answer; None is today.
        :raises UserError: naming the claim that waits for no answer, or what is missing.
        """
        self._lock()
        self._check_answer(answer, approved, reason)
        for claim in self:
            vals = {
                "state": answer,
                "answered_on": day or fields.Date.context_today(self),
                "approved_amount": {"approved": claim.claimed_amount, "rejected": 0.0}.get(
                    answer, approved
                ),
                "shortfall_reason": reason if answer != "approved" else False,
            }
            if reference:
                vals["manufacturer_ref"] = reference
            claim._keep(vals)
        self._bill_differences()
        self._after_answer()

    def _check_answer(self, answer, approved, reason):
        for claim in self:
            claim._check_state_is(("submitted",), self.env._("record an answer"))
            if answer != "approved" and not reason:
                claim._refuse(
                    self.env._("Write down why the manufacturer does not pay what was claimed.")
                )
            if answer == "short_paid" and len(self) > 1:
                claim._refuse(
                    self.env._("Record short payments claim by claim: each has its own amount.")
                )
            compare = claim.currency_id.compare_amounts
            if answer == "short_paid" and not (
                compare(approved, 0.0) > 0 and compare(approved, claim.claimed_amount) < 0
            ):
                claim._refuse(
                    self.env._(
                        "A short payment is more than nothing and less than the claimed "
                        "%(amount)s. Otherwise it is approved or rejected.",
                        amount=claim._format(claim.claimed_amount),
                    )
                )

    def _after_answer(self):
        """Hook: called once the answer is kept and the difference is on the estimate."""
        bodies = {}
        for claim in self:
            values = {
                "manufacturer": claim.manufacturer_id.name,
                "approved": claim._format(claim.approved_amount),
                "claimed": claim._format(claim.claimed_amount),
                "reason": claim.shortfall_reason or "",
            }
            if claim.state == "rejected":
                bodies[claim.id] = self.env._(
                    "%(manufacturer)s rejected the claim of %(claimed)s: %(reason)s. The house "
                    "bears it; work the customer should pay is proposed as a new job.",
                    **values,
                )
            else:
                bodies[claim.id] = self.env._(
                    "%(manufacturer)s approved %(approved)s of %(claimed)s. %(reason)s", **values
                )
        self._message_log_batch(bodies=bodies)
        self._update_paid()

    # ---- once more ------------------------------------------------------------------------

    def action_reopen(self):
        """Begin another round of claims that were rejected or short-paid: they are drafts again,
        and the full amount is billed until the next answer. The history keeps the former one.

        :raises UserError: naming the claim that is in another state.
        """
        self._lock()
        for claim in self:
            claim._check_state_is(("short_paid", "rejected"), self.env._("submit it again"))
        self._message_log_batch(
            bodies={
                claim.id: self.env._(
                    "Another round: %(state)s on %(day)s (%(reason)s), submitted on %(submitted)s "
                    "with %(claimed)s, approved %(approved)s.",
                    state=claim._get_state_label(),
                    day=claim.answered_on,
                    reason=claim.shortfall_reason or "",
                    submitted=claim.submitted_on,
                    claimed=claim._format(claim.claimed_amount),
                    approved=claim._format(claim.approved_amount),
                )
                for claim in self
            }
        )
        self._take_back_differences()
        self._keep(
            {
                "state": "draft",
                "submitted_on": False,
                "answered_on": False,
                "claimed_labour": 0.0,
                "claimed_parts": 0.0,
                "claimed_amount": 0.0,
                "approved_amount": 0.0,
                "shortfall_reason": False,
            }
        )
        return True

    # ---- the difference -------------------------------------------------------------------

    def _bill_differences(self):
        """Take what the manufacturer does not pay off what is billed: lines of the product
        "Claim Difference" on the manufacturer's estimate. What is on an invoice already becomes
        a credit note in the next run."""
        vals_list = []
        for claim in self:
            short = claim.currency_id.round(claim.claimed_amount - claim.approved_amount)
            if claim.currency_id.compare_amounts(short, 0.0) > 0:
                vals_list += claim._prepare_difference_vals(short)
        if vals_list:
            # Whoever records the answer need not have the right to sell.
            self.env["sale.order.line"].sudo().create(vals_list)

    def _prepare_difference_vals(self, short):
        """Return the values of the lines that take ``short`` (without taxes) off: one per set of
        taxes of the claimed lines, in proportion to their amounts."""
        self.ensure_one()
        product = self.env.ref("service_advisor.product_claim_difference")
        shares = []
        for (order, taxes), lines in self._get_claimed_lines().grouped(
            lambda line: (line.order_id, line.tax_ids)
        ).items():
            amount = sum(line._get_claimed_amount() for line in lines)
            if not self.currency_id.is_zero(amount):
                shares.append((order, taxes, lines, amount))
        total, left, vals_list = sum(share[3] for share in shares), short, []
        for index, (order, taxes, lines, amount) in enumerate(shares):
            # The last set of taxes takes what rounding leaves.
            part = self.currency_id.round(short * amount / total)
            part = left if index == len(shares) - 1 else part
            left -= part
            vals_list.append(
                {
                    "order_id": order.id,
                    "service_job_id": self.job_id.id,
                    "service_claim_id": self.id,
                    "sequence": max(lines.mapped("sequence")),
                    "product_id": product.id,
                    "name": self._get_difference_name(),
                    "product_uom_qty": 1.0,
                    "qty_delivered": 1.0,
                    "price_unit": -part * lines._get_price_ratio(),
                    "tax_ids": [Command.set(taxes.ids)],
                }
            )
        return vals_list

    def _get_difference_name(self):
        """Return what the manufacturer reads on the invoice, in the manufacturer's language."""
        claim = self.with_context(lang=self.manufacturer_id.lang or self.env.lang)
        name = claim.env._("Claim %s: not approved", claim.name)
        if claim.manufacturer_ref:
            name = f"{name} ({claim.manufacturer_ref})"
        return f"{name}, {claim.shortfall_reason}" if claim.shortfall_reason else name

    def _take_back_differences(self):
        """Bill again what was taken off: nothing is left of the lines, and what was credited
        is invoiced by the next run."""
        # Whoever reopens a claim need not have the right to sell.
        lines = self.env["sale.order.line"].sudo().search(
            [("service_claim_id", "in", self.ids), ("product_uom_qty", "!=", 0)]
        )
        for price, same in lines.grouped("price_unit").items():
            same.write({"product_uom_qty": 0.0, "qty_delivered": 0.0, "price_unit": price})

    # ---- payment --------------------------------------------------------------------------

    def _update_paid(self):
        """Set accepted claims paid, or open again, as the payments of their invoices say."""
        claims = self.filtered(lambda claim: claim.state in ("approved", "short_paid", "paid"))
        for claim in claims:
            paid = claim._is_paid()
            if paid and claim.state != "paid":
                claim._keep({"state": "paid", "paid_on": fields.Date.context_today(self)})
            elif not paid and claim.state == "paid":
                short = claim.currency_id.compare_amounts(
                    claim.approved_amount, claim.claimed_amount
                )
                claim._keep({"state": "short_paid" if short else "approved", "paid_on": False})

    def _is_paid(self):
        """Tell whether all of the claim is invoiced, and all its invoices are paid."""
        lines = self._get_billed_lines()
        moves = lines.invoice_lines.move_id.filtered(lambda move: move.state != "cancel")
        states = set(moves.mapped("payment_state"))
        return (
            bool(states & {"paid", "in_payment"})
            and states <= set(SETTLED_PAYMENTS)
            and not any(line.qty_to_invoice for line in lines)
        )

    # ---- helpers --------------------------------------------------------------------------

    def _check_state_is(self, states, what):
        self.ensure_one()
        if self.state not in states:
            self._refuse(
                self.env._(
                    "It is %(state)s, so you can not %(what)s.",
                    state=self._get_state_label(),
                    what=what,
                )
            )

    def _get_state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _format(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)
