"""What the addons' XML says: records, menus, and the buttons of views with their model."""

import re

from .models import models

IN_FIELD_VIEW = re.compile(r"field\[@name=['\"](\w+)['\"]\]/+(?:list|form|kanban)\b")


def records(house, model=None):
    """(source, element) of every record, or of those of one model."""
    for source in house.data():
        for element in source.xml.iter("record"):
            if model in (None, element.get("model")):
                yield source, element


def value(record, name):
    """The record's <field name=...> element, or None."""
    return next((f for f in record.findall("field") if f.get("name") == name), None)


def text(record, name):
    """The text of a field, markup included, stripped; '' without the field."""
    field = value(record, name)
    return "" if field is None else "".join(field.itertext()).strip()


def full_id(addon, xmlid):
    return xmlid if "." in xmlid else f"{addon}.{xmlid}"


def buttons(house):
    """(source, button, name, model) of each object button; model None when not known."""
    for source, record in records(house, "ir.ui.view"):
        arch = value(record, "arch")
        if arch is None:
            continue
        base = text(record, "model") or None
        for button in arch.iter("button", "a"):
            if button.get("type") == "object":
                model = _model_at(house, source.addon, button, arch, base)
                yield source, button, button.get("name"), model


def _model_at(house, addon, element, arch, base):
    """The model an element of an arch works on: the comodel inside a field's own view."""
    path = [a for a in element.iterancestors() if a is not arch and arch in a.iterancestors()]
    model = base
    for ancestor in reversed(path):
        step = _field_step(ancestor)
        if step and model:
            field = models(house).field(model, step, addon)
            model = field.comodel if field else None
    return model


def _field_step(element):
    """The field that an element leads into: <field name=x> around a view, or an xpath's."""
    if element.tag == "field" and element.get("position") is None:
        return element.get("name")
    inside = IN_FIELD_VIEW.search(element.get("expr", "")) if element.tag == "xpath" else None
    return inside.group(1) if inside else None
