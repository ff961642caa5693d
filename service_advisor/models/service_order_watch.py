import logging

from odoo import api, fields, models
from odoo.fields import Domain
from psycopg2 import OperationalError

from ..tools.projection import judge_risk
from .service_promise_alert import RISK_KINDS

_logger = logging.getLogger(__name__)

# So many orders are looked at before what was found is committed.
BATCH = 500
# An order whose car is in the shop and not ready: its promise has to be defended.
WATCHED_STATES = ("checked_in", "quoted", "authorised", "in_work", "quality_check")
INSIDERS = "base.group_user"


class ServiceOrder(models.Model):
    """Is the promise in danger? A scheduled action looks at every open order, all day.

    Stored, because boards, digests and the action itself search by it. Whether a promise was
    broken never depends on the action having run: see ``is_late``.
    """

    _inherit = "service.order"

    projected_at = fields.Datetime(
        "Expected Ready",
        readonly=True,
        copy=False,
        groups=INSIDERS,
        help="When the car will be ready as things stand: clocks, waits, parts and plan. "
        "Reckoned anew every few minutes.",
    )
    risk = fields.Selection(
        [("none", "On Time"), ("at_risk", "At Risk"), ("late", "Late")],
        "Promise",
        default="none",
        required=True,
        readonly=True,
        copy=False,
        groups=INSIDERS,
    )
    risk_kind = fields.Selection(
        RISK_KINDS, "In Danger Because of", readonly=True, copy=False, groups=INSIDERS
    )
    blocked_by = fields.Selection(
        RISK_KINDS,
        readonly=True,
        copy=False,
        groups=INSIDERS,
        help="What the work on the car waits for.",
    )
    alert_ids = fields.One2many(
        "service.promise.alert", "order_id", "Dangers Raised", groups=INSIDERS
    )

    _watch_idx = models.Index(
        "(id) WHERE promised_at IS NOT NULL AND state IN"
        " ('checked_in', 'quoted', 'authorised', 'in_work', 'quality_check')"
    )
    _risk_idx = models.Index("(risk) WHERE risk IN ('at_risk', 'late')")

    # ---- scheduled action -----------------------------------------------------------------

    @api.model
    def _cron_watch_promises(self):
        """Project the end of every open order and tell its advisor what endangers the promise.

        The most urgent first, in batches that are committed one by one: two workers share the
        work, and what one that is killed had not committed is done by the next run.
        """
        cron, now = self.env["ir.cron"], fields.Datetime.now()
        orders = self.search(self._get_watched_domain(), order="promised_at, id")
        cron._commit_progress(remaining=len(orders))
        times = {}
        for start in range(0, len(orders), BATCH):
            batch = orders[start : start + BATCH]
            batch._watch_safely(now, times)
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _get_watched_domain(self):
        """Hook: return the domain of the orders whose promise is watched."""
        return Domain("state", "in", WATCHED_STATES) & Domain("promised_at", "!=", False)

    def _watch_safely(self, now, times):
        """Watch these orders; one that can not be reckoned keeps no other from being watched."""
        try:
            with self.env.cr.savepoint():
                # Whoever holds an order changes it just now: the next run looks at it.
                free = self.try_lock_for_update(allow_referencing=True)
                free.filtered_domain(self._get_watched_domain())._watch(now, times)
        except OperationalError:
            _logger.info("Somebody else changes one of %s orders; the next run looks", len(self))
        except Exception:
            if len(self) == 1:
                _logger.exception("The promise of service order %s is not watched", self.id)
                return
            half = len(self) // 2
            self[:half]._watch_safely(now, times)
            self[half:]._watch_safely(now, times)

    def _watch(self, now, times):
        """Keep what is expected of these orders and tell the advisors what is new.

        :param now, times: see :meth:`_project`.
        """
        self = self.with_context(tracking_disable=True)
        projections = self._project(now, times)
        risks = {
            order: judge_risk(order.promised_at, projections[order].moment, now)
            for order in self
        }
        new = self._update_alerts(projections, risks, now)
        for order in self:
            vals = order._prepare_watch_vals(projections[order], risks[order])
            changed = {name: value for name, value in vals.items() if order[name] != value}
            if changed:
                # Written at once for all of them, by the ORM, when the batch is committed.
                order._keep(changed)
        new._remind_advisors()

    def _prepare_watch_vals(self, projection, risk):
        limit = projection.limit if risk != "none" else None
        return {
            "projected_at": projection.moment,
            "risk": risk,
            "risk_kind": limit and limit.kind or False,
            "risk_limit": limit and self._get_limit_facts(limit) or False,
            "blocked_by": projection.blocked_by,
        }

    def _watch_again(self):
        """Look at these orders now: their promise has moved."""
        # Whoever moves a promise need not read what it depends on.
        orders = self.sudo().filtered_domain(self._get_watched_domain())
        orders._watch(fields.Datetime.now(), {})

    # ---- no longer watched ----------------------------------------------------------------

    def _after_ready(self):
        self._end_watch()
        return super()._after_ready()

    def action_cancel(self):
        """Cancel orders; nobody has to be reminded of their promise any more."""
        result = super().action_cancel()
        self._end_watch()
        return result

    def _end_watch(self):
        """Forget the dangers to promises that are kept, broken or void by now."""
        # Not the steps' rights, but the watch's, decide about its own record.
        watched = self.sudo().filtered(
            lambda order: order.risk != "none" or order.blocked_by or order.projected_at
        )
        if watched:
            watched._close_alerts()
            watched._keep(
                {
                    "projected_at": False,
                    "risk": "none",
                    "risk_kind": False,
                    "risk_limit": False,
                    "blocked_by": False,
                }
            )
