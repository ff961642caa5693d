from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

PURPOSES = [
    ("survey", "Surveys by E-mail"),
    ("quality_call", "Calls After a Visit"),
    ("offer_call", "Calls With Offers"),
    ("marketing", "Name With Answers to Marketing"),
    ("sales", "Name, Phone and Plate to Sales"),
]
ANSWERS = [("given", "Given"), ("refused", "Refused"), ("withdrawn", "Withdrawn")]
CHANNELS = [
    ("counter", "At the Desk"),
    ("paper", "Signed Form"),
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("portal", "Customer Portal"),
    ("survey", "Link in a Survey"),
    ("switch", "Customer Record"),
    ("expiry", "Expired"),
]


class ServiceConsent(models.Model):
    """What a customer answered when asked whether data may be used for a purpose.

    Rows are only ever added: the newest of a customer and purpose is in force, the others are the
    evidence of what was before. Nobody has the right to write or delete one.
    """

    _name = "service.consent"
    _description = "Consent"
    _inherit = ["service.queue.mixin"]
    _order = "at desc, id desc"
    _rec_name = "purpose"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    purpose = fields.Selection(PURPOSES, required=True, readonly=True)
    state = fields.Selection(ANSWERS, "Answer", required=True, readonly=True)
    at = fields.Datetime("Date", required=True, readonly=True, default=fields.Datetime.now)
    channel = fields.Selection(CHANNELS, "How", required=True, readonly=True)
    evidence = fields.Text(readonly=True, help="The customer's words, or what was signed.")
    scan = fields.Binary(readonly=True, attachment=True)
    scan_name = fields.Char(readonly=True)
    expires_on = fields.Date("Until", readonly=True, help="Empty: until it is withdrawn.")
    user_id = fields.Many2one(
        "res.users", "Recorded By", readonly=True, default=lambda self: self.env.user
    )
    is_in_force = fields.Boolean(
        "In Force",
        compute="_compute_is_in_force",
        search="_search_is_in_force",
        help="The latest answer of this customer for this purpose, and not expired.",
    )

    _latest_idx = models.Index("(partner_id, purpose, at DESC, id DESC)")
    _expiry_idx = models.Index("(expires_on) WHERE expires_on IS NOT NULL AND state = 'given'")

    @api.depends("partner_id", "purpose", "at", "expires_on")
    def _compute_is_in_force(self):
        latest = self.browse(self.partner_id._get_latest_consents().values())
        today = fields.Date.context_today(self)
        for consent in self:
            expired = consent.expires_on and consent.expires_on < today
            consent.is_in_force = consent in latest and not expired

    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        unexpired = Domain("expires_on", "=", False) | Domain("expires_on", ">=", today)
        return self._get_latest_domain() & unexpired

    @api.model
    def _get_latest_domain(self):
        """Return the domain of the newest answer of each customer and purpose."""
        return Domain.custom(
            to_sql=lambda _model, alias, _query: SQL(
                """%s IN (
                    SELECT DISTINCT ON (partner_id, purpose) id FROM service_consent
                  ORDER BY partner_id, purpose, at DESC, id DESC
                )""",
                SQL.identifier(alias, "id"),
            )
        )

    @api.depends("purpose", "state")
    @api.depends_context("lang")
    def _compute_display_name(self):
        purposes = dict(self._fields["purpose"]._description_selection(self.env))
        answers = dict(self._fields["state"]._description_selection(self.env))
        for consent in self:
            purpose, answer = purposes.get(consent.purpose), answers.get(consent.state)
            consent.display_name = f"{purpose}: {answer}"

    # ---- recording ------------------------------------------------------------------------

    @api.model
    def _record(self, vals_list):
        """Add answers, and let what depends on them follow.

        Costs the same number of queries for one customer as for many.

        :param vals_list: values of ``service.consent``, at most one for each customer and
            purpose; who records it may write the customer.
        """
        partners = self.env["res.partner"].browse([vals["partner_id"] for vals in vals_list])
        partners.check_access("write")
        # Nobody may write or delete answers; whoever may write the customer may add one.
        consents = self.sudo().create(vals_list)
        consents._after_record()
        return consents.with_env(self.env)

    def _after_record(self):
        """Hook: let switches and others follow these new answers; ``self`` has all rights."""

    @api.model
    def _get_texts(self):
        """Hook: return ``{purpose: the sentence the customer agrees to}``."""
        return {
            "survey": self.env._("You may ask me by e-mail how my visit was."),
            "quality_call": self.env._("You may call me and ask how my visit was."),
            "offer_call": self.env._(
                "You may call me with offers: maintenance that is due, work I put off."
            ),
            "marketing": self.env._(
                "Your marketing people may see my name, telephone and e-mail beside my answers "
                "to surveys."
            ),
            "sales": self.env._(
                "Your car sales people may see my name, telephone, e-mail and plate, and contact "
                "me about my next car."
            ),
        }

    # ---- expiry ---------------------------------------------------------------------------

    @api.model
    def _cron_expire(self):
        """Record that consents ended whose time is over, so that switches follow."""
        today = fields.Date.context_today(self)
        domain = (
            Domain("state", "=", "given")
            & Domain("expires_on", "<", today)
            & self._get_latest_domain()
        )
        self._work_off(domain, lambda consent: consent._expire())

    def _expire(self):
        self._record(
            [
                {
                    "partner_id": consent.partner_id.id,
                    "purpose": consent.purpose,
                    "state": "withdrawn",
                    "channel": "expiry",
                    "evidence": self.env._("Given until %s.", consent.expires_on),
                }
                for consent in self
            ]
        )

    def _erase_evidence(self):
        """Take personal data out of these answers, as the customer asked; that there was an
        answer, which and when, is kept."""
        self.write({"evidence": False, "scan": False, "scan_name": False})
