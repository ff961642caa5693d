"""Which entries of the machine's apt sources name the Debian mirror."""
import shutil

import pytest

from tools import debs
from tools.console import Fail

DEB822 = """\
Types: deb
# a comment
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main
"""
ONE_LINE = """\
# deb http://comment.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/keys/x.gpg] https://third.example/apt cloud-bookworm main
deb http://old.example/debian/ bookworm main non-free # trailing words
"""


def test_deb822_entries():
    first, second = debs.parse_deb822(DEB822)
    assert first.uri == "http://mirror.example/debian"
    assert first.suites == ["bookworm", "bookworm-updates"]
    assert first.signed_by == debs.KEYRING
    assert second.suites == ["bookworm-security"]


def test_inline_key_is_not_taken_for_a_path():
    text = DEB822.split("\n\n")[0].replace(
        "Signed-By: /usr", "Signed-By:\n -----BEGIN PGP\n /usr")
    (entry,) = debs.parse_deb822(text)
    assert entry.signed_by == ""


def test_one_line_entries():
    third, old = debs.parse_one_line(ONE_LINE)
    assert third.signed_by == "/etc/keys/x.gpg"
    assert (old.uri, old.suites, old.components) == (
        "http://old.example/debian/", ["bookworm"], ["main", "non-free"])


def test_only_the_distribution_counts():
    entries = [*debs.parse_one_line(ONE_LINE), *debs.parse_deb822(DEB822)]
    uris = [entry.uri for entry in debs.distribution_sources(entries, "bookworm")]
    assert "https://third.example/apt" not in uris
    assert "http://mirror.example/debian-security" in uris


def test_the_security_mirror_is_not_the_archive():
    entries = debs.distribution_sources(list(debs.parse_deb822(DEB822))[::-1], "bookworm")
    assert debs.main_archive(entries, "bookworm").uri == "http://mirror.example/debian"


def test_machine_sources_reads_both_formats(tmp_path):
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(ONE_LINE)
    (tmp_path / "sources.list.d" / "debian.sources").write_text(DEB822)
    (tmp_path / "sources.list.d" / "notes.txt").write_text("deb http://no.example x main")
    assert len(debs.machine_sources(tmp_path)) == 4


needs_dpkg = pytest.mark.skipif(not shutil.which("dpkg"), reason="no dpkg here")


class StaleApt:
    stale = True


@needs_dpkg
@pytest.mark.parametrize("version", ["19.0.0+dfsg-1", "19.0.0+dfsg-2", "19.1-1"])
def test_expired_index_with_a_current_version_is_accepted(version):
    debs.refuse_downgrade(StaleApt, "odoo-19", version)


@needs_dpkg
def test_expired_index_cannot_bring_an_older_version():
    with pytest.raises(Fail, match="older than the tested"):
        debs.refuse_downgrade(StaleApt, "odoo-19", "19.0.0+dfsg-1~rc1")
