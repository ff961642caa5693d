"""Caches are complete or absent, and content decides names."""
import pytest

from tools import paths
from tools.console import Fail


def test_building_is_all_or_nothing(tmp_path):
    target = tmp_path / "a folder" / "thing"
    target.parent.mkdir()
    with pytest.raises(RuntimeError), paths.building(target, "test") as temp:
        (temp / "half").write_text("x")
        raise RuntimeError
    assert not target.exists()
    assert not list(target.parent.glob("thing.part-*"))


def test_building_happens_once(tmp_path):
    target = tmp_path / "thing"
    with paths.building(target, "test") as temp:
        (temp / "file").write_text("first")
    with paths.building(target, "test") as temp:
        assert temp is None
    assert (target / "file").read_text() == "first"


def test_building_clears_what_a_killed_run_left(tmp_path):
    stale = tmp_path / "thing.part-killed"
    stale.mkdir()
    with paths.building(tmp_path / "thing", "test"):
        pass
    assert not stale.exists()


def test_digest_tree_sees_content_and_names_but_not_tests(tmp_path):
    addon = tmp_path / "addon"
    (addon / "tests").mkdir(parents=True)
    (addon / "a.py").write_text("1")
    first = paths.digest_tree([addon])
    (addon / "tests" / "test_a.py").write_text("x")
    (addon / "a.pyc").write_text("x")
    assert paths.digest_tree([addon]) == first
    (addon / "a.py").write_text("2")
    assert paths.digest_tree([addon]) != first
    (addon / "a.py").write_text("1")
    (addon / "a.py").rename(addon / "b.py")
    assert paths.digest_tree([addon]) != first


def test_full_disk_is_said_before_the_work(tmp_path):
    with pytest.raises(Fail, match="free up at least"):
        paths.need_space(tmp_path, 10**9)


def test_cache_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "my cache"))
    assert paths.cache("x").parent == tmp_path / "my cache" / "service-advisor-dev"


def test_unwritable_cache_names_the_way_out(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(Fail, match="XDG_CACHE_HOME"):
        paths.cache("x")
