"""Rights: every model has access rows and company rules; every sudo() has its reason."""

import csv
import io

from .house import at, house, plant, verdict
from .models import models
from .screens import records, text, value

ACCESS = "security/ir.model.access.csv"
# Mixins of Odoo that bring a stored company_id to the models that inherit them.
COMPANY_MIXINS = {"resource.mixin"}


def _access_rows(addon):
    """(line, model xmlid without its addon, group) of every row."""
    source = addon.get(ACCESS)
    rows = csv.DictReader(io.StringIO(source.text)) if source else ()
    for row in rows:
        model = row.get("model_id:id") or row.get("model_id/id") or ""
        group = row.get("group_id:id") or row.get("group_id/id") or ""
        yield rows.line_num, model.rpartition(".")[2], group.strip()


def missing_access(house):
    problems = []
    for addon in house.addons:
        rows = list(_access_rows(addon))
        problems += [
            at(addon.get(ACCESS), line, f"{model} is open to everybody; give the row a group")
            for line, model, group in rows if not group]
        granted = {model for _line, model, group in rows if group}
        problems += [
            c.at(f"{c.name} has no access row; add one with a group to {addon.name}/{ACCESS}")
            for c in models(house).definitions.values()
            if c.addon == addon.name and c.base != "AbstractModel"
            and _xmlid(c.name) not in granted]
    return problems


def _xmlid(model):
    return "model_" + model.replace(".", "_")


def _has_company(house, model):
    family = models(house).family(model.name, model.addon)
    lineage = models(house).lineage(model.name, model.addon)
    own = any(f.name == "company_id" and f.is_stored for c in family for f in c.fields)
    return own or bool(lineage & COMPANY_MIXINS)


def _models_with_company_rule(house):
    for source, rule in records(house, "ir.rule"):
        model = value(rule, "model_id")
        if "security" in source.parts and model is not None:
            if "company" in text(rule, "domain_force"):
                yield model.get("ref", "").rpartition(".")[2]


def missing_company_rules(house):
    ruled = set(_models_with_company_rule(house))
    return [
        c.at(f"{c.name} has a company_id and no ir.rule on it; add one to "
             f"{c.addon}/security/*.xml with a domain on company_ids")
        for c in models(house).definitions.values()
        if c.base == "Model" and _has_company(house, c) and _xmlid(c.name) not in ruled]


def sudo_without_reason(house):
    """``sudo()`` or ``su=True`` with no comment beside or right above it."""
    problems = []
    for source in house.python():
        for node in source.nodes:
            if _raises_rights(node) and not source.comments_for(node, _line(node)):
                problems.append(at(source, _line(node), "sudo without a reason; say in a "
                                   "comment right above why the user's own rights do not do"))
    for source in house.data():
        for number, line in enumerate(source.lines, 1):
            near = source.lines[number - 2:number] if number > 1 else [line]
            if "sudo(" in line and not any("<!--" in n or "-->" in n or "#" in n for n in near):
                problems.append(at(source, number, "sudo without a comment that says why"))
    return problems


def _line(node):
    """The line of the called name, also when the call is spread over lines."""
    return getattr(node.func, "end_lineno", node.lineno)


def _raises_rights(node):
    if not hasattr(node, "func"):
        return False
    su = any(k.arg == "su" and getattr(k.value, "value", None) is True for k in node.keywords)
    lowers = bool(node.args) and getattr(node.args[0], "value", None) is False
    return su or (getattr(node.func, "attr", None) == "sudo" and not lowers)


def test_every_model_has_access_rows():
    verdict(missing_access(house()))


def test_every_model_with_a_company_has_a_company_rule():
    verdict(missing_company_rules(house()))


def test_every_sudo_has_a_reason():
    verdict(sudo_without_reason(house()))


MODELS = """
    from odoo import fields, models
    class Order(models.Model):
        _name = "service.order"
        company_id = fields.Many2one("res.company")
    class Job(models.Model):
        _name = "service.job"
        _auto = False
        company_id = fields.Many2one(related="order_id.company_id", store=True)
    class Wizard(models.TransientModel):
        _name = "service.wizard"
        company_id = fields.Many2one("res.company")
    class Mixin(models.AbstractModel):
        _name = "service.mixin"
    class Loose(models.Model):
        _name = "service.loose"
        company_id = fields.Many2one(related="order_id.company_id")
    class Sale(models.Model):
        _inherit = "sale.order"
    class Bay(models.Model):
        _name = "service.bay"
        _inherit = ["resource.mixin"]
"""
HEADER = "id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink\n"


def test_missing_access_is_caught(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor/models/m.py": MODELS,
        f"service_advisor/{ACCESS}": HEADER + (
            "a,a,model_service_order,base.group_user,1,0,0,0\n"
            "b,b,service_advisor.model_service_bay,base.group_user,1,0,0,0\n"
            "d,d,model_service_loose,base.group_user,1,0,0,0\n"
            "c,c,model_service_job,,1,0,0,0\n"),
    })
    problems = missing_access(fake)
    assert len(problems) == 3
    assert problems[0].startswith(f"service_advisor/{ACCESS}:5: model_service_job is open")
    assert "service.job has no" in problems[1] and "service.wizard has no" in problems[2]


def test_missing_company_rules_are_caught(tmp_path):
    rule = """<odoo><record id="r" model="ir.rule"><field name="model_id"
        ref="model_{}"/><field name="domain_force">[('{}', 'in', [])]</field></record></odoo>"""
    fake = plant(tmp_path, {
        "service_advisor/models/m.py": MODELS,
        "service_advisor/security/a.xml": rule.format("service_order", "company_id"),
        "service_advisor/security/b.xml": rule.format("service_job", "user_id"),
        "service_advisor/data/c.xml": rule.format("service_bay", "company_id"),
    })
    problems = missing_company_rules(fake)
    assert [p.split()[1] for p in problems] == ["service.job", "service.bay"]


def test_sudo_without_reason_is_caught(tmp_path):
    fake = plant(tmp_path, {"service_advisor/models/m.py": """
        a = b.sudo()
        c = b.with_env(su=True)
        #
        d = b.sudo()
        e = b.sudo()  # noqa: E501
        # the warehouse may not read jobs, the label prints one
        f = (
            b.sudo()
        )
        g = b.sudo()  # counts across companies
        # a comment further up

        h = (b
             .sudo())
        i = b.sudo(False)
    """, "service_advisor/views/v.xml": """<odoo>
        <t t-out="doc.sudo().x"/>
        <!-- the customer may not read the job -->
        <t t-out="doc.sudo().x"/>
    </odoo>""", "service_advisor/tests/test_a.py": "a = b.sudo()\n"})
    lines = [int(p.split(":")[1]) for p in sudo_without_reason(fake)]
    assert lines == [2, 3, 5, 6, 15, 2]
