import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from psycopg2 import OperationalError

from ..tools.sla import find_next_alert
from .service_complaint_alert import ACTIVITY

_logger = logging.getLogger(__name__)

# So many complaints are alerted before what was done is committed.
BATCH = 1000
ENDS = ("withdrawn_at", "closed_at", "discarded_at")


class ServiceComplaint(models.Model):
    """Nobody forgets a first contact: warnings before, escalation at the breach and each day.

    The moment of the next step is stored and indexed: the scheduled action reads what is due and
    nothing else. Whether a deadline was missed never depends on it having run.
    """

    _inherit = "service.complaint"

    last_alert_at = fields.Datetime("Last Warning On", readonly=True, copy=False)
    next_alert_at = fields.Datetime(
        "Next Warning", compute="_compute_next_alert_at", store=True
    )
    alert_ids = fields.One2many("service.complaint.alert", "complaint_id", "Warnings")

    _next_alert_idx = models.Index("(next_alert_at) WHERE next_alert_at IS NOT NULL")

    @api.depends("contact_due_at", "contacted_at", "last_alert_at", *ENDS)
    def _compute_next_alert_at(self):
        for complaint in self:
            done = complaint.contacted_at or complaint._get_ended_at()
            complaint.next_alert_at = not done and complaint.contact_due_at and find_next_alert(
                complaint.contact_due_at,
                # Whoever records a complaint need not read the deadlines of the house.
                complaint.policy_id.sudo()._get_warnings(),
                complaint.last_alert_at or complaint.received_at,
            )

    # ---- scheduled action -----------------------------------------------------------------

    @api.model
    def _cron_alert_contacts(self):
        """Warn of and escalate first contacts that are due, the most urgent first.

        In batches that are committed one by one: two workers share the work, and what one that
        is killed had not committed is done by the next run.
        """
        cron, now = self.env["ir.cron"], fields.Datetime.now()
        ids = self.search(self._get_alert_domain(now), order="next_alert_at, id").ids
        cron._commit_progress(remaining=len(ids))
        told = []
        for start in range(0, len(ids), BATCH):
            # Read anew: another worker may have had them meanwhile.
            batch = self.browse(ids[start : start + BATCH])
            told += batch._alert_safely(now)
            if not cron._commit_progress(len(batch)):
                break
        # One message about all of it; what each complaint needs is committed by now.
        self.env["service.complaint.alert"]._tell_managers(told)

    @api.model
    def _get_alert_domain(self, now):
        """Hook: return the domain of the complaints somebody has to be told of at ``now``."""
        return Domain("next_alert_at", "<=", now)

    def _alert_safely(self, now):
        """Raise what is due; a complaint that this fails on keeps no other one waiting.

        :return: see :meth:`_alert`.
        """
        told = []
        try:
            with self.env.cr.savepoint():
                # Whoever holds a complaint changes it just now: the next run looks at it.
                free = self.try_lock_for_update(allow_referencing=True)
                told = free.filtered_domain(self._get_alert_domain(now))._alert(now)
        except OperationalError:
            _logger.info("Somebody else changes one of %s complaints; next run", len(self))
        except Exception:
            if len(self) == 1:
                _logger.exception("The clock of complaint %s is not watched", self.id)
            else:
                half = len(self) // 2
                told = self[:half]._alert_safely(now) + self[half:]._alert_safely(now)
        return told

    def _alert(self, now):
        """Raise the step each of these complaints has reached, once.

        :return: ``[(user id, line)]`` of what was escalated, for whom.
        """
        Alert = self.env["service.complaint.alert"]
        companies = self.company_id
        # Whoever is told, and who tells it, are read at once.
        people = self.env.user | self.advisor_id | companies.service_complaint_manager_id
        people.partner_id.mapped("lang")
        managers = {company: company._get_complaint_manager() for company in companies}
        vals_list = [
            Alert._prepare_alert_vals(complaint, now, managers[complaint.company_id])
            for complaint in self
        ]
        alerts = Alert._raise([vals for vals in vals_list if vals])
        older = alerts.complaint_id._find_reminders()
        told = alerts._tell()
        self._set_alerted(now)
        # Last: whatever was read is forgotten with what is deleted.
        older.unlink()
        return told

    def _set_alerted(self, now):
        """Keep that what was due at ``now`` is done, and when the next step is: in one statement,
        where the ORM would write in small portions."""
        names = ["last_alert_at", "next_alert_at"]
        self.flush_recordset(names)
        moments = [
            find_next_alert(
                complaint.contact_due_at,
                # As above.
                complaint.policy_id.sudo()._get_warnings(),
                now,
            )
            for complaint in self
        ]
        if self:
            self.env.execute_query(
                SQL(
                    """
                    UPDATE service_complaint
                       SET last_alert_at = %s, next_alert_at = given.moment
                      FROM unnest(%s::int[], %s::timestamp[]) AS given (id, moment)
                     WHERE service_complaint.id = given.id
                    RETURNING service_complaint.id
                    """,
                    now,
                    self.ids,
                    moments,
                )
            )
            self.invalidate_recordset(names, flush=False)

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Let nobody follow a complaint only because of a reminder."""
        if self.env.context.get("service_no_subscribe"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    # ---- no longer watched ----------------------------------------------------------------

    def _after_contact(self, contacts):
        result = super()._after_contact(contacts)
        self.filtered("contacted_at")._forget_alerts()
        return result

    def write(self, vals):
        result = super().write(vals)
        if any(vals.get(name) for name in ENDS):
            self._forget_alerts()
        if vals.get("advisor_id"):
            self._tell_responsible()
        return result

    def _forget_alerts(self):
        """Take the reminders of these complaints back."""
        self._find_reminders().unlink()

    def _find_reminders(self):
        """Return the reminders of these complaints, whoever they are for."""
        # Whoever contacts the customer ends the reminders of others.
        return self.sudo().activity_search([ACTIVITY])

    # ---- whose it is ----------------------------------------------------------------------

    def _after_open(self):
        result = super()._after_open()
        self._tell_responsible()
        return result

    def _tell_responsible(self):
        """Let whoever answers for a complaint follow it, and know it unless it is the own one."""
        for complaint in self:
            # Whoever records a complaint need not read the settings of the company.
            company = complaint.company_id.sudo()
            user = complaint.advisor_id or company._get_complaint_manager()
            partner = user.partner_id
            if partner and partner != self.env.user.partner_id:
                complaint._message_subscribe(partner.ids)
                if not self.env.registry.ready:
                    continue  # nobody is written to while an addon is installed
                speaker = complaint.with_context(lang=user.lang or self.env.lang)
                speaker.message_notify(
                    partner_ids=partner.ids,
                    subject=speaker._get_responsible_text(),
                    body=complaint.description,
                )

    def _get_responsible_text(self):
        """Return in a line that this complaint is for whoever reads it."""
        words = {"name": self.name, "customer": self._get_customer_name()}
        if self.advisor_id:
            return self.env._("Complaint %(name)s of %(customer)s is yours", **words)
        return self.env._(
            "Complaint %(name)s of %(customer)s: choose who is responsible", **words
        )

    # ---- major ----------------------------------------------------------------------------

    def _after_major(self):
        """Tell the general manager at once."""
        result = super()._after_major()
        for complaint in self:
            # Whoever records a complaint need not read the settings of the company.
            users = complaint.company_id.sudo()._get_general_managers()
            if users and self.env.registry.ready:
                complaint._tell_major(users)
        return result

    def _tell_major(self, users):
        for lang, group in users.grouped("lang").items():
            speaker = self.with_context(lang=lang or self.env.lang)
            speaker.message_notify(
                partner_ids=group.partner_id.ids,
                subject=speaker.env._(
                    "Major complaint %(name)s of %(customer)s",
                    name=self.name,
                    customer=self._get_customer_name(),
                ),
                body=self.description,
            )
        self._message_log(
            body=self.env._(
                "Major: %(names)s told at once.", names=", ".join(users.mapped("name"))
            )
        )
