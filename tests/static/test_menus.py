"""No dead menu, and no empty list that leaves its reader alone."""

from .house import ADDONS, at, house, plant, verdict
from .screens import full_id, records, text, value


def _menus(house):
    """(source, element, id, parent, action) of every menu; the last two may be None."""
    for source in house.data():
        for item in source.xml.iter("menuitem"):
            parent, outer = item.get("parent"), item.getparent()
            if not parent and outer.tag == "menuitem":
                parent = outer.get("id")
            yield source, item, item.get("id"), parent, item.get("action")
    for source, record in records(house, "ir.ui.menu"):
        parent, action = value(record, "parent_id"), value(record, "action")
        yield (source, record, record.get("id"),
               None if parent is None else parent.get("ref"),
               None if action is None else action.get("ref") or action.text)


def _actions(house):
    return {full_id(source.addon, record.get("id", "")) for source, record in records(house)
            if record.get("model", "").startswith("ir.actions.")}


def dead_menus(house):
    actions, menus, problems = _actions(house), list(_menus(house)), []
    parents = {full_id(source.addon, parent) for source, _e, _id, parent, _a in menus if parent}
    for source, element, xmlid, _parent, action in menus:
        target = full_id(source.addon, action) if action else None
        ours = bool(target) and target.split(".")[0] in ADDONS
        if ours and target not in actions:
            problems.append(at(source, element.sourceline,
                               f"menu {xmlid}: no action {action}; add it or drop the menu"))
        elif not action and _is_new(source, xmlid) and (
                full_id(source.addon, xmlid) not in parents):
            problems.append(at(source, element.sourceline,
                               f"menu {xmlid} has neither an action nor menus below it"))
    return problems


def _is_new(source, xmlid):
    """Whether this element makes the menu, rather than changing one of another addon."""
    return full_id(source.addon, xmlid).split(".")[0] == source.addon


def actions_without_help(house):
    """Lists that say nothing when they are empty; forms and windows on top are no lists."""
    return [
        at(source, record.sourceline,
           f"action {record.get('id')} has no help; say there what the first step is")
        for source, record in records(house, "ir.actions.act_window")
        if text(record, "res_model") and text(record, "target") != "new"
        and text(record, "view_mode") != "form"
        and not text(record, "help")]


def test_every_menu_leads_somewhere():
    verdict(dead_menus(house()))


def test_every_list_explains_its_first_step():
    verdict(actions_without_help(house()))


def _action(xmlid, fields):
    fields = "".join(f'<field name="{k}">{v}</field>' for k, v in fields.items())
    return f'<record id="{xmlid}" model="ir.actions.act_window">{fields}</record>'


def test_dead_menus_are_caught(tmp_path):
    fake = plant(tmp_path, {"service_advisor/views/m.xml": f"""<odoo>
        {_action("order_action", {"res_model": "service.order"})}
        <menuitem id="root"><menuitem id="orders" action="order_action"/>
        <menuitem id="gone" action="gone_action"/></menuitem>
        <menuitem id="dead" parent="root"/>
        <menuitem id="core" parent="root" action="sale.action_orders"/>
        <menuitem id="full" parent="root" action="service_advisor.order_action"/>
        <menuitem id="hook" parent="root"/>
        <record id="made" model="ir.ui.menu"><field name="action" ref="gone_too"/></record>
        <menuitem id="sale.menu_of_core" sequence="3"/>
    </odoo>""", "service_advisor_reports/views/m.xml": """<odoo>
        <menuitem id="report" parent="service_advisor.hook" action="sale.action_orders"/>
        <menuitem id="late" parent="service_advisor.hook" action="service_advisor.missing"/>
    </odoo>"""})
    found = [p.split("menu ")[1].split()[0].rstrip(":") for p in dead_menus(fake)]
    assert sorted(found) == ["dead", "gone", "late", "made"]


def test_actions_without_help_are_caught(tmp_path):
    model = {"res_model": "service.order"}
    fake = plant(tmp_path, {"service_advisor/views/a.xml": "<odoo>" + "".join([
        _action("bare", model), _action("blank", {**model, "help": "<p> </p>"}),
        _action("kind", {**model, "help": "<p>Open the first order</p>"}),
        _action("wizard", {**model, "target": "new"}),
        _action("sale.action_orders", {"domain": "[]"}),
    ]) + "</odoo>"})
    found = [p.split("action ")[1].split()[0] for p in actions_without_help(fake)]
    assert found == ["bare", "blank"]
