"""Find Odoo 19: ODOO_HOME, else an importable `odoo`, else Debian's package, unpacked.

Debian's package points to JavaScript and fonts of other packages and leaves some files out;
what the web client misses is put back, on our own copy only.
"""
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from . import debs
from .console import Fail, say, step
from .paths import VERSIONS, building, cache, digest, state

DIST = "usr/lib/python3/dist-packages"
# 1.2 GB of translations; zh_CN is the one that the product ships
NO_OTHER_LANGUAGES = ("*/i18n/*.pot", "*/i18n/[!z]*.po", "*/i18n/z[!h]*.po", "*/i18n/zh_[!C]*.po")
# the web client logs an error without it, and then every browser test fails
STUBS = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)
# what the package links to; without the first every page is an error, the others are looks
COMPANIONS = ("libjs-jquery", "libjs-jquery-form", "libjs-underscore", "fonts-roboto-unhinted",
              "fonts-montserrat", "fonts-inconsolata", "fonts-ocr-b")
MUST_EXIST = ("web/static/lib/jquery/jquery.js", "web/static/src/start.js",
              "sale_stock/__manifest__.py")


@dataclass
class OdooSource:
    pythonpath: Path
    package: Path
    version: str
    origin: str

    @property
    def key(self):
        return digest(self.version, self.origin)


def find():
    """The Odoo to use; fetched when there is none."""
    home = os.environ.get("ODOO_HOME")
    if home:
        return _from_home(Path(home).expanduser().resolve())
    return _importable() or _from_debian()


def check_version(package, origin):
    """`odoo/release.py` says 19.0, or the one line that says what to do."""
    try:
        text = (package / "release.py").read_text(encoding="utf-8")
    except OSError as error:
        raise Fail(f"{origin} holds no Odoo: {package / 'release.py'} is missing") from error
    found = re.search(r"version_info = \((\d+), (\d+)", text)
    series = f"{found[1]}.{found[2]}" if found else "unknown"
    if series != VERSIONS["odoo"]:
        raise Fail(f"{origin} is Odoo {series}; this product needs {VERSIONS['odoo']}")
    return series


def _from_home(home):
    for base in (home, home / DIST):
        if (base / "odoo" / "release.py").is_file():
            series = check_version(base / "odoo", f"ODOO_HOME={home}")
            return OdooSource(base, base / "odoo", f"{series} at {home}", "ODOO_HOME")
    raise Fail(f"ODOO_HOME={home} holds no Odoo: expected an odoo/ folder in it "
               "(source checkout or unpacked package)")


def _importable():
    """An `odoo` 19 that the machine's Python imports; another series is not ours to use."""
    code = "import odoo.release as r; print(r.__file__)"
    env = {k: v for k, v in os.environ.items() if k != "PYTHONHOME"}
    found = subprocess.run([sys.executable, "-c", code], env=env, cwd="/", text=True,
                           capture_output=True, check=False).stdout.strip()
    if not found:
        return None
    package = Path(found).parent
    try:
        series = check_version(package, f"the installed odoo ({package})")
    except Fail as error:
        say(f"  {error}: not used")
        return None
    # a folder with nothing else in it: the neighbours must not shadow the pinned requirements
    link = state("odoo-src", "odoo")
    if link.is_symlink() and link.resolve() != package.resolve():
        link.unlink()
    if not link.is_symlink():
        link.symlink_to(package)
    return OdooSource(link.parent, link, f"{series} at {package}", "installed")


def _from_debian():
    folder = cache("odoo", f"{VERSIONS['odoo']}-{digest(*NO_OTHER_LANGUAGES, *STUBS, *COMPANIONS)}")
    with building(folder, "fetching Odoo") as temp:
        if temp:
            with step("fetching Odoo from Debian (about 130 MB)") as shown:
                version = debs.fetch(
                    temp, [VERSIONS["odoo_package"], *COMPANIONS], NO_OTHER_LANGUAGES,
                    suites=["sid"], needs=False, version_of=VERSIONS["odoo_package"])
                shown.note = version
                repair(temp / DIST / "odoo")
                (temp / "version").write_text(version)
    version = (folder / "version").read_text()
    package = folder / DIST / "odoo"
    check_version(package, f"Debian's package {version}")
    return OdooSource(package.parent, package, version, "Debian")


def repair(package):
    """Put back what Debian leaves out, and say clearly when the package changed shape."""
    for name in STUBS:
        stub = package / "addons" / name
        if not stub.exists():
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text("// left out by the distribution; video background blur is off\n")
    for path in package.rglob("*"):
        if path.is_symlink() and not path.exists():
            path.unlink()  # Odoo's checks read every file and stumble over a dangling link
    missing = [name for name in MUST_EXIST if not (package / "addons" / name).is_file()]
    if missing:
        raise Fail(f"Debian's Odoo package changed: {missing[0]} is missing; set ODOO_HOME to "
                   "an Odoo 19 checkout until this tool knows the new layout")
