"""Packages of the Debian distribution, fetched by the ordinary apt client, without root.

apt gets a configuration, lists and caches of its own, and the mirror and keyring that the
machine's own sources name. Signatures are always checked; nothing of the machine changes.
"""
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .console import Fail, run, say
from .paths import VERSIONS, cache, lock, need_space

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
NETWORK = re.compile(r"Could not (resolve|connect)|Temporary failure|Unable to connect|"
                     r"Connection (timed out|failed|refused)|Failed to fetch|Network is unreach")
# the C library must match the machine's loader, so the machine's own is the only right one
NEVER_UNPACK = ("libc6_", "libc-bin_", "base-files_", "dpkg_")
_updated: dict[str, "Apt"] = {}


@dataclass
class Source:
    uri: str
    suites: list[str]
    components: list[str]
    signed_by: str = ""


def parse_deb822(text):
    """The `deb` entries of a .sources file."""
    for block in re.split(r"\n\s*\n", text):
        fields, key = {}, None
        for line in block.splitlines():
            if line.startswith("#"):
                continue
            if line[:1].isspace() and key:
                fields[key] += "\n" + line.strip()
            elif ":" in line:
                key, value = line.split(":", 1)
                key = key.strip().lower()
                fields[key] = value.strip()
        if "deb" not in fields.get("types", "").split():
            continue
        if fields.get("enabled", "yes").lower() in ("no", "false"):
            continue
        key_file = fields.get("signed-by", "")
        if "\n" in key_file or not key_file.startswith("/"):
            key_file = ""
        for uri in fields.get("uris", "").split():
            yield Source(uri, fields.get("suites", "").split(),
                         fields.get("components", "").split(), key_file)


def parse_one_line(text):
    """The `deb` entries of a sources.list in its old format."""
    for line in text.splitlines():
        found = re.match(r"\s*deb\s+(?:\[([^]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if found:
            options, uri, suite, components = found.groups()
            key_file = re.search(r"signed-by=(/\S+)", options or "", re.I)
            yield Source(uri, [suite], components.split(), key_file[1] if key_file else "")


def machine_sources(etc=Path("/etc/apt")):
    found = []
    for path in [etc / "sources.list", *sorted((etc / "sources.list.d").glob("*"))]:
        if path.suffix in (".list", ".sources") and path.is_file():
            parse = parse_deb822 if path.suffix == ".sources" else parse_one_line
            found += parse(path.read_text(encoding="utf-8", errors="replace"))
    return found


def distribution_sources(sources, codename):
    """Only the distribution's own entries: third parties name other suites."""
    release = re.compile(rf"({re.escape(codename)}|stable|testing|unstable|sid)(-\w+)?(/\w+)?$")
    return [
        Source(s.uri, suites, s.components, s.signed_by)
        for s in sources
        if (suites := [suite for suite in s.suites if release.match(suite)])
        and "main" in s.components
    ]


def main_archive(sources, codename):
    """The entry whose mirror also carries the other suites (so: not security, not updates)."""
    names = (codename, "stable", "testing", "unstable", "sid")
    return next((s for s in sources if any(suite in names for suite in s.suites)), None)


def os_release():
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return {}
    return dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', text, re.M))


class Apt:
    """One private apt: `suites` None means the suites that the machine itself follows."""

    def __init__(self, name, suites=None):
        if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
            raise Fail("no apt-get on this machine: install the missing tools yourself and "
                       "set ODOO_HOME to an Odoo 19 checkout")
        self.dir = cache("apt", name)
        self.sources = self._pick(suites)
        self.env = {**os.environ, "APT_CONFIG": str(self.dir / "apt.conf"), "LC_ALL": "C"}
        self.stale = False
        self._configure()

    def _pick(self, suites):
        release = os_release()
        codename = release.get("VERSION_CODENAME") or "sid"
        sources = distribution_sources(machine_sources(), codename)
        main = main_archive(sources, codename)
        if release.get("ID") != "debian" or not main:
            raise Fail("this machine's apt sources name no Debian mirror: set ODOO_HOME to an "
                       "Odoo 19 checkout and install PostgreSQL, Chromium and wkhtmltopdf")
        if suites is None:
            return sources
        return [Source(main.uri, list(suites), ["main"], main.signed_by)]

    def _configure(self):
        for part in ("lists/partial", "cache/archives/partial", "etc"):
            (self.dir / part).mkdir(parents=True, exist_ok=True)
        entries = []
        for source in self.sources:
            key_file = source.signed_by or (KEYRING if Path(KEYRING).exists() else "")
            entries.append("\n".join(filter(None, (
                "Types: deb", f"URIs: {source.uri}", f"Suites: {' '.join(source.suites)}",
                "Components: main", f"Signed-By: {key_file}" if key_file else ""))) + "\n")
        (self.dir / "debian.sources").write_text("\n".join(entries))
        settings = {
            "Dir::State": self.dir, "Dir::State::lists": self.dir / "lists",
            "Dir::State::status": "/var/lib/dpkg/status", "Dir::Cache": self.dir / "cache",
            "Dir::Etc": self.dir / "etc", "Dir::Etc::sourcelist": self.dir / "debian.sources",
            "Dir::Etc::sourceparts": "-", "Dir::Etc::trusted": "/etc/apt/trusted.gpg",
            "Dir::Etc::trustedparts": "/etc/apt/trusted.gpg.d",
            "Dir::Etc::netrc": "/etc/apt/auth.conf",
            "Dir::Etc::netrcparts": "/etc/apt/auth.conf.d",
            "Acquire::AllowInsecureRepositories": "false", "Acquire::Languages": "none",
            "APT::Get::AllowUnauthenticated": "false", "Debug::NoLocking": "true",
            "APT::Install-Recommends": "false",
        }
        if os.geteuid() == 0:
            # apt's own user cannot enter a private cache folder
            settings["APT::Sandbox::User"] = "root"
        lines = _machine_transport() + [f'{k} "{v}";' for k, v in settings.items()]
        (self.dir / "apt.conf").write_text("\n".join(lines) + "\n")

    def _apt(self, *args, check, cwd=None):
        code, output = run(["apt-get", "-q", "-y", *args], env=self.env, cwd=cwd)
        errors = [line for line in output.splitlines() if line.startswith(("E:", "W:", "Err:"))]
        if code or (args[0] == "update" and any(not e.startswith("W:") for e in errors)):
            first = next((e for e in errors if e.startswith("E:")), errors[0] if errors else "")
            if any(NETWORK.search(e) for e in errors):
                first = f"the Debian mirror cannot be reached; check the network or proxy ({first})"
            raise Fail(f"{check}: {first.strip()}")

    def update(self):
        try:
            self._apt("update", check="apt could not read the package index")
        except Fail as error:
            if "expired" not in str(error) and "is not valid yet" not in str(error):
                raise
            # still signed, only old: download() refuses anything older than what we know
            self.stale = True
            say("  the mirror's package index is past its date: using it, signature checked, "
                "nothing older than the tested version")
            with open(self.dir / "apt.conf", "a", encoding="utf-8") as conf:
                conf.write('Acquire::Check-Valid-Until "false";\n')
            self._apt("update", check="apt could not read the package index")
        return self

    def offers(self, package):
        try:
            return bool(self.candidate(package))
        except Fail:
            return False

    def candidate(self, package):
        output = subprocess.run(["apt-cache", "policy", package], env=self.env, text=True,
                                capture_output=True, check=False).stdout
        found = re.search(r"Candidate: (\S+)", output)
        version = found[1] if found and found[1] != "(none)" else None
        if not version:
            raise Fail(f"Debian offers no package {package} any more: set ODOO_HOME or install "
                       "it yourself")
        return version

    def download(self, packages, folder):
        """Fetch just these packages into `folder`; only the first one must exist."""
        need_space(self.dir)
        packages = [packages[0], *[name for name in packages[1:] if self.offers(name)]]
        self._apt("download", *packages, check="apt could not fetch the packages", cwd=folder)

    def download_with_needs(self, packages, folder):
        """Fetch these packages and what the machine lacks for them."""
        need_space(self.dir)
        self._apt("install", "--download-only", "-o", f"Dir::Cache::archives={folder}/",
                  *packages, check="apt could not fetch the packages")


def _machine_transport():
    """Proxies and certificates of the machine's apt (not its hooks: those act on its cache)."""
    output = subprocess.run(["apt-config", "dump", "Acquire"], text=True, capture_output=True,
                            check=False).stdout
    wanted = re.compile(r"Acquire::(https?|ftp|Retries|ForceIPv|proxy|TrustedDir)", re.I)
    return [line for line in output.splitlines() if wanted.match(line)]


def older(version, than):
    return subprocess.run(["dpkg", "--compare-versions", version, "lt", than],
                          check=False).returncode == 0


def refuse_downgrade(apt, package, version):
    """An expired index may be an old one played back: accept what we tested or newer only."""
    tested = VERSIONS["odoo_package_tested"]
    if apt.stale and older(version, tested):
        raise Fail(f"the mirror's expired index offers {package} {version}, older than the "
                   f"tested {tested}: use another mirror or set ODOO_HOME")


def unpack(archives, root, exclude=()):
    """Unpack packages side by side into `root`, like dpkg would, without scripts."""
    Path(root).mkdir(parents=True, exist_ok=True)
    for archive in archives:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive],
                              stdout=subprocess.PIPE) as source:
            code = subprocess.run(
                ["tar", "-x", "-C", root, "--no-same-owner", "--keep-directory-symlink",
                 *[f"--exclude={pattern}" for pattern in exclude]],
                stdin=source.stdout, check=False, stderr=subprocess.DEVNULL).returncode
        if code or source.returncode:
            raise Fail(f"could not unpack {Path(archive).name}: is the disk full?")


def fetch(name, packages, exclude=(), suites=None, needs=True, version_of=None):
    """Download and unpack into the folder `name`; returns the version of `version_of`."""
    kind, version = "sid" if suites else "machine", ""
    with lock(cache("apt", f"{kind}.lock"), "apt"):
        apt = _updated.get(kind) or Apt(kind, suites).update()
        _updated[kind] = apt
        if version_of:
            version = apt.candidate(version_of)
            refuse_downgrade(apt, version_of, version)
        with tempfile.TemporaryDirectory(dir=apt.dir, prefix="debs-") as folder:
            (Path(folder) / "partial").mkdir()
            (apt.download_with_needs if needs else apt.download)(packages, folder)
            found = [path for path in sorted(Path(folder).glob("*.deb"))
                     if not path.name.startswith(NEVER_UNPACK)]
            unpack(found, name, exclude)
    return version
