from datetime import timedelta

from odoo import api, fields, models

KEPT_DAYS = 30


class ServiceDuplicatePass(models.Model):
    """One search for duplicates: how far it came, and what it could not look at."""

    _name = "service.duplicate.pass"
    _description = "Search for Duplicates"
    _order = "id desc"
    _rec_name = "started_at"

    started_at = fields.Datetime(
        "Started", required=True, readonly=True, default=fields.Datetime.now
    )
    finished_at = fields.Datetime(
        "Finished", readonly=True, help="Empty: the next run of the scheduled action goes on."
    )
    since = fields.Datetime(
        "Changed Since",
        readonly=True,
        help="Only what was changed since then was compared with all the rest. Empty: everything.",
    )
    done = fields.Json(readonly=True, help="The ways of comparing that are through.")
    found = fields.Integer(
        "New Pairs", readonly=True, help="Pairs that were not on the list before."
    )
    group_ids = fields.One2many("service.duplicate.group", "pass_id", "Left Out", readonly=True)

    @api.autovacuum
    def _gc_passes(self):
        """Forget searches of long ago, but never the last one, from which the next one counts."""
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        last = self.search([("finished_at", "!=", False)], limit=1)
        self.search([("started_at", "<", limit), ("id", "!=", last.id)]).unlink()
