"""What the addons' Python says about models: names, parents, fields, methods."""

import ast
import functools

from .house import ADDONS, at

BASES = {"Model", "TransientModel", "AbstractModel"}


def literal(node):
    """The value of a literal node, else None."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError):
        return None


def calls(node, name):
    """Whether ``node`` is a call of ``name`` or of something's ``.name``."""
    if not isinstance(node, ast.Call):
        return False
    return name == getattr(node.func, "attr", getattr(node.func, "id", None))


def keyword(call, name):
    """The node of a call's keyword argument, or None."""
    return next((k.value for k in call.keywords if k.arg == name), None)


class Field:
    """One ``x = fields.Y(...)`` statement of a model class."""

    def __init__(self, model, name, statement):
        self.model, self.name, self.statement = model, name, statement
        self.call = statement.value
        self.kind = self.call.func.attr

    def option(self, name):
        node = keyword(self.call, name)
        return None if node is None else literal(node)

    @property
    def comodel(self):
        first = literal(self.call.args[0]) if self.call.args else None
        return self.option("comodel_name") or first

    @property
    def is_stored(self):
        derived = keyword(self.call, "related") or keyword(self.call, "compute")
        return bool(self.option("store")) if derived is not None else True


class ModelClass:
    """One class statement: it defines a model or extends one."""

    def __init__(self, source, node, base):
        self.source, self.node, self.base = source, node, base
        self.addon = source.addon
        own = {t.id: s.value for s in node.body if isinstance(s, ast.Assign)
               for t in s.targets if isinstance(t, ast.Name)}
        inherit = literal(own["_inherit"]) if "_inherit" in own else None
        self.parents = [inherit] if isinstance(inherit, str) else list(inherit or [])
        named = literal(own["_name"]) if "_name" in own else None
        self.name = named or (self.parents[0] if self.parents else None)
        self.defines = bool(named) and named not in self.parents
        self.fields = [Field(self, name, s) for name, s in _field_statements(node)]
        self.methods = {s.name: s for s in node.body
                        if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef))}
        self.callables = set(self.methods) | set(own)

    def at(self, problem):
        return at(self.source, self.node.lineno, problem)


def _field_statements(node):
    for statement in node.body:
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        func = getattr(getattr(statement, "value", None), "func", None)
        if (isinstance(statement, (ast.Assign, ast.AnnAssign))
                and isinstance(func, ast.Attribute)
                and getattr(func.value, "id", None) == "fields"):
            yield targets[0].id, statement


def _base_of(node):
    for base in node.bases:
        if isinstance(base, ast.Attribute) and base.attr in BASES:
            return base.attr
    return None


class Models:
    """Every model class of the addons, found by model name."""

    def __init__(self, house):
        self.classes = []
        for source in house.python():
            for node in source.nodes:
                base = _base_of(node) if isinstance(node, ast.ClassDef) else None
                if base:
                    self.classes.append(ModelClass(source, node, base))
        self.definitions = {c.name: c for c in self.classes if c.defines}

    def is_ours(self, name):
        return name in self.definitions

    def visible(self, addon):
        """Classes that exist when ``addon`` is installed without any higher one."""
        known = ADDONS[:ADDONS.index(addon) + 1]
        return [c for c in self.classes if c.addon in known]

    def lineage(self, name, addon):
        """Names of the model and all its parents, as far as ``addon`` sees them."""
        names, queue = set(), [name]
        while queue:
            current = queue.pop()
            if current not in names:
                names.add(current)
                queue += [p for c in self.visible(addon) if c.name == current
                          for p in c.parents]
        return names

    def family(self, name, addon):
        names = self.lineage(name, addon)
        return [c for c in self.visible(addon) if c.name in names]

    def field(self, model, name, addon):
        """The field of a model with this name, or None where the code is not ours."""
        found = [f for c in self.family(model, addon) for f in c.fields if f.name == name]
        return found[0] if found else None


@functools.cache
def models(house):
    return Models(house)
