"""Each row of the mission that works has a test that names it, such as a docstring "R9.9: ..."."""

import ast
import re

from .house import house, plant, verdict

# Rows of which at least a first piece works, filled by the maintainers as they come.
IMPLEMENTED_ROWS = (
    "R1.1", "R1.2", "R1.3", "R1.4", "R1.5", "R1.6", "R1.7", "R2.1", "R2.2", "R2.3", "R2.4",
    "R2.5", "R2.6", "R3.1", "R3.2", "R3.3", "R3.4", "R3.5", "R4.1", "R4.2", "R4.3", "R4.4",
    "R4.5", "R5.1", "R5.2", "R5.3", "R5.4", "R5.5", "R6.1", "R6.2", "R6.3", "R6.4", "C1", "C2",
    "K1", "K2", "K3", "K4", "K5", "K6",
)

ROW = re.compile(r"(?<![\w.])(?:R\d\.\d+|[CK]\d)(?![\w]|\.\d)")
LEADING_COMMENTS = re.compile(r"\s*(?:/\*.*?\*/\s*|//[^\n]*\n\s*)*", re.DOTALL)
THIS_FOLDER = ("tests", "static")


def _texts(source):
    """Docstrings of test functions and classes; the leading comments of a JavaScript file."""
    if source.suffix == ".js":
        head = LEADING_COMMENTS.match(source.text)
        yield head.group() if head else ""
    elif source.suffix == ".py":
        for node in source.nodes:
            kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
            if isinstance(node, kinds) and node.name.lower().startswith("test"):
                yield ast.get_docstring(node) or ""


def covered_rows(house):
    """{row: files of the tests that name it}."""
    found = {}
    for source in house.sources:
        if source.is_test and source.parts[:2] != THIS_FOLDER:
            for row in {row for text in _texts(source) for row in ROW.findall(text)}:
                found.setdefault(row, []).append(source.rel)
    return found


def rows_without_test(house, rows):
    covered = covered_rows(house)
    return [f"{row}: no test names it; name it in the docstring of the test that shows it"
            for row in rows if row not in covered]


def test_every_implemented_row_has_a_test():
    verdict(rows_without_test(house(), IMPLEMENTED_ROWS))


def test_rows_are_collected(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor/tests/test_a.py": '''
            """R1.1 in a module's docstring proves nothing."""
            class TestDesk:
                """R1.2 and R1.3: the desk."""
                def test_it(self):
                    """K1. The end."""
                    # R1.4
                    return "R1.5"
                def helper(self):
                    """R1.6"""
        ''',
        "service_advisor/static/tests/tours/a.js": "/** C1: a\n * tour */\n// R2.1\n\nx; // R2.2\n",
        "service_advisor/models/a.py": 'def test_no():\n    """R1.7"""\n',
        "tests/test_flow.py": 'def test_flow():\n    """R10.1, XR1.8, R1.10, C12 and R1.2"""\n',
    })
    covered = covered_rows(fake)
    assert set(covered) == {"R1.2", "R1.3", "K1", "C1", "R2.1", "R1.10"}
    assert covered["R1.2"] == ["service_advisor/tests/test_a.py", "tests/test_flow.py"]
    assert [p.split(":")[0] for p in rows_without_test(fake, ("K1", "R1.1"))] == ["R1.1"]
