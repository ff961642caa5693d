from odoo import fields, models
from odoo.exceptions import LockError
from odoo.tools import format_datetime

from ..exceptions import BusyError
from ..tools.promise import round_up

INSIDERS = "base.group_user"


class ServiceOrder(models.Model):
    """A promise moves with a reason only; the first one and every change are kept."""

    _inherit = "service.order"

    promise_change_ids = fields.One2many(
        "service.promise.change", "order_id", "Promise Changes", groups=INSIDERS
    )
    counted_promise_at = fields.Datetime(
        "Counted Promise",
        readonly=True,
        copy=False,
        groups=INSIDERS,
        help="Against this the order is on time or late in the figures: what was promised when the "
        "customer first approved, moved by additional work the customer approved and by nothing "
        "else.",
    )
    offered_promise_at = fields.Datetime(
        "Offered with More Work",
        readonly=True,
        copy=False,
        groups=INSIDERS,
        help="When the car can be ready if the customer approves the additional work.",
    )
    offered_limit = fields.Char("Offer Limited By", readonly=True, copy=False, groups=INSIDERS)
    has_untold_change = fields.Boolean(
        compute="_compute_has_untold_change", groups=INSIDERS
    )

    def _compute_has_untold_change(self):
        untold = self.promise_change_ids.filtered(lambda change: not change.told_at)
        for order in self:
            order.has_untold_change = bool(untold & order.promise_change_ids)

    # ---- told with the price --------------------------------------------------------------

    def _offer_promise(self, moment, limit):
        """Keep what the customer is told with the price, a moment rounded up already.

        As long as nothing is approved it is the promise. Later it is an offer, which becomes the
        promise once the customer approves the additional work: quoting more work hides no delay
        of the work agreed to.
        """
        self.ensure_one()
        if self.promised_at and self._get_authorised_jobs():
            self._keep({"offered_promise_at": moment, "offered_limit": limit})
        elif self.promised_at and self.promised_at != moment:
            self._change_promise(moment, limit, "quoted")
        else:
            self._keep(self._prepare_promise_vals(moment, limit, "quoted"))

    def _get_offered_promise(self):
        """Return ``(moment, limit)`` to tell the customer with the price of what was quoted."""
        self.ensure_one()
        # It stands on what the customer is shown, whoever prints it.
        order = self.sudo()
        if order.offered_promise_at:
            return max(order.offered_promise_at, order.promised_at), order.offered_limit
        return order.promised_at, order.promise_limit

    def _write_answers(self, answers, evidence, proposals, refusals=None):
        before = self._get_promise_offers()
        result = super()._write_answers(answers, evidence, proposals, refusals)
        before._take_offers(answers.get("approved", self.job_ids.browse()))
        return result

    def _get_promise_offers(self):
        # Customers answer in the portal; what was offered to them holds whoever they are.
        return self.sudo().filtered("offered_promise_at")

    def _take_offers(self, approved):
        """Let the offers of these orders become their promises, where work was approved."""
        for order in self:
            moment, limit = order.offered_promise_at, order.offered_limit
            if order in approved.order_id and moment > order.promised_at:
                order._change_promise(moment, limit, "extra_work")
            if order in approved.order_id or not order._get_quoted_jobs():
                order._keep({"offered_promise_at": False, "offered_limit": False})

    # ---- moved ----------------------------------------------------------------------------

    def _move_promise(self, moment, reason, kind, seen=None):
        """Move the promise, keep why, and look at once whether the new one can be held.

        :param moment: the new promise, a datetime; rounded up to a quarter of an hour.
        :param reason: why, in words for the house.
        :param kind: one of ``CHANGE_KINDS`` of ``service.promise.change``.
        :param seen: the promise that whoever moves it has before the eyes, where known.
        :raises UserError: where there is no promise to move, the new one has passed, or somebody
            else has moved it meanwhile.
        :raises BusyError: where somebody else is moving it at this moment.
        """
        self.ensure_one()
        self.check_access("write")
        self._lock_promise()
        moment = round_up(moment)
        self._check_can_move_promise(moment, seen)
        if moment != self.promised_at:
            self._change_promise(moment, reason, kind)

    def _lock_promise(self):
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._(
                    "Somebody else is changing %(order)s at this moment. Reload it and look "
                    "again.",
                    order=self.name,
                )
            ) from error

    def _check_can_move_promise(self, moment, seen):
        """Hook: raise a UserError where the promise can not be moved to ``moment``."""
        if not self.promised_at:
            self._refuse(
                self.env._("Nothing is promised yet. Press \"Price and Promise\" first.")
            )
        if self.state in ("ready", "delivered", "closed", "cancelled"):
            labels = dict(self._fields["state"]._description_selection(self.env))
            self._refuse(
                self.env._(
                    "It is %(state)s: what was promised is kept or broken by now, and stays.",
                    state=labels[self.state],
                )
            )
        if moment < fields.Datetime.now():
            self._refuse(self.env._("A new promise lies ahead. Choose a later time."))
        if seen and seen != self.promised_at:
            last = self._get_last_change()
            self._refuse(
                self.env._(
                    "%(user)s has moved the promise to %(moment)s meanwhile. Reload the order and "
                    "look again.",
                    user=last.user_id.name or self.write_uid.name,
                    moment=format_datetime(self.env, self.promised_at, dt_format="short"),
                )
            )

    def _get_last_change(self):
        """Return the latest change of the promise of this order, if it ever moved."""
        return self.promise_change_ids.sorted("id")[-1:]

    def _change_promise(self, moment, reason, kind):
        """Write the change of the promise and the new one, which the caller has checked, and look
        at once whether it can be held."""
        vals = self._prepare_promise_vals(moment, reason, kind)
        # Nobody may write what happened; the step that calls this was checked.
        order = self.sudo()
        is_counted = vals["counted_promise_at"] != order.counted_promise_at
        order.promise_change_ids.create(
            {
                "order_id": self.id,
                "old_promised_at": self.promised_at,
                "new_promised_at": moment,
                "kind": kind,
                "reason": reason,
                "user_id": self.env.uid,
                "is_counted": is_counted,
                # Told with the price, or approved by the customer.
                "told_at": kind in ("quoted", "extra_work") and fields.Datetime.now(),
            }
        )
        self._keep(vals)
        self._watch_again()

    def _prepare_promise_vals(self, moment, reason, kind):
        return {
            "promised_at": moment,
            "promise_limit": reason,
            "first_promised_at": self.first_promised_at or moment,
            "counted_promise_at": self._get_counted_promise(moment, kind),
        }

    def _get_counted_promise(self, moment, kind):
        """Return against what this order is on time or late once its promise is ``moment``.

        The rule of the department's figure "on time": the promise may move without counting only
        for work that the customer approved in addition. So

        - until the customer has approved anything, a promise is an offer, and what counts is the
          offer that the customer approves;
        - additional approved work moves what counts by as much as it moved the promise: a delay
          that was there before stays a delay;
        - parts that come late, the workshop, the customer's wish and anything else move the
          promise, not what counts.

        :param kind: one of ``CHANGE_KINDS`` of ``service.promise.change``.
        """
        self.ensure_one()
        # The figures are not for everybody whose step moves a promise.
        counted = self.sudo().counted_promise_at or self.first_promised_at
        if kind == "quoted" or not self._get_authorised_jobs():
            return moment
        if kind == "extra_work":
            return counted + max(moment - self.promised_at, moment - moment)
        return counted

    def action_move_promise(self):
        """Open the dialog that moves the promise of this order.

        :raises UserError: naming the order that has no promise to move.
        """
        self.ensure_one()
        self._check_can_move_promise(round_up(fields.Datetime.now()), None)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Move the Promise"),
            "res_model": "service.promise.move.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }
