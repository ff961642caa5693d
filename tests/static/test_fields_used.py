"""No field without a use: each is named somewhere beyond its own definition."""

import ast
import re
from collections import Counter

from lxml import etree

from .house import at, house, plant, verdict
from .models import calls, models

# ("model", "field"): why it may stand although nothing of ours names it.
ALLOWED = {}
# Names that the ORM itself reads when a model has them.
READ_BY_THE_ORM = {"active", "parent_path", "currency_id"}
PROSE_KEYWORDS = {"string", "help"}
PROSE_ATTRIBUTES = {
    "string", "help", "placeholder", "title", "confirm", "alt", "aria-label", "data-tooltip",
}
WORD = re.compile(r"\w+")


def _words(node):
    """Every name, attribute and word of a string below ``node``; no docstrings, no prose."""
    found = Counter()
    skipped = set()
    for child in ast.walk(node):
        if child in skipped:
            continue
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            skipped.add(child.value)
        elif isinstance(child, ast.Call):
            skipped.update(_prose(child))
            found.update(k.arg for k in child.keywords if k.arg and not _is_field(child))
        elif isinstance(child, ast.Attribute):
            found[child.attr] += 1
        elif isinstance(child, ast.Name):
            found[child.id] += 1
        elif isinstance(child, ast.Constant) and isinstance(child.value, str):
            found.update(WORD.findall(child.value))
    return found


def _is_field(call):
    return getattr(getattr(call.func, "value", None), "id", None) == "fields"


def _prose(call):
    """String nodes for people: labels of fields and translated messages."""
    if _is_field(call):
        return [k.value for k in call.keywords if k.arg in PROSE_KEYWORDS]
    return call.args[:1] if calls(call, "_") else []


def _xml_words(source):
    found = Counter()
    for element in source.xml.iter(etree.Element):
        for name, content in element.attrib.items():
            if name not in PROSE_ATTRIBUTES:
                found.update(WORD.findall(content))
        if element.tag in ("field", "attribute"):
            found.update(WORD.findall(element.text or ""))
    return found


def _all_words(house):
    found = Counter()
    for source in house.sources:
        if not source.addon or source.is_test or "i18n" in source.parts:
            continue
        if source.suffix == ".py" and source.parts[-1] != "__manifest__.py":
            found.update(_words(source.tree))
        elif source.suffix == ".xml":
            found.update(_xml_words(source))
        elif source.suffix in (".js", ".csv"):
            found.update(WORD.findall(source.text))
    return found


def _own_words(field):
    """How often a definition names its own field: the statement, and what its compute sets."""
    count = _words(field.statement)[field.name]
    method = field.model.methods.get(field.option("compute"))
    if method:
        count += sum(
            isinstance(n, ast.Attribute) and n.attr == field.name and isinstance(n.ctx, ast.Store)
            for n in ast.walk(method))
    return count


def unused_fields(house, allowed=ALLOWED):
    words, own = _all_words(house), Counter()
    fields = [f for c in models(house).classes for f in c.fields]
    for field in fields:
        own[field.model.name, field.name] += _own_words(field)
    return [
        at(f.model.source, f.statement.lineno,
           f"nothing uses {f.model.name}.{f.name}; show it, read it or drop it")
        for f in fields
        if words[f.name] <= own[f.model.name, f.name]
        and f.name not in READ_BY_THE_ORM and (f.model.name, f.name) not in allowed]


def stale_allowances(house, allowed=ALLOWED):
    """Allowances without a reason, and those for fields that are gone."""
    known = {(c.name, f.name) for c in models(house).classes for f in c.fields}
    return [f"{key}: drop this allowance or give it a reason" for key, reason in allowed.items()
            if key not in known or not str(reason).strip()]


def test_every_field_is_used():
    verdict(unused_fields(house()))


def test_allowances_are_needed():
    verdict(stale_allowances(house()))


FAKE = {
    "service_advisor/models/m.py": '''
        from odoo import fields, models
        class Order(models.Model):
            """The docstring names docstring_only."""
            _name = "service.order"
            in_view = fields.Char()
            in_domain = fields.Char()
            in_csv = fields.Char()
            in_code = fields.Char()
            in_depends = fields.Char()
            docstring_only = fields.Char()
            comment_only = fields.Char()
            own_line = fields.Char("own_line", help="own_line", index="own_line")
            computed_only = fields.Char(compute="_compute_it")  # comment_only
            computed_read = fields.Char(compute="_compute_it")
            label_only = fields.Char()
            other = fields.Char(related="in_code", string="label_only")
            active = fields.Boolean()

            @api.depends("in_depends")
            def _compute_it(self):
                for order in self:
                    order.computed_only = order.computed_read
                    order.computed_read = order.other

        class Sale(models.Model):
            _inherit = "sale.order"
            added = fields.Char()
    ''',
    "service_advisor/views/v.xml": """<odoo><!-- comment_only --><field name="in_view"/>
        <field name="domain_force">[('in_domain', '=', 1)]</field>
        <p string="label_only">docstring_only</p></odoo>""",
    "service_advisor/data/d.csv": "id,in_csv\n",
    "service_advisor/tests/test_a.py": "added = comment_only\n",
}


def test_unused_fields_are_caught(tmp_path):
    problems = unused_fields(plant(tmp_path, FAKE))
    assert [p.split()[3].rstrip(";") for p in problems] == [
        f"service.order.{name}" for name in (
            "docstring_only", "comment_only", "own_line", "computed_only", "label_only")
    ] + ["sale.order.added"]


def test_allowances_are_read(tmp_path):
    fake = plant(tmp_path, FAKE)
    allowed = {("sale.order", "added"): "read by the bank's own addon"}
    assert not any("added" in p for p in unused_fields(fake, allowed))
    assert not stale_allowances(fake, allowed)
    stale = {("sale.order", "gone"): "it was there", ("sale.order", "added"): " "}
    assert len(stale_allowances(fake, stale)) == 2
