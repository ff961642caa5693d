"""Buttons call methods that exist; public methods say what they do."""

from .house import at, house, plant, verdict
from .models import models
from .screens import buttons

# Button methods that Odoo gives to every model, or to those with its mixins.
OF_EVERY_MODEL = {"action_archive", "action_unarchive", "copy", "unlink"}
OF_A_MIXIN = {
    "mail.activity.mixin": {
        "action_reschedule_my_next_today", "action_reschedule_my_next_tomorrow",
        "action_reschedule_my_next_nextweek",
    },
    "portal.mixin": {"action_share"},
}
# In the name of a button on a core model, this word says that the method is ours.
OUR_WORD = "service_"
# Overrides of these keep the contract that Odoo documents.
OF_THE_ORM = {"create", "write", "unlink", "copy", "copy_data", "default_get", "init"}


def _callables(house, model, addon):
    known = models(house)
    family = known.family(model, addon) if model else known.visible(addon)
    names = set().union(*(c.callables for c in family))
    for parent in known.lineage(model, addon):
        names |= OF_A_MIXIN.get(parent, set())
    return names


def dead_buttons(house):
    problems = []
    for source, button, name, model in buttons(house):
        ours = models(house).is_ours(model) or OUR_WORD in name
        known = OF_EVERY_MODEL | _callables(house, model, source.addon)
        if ours and name not in known:
            problems.append(at(
                source, button.sourceline, f"no method {name}() on {model or 'any model'}, as far "
                f"as {source.addon} sees; write it or mend the button"))
    return problems


def _documented(method):
    body = method.body[0]
    return isinstance(getattr(getattr(body, "value", None), "value", None), str)


def _is_property(method):
    names = {getattr(d, "attr", getattr(d, "id", "")) for d in method.decorator_list}
    return bool(names & {"property", "lazy_property", "cached_property"})


def silent_methods(house):
    """Public methods of our models, and actions added to others, that say nothing."""
    pressed = {name for _source, _button, name, _model in buttons(house)}
    problems = []
    for model in models(house).classes:
        ours = models(house).is_ours(model.name)
        for name, method in model.methods.items():
            action = name.startswith("action_") and name not in pressed
            public = not name.startswith("_") and not _is_property(method)
            public = public and name not in OF_THE_ORM
            if public and (ours or action) and not _documented(method):
                problems.append(at(model.source, method.lineno, f"{model.name}.{name}() is public "
                                   "and has no docstring; say its contract or add a _"))
    return problems


def test_every_button_calls_a_method():
    verdict(dead_buttons(house()))


def test_every_public_method_has_a_docstring():
    verdict(silent_methods(house()))


VIEW = """<odoo><record id="v{0}" model="ir.ui.view"><field name="model">{1}</field>
<field name="arch" type="xml">{2}</field></record></odoo>"""


def _view(model, *buttons_, before="<form>", after="</form>"):
    arch = "".join(f'<button type="object" name="{name}"/>' for name in buttons_)
    return VIEW.format(model.replace(".", "_"), model, before + arch + after)


MODELS = '''
    from odoo import fields, models
    class Mixin(models.AbstractModel):
        _name = "service.mixin"
        def action_of_mixin(self): ...
    class Order(models.Model):
        _name = "service.order"
        _inherit = ["portal.mixin", "service.mixin"]
        line_ids = fields.One2many("service.line", "order_id")
        action_same = Mixin.action_of_mixin
        def action_start(self):
            """Start."""
    class Line(models.Model):
        _name = "service.line"
        def action_line(self):
            """Work on a line."""
    class Sale(models.Model):
        _inherit = "sale.order"
        def action_view_service_order(self):
            return {}
        def action_hidden(self):
            return {}
        def write(self, vals):
            return super().write(vals)
'''


def test_dead_buttons_are_caught(tmp_path):
    xpath = "<xpath expr=\"//field[@name='line_ids']/list\" position=\"inside\">"
    fake = plant(tmp_path, {
        "service_advisor/models/m.py": MODELS,
        "service_advisor/views/order.xml": _view(
            "service.order", "action_start", "action_gone", "action_line", "action_of_mixin",
            "action_same", "action_archive", "action_share", "action_above"),
        "service_advisor/views/lines.xml": _view(
            "service.order", "action_line", "action_start",
            before='<form><field name="line_ids"><list>', after="</list></field></form>"),
        "service_advisor/views/xpath.xml": _view(
            "service.order", "action_line", "action_of_mixin", before=xpath, after="</xpath>"),
        "service_advisor/views/sale.xml": _view(
            "sale.order", "action_confirm", "action_view_service_order", "action_service_x"),
        "service_advisor_quality/views/order.xml": _view("service.order", "action_above"),
        "service_advisor_quality/models/m.py": """
            from odoo import models
            class Order(models.Model):
                _inherit = "service.order"
                def action_above(self): ...
        """,
    })
    found = [p.split("/")[2].split(".xml")[0] + " " + p.split("method ")[1].split("(")[0]
             for p in dead_buttons(fake)]
    assert sorted(found) == [
        "lines action_start", "order action_above", "order action_gone", "order action_line",
        "sale action_service_x", "xpath action_of_mixin"]


def test_silent_methods_are_caught(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor/models/m.py": MODELS,
        "service_advisor/views/sale.xml": _view("sale.order", "action_view_service_order"),
    })
    assert [p.split()[1] for p in silent_methods(fake)] == [
        "service.mixin.action_of_mixin()", "sale.order.action_hidden()"]
