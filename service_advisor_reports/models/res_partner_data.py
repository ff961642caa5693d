from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.data_rules import Customer, customer_faults

# What the checks read of a customer itself: a change of it is a new score.
DATA_FIELDS = frozenset(
    {"phone", "email", "message_bounce", "street", "city", "country_id", "is_company", "active"}
)
SCORE_FIELDS = frozenset({"service_data_score", "service_data_scored_at"})


class ResPartner(models.Model):
    """How complete and right the data of a customer is.

    Customers of the service department are scored: who owns a car or has brought one. Nobody else
    has a score.
    """

    _inherit = "res.partner"

    _data_kind = "customer"
    _data_link = "partner_id"
    _data_score = "service_data_score"
    _data_scored_at = "service_data_scored_at"

    service_data_score = fields.Integer(
        "Data Score",
        readonly=True,
        copy=False,
        aggregator="avg",
        groups="service_advisor.group_reception",
        help="100: nothing is missing and nothing is wrong.",
    )
    service_data_scored_at = fields.Datetime(
        "Data Checked On",
        readonly=True,
        copy=False,
        groups="service_advisor.group_reception",
    )

    _service_data_idx = models.Index(
        "(service_data_scored_at) WHERE service_data_scored_at IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["service.data.score"]._check_not_typed(SCORE_FIELDS & set().union(*vals_list))
        return super().create(vals_list)

    def write(self, vals):
        if SCORE_FIELDS & vals.keys() and not self.env.su:
            # Nobody types a score in. It is left out, not refused: Odoo's merge of customers
            # writes every field it can read along.
            vals = {name: value for name, value in vals.items() if name not in SCORE_FIELDS}
        bounced = self._get_bounced() if "email" in vals else {}
        result = super().write(vals)
        self._forget_bounces(bounced)
        if DATA_FIELDS & vals.keys():
            self._after_data_change(vals)
        return result

    def _get_bounced(self):
        return {partner: partner.email_normalized for partner in self if partner.message_bounce}

    @api.model
    def _forget_bounces(self, bounced):
        """Forget that e-mails came back from an address that is no longer there.

        :param bounced: ``{partner: normalised address}`` as it was.
        """
        moved = [partner.id for partner, email in bounced.items()
                 if partner.email_normalized != email]
        if moved:
            # Nobody enters bounces; a new address has had none.
            self.browse(moved).sudo().write({"message_bounce": 0})

    def _after_data_change(self, vals):
        """Score these customers anew; ``vals`` are what was written."""
        Score = self.env["service.data.score"]
        Score._changed(self)
        if "phone" in vals and not self.env.context.get("service_data_hold"):
            # Whoever keeps a customer need not see the cars of every shop.
            cars = self.env["service.vehicle"].sudo()
            Score._changed(cars.search([("owner_id", "in", self.ids)]))

    def _find_data_faults(self, _in_force, visits):
        """Return ``{id: {code: value}}`` of what is missing or wrong, in a constant number of
        queries, of those who are customers of the service department: who own a car or have
        brought one.

        :param visits: the ids of those who have brought one.
        """
        self.fetch([*DATA_FIELDS, "phone_sanitized", "email_normalized", "company_id"])
        owners = {
            owner.id
            for [owner] in self.env["service.vehicle"]._read_group(
                [("owner_id", "in", self.ids), ("active", "=", True)], ["owner_id"]
            )
        }
        self.invalidate_recordset(["is_blacklisted"], flush=False)  # the list may have changed
        silent = set(self._get_without_consent().ids)
        return {
            partner.id: customer_faults(
                Customer(
                    phone=partner.phone or "",
                    phone_key=partner.phone_sanitized or "",
                    email=partner.email or "",
                    email_key=partner.email_normalized or "",
                    bounces=partner.message_bounce,
                    is_blocked=partner.is_blacklisted,
                    street=partner.street or "",
                    city=partner.city or "",
                    country=str(partner.country_id.id or ""),
                    is_person=not partner.is_company,
                    has_orders=partner.id in visits,
                    has_vehicle=partner.id in owners,
                    lacks_consent=partner.id in silent,
                )
            )
            for partner in self
            if partner.active and (partner.id in owners or partner.id in visits)
        }

    def _get_without_consent(self):
        """Return those of these customers who were never asked for any consent."""
        # A customer was asked or was not, whoever wants to know.
        asked = self.env["service.consent"].sudo()._read_group(
            [("partner_id", "in", self.ids)], ["partner_id"]
        )
        return self.browse(set(self.ids) - {partner.id for [partner] in asked})

    @api.model
    def _get_stale_query(self, limit):
        """Return the query of id and last scoring of the customers that are due, first those
        without a score, then the oldest.

        :param limit: who was scored before is due; so is who has a new car or order since.
        """
        return SQL(
            """
            SELECT p.id, p.service_data_scored_at
              FROM res_partner p
             WHERE p.active
               AND (p.service_data_scored_at < %(limit)s
                    OR p.service_data_scored_at IS NULL
                       AND (p.id IN (SELECT owner_id FROM service_vehicle WHERE active)
                            OR p.id IN (SELECT partner_id FROM service_order
                                         WHERE state != 'cancelled'))
                    OR p.id IN (SELECT v.owner_id
                                  FROM service_vehicle v
                                  JOIN res_partner own ON own.id = v.owner_id
                                 WHERE v.create_date > own.service_data_scored_at)
                    OR p.id IN (SELECT o.partner_id
                                  FROM service_order o
                                  JOIN res_partner own ON own.id = o.partner_id
                                 WHERE o.create_date > own.service_data_scored_at))
             ORDER BY p.service_data_scored_at NULLS FIRST, p.id
            """,
            limit=limit,
        )

    def action_view_service_data(self):
        """Open what is missing or wrong with these customers and their cars."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "service_advisor_reports.service_data_issue_action"
        )
        return dict(
            action,
            domain=["|", ("partner_id", "in", self.ids), ("vehicle_id.owner_id", "in", self.ids)],
            context={"search_default_open": True},
        )
