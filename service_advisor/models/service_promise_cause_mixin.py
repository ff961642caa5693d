from odoo import api, fields, models

# Records that the words for a cause name: {name among the facts: model}.
NAMED = {"jobs": "service.job", "holds": "service.hold", "products": "product.product"}


class ServicePromiseCauseMixin(models.AbstractModel):
    """What keeps a car from being finished: kept as facts, told to each reader in the reader's
    own language and time zone.

    Advisor, manager and the digest by e-mail need not speak the same one.
    """

    _name = "service.promise.cause.mixin"
    _description = "Cause of a Danger to a Promise"

    risk_limit = fields.Json(readonly=True, copy=False, groups="base.group_user")
    risk_cause = fields.Char(
        "Reason for Risk",
        compute="_compute_risk_cause",
        # Whoever may know the risk may know its cause, and need not read waits and products.
        compute_sudo=True,
        groups="base.group_user",
    )

    @api.depends("risk_limit")
    @api.depends_context("lang", "tz")
    def _compute_risk_cause(self):
        told = self.filtered("risk_limit")
        (self - told).risk_cause = False
        known = {}
        for name, model in NAMED.items():  # loop: one question for each kind, for all records
            ids = {one for record in told for one in record.risk_limit.get(name, ())}
            # What was deleted since is not named any more.
            known[name] = self.env[model].browse(ids).exists()
            known[name].mapped("display_name")
        for record in told:
            facts = dict(record.risk_limit)
            for name, records in known.items():
                ids = facts.get(name, ())
                facts[name] = records.filtered(lambda one, ids=ids: one.id in ids)
            record.risk_cause = record._get_risk_order()._describe_limit(facts)

    def _get_risk_order(self):
        """Hook: return the service order whose promise is in danger."""
        raise NotImplementedError
