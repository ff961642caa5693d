"""Habits of older Odoo versions, and SQL or messages put together from strings."""

import ast
import re

from .house import at, house, plant, verdict
from .models import calls, keyword

TRANSLATE = {"odoo", "odoo.tools.translate", "odoo.tools"}
TRANSLATORS = {"_", "_lt"}


def _is_glued(node):
    """Whether a string is put together: f-string, % or +, or .format()."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Mod, ast.Add))
    return isinstance(node, ast.JoinedStr) or calls(node, "format")


def _assigned(name):
    """The values that a local name gets in its function."""
    scope = name
    while not isinstance(scope, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Module)):
        scope = scope.parent
    for node in ast.walk(scope):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            if any(isinstance(t, ast.Name) and t.id == name.id for t in targets):
                glued_on = isinstance(node, ast.AugAssign) and isinstance(node.op, ast.Add)
                yield ast.JoinedStr([]) if glued_on else node.value


def _is_cursor(node):
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    return getattr(owner, "attr", getattr(owner, "id", "")) in ("cr", "_cr", "cursor")


def _sql_problem(node):
    executes = (calls(node, "execute") and _is_cursor(node)) or calls(node, "execute_query")
    if not (executes or calls(node, "SQL")) or not node.args:
        return None
    query = node.args[0]
    glued = _is_glued(query) or (
        isinstance(query, ast.Name) and any(map(_is_glued, _assigned(query))))
    return "SQL put together from strings; pass SQL(...) with its parameters" if glued else None


def _message_problem(node):
    if not (isinstance(node, ast.Call) and any(calls(node, n) for n in TRANSLATORS)):
        return None
    if any(isinstance(child, ast.JoinedStr) for child in ast.walk(node)):
        return "f-string in a translated message; use %(name)s and keyword values"
    if node.args and not isinstance(node.args[0], ast.Constant):
        return "translated message is not a plain string, no export finds it"
    return None


def _import_problem(node):
    if isinstance(node, ast.ImportFrom) and node.module in TRANSLATE:
        if any(alias.name in TRANSLATORS for alias in node.names):
            return "_ is imported; call self.env._(...)"
    return None


def _old_name_problem(node):
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        if node.id == "_sql_constraints":
            return "_sql_constraints is ignored; write _x = models.Constraint(...)"
    if getattr(node, "name", None) == "name_get" or calls(node, "name_get"):
        return "name_get is gone; write _compute_display_name"
    if isinstance(node, ast.Call) and getattr(node.func, "id", None) == "print":
        return "print; log it or drop it"
    owner = getattr(getattr(node, "func", None), "value", None)
    if getattr(owner, "id", None) == "fields" and keyword(node, "states") is not None:
        return "states= on a field is ignored; use readonly in the view"
    return None


PYTHON_CHECKS = (_sql_problem, _message_problem, _import_problem, _old_name_problem)


def old_python(house):
    sources = [s for a in house.addons for s in a.sources if s.suffix == ".py"]
    return [at(source, node.lineno, problem)
            for source in sources for node in source.nodes for check in PYTHON_CHECKS
            for problem in [check(node)] if problem]


def _xml_problem(element):
    if element.tag == "tree":
        return "<tree> is <list> now"
    if element.tag == "field" and element.get("name") == "view_mode":
        if re.search(r"\btree\b", element.text or ""):
            return "view mode tree is list now"
    if "attrs" in element.attrib or "states" in element.attrib:
        return "attrs= and states= are gone; use invisible, readonly, required"
    if re.search(r"\s", element.get("groups", "")):
        return "a blank or line break in groups= is part of the name of a group"
    if element.tag == "attribute" and element.get("name") in ("attrs", "states"):
        return "attrs and states are gone; change invisible, readonly, required"
    return None


def old_views(house):
    return [at(source, element.sourceline, problem)
            for source in house.data() if "static" not in source.parts
            for element in source.xml.iter("*")
            for problem in [_xml_problem(element)] if problem]


def test_python_is_of_odoo_19():
    verdict(old_python(house()))


def test_views_are_of_odoo_19():
    verdict(old_views(house()))


def test_old_python_is_caught(tmp_path):
    fake = plant(tmp_path, {"service_advisor/models/m.py": """
        from odoo import _, models
        from odoo.tools.translate import _
        class Order(models.Model):
            _sql_constraints = []
            state = fields.Char(states={})
            def name_get(self):
                print(self.partner_id.name_get())
                raise UserError(self.env._(f"{self} is late"))
                self.env._("%(x)s", x=f"{self}")
                self.env._(self.name)
                self.env._("a" + "b")
                self.env.cr.execute("SELECT %s" % self.id)
                self.env.cr.execute(f"SELECT {self.id}")
                self.env.cr.execute("SELECT " + self.id)
                cr.execute("SELECT {}".format(self.id))
                query = "SELECT 1"
                query += self.name
                cr.execute(query)
                self.env.execute_query(SQL("SELECT %s" % 1))
    """})
    lines = [int(p.split(":")[1]) for p in old_python(fake)]
    assert sorted(lines) == [2, 3, 5, 6, 7, 8, 8, *range(9, 17), 19, 20]


def test_sound_python_passes(tmp_path):
    fake = plant(tmp_path, {"service_advisor/models/m.py": """
        from odoo import models
        from odoo.tools import SQL, LazyTranslate
        _lt = LazyTranslate(__name__)
        LATE = _lt("late")
        def sound(self):
            self.env._("%(a)s is "
                       "late", a=self.name + "!")
            self.env.cr.execute("SELECT %s", [self.id])
            query = SQL("SELECT %s", self.id)
            self.env.cr.execute(query)
            self.env.execute_query(SQL("SELECT %s FROM %s", self.id, SQL.identifier(f"a{1}")))
            self.job.execute("a" + "b")
            blueprint(1)
    """, "dev": "#!/usr/bin/env python3\nprint('hello')\n"})
    assert old_python(fake) == []


def test_old_views_are_caught(tmp_path):
    fake = plant(tmp_path, {"service_advisor/views/v.xml": """<odoo>
        <tree/>
        <field name="view_mode">tree,form</field>
        <field name="x" attrs="{}"/>
        <button states="draft"/>
        <attribute name="attrs">{}</attribute>
        <field name="view_mode">list,form</field>
        <field name="tree_id" invisible="state == 'x'"/>
        <field name="x" groups="a.b,
            c.d"/>
        <field name="x" groups="a.b,!c.d"/>
    </odoo>""", "service_advisor/static/src/a.xml": '<Board states="props"/>'})
    assert [int(p.split(":")[1]) for p in old_views(fake)] == [2, 3, 4, 5, 6, 10]
