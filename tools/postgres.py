"""PostgreSQL: the server that PGHOST names, else a private cluster on a Unix socket.

The private cluster lives in the state folder. It is started by the first ./dev that needs it
and stopped by the last one that goes (a shared lock counts them). It refuses to run as root,
so root hands it to another user, in a place which that user can enter.
"""
import fcntl
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import debs
from .console import Fail, say, step
from .paths import ROOT, STATE, VERSIONS, building, cache, digest, lock, state

SETTINGS = """
# written by ./dev: a throw-away cluster, speed before safety
listen_addresses = ''
unix_socket_directories = '"{socket}"'
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 256MB
max_wal_size = 2GB
max_connections = 100
jit = off
"""


@dataclass
class Server:
    """How to reach the server: the environment that libpq and Odoo read."""
    env: dict
    bindir: Path | None = None
    libs: Path | None = None


@dataclass
class Home:
    """Where the private cluster lives and who runs it (None: we do)."""
    folder: Path
    socket: Path
    user: pwd.struct_passwd | None


@contextmanager
def running():
    """A server to work with while the block runs."""
    if os.environ.get("PGHOST"):
        names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSSLMODE")
        env = {name: os.environ[name] for name in names if os.environ.get(name)}
        if env.setdefault("PGUSER", pwd.getpwuid(os.getuid()).pw_name) == "postgres":
            raise Fail("Odoo refuses the database user 'postgres': create another role that may "
                       "create databases and set PGUSER")
        yield Server(env)
        return
    cluster = Cluster()
    with open(state("pg.users"), "a+", encoding="utf-8") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            with lock(state("pg.lock"), "starting PostgreSQL"):
                cluster.start()
            yield Server({"PGHOST": str(cluster.home.socket), "PGUSER": "odoo",
                          "PGPORT": "5432"}, cluster.bindir, cluster.libs)
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                cluster.stop()


class Cluster:
    def __init__(self):
        self.home = find_home()
        self.data = self.home.folder / "data"
        self.bindir, self.libs = find_binaries(self._data_version(), self.home)

    def _data_version(self):
        try:
            return int(self._as_owner(["cat", self.data / "PG_VERSION"]).stdout.split(".")[0])
        except ValueError:
            return None

    def _as_owner(self, cmd):
        user = self.home.user
        kwargs = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        env = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        env["LC_ALL"] = "C"
        if getattr(self, "libs", None):
            env["LD_LIBRARY_PATH"] = str(self.libs)
        return subprocess.run([str(c) for c in cmd], cwd=self.home.folder, env=env, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, check=False, **kwargs)

    def _ctl(self, *args):
        return self._as_owner([self.bindir / "pg_ctl", "-D", self.data, *args])

    def start(self):
        log = self.home.folder / "server.log"
        if not (self._as_owner(["test", "-f", self.data / "complete"]).returncode == 0):
            self._init()
        if self._ctl("status").returncode == 0:
            return
        with step("starting PostgreSQL"):
            # pg_ctl hands our standard output to the server: a pipe would never close
            result = self._as_owner([
                "sh", "-c", '"$0" -D "$1" -l "$2" -w -t 60 start >/dev/null 2>&1',
                self.bindir / "pg_ctl", self.data, log])
        if result.returncode:
            tail = self._as_owner(["tail", "-3", log]).stdout.strip().splitlines()
            raise Fail(f"PostgreSQL did not start: {tail[-1] if tail else 'no log'} (log: {log}; "
                       "./dev reset makes a new cluster)")

    def _init(self):
        self._as_owner(["rm", "-rf", self.data])
        with step("creating the PostgreSQL cluster"):
            for locale in ("C.UTF-8", "C"):
                result = self._as_owner([
                    self.bindir / "initdb", "-D", self.data, "-U", "odoo", "-A", "trust", "-E",
                    "UTF8", "--no-sync", f"--locale={locale}"])
                if not result.returncode:
                    break
                self._as_owner(["rm", "-rf", self.data])
        if result.returncode:
            lines = result.stdout.strip().splitlines()
            raise Fail(f"could not create the PostgreSQL cluster: {lines[-1] if lines else ''}")
        text = SETTINGS.format(socket=str(self.home.socket).replace("'", "''"))
        self._as_owner(["sh", "-c", 'printf "%s" "$0" >> "$1/postgresql.conf" && : > "$1/complete"',
                        text, self.data])

    def stop(self):
        if self._ctl("status").returncode == 0:
            self._ctl("stop", "-m", "fast", "-w", "-t", "30")


def remove():
    """Delete the private cluster with everything in it, also one that does not start."""
    with open(state("pg.users"), "a+", encoding="utf-8") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Fail("another ./dev of this checkout is running: stop it first") from error
        home = find_home()
        try:
            Cluster().stop()
        except Fail:
            pass  # the programs that made it are gone, so nothing runs
        with step("removing the PostgreSQL cluster"):
            for folder in {home.folder, home.socket}:
                shutil.rmtree(folder, ignore_errors=True)


def _private_folder(path, user):
    """Make `path` a folder that only its owner enters; never trust somebody else's."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        info = os.lstat(path)
        owner = user.pw_uid if user else os.geteuid()
        if not stat.S_ISDIR(info.st_mode) or info.st_uid not in (owner, os.geteuid()):
            raise Fail(f"{path} belongs to somebody else: remove it or use another checkout")
        if user:
            os.chown(path, user.pw_uid, user.pw_gid)
        path.chmod(0o700)
    except OSError as error:
        raise Fail(f"cannot prepare {path}: {error.strerror}") from error
    return path


def _can_enter(path, user):
    return subprocess.run(["test", "-x", str(path)], user=user.pw_uid, group=user.pw_gid,
                          extra_groups=[], cwd="/", check=False).returncode == 0


def find_home():
    user = None
    if os.geteuid() == 0:
        for name in ("postgres", "nobody"):
            try:
                user = pwd.getpwnam(name)
                break
            except KeyError:
                continue
        else:
            raise Fail("PostgreSQL does not run as root and there is no user 'postgres' or "
                       "'nobody': run ./dev as an ordinary user, or set PGHOST")
    state("pg")
    folder, name = STATE / "pg", f"service-advisor-{os.geteuid()}-{digest(ROOT)[:8]}"
    if user and not _can_enter(STATE, user):
        folder = Path("/var/tmp", name)
    _private_folder(folder, user)
    socket = folder
    if len(os.fsencode(folder / ".s.PGSQL.5432.lock")) > 100:
        socket = _private_folder(Path(tempfile.gettempdir(), name), user)
    return Home(folder, socket, user)


def _major(binary, libs=None):
    env = {**os.environ, **({"LD_LIBRARY_PATH": str(libs)} if libs else {})}
    output = subprocess.run([binary, "--version"], text=True, capture_output=True, env=env,
                            check=False).stdout
    found = re.search(r"(\d+)(\.\d+|devel|beta|rc)", output)
    return int(found[1]) if found else 0


def find_binaries(wanted, home):
    """The folder of initdb, pg_ctl and postgres, with the libraries it needs (or None)."""
    folders = {Path(shutil.which(tool)).resolve().parent
               for tool in ("postgres", "initdb") if shutil.which(tool)}
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/*/bin"):
        folders |= {path for path in Path("/").glob(pattern) if "postg" in str(path)
                    or "pgsql" in str(path)}
    majors = {}
    for folder in sorted(folders):
        if all((folder / tool).exists() for tool in ("initdb", "pg_ctl", "postgres")):
            majors[_major(folder / "postgres")] = folder
    usable = {m: folder for m, folder in majors.items() if m >= VERSIONS["postgresql_min"]}
    if wanted in usable or (usable and wanted is None):
        return usable[wanted or max(usable)], None
    if majors and not usable:
        say(f"  PostgreSQL {max(majors)} on this machine is too old: not used")
    bindir, libs = _unpacked(home)
    if wanted and _major(bindir / "postgres", libs) != wanted:
        raise Fail(f"this checkout's databases were made by PostgreSQL {wanted}, which is not "
                   "here any more: ./dev reset makes new ones")
    return bindir, libs


def _unpacked(home):
    folder = cache("programs", f"postgresql-{debs.os_release().get('VERSION_CODENAME', 'sid')}")
    with building(folder, "fetching PostgreSQL") as temp:
        if temp:
            with step("fetching PostgreSQL (about 40 MB)"):
                debs.fetch(temp, ["postgresql"], exclude=("*/share/doc/*", "*/share/man/*"))
    if home.user and not _can_enter(folder, home.user):
        # root's cache is closed to the user that runs the server: give it a copy
        copy = home.folder / "programs"
        if not copy.exists():
            shutil.copytree(folder, copy.with_suffix(".part"), symlinks=True, dirs_exist_ok=True)
            copy.with_suffix(".part").rename(copy)
        folder = copy
    bindir = max(folder.glob("usr/lib/postgresql/*/bin"), key=lambda p: int(p.parent.name),
                 default=None)
    if not bindir:
        raise Fail("Debian's PostgreSQL package changed its layout: install PostgreSQL 13 or "
                   "newer, or set PGHOST")
    return bindir, next(folder.glob("usr/lib/*-linux-gnu*"), None)
