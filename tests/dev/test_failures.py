"""Foreseen failures end with one line that says what to do, and never with a traceback."""
import os
import socket
import subprocess
import sys

import pytest

from tools import browser, demo, odoosrc
from tools.console import Fail, run, telling_line
from tools.paths import ROOT


def release(folder, series):
    package = folder / "odoo"
    package.mkdir(parents=True)
    (package / "release.py").write_text(f"version_info = ({series}, 0, FINAL, 0, '')\n")
    return folder


def test_odoo_home_of_another_version(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(release(tmp_path / "my odoo", "18, 0")))
    with pytest.raises(Fail, match="is Odoo 18.0; this product needs 19.0"):
        odoosrc.find()


def test_odoo_home_without_odoo(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(Fail, match="holds no Odoo"):
        odoosrc.find()


@pytest.mark.parametrize("inside", ["", odoosrc.DIST])
def test_odoo_home_checkout_or_package(tmp_path, monkeypatch, inside):
    release(tmp_path / inside, "19, 0")
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    assert odoosrc.find().package == tmp_path / inside / "odoo"


def test_repair_says_when_the_package_changed(tmp_path):
    (tmp_path / "odoo" / "addons").mkdir(parents=True)
    (tmp_path / "odoo" / "addons" / "dangling.js").symlink_to("nowhere")
    with pytest.raises(Fail, match="package changed"):
        odoosrc.repair(tmp_path / "odoo")
    assert not (tmp_path / "odoo" / "addons" / "dangling.js").is_symlink()


def test_port_in_use():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Fail, match="--port"):
            demo.free_port(port, strict=True)
        assert demo.free_port(port) != port


def test_missing_component_fails_in_ci_only(monkeypatch, capsys):
    def refuse(_name):
        raise Fail("no network")
    monkeypatch.setattr(browser, "_on_machine", lambda name: False)
    monkeypatch.setattr(browser, "_unpacked", refuse)
    monkeypatch.setattr(browser, "CI", False)
    assert set(browser.find().missing) == set(browser.COMPONENTS)
    assert "no chromium" in capsys.readouterr().out
    monkeypatch.setattr(browser, "CI", True)
    with pytest.raises(Fail, match="no chromium in CI"):
        browser.find()


def test_run_names_the_telling_line():
    code = "import sys; print('start'); print('ValueError: broken'); sys.exit(3)"
    with pytest.raises(Fail, match="it failed: ValueError: broken"):
        run([sys.executable, "-c", code], check="it failed")


def test_telling_line_prefers_the_error():
    assert telling_line(["E: no such package", "done"]) == "E: no such package"
    assert telling_line([]) == ""


def test_command_line_shows_no_traceback(tmp_path):
    env = {**os.environ, "ODOO_HOME": str(tmp_path), "XDG_CACHE_HOME": "/dev/null/nowhere"}
    result = subprocess.run([ROOT / "dev", "setup"], env=env, text=True, capture_output=True,
                            check=False)
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert result.stdout.strip().splitlines()[-1].startswith("./dev: ")
