"""One record of every model of ours, for tests that walk all of them."""

from odoo import fields
from odoo.addons.service_advisor.tests.common import SIGNATURE
from odoo.tools import mute_logger

OURS = "service_advisor"
SECRET = "Planted Secret"
PHONE = "+86 139 0000 4711"
MAIL = "planted.secret@example.com"
# What the rules of a model ask for beyond what is required.
GIVEN = {
    "service.bay": {"name": SECRET},
    "service.tool": {"name": SECRET},
    "service.maintenance.line": {"every_km": 10000},
    "service.recall.vin": {"vin_from": "LSVAL41Z882104202"},
    "service.import": {"file": b"UGxhdGUKQTEK", "name": "old.csv"},
    "service.plan.feedback": {"suggested_hours": 2.0},
    "service.vehicle.warranty": {"km_to": 100000},
}
# One of several fields that need not be filled has to be: this one.
CHOSEN = {"service.kpi.scorecard": "user_id"}


def our_models(env, *, with_views=False):
    """Return the names of our models that have records, in order."""
    return sorted(
        name
        for name, model in env.registry.items()
        if not model._abstract
        and (with_views or model._auto)
        and (model._original_module or "").startswith(OURS)
    )


class Planter:
    """Makes a record of any model with all rights, from what its fields require and from the
    records that are there already."""

    def __init__(self, env, **known):
        self.env = env(su=True)
        self.known = known  # {model: record}
        self.failed = {}

    def plant_all(self):
        """Return ``{model: record}``, an empty record where none can be made."""
        for name in our_models(self.env):
            # loop: a record of each model
            self.get(name)
        return self.known

    def get(self, name, depth=0):
        if name not in self.known:
            self.known[name] = self._find(name) or self._make(name, depth)
        return self.known[name]

    def _find(self, name):
        model = self.env[name].with_context(active_test=False)
        return model.browse() if model._transient else model.search([], limit=1)

    def _make(self, name, depth):
        model = self.env[name].with_context(tracking_disable=True)
        self.known[name] = model.browse()  # against circles
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                record = model.create(self._values(model, depth))
                record.flush_recordset()
                return record
        except Exception as error:  # noqa: BLE001 the test says which models are left
            self.env.invalidate_all()
            self.failed[name] = repr(error)[:200]
            return model.browse()

    def _values(self, model, depth):
        vals = dict(GIVEN.get(model._name, {}))
        given = model.default_get(list(model._fields))
        for name, field in model._fields.items():
            wanted = field.required or CHOSEN.get(model._name) == name
            wanted = wanted or (model._transient and field.type == "many2one")
            if given.get(name) or name in vals or not wanted or name == "id":
                continue
            if name in model._inherits.values():
                continue
            if (field.compute and not field.inverse and field.store is False) or field.related:
                continue
            value = self._value(field, model, depth)
            if value:
                vals[name] = value
        if "signature" in model._fields:
            vals["signature"] = SIGNATURE
        return vals

    def _value(self, field, model, depth):
        if field.type == "many2one":
            return self.get(field.comodel_name, depth + 1).id if depth < 4 else False
        if field.type == "selection":
            return field.get_values(self.env)[0]
        return {
            "char": SECRET,
            "text": SECRET,
            "html": SECRET,
            "date": fields.Date.today(),
            "datetime": fields.Datetime.now(),
            "integer": 1,
            "float": 1.0,
            "monetary": 1.0,
            "binary": SIGNATURE,
            "json": {"customer": SECRET},
            "many2many": False,
        }.get(field.type)
