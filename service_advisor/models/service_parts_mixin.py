from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .stock_move_parts import WAITING_STATES

OPEN_STATES = (*WAITING_STATES, "assigned")
KNOWN_STATES = (*OPEN_STATES, "done")

# One word for the approved parts of a job or an order.
PARTS_STATES = [
    ("none", "No Parts"),
    ("short", "Short"),
    ("expected", "On the Way"),
    ("ready", "Put Aside"),
    ("issued", "Issued"),
]

# Who may read the lines of estimates.
PART_READERS = ",".join(
    [
        "service_advisor.group_reception",
        "service_advisor.group_technician",
        "stock.group_stock_user",
        "account.group_account_invoice",
    ]
)


class ServicePartsMixin(models.AbstractModel):
    """Are the approved parts there? Answered from the stock moves, for many records at once.

    Nothing is stored: the plain life of an order does not pay for what a list may show.
    """

    _name = "service.parts.mixin"
    _description = "Parts of a Job or an Order"

    # From a stock move to the record it is for.
    _parts_path = "service_job_id"

    parts_state = fields.Selection(
        PARTS_STATES,
        "Parts",
        compute="_compute_parts",
        # Everybody who sees the job may know whether its parts are there.
        compute_sudo=True,
        search="_search_parts_state",
        help="Put Aside: all approved parts are there. On the Way: the missing ones come with a "
        "receipt or a transfer. Short: nothing is known to bring them.",
    )
    parts_expected_at = fields.Datetime(
        "Parts Expected", compute="_compute_parts", compute_sudo=True
    )
    parts_note = fields.Char("Parts Status", compute="_compute_parts", compute_sudo=True)
    parts_facts = fields.Json(compute="_compute_parts", compute_sudo=True)

    has_parts = fields.Boolean(compute="_compute_has_parts")

    def _compute_has_parts(self):
        """Whether there are parts, proposed or approved; what inherits says how it knows."""
        self.has_parts = False

    @api.depends_context("lang", "tz")
    def _compute_parts(self):
        moves = self.env["stock.move"]._fetch_parts([(self._parts_path, "in", self.ids)])
        by_record = moves.grouped(lambda move: move.mapped(self._parts_path).id)
        nothing = moves.browse()
        for record in self:
            status = by_record.get(record._origin.id, nothing)._get_parts_status()
            state = status["state"]
            record.parts_state = "none" if state == "returned" else state
            missing, expected = status["missing"].product_id, status["expected_at"]
            record.parts_expected_at = expected
            record.parts_facts = {
                "state": state,
                "products": missing.ids,
                "expected_at": fields.Datetime.to_string(expected),
            }
            record.parts_note = self._get_parts_note(state, missing, expected)

    def _get_parts_note(self, state, missing, expected):
        """Return in one sentence where the parts are, in the language of the environment; False
        where there is nothing to tell.

        :param state, expected: ``state`` and ``expected_at`` of
            :meth:`stock.move._get_parts_status`.
        :param missing: product.product that are waited for.
        """
        names = ", ".join(missing.mapped("display_name"))
        if state == "short":
            return self.env._("Short, and nothing is under way: %(parts)s.", parts=names)
        if state == "expected" and expected:
            return self.env._(
                "Expected on %(date)s: %(parts)s.",
                date=self._format_parts_date(expected),
                parts=names,
            )
        return {
            "expected": self.env._("On the shelf, not put aside yet: %(parts)s.", parts=names),
            "ready": self.env._("All approved parts are put aside."),
            "issued": self.env._("All approved parts are issued."),
            "returned": self.env._("All parts were returned to the shelf."),
        }.get(state, False)

    def _format_parts_date(self, moment):
        """Return the day of ``moment`` in the time zone and the language of the reader."""
        return format_date(self.env, fields.Datetime.context_timestamp(self, moment).date())

    def _search_parts_state(self, operator, value):
        """Answer from the states of the moves; only what sets "short" apart from "expected"
        needs the forecast, of the few records that wait."""
        if operator != "in":
            return NotImplemented
        wanted = set(value)
        found = Domain.FALSE
        if wanted & {"short", "expected"}:
            waiting = self._get_parts_records(SQL("waiting"), OPEN_STATES)
            if not wanted >= {"short", "expected"}:
                records = self.search(waiting)
                waiting = Domain(
                    "id", "in", records.filtered(lambda r: r.parts_state in wanted).ids
                )
            found |= waiting
        if "ready" in wanted:
            found |= self._get_parts_records(SQL("NOT waiting AND reserved"), OPEN_STATES)
        if "issued" in wanted:
            found |= self._get_parts_records(SQL("NOT waiting AND NOT reserved AND fitted > 0"))
        if wanted & {"none", False}:
            found |= self._get_parts_records(
                SQL("NOT waiting AND NOT reserved AND fitted <= 0"), or_without=True
            )
        return found

    def _get_parts_records(self, condition, states=KNOWN_STATES, or_without=False):
        """Return the domain of the records whose parts fulfil ``condition``, SQL on the columns
        ``waiting``, ``reserved`` (booleans) and ``fitted`` (quantity in the cars).

        :param states: of the moves to look at; the open ones are few and found by an index.
        :param or_without: whether those that have no moves are meant as well.
        """
        query = self._get_parts_query(states)
        found = SQL("SELECT record_id FROM %s parts WHERE %s", query, condition)
        without = SQL("SELECT record_id FROM %s parts", query)

        def to_sql(_model, alias, _query):
            record = SQL.identifier(alias, "id")
            if or_without:
                return SQL("(%(r)s IN (%(found)s) OR %(r)s NOT IN (%(without)s))",
                           r=record, found=found, without=without)
            return SQL("%s IN (%s)", record, found)

        return Domain.custom(to_sql=to_sql)

    def _get_parts_query(self, states):
        """Return the SQL of where the parts of each record are."""
        self.env["stock.move"].flush_model(
            ["state", "quantity", "product_uom", "service_job_id", "location_id",
             "location_dest_id"]
        )
        return SQL(
            """(
                SELECT %(record)s AS record_id,
                       BOOL_OR(dest.usage = 'customer' AND move.state IN %(waiting)s) AS waiting,
                       BOOL_OR(dest.usage = 'customer' AND move.state = 'assigned') AS reserved,
                       SUM(CASE WHEN move.state != 'done' THEN 0
                                WHEN src.usage = 'customer' THEN -move.quantity * uom.factor
                                WHEN dest.usage = 'customer' THEN move.quantity * uom.factor
                                ELSE 0 END) AS fitted
                  FROM stock_move move
                  JOIN service_job job ON job.id = move.service_job_id
                  JOIN stock_location src ON src.id = move.location_id
                  JOIN stock_location dest ON dest.id = move.location_dest_id
                  JOIN uom_uom uom ON uom.id = move.product_uom
                 WHERE move.state IN %(states)s
                 GROUP BY 1)""",
            record=self._get_parts_record(),
            waiting=WAITING_STATES,
            states=states,
        )

    def _get_parts_record(self):
        """Return the SQL column of the record a move of the job ``job`` is for."""
        return SQL("job.id")
