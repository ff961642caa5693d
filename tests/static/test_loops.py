"""Work on recordsets: no search, create or read of one record at a time."""

import ast

from .house import at, house, plant, verdict
from .models import calls

QUERIES = {"search", "search_count", "search_read", "search_fetch", "_read_group", "create"}
LOOPS = (ast.For, ast.AsyncFor, ast.While)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
MARK = "loop:"


def _repeated(source):
    """Every node that a loop runs again and again, once."""
    for node in source.nodes:
        if isinstance(node, LOOPS):
            heads = node.body
        elif isinstance(node, COMPREHENSIONS):
            heads = [c for c in ast.iter_child_nodes(node) if c is not node.generators[0]]
            heads += node.generators[0].ifs
        else:
            continue
        for head in heads:
            yield from ast.walk(head)


def _is_query(node):
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    owner, name = node.func.value, node.func.attr
    owner_name = getattr(owner, "id", "")
    if name == "search" and (owner_name == "re" or owner_name.isupper()):
        return False  # a pattern
    if name == "create" and owner_name == "Command":
        return False  # a value for a later write
    return name in QUERIES or (name == "read" and calls(owner, "browse"))


def _has_reason(source, node):
    reasons = [c for c in source.comments_for(node, node.func.end_lineno) if c.startswith(MARK)]
    return any(reason[len(MARK):].strip() for reason in reasons)


def queries_in_loops(house):
    problems = set()
    for source in house.python():
        for node in _repeated(source):
            if _is_query(node) and not _has_reason(source, node):
                problems.add((source, node.func.end_lineno, node.func.attr))
    return [at(source, line, f".{name}() in a loop; do it once on the whole set, or say above "
               f"why not: # {MARK} ...") for source, line, name in sorted(
                   problems, key=lambda p: (p[0].rel, p[1], p[2]))]


def test_no_query_in_a_loop():
    verdict(queries_in_loops(house()))


def test_queries_in_loops_are_caught(tmp_path):
    fake = plant(tmp_path, {"service_advisor/models/m.py": """
        for a in self.search([]):
            self.env["x"].search([])
            while True:
                self.create({})
            self.browse(a.id).read(["name"])
            # loop: three departments at most, each with its own sequence
            self.create({})
            self.search([])  # loop: until none is left
            # loop:
            self.create({})
            # some other comment
            self.search_count([])
            re.search("a", "b")
            PATTERN.search("b")
            a.file.read()
            Command.create({})
        b = [self.search([("id", "=", i)]) for i in self.search([])]
        c = {i for i in self if self.search_count([])}
        self.create([{"x": i} for i in self])
    """, "service_advisor/tests/test_a.py": "for a in b:\n    c.create({})\n"})
    lines = [int(p.split(":")[1]) for p in queries_in_loops(fake)]
    assert lines == [3, 5, 6, 11, 13, 18, 19]
