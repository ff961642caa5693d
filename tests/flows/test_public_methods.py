import csv
import inspect
import os
import re
from pathlib import Path
from unittest.mock import patch

from odoo.addons.service_advisor_quality.tests.common import ServiceAdvisorQualityCommon
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.sql_db import Cursor
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL, mute_logger

from .planting import OURS, Planter

WRITES = re.compile(r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)
# Methods of the ORM that we extend: the access table has their rights.
ORM = {"create", "write", "unlink", "copy", "copy_data", "default_get", "search_fetch"}
STRANGERS = {
    "public": "base.group_public",
    "portal": "base.group_portal",
    "employee": "base.group_user",
}
OWN_ROLES = {"technician": "service_advisor.group_technician"}


@tagged("post_install", "-at_install")
class TestPublicMethods(ServiceAdvisorQualityCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: new_test_user(cls.env, login=f"walker {role}", groups=groups)
            for role, groups in (STRANGERS | OWN_ROLES).items()
        }

    def _plant(self):
        order = self._authorised_order(jobs=2)
        self.env["service.complaint"].create(
            {"order_id": order.id, "partner_id": self.customer.id, "words": "Secret words"}
        ) if False else None
        order.job_ids.with_user(self.technician)[0].action_start()
        self.planter = Planter(self.env, **{
            "service.order": order.sudo(), "service.job": order.sudo().job_ids[0],
            "service.vehicle": self.vehicle, "res.partner": self.customer,
            "sale.order": order.sudo().estimate_ids[0],
            "stock.picking": order.sudo().picking_ids[0],
            "sale.order.line": order.sudo().job_ids.line_ids[0],
            "stock.move": order.sudo().picking_ids.move_ids[0],
            "res.company": self.company, "res.users": self.advisor,
            "hr.employee": self.employee, "product.product": self.pads,
        })
        return self.planter.plant_all()

    def _public_methods(self):
        for name, model in sorted(self.env.registry.items()):
            if model._abstract:
                continue
            for method in dir(model):
                if method.startswith("_") or method in ORM:
                    continue
                ours = [c for c in model.__mro__ if method in vars(c)
                        and c.__module__.startswith(f"odoo.addons.{OURS}")]
                if ours and inspect.isfunction(vars(ours[0])[method]):
                    try:
                        get_public_method(self.env[name], method)
                    except AccessError:
                        continue
                    yield name, method

    def _call(self, user, name, method, ids, args):
        """Return (outcome, tables written)."""
        tables = set()
        execute = Cursor.execute

        def watched(cursor, query, params=None, log_exceptions=True):
            text = query.code if isinstance(query, SQL) else query
            found = WRITES.match(text if isinstance(text, str) else "")
            if found:
                tables.add(found[1])
            return execute(cursor, query, params, log_exceptions)

        env = self.env(user=user.id)
        model = env[name]
        func = getattr(type(model), method)
        given = ([] if getattr(func, "_api_model", False) else [ids]) + args
        point = self.env.cr.savepoint()
        try:
            with patch.object(Cursor, "execute", watched), mute_logger("odoo.sql_db"):
                result = call_kw(model, method, given, {})
                env.flush_all()
            outcome = self._judge(result)
        except (AccessError, MissingError):
            outcome, tables = "refused", set()
        except UserError as error:
            outcome, tables = f"user error: {str(error)[:90]!r}", set()
        except Exception as error:  # noqa: BLE001
            outcome, tables = f"{type(error).__name__}: {str(error)[:90]!r}", set()
        finally:
            self.env.clear()
            point.close(rollback=True)
        return outcome, tables

    def _judge(self, result):
        if result is None or result is False or result is True or result in ([], {}, "", 0):
            return "nothing"
        return f"{result!r}"[:200]

    def _arguments(self, name, method):
        func = getattr(type(self.env[name]), method)
        names = list(inspect.signature(func).parameters.values())[1:]
        hostile = {"job_id": "service.job", "job_ids": "service.job", "resource_id": None}
        args = []
        for each in names:
            if each.kind in (each.VAR_KEYWORD, each.VAR_POSITIONAL):
                continue
            if each.name in ("text", "name", "barcode"):
                args.append("123")
            elif each.name in ("start", "stop"):
                args.append("2026-01-01 08:00:00")
            elif each.name.endswith("_ids"):
                args.append(self.planted["service.job"].ids)
            elif each.name.endswith("_id"):
                args.append(self.planted["service.job"].id)
            elif each.default is not each.empty:
                args.append(each.default)
            else:
                args.append("x")
        return args

    def test_walk(self):
        self.planted = self._plant()
        out = open(os.environ.get("WALK_OUT", "/tmp/guard_w/walk.txt"), "w")
        for name, error in self.planter.failed.items():
            out.write(f"UNPLANTED {name} {error}\n")
        self.env.flush_all()
        for name, method in self._public_methods():
            record = self.planter.get(name)
            args = self._arguments(name, method)
            for role, user in self.users.items():
                outcome, tables = self._call(user, name, method, record.ids, args)
                if outcome != "refused":
                    out.write(f"{role}|{name}{'' if record else ' (none)'}|{method}|{outcome}|"
                              f"{' '.join(sorted(tables))}\n")
        out.close()
