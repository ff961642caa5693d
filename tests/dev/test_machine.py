"""A machine that lacks something: no network, no apt, an old or bare PostgreSQL."""
import json
import subprocess

import pytest

from tools import debs, postgres, workbench
from tools.browser import Browser
from tools.console import Fail
from tools.odoosrc import OdooSource
from tools.paths import ROOT


@pytest.fixture
def private_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("PGHOST", raising=False)


def test_no_apt_names_the_other_way(private_cache, monkeypatch):
    monkeypatch.setattr(debs.shutil, "which", lambda name: None)
    with pytest.raises(Fail, match="no apt-get on this machine.*ODOO_HOME"):
        debs.Apt("sid", ["sid"])


def test_another_distribution_names_the_other_way(private_cache, monkeypatch):
    monkeypatch.setattr(debs.shutil, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(debs, "os_release", lambda: {"ID": "ubuntu", "VERSION_CODENAME": "noble"})
    with pytest.raises(Fail, match="no Debian mirror: set ODOO_HOME"):
        debs.Apt("sid", ["sid"])


@pytest.fixture
def apt(private_cache, monkeypatch):
    """A private apt whose apt-get answers what a test puts into `answers`."""
    monkeypatch.setattr(debs.shutil, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(debs, "os_release", lambda: {"ID": "debian",
                                                     "VERSION_CODENAME": "bookworm"})
    monkeypatch.setattr(debs, "machine_sources", lambda: [
        debs.Source("http://mirror.example/debian", ["bookworm"], ["main"])])
    monkeypatch.setattr(debs, "_machine_transport", list)
    made = debs.Apt("sid", ["sid"])
    made.answers = []
    monkeypatch.setattr(debs, "run", lambda *args, **kwargs: made.answers.pop(0))
    return made


def test_no_network_is_said_in_one_line(apt):
    apt.answers.append((100, "Err:1 http://mirror.example sid InRelease\n"
                             "E: Failed to fetch http://mirror.example  Could not resolve"))
    with pytest.raises(Fail, match="cannot be reached; check the network") as caught:
        apt.update()
    assert "\n" not in str(caught.value)


def test_expired_index_is_said_and_still_signed(apt, capsys):
    apt.answers += [(100, "E: Release file for http://mirror.example/debian is expired"), (0, "")]
    assert apt.update().stale
    assert capsys.readouterr().out.count("\n") == 1
    conf = (apt.dir / "apt.conf").read_text()
    assert 'AllowUnauthenticated "false"' in conf
    assert 'AllowInsecureRepositories "false"' in conf


def test_a_bad_signature_is_never_forgiven(apt):
    apt.answers.append((100, "E: The repository is not signed."))
    with pytest.raises(Fail, match="not signed"):
        apt.update()
    assert not apt.stale


def bench_answering(monkeypatch, code, output):
    monkeypatch.setattr(workbench, "run", lambda *args, **kwargs: (code, output))
    return workbench.Workbench(OdooSource(ROOT, ROOT, "19.0", "test"), "python",
                               postgres.Server({"PGUSER": "odoo"}), Browser())


@pytest.mark.parametrize(("number", "extensions", "may_create", "words"), [
    (120018, ["pg_trgm", "unaccent"], True, "PostgreSQL 12 is too old"),
    (150006, ["unaccent"], True, "lacks the extension pg_trgm: install"),
    (150006, None, True, "pg_trgm, unaccent"),
    (150006, ["pg_trgm", "unaccent"], False, "may not create databases"),
])
def test_unfit_postgresql(monkeypatch, number, extensions, may_create, words):
    answer = json.dumps([[number, extensions, may_create]])
    with pytest.raises(Fail, match=words):
        bench_answering(monkeypatch, 0, answer).check_server()


def test_fit_postgresql(monkeypatch):
    answer = json.dumps([[130000, ["pg_trgm", "unaccent"], True]])
    bench_answering(monkeypatch, 0, answer).check_server()


def test_unreachable_postgresql(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example")
    bench = bench_answering(monkeypatch, 1, "Traceback ...\npsycopg2.OperationalError: refused")
    with pytest.raises(Fail, match="refused; check PGHOST"):
        bench.check_server()


def test_the_superuser_postgres_is_refused(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGUSER", "postgres")
    with pytest.raises(Fail, match="set PGUSER"), postgres.running():
        pass


def test_old_programs_are_not_used(tmp_path, monkeypatch, capsys):
    for tool in ("initdb", "pg_ctl", "postgres"):
        path = tmp_path / "bin" / tool
        path.parent.mkdir(exist_ok=True)
        path.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 12.4'\n")
        path.chmod(0o755)
    monkeypatch.setattr(postgres.shutil, "which", lambda name: str(tmp_path / "bin" / name))
    monkeypatch.setattr(postgres.Path, "glob", lambda self, pattern: [])
    monkeypatch.setattr(postgres, "_unpacked", lambda home: (tmp_path / "private", None))
    assert postgres.find_binaries(None, None) == (tmp_path / "private", None)
    assert "too old" in capsys.readouterr().out


def test_ci_runs_the_same_command_as_everybody():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[-1].endswith("exec ./dev test")
    subprocess.run(["bash", "-n", ROOT / ".ci" / "run"], check=True)
