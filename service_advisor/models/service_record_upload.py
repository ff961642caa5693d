import json
import logging
from datetime import timedelta

import requests
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.evidence import fingerprint
from ..tools.health_record import delay_minutes, find_gaps, judge_answer

_logger = logging.getLogger(__name__)

# So many are taken in one run.
BATCH = 50
# Seconds to connect, and to wait for the answer; so much of the answer is read.
TIMEOUT, LONGEST_ANSWER = 20, 64 * 1024
# Minutes after which an upload that was under way when its worker was killed is tried again.
LEASE = 10
# After so many tries a person has to look.
ATTEMPTS = 10
WAITING = ("queued", "sending")


class ServiceRecordUpload(models.Model):
    """The health record of one visit on its way to the authority.

    Each try is committed before the service is called, and what came back after it: a worker
    that is killed in between leaves a row that is sent again, under the same key, once its
    lease is over. What was accepted is never sent again.
    """

    _name = "service.record.upload"
    _description = "Health Record Upload"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "service.order", "Service Order", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="order_id.company_id", store=True, precompute=True, index=True
    )
    plate = fields.Char(related="order_id.plate")
    state = fields.Selection(
        [
            ("queued", "Queued"),
            ("sending", "Being Sent"),
            ("sent", "Sent, No Verdict Yet"),
            ("accepted", "Accepted"),
            ("refused", "Refused"),
            ("failed", "Failed"),
        ],
        default="queued",
        required=True,
        index=True,
    )
    attempts = fields.Integer("Tries", aggregator=None)
    next_try_at = fields.Datetime("Next Try", default=fields.Datetime.now)
    sent_at = fields.Datetime("Last Sent")
    receipt = fields.Char()
    response = fields.Text("Answer", help="What the service said, or why it could not be reached.")
    content = fields.Text("Record as Sent", help="As JSON, without the access token.")
    key = fields.Char(
        "Idempotency Key", help="Sent along: the same content counts once, however often sent."
    )

    _order_uniq = models.UniqueIndex("(order_id)", "This visit is queued for upload already.")
    _due_idx = models.Index("(next_try_at) WHERE state IN ('queued', 'sending')")

    @api.model
    def _queue(self, orders):
        """Queue the records of ``orders``; nothing is sent before this is committed."""
        self.create([{"order_id": order.id} for order in orders])
        self.env.ref("service_advisor.ir_cron_upload_records")._trigger()

    # ---- scheduled action -----------------------------------------------------------------

    @api.model
    def _get_due_domain(self):
        """Return the domain of what is to be sent now, lost ones among them."""
        return Domain("state", "in", WAITING) & Domain("next_try_at", "<=", fields.Datetime.now())

    @api.model
    def _cron_upload(self):
        """Send what is due, one commit before and one after each call of the service."""
        cron, domain = self.env["ir.cron"], self._get_due_domain()
        due = self.search(domain, limit=BATCH, order="next_try_at, id")
        cron._commit_progress(remaining=self.search_count(domain))
        for upload in due:
            upload = upload.try_lock_for_update().filtered_domain(domain)
            if upload and upload._prepare_to_send():
                # From here on others leave it alone until the lease is over.
                cron._commit_progress()
                upload._take_answer(*upload._call_service())
            if not cron._commit_progress(len(upload)):
                break

    def _prepare_to_send(self):
        """Write down what is going to be sent, and that it is. Return whether it can be."""
        self.ensure_one()
        if not self.company_id.service_record_upload:
            self._fail(self.env._("The upload is switched off in the settings."))
            return False
        try:
            with self.env.cr.savepoint():
                record = self.order_id._get_health_record()
        except UserError as error:
            self._fail(str(error))
            return False
        gaps = find_gaps(record)
        if gaps:
            self._fail(
                self.env._(
                    "Missing or wrong: %s. Correct the order or the vehicle and try again.",
                    ", ".join(gaps),
                )
            )
            return False
        self.write(
            {
                "state": "sending",
                "attempts": self.attempts + 1,
                "sent_at": fields.Datetime.now(),
                "next_try_at": fields.Datetime.now() + timedelta(minutes=LEASE),
                "content": json.dumps(record, ensure_ascii=False, indent=1),
                "key": fingerprint(record),
            }
        )
        return True

    def _call_service(self):
        """Send the record. Return ``(status, text)`` of the answer, status 0 without one."""
        self.ensure_one()
        # Only administrators read where records go and with which token.
        company = self.company_id.sudo()
        body = {"access_token": company.service_record_token or "", **json.loads(self.content)}
        try:
            with requests.post(
                company.service_record_url,
                json=body,
                headers={"Idempotency-Key": self.key},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                text = next(answer.iter_content(LONGEST_ANSWER), b"").decode("utf-8", "replace")
                return answer.status_code, text
        except requests.RequestException as error:
            _logger.info("Health record of %s was not taken: %s", self.order_id.name, error)
            # Its class: the text may carry the address.
            return 0, type(error).__name__

    def _take_answer(self, status, text):
        """Keep what the service answered, see :func:`~..tools.health_record.judge_answer`."""
        self.ensure_one()
        verdict = judge_answer(status or 503, text.replace("\x00", ""))
        vals = {"response": verdict.message, "receipt": verdict.receipt, "state": verdict.state}
        if verdict.state == "again":
            vals["state"] = "queued" if self.attempts < ATTEMPTS else "failed"
            wait = timedelta(minutes=delay_minutes(self.attempts))
            vals["next_try_at"] = fields.Datetime.now() + wait
        self.write(vals)

    def _fail(self, why):
        self.write({"state": "failed", "response": why})

    # ---- by hand --------------------------------------------------------------------------

    def action_try_again(self):
        """Queue these uploads once more, with what the orders say now.

        :raises UserError: naming the order whose record is accepted or on its way.
        """
        self.check_access("read")
        self._check_can_try_again()
        # The queue is nobody's to write; the step was checked.
        self.sudo().write(
            {"state": "queued", "attempts": 0, "next_try_at": fields.Datetime.now()}
        )
        # As above: who presses the button need not read scheduled actions.
        self.env.ref("service_advisor.ir_cron_upload_records").sudo()._trigger()
        return True

    def _check_can_try_again(self):
        """Hook: raise a UserError where an upload must not be sent again."""
        manager = self.env.user.has_group("service_advisor.group_manager")
        for upload in self:
            order = upload.order_id
            if not (manager or self.env.su):
                order._refuse(self.env._("Only the service manager uploads its record again."))
            if upload.state == "accepted":
                order._refuse(self.env._("Its health record is accepted and not sent again."))
            if upload.state == "sending":
                order._refuse(self.env._("Its health record is being sent at this moment."))
