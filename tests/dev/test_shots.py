"""The list of pictures is data: names, places and steps must be usable."""
import re

import pytest

from tools import bench, shots
from tools.console import Fail


def test_the_list_is_sound():
    pages = shots.pages([])
    names = [page["name"] for page in pages]
    assert len(set(names)) == len(names)
    for page in pages:
        assert page["path"].startswith("/")
        for target in page.get("publish", "").split():
            assert re.match(r"(docs|service_advisor\w*/static/description)/[\w-]+\.png$", target)


def test_an_unknown_page_lists_the_known():
    with pytest.raises(Fail, match="no page nonsense"):
        shots.pages(["nonsense"])


class Sql:
    def __init__(self, *rows):
        self.rows = list(rows)

    def sql(self, *statements, db):
        return [self.rows.pop(0)] if self.rows else []


def test_placeholders_become_ids():
    assert shots.resolve(Sql((7,)), "db", "/odoo/x/{first:service.order}") == "/odoo/x/7"
    assert shots.resolve(Sql((8, "m")), "db", "/x/{ref:a.b}/y") == "/x/8/y"
    assert shots.resolve(Sql((8, "m"), ("t0",)), "db", "?token={token:a.b}") == "?token=t0"


def test_a_missing_record_is_named():
    with pytest.raises(Fail, match="no record a.b"):
        shots.resolve(Sql(), "db", "/x/{ref:a.b}")


def test_pdf_takes_an_xml_id_or_an_id():
    assert shots.document(Sql(("m.name", "m")), "db", ["a.r", "5"]) == ["m.name", "5"]
    assert shots.document(Sql(("m.name", "m"), (9, "m")), "db", ["a.r", "a.b"]) == ["m.name", "9"]
    with pytest.raises(Fail, match="no report a.r"):
        shots.document(Sql(), "db", ["a.r", "5"])


def test_a_benchmark_says_what_it_wants_installed(tmp_path):
    path = tmp_path / "x.py"
    path.write_text('"""Doc."""\nMODULES = ["repair"]\n')
    assert bench.modules(path) == ["repair"]
    path.write_text("")
    assert bench.modules(path) == []
