import inspect
import re
from unittest.mock import patch

from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError, MissingError
from odoo.service.model import call_kw, get_public_method
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .planting import MAIL, OURS, PHONE, SECRET, Planter, our_models

WRITES = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
# Methods of the ORM that we extend: their rights are those of the access table.
ORM = {"create", "write", "unlink", "copy", "copy_data", "default_get", "search_fetch"}
# Nobody of these may get or change anything.
STRANGERS = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user",
}
# These change what the access table lets them change, and what is listed below.
INSIDERS = {
    "technician": "service_advisor.group_technician",
    "seat": "service_advisor.group_seat",
    "inspector": "service_advisor_quality.group_inspector",
}
# Steps on records that somebody may only read, and write all the same:
# {(model, method): why that is right}.
STEPS = {
    ("service.order", "action_refresh_suggestions"): "computes again what the car's facts say",
    ("service.order", "action_final_inspection"): "an inspector draws the sheet of a check",
}
# Planting cannot make these: too many rules of their own.
NOT_PLANTED = 8


@tagged("post_install", "-at_install")
class TestPublicMethods(ServiceAdvisorQualityCommon):
    """R5.3: whatever can be called by a program is called on real records with hostile arguments.

    Every public method that an addon of ours defines, on every model that has it: strangers get
    nothing of the customer and change nothing; people of the house take steps on records that
    they may write, or a listed step.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, login=f"walker {role}", groups=groups)
            for role, groups in (STRANGERS | INSIDERS).items()
        }
        cls.customer.write({"name": SECRET, "phone": PHONE, "email": MAIL})
        cls.tables = {
            cls.env[name]._table: name for name in our_models(cls.env)
        }

    def _plant(self):
        order = self._authorised_order(jobs=2).sudo()
        order.job_ids.with_user(self.technician)[0].action_start()
        self.planter = Planter(
            self.env,
            **{
                "service.order": order,
                "service.job": order.job_ids[0],
                "service.vehicle": self.vehicle,
                "res.partner": self.customer,
                "sale.order": order.estimate_ids[0],
                "stock.picking": order.picking_ids[0],
                "sale.order.line": order.job_ids.line_ids[0],
                "stock.move": order.picking_ids.move_ids[0],
                "res.company": self.company,
                "res.users": self.advisor,
                "hr.employee": self.employee,
                "product.product": self.pads,
            },
        )
        self.planted = self.planter.plant_all()
        tokens = order._portal_ensure_token(), order.proposal_ids[:1]._portal_ensure_token()
        self.secrets = (SECRET, PHONE, MAIL, "12345", "LSVAL41Z882104202", "Squeals", *tokens)
        self.env.flush_all()

    def _public_methods(self):
        """Yield (model, method) of what we define or extend, and can be called."""
        ours = set(our_models(self.env, with_views=True))
        for name, model in sorted(self.env.registry.items()):
            for method in () if model._abstract else dir(model):
                if method.startswith("_") or method in ORM:
                    continue
                found = [
                    cls
                    for cls in model.__mro__
                    if method in vars(cls)
                    and cls.__module__.startswith(f"odoo.addons.{OURS}")
                ]
                if not found or not inspect.isfunction(vars(found[0])[method]):
                    continue
                # What we extend for every model (mail.thread) is walked on ours only.
                if name not in ours and found[0]._name != name:
                    continue
                try:
                    get_public_method(self.env[name], method)
                except AccessError:
                    continue
                yield name, method

    def _arguments(self, name, method):
        """Return arguments that somebody would try: ids of others, text, moments."""
        job = self.planted["service.job"]
        args = []
        for each in list(inspect.signature(getattr(self.env.registry[name], method))
                         .parameters.values())[1:]:
            if each.kind in (each.VAR_KEYWORD, each.VAR_POSITIONAL):
                continue
            if each.name in ("text", "name", "barcode"):
                args.append("123")
            elif each.name in ("start", "stop"):
                args.append("2026-01-01 08:00:00")
            elif each.name.endswith(("_id", "_ids")):
                args.append(job.ids if each.name.endswith("s") else job.id)
            else:
                args.append("x" if each.default is each.empty else each.default)
        return args

    def _call(self, user, name, method):
        """Call it as ``user``; return (what came back as text, tables written to)."""
        tables, execute = set(), Cursor.execute

        def watched(cursor, query, params=None, log_exceptions=True):
            text = query.code if isinstance(query, SQL) else query
            found = WRITES.match(text) if isinstance(text, str) else None
            tables.update([found[1]] if found else [])
            return execute(cursor, query, params, log_exceptions)

        env = self.env(user=user.id)
        model, record = env[name], self.planter.get(name)
        args = self._arguments(name, method)
        if not getattr(getattr(type(model), method), "_api_model", False):
            args = [record.ids, *args]
        point = self.env.cr.savepoint()
        try:
            with patch.object(Cursor, "execute", watched), mute_logger("odoo.sql_db"):
                told = repr(call_kw(model, method, args, {}))
                env.flush_all()
        except (AccessError, MissingError):
            told, tables = "refused", set()
        except Exception as error:  # noqa: BLE001 an error tells something as well
            told, tables = str(error), set()
        finally:
            point.close(rollback=True)
        return told, tables

    def _may_write(self, user, model):
        records = self.env[model].with_user(user)
        return any(records.has_access(operation) for operation in ("create", "write", "unlink"))

    def test_public_methods(self):
        """R5.3: no public method gives or changes anything that the access table does not."""
        self._plant()
        self.assertLessEqual(len(self.planter.failed), NOT_PLANTED, self.planter.failed)
        called = 0
        for name, method in self._public_methods():
            for role, user in self.users.items():
                told, tables = self._call(user, name, method)
                called += told != "refused"
                with self.subTest(role=role, model=name, method=method):
                    if role in STRANGERS:
                        self.assertFalse([word for word in self.secrets if word in told], told)
                        self.assertFalse(tables)
                    elif not self._may_write(user, name) and (name, method) not in STEPS:
                        written = {self.tables[t] for t in tables if t in self.tables}
                        self.assertFalse(
                            {model for model in written if not self._may_write(user, model)}
                        )
        self.assertGreater(called, 100, "the walk has gone through")
