from odoo import fields, models
from odoo.exceptions import LockError, UserError

from ..exceptions import BusyError


class ServicePartRequest(models.Model):
    """What the warehouse answers, and what comes of it."""

    _inherit = "service.part.request"

    # ---- the answer of the warehouse ------------------------------------------------------

    def action_answer(self):
        """Propose the chosen parts to the payer of each job.

        They become lines of the job while nobody was asked about it. Otherwise they are a job
        of their own: what was quoted or approved stands, and nobody has to answer twice.

        :raises UserError: naming the order, where no part is chosen, the job is off, or
            somebody else was faster.
        """
        self._check_may_answer()
        self._lock_open()
        self._check_can_answer()
        for request in self:
            job = request._propose_lines()
            request._keep(dict(request._prepare_close_vals("answered"), answer_job_id=job.id))
        self._after_close()
        return True

    def action_refuse(self):
        """Tell the technicians that they do not get these parts, and why.

        :raises UserError: where the reason is missing or somebody else was faster.
        """
        self._check_may_answer()
        self._lock_open()
        for request in self:
            if not (request.refusal_reason or "").strip():
                request.order_id._refuse(
                    self.env._("Write the reason for refusing, so that the technician knows.")
                )
        self._keep(self._prepare_close_vals("refused"))
        self._after_close()
        return True

    def _check_may_answer(self):
        if not (self.env.su or self.env.user.has_group("stock.group_stock_user")):
            raise UserError(
                self.env._("The warehouse answers part requests: ask it, or wait for its answer.")
            )
        self.check_access("write")

    def _check_can_answer(self):
        """Hook: raise a UserError where these requests can not be answered yet."""
        self._check_can_ask()
        for request in self:
            if not request.line_ids:
                request.order_id._refuse(
                    self.env._(
                        "Choose at least one part for \"%(part)s\", or refuse the request.",
                        part=request.display_name,
                    )
                )

    def _propose_lines(self):
        """Put the chosen parts before the payer; return the ``service.job`` that carries them."""
        self.ensure_one()
        # The warehouse has no right to sell: the proposal is made on its behalf.
        job = self.job_id.sudo()
        return job.order_id._propose_part_lines(
            [line._prepare_sale_line_vals() for line in self.line_ids],
            self.env._("Parts were asked for in the workshop: ask who pays for them"),
            job,
        ).service_job_id

    def _prepare_close_vals(self, state):
        return {
            "state": state,
            "closed_at": fields.Datetime.now(),
            "closed_by_id": self.env.uid,
        }

    def _after_close(self):
        """Hook: called once requests are answered, refused or lost; tells who asked."""
        for user, requests in self.grouped("requested_by_id").items():
            if user != self.env.user:
                user._bus_send("simple_notification", requests._prepare_notification())
        bodies = {
            job.id: "; ".join(requests._get_outcomes())
            for job, requests in self.grouped("job_id").items()
        }
        self._notify_warehouse()
        # The warehouse may not write jobs; what it answered belongs into their history.
        self.job_id.sudo()._message_log_batch(bodies=bodies)

    def _get_outcomes(self):
        """Return a sentence per request, in the user's language."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            self.env._(
                "%(state)s: %(asked)s. %(answer)s",
                state=labels[request.state],
                asked=request.display_name,
                answer=request.answer or "",
            )
            for request in self
        ]

    def _prepare_notification(self):
        """Return the note that appears at once on the screen of who asked."""
        return {
            "type": "success" if set(self.mapped("state")) == {"answered"} else "warning",
            "title": ", ".join(self.order_id.mapped("name")),
            "message": "; ".join(self._get_outcomes()),
            "sticky": True,
        }

    def _lock_open(self):
        """Let one of two people who answer these requests at once win, and tell the other.

        :raises BusyError: while the other is at it; Odoo repeats the request.
        :raises UserError: once the other has answered.
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise BusyError(
                self.env._("Somebody else is answering this request. Reload it and look again.")
            ) from error
        self.invalidate_recordset(["state", "closed_by_id"])
        self._check_is_open()

    # ---- lost sales -----------------------------------------------------------------------

    def action_lost_demand(self):
        """Record that these parts can not be served and the customer does not wait.

        A second tap does nothing.

        :raises UserError: where somebody else has answered, or the user may not say so.
        """
        Demand = self.env["service.lost.demand"]
        Demand._check_may_record()
        requests = self.filtered(lambda request: request.state != "lost")
        if not requests:
            return True
        requests.check_access("read")
        # Advisors answer no requests, but a lost sale is theirs to tell as well.
        requests = requests.sudo()
        requests._lock_open()
        Demand._record([vals for request in requests for vals in request._prepare_lost_vals()])
        requests._keep(requests._prepare_close_vals("lost"))
        requests._after_close()
        return True

    def _prepare_lost_vals(self):
        """Return the values of one ``service.lost.demand`` per part that was asked for."""
        common = {
            "order_id": self.order_id.id,
            "job_id": self.job_id.id,
            "request_id": self.id,
        }
        if self.line_ids:
            return [
                dict(
                    common,
                    name=line.product_id.display_name,
                    product_id=line.product_id.id,
                    quantity=line.quantity,
                )
                for line in self.line_ids
            ]
        return [dict(common, name=self._get_words(), quantity=self.quantity)]

    def action_undo_lost(self):
        """Open these requests again; the lost sale was told by mistake.

        :raises UserError: where neither the user nor a service manager told it.
        """
        lost = self.filtered(lambda request: request.state == "lost")
        lost.lost_demand_ids._undo()
        # Who told it was checked; advisors write no requests of others.
        lost.sudo()._keep({"state": "requested", "closed_at": False, "closed_by_id": False})
        self._notify_warehouse()
        return True
