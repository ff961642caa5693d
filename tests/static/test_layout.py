"""Size: lines of 100 columns, files of 400 lines."""

from .house import at, house, plant, verdict

COLUMNS, LENGTH = 100, 400
NARROW = {".py", ".xml", ".js", ".scss"}
SHORT = {".py", ".xml", ".js"}
# Tests and translations may be long; so may what others wrote.
FREE = {"tests", "i18n"}
VENDORED = "/static/lib/"


def _ours(house):
    return [s for s in house.sources if VENDORED not in s.rel]


def wide_lines(house):
    return [
        at(source, number, f"{len(line)} columns; break the line at {COLUMNS}")
        for source in _ours(house) if source.suffix in NARROW or source.is_python
        for number, line in enumerate(source.lines, 1) if len(line) > COLUMNS]


def long_files(house):
    """Files to split; `tools/` and the `dev` script are code like any other."""
    problems = []
    for source in _ours(house):
        length = len(source.text.splitlines()) if source.text else 0
        counted = source.suffix in SHORT or source.is_python
        if counted and length > LENGTH and not FREE & set(source.parts):
            problems.append(at(source, length, f"{length} lines; split it below {LENGTH}"))
    return problems


def test_lines_fit_in_100_columns():
    verdict(wide_lines(house()))


def test_files_fit_in_400_lines():
    verdict(long_files(house()))


def test_wide_lines_are_caught(tmp_path):
    wide = f"#{'x' * 100}\n"
    fake = plant(tmp_path, {
        "service_advisor/models/a.py": f"\n{wide}", "service_advisor/views/a.js": wide,
        "service_advisor/views/a.scss": wide, "dev": f"#!/usr/bin/env python3\n{wide}",
        "service_advisor/tests/a.xml": wide, "service_advisor/security/a.csv": wide,
        "service_advisor/i18n/zh_CN.po": wide, "service_advisor/static/lib/l/l.js": wide,
        "service_advisor/models/fine.py": wide[1:],
    })
    assert [p.partition(": ")[0] for p in wide_lines(fake)] == [
        "dev:2", "service_advisor/models/a.py:2", "service_advisor/tests/a.xml:1",
        "service_advisor/views/a.js:1", "service_advisor/views/a.scss:1"]


def test_long_files_are_caught(tmp_path):
    fake = plant(tmp_path, {
        "service_advisor/models/long.py": "#\n" * 401, "service_advisor/models/fit.py": "#\n" * 400,
        "service_advisor/tests/test_a.py": "#\n" * 500, "service_advisor/i18n/a.xml": "#\n" * 500,
        "service_advisor/tools/vin.py": "#\n" * 401, "dev": "#!/usr/bin/python3\n" + "#\n" * 400,
    })
    assert {p.partition(":")[0] for p in long_files(fake)} == {
        "dev", "service_advisor/models/long.py", "service_advisor/tools/vin.py"}
