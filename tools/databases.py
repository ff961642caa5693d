"""Databases: templates that are made once per content, and quick clones of them.

Names say what a database depends on, so an old one can never be taken for a current one:
``sa_base_<key>`` has the dependencies of our addons, ``sa_demo_<key>`` our addons with their
demo data. Both are built under another name and renamed when complete.
"""
import ast
import os
import re
import shutil
from contextlib import contextmanager

from . import venv
from .console import Fail, step
from .dumps import Dumps
from .paths import ADDONS, ROOT, digest, digest_tree, lock, need_space, present_addons, state

FALLBACK = ("sale_stock", "sale_management", "purchase_stock", "fleet", "hr_skills", "calendar",
            "phone_validation")
KEEP = 2
# what the login page and the web client load: saves the first visitor the wait
ASSETS = """
for name, css, js in (("web.assets_web", True, True), ("web.assets_frontend", True, False),
                      ("web.assets_frontend_minimal", False, True),
                      ("web.assets_frontend_lazy", False, True)):
    bundle = env["ir.qweb"]._get_asset_bundle(name, css=css, js=js)
    if css:
        bundle.css()
    if js:
        bundle.js()
env.cr.commit()
"""
DEMO_COMPANY = ROOT / "tools" / "scripts" / "demo_company.sql"
DEMO_WARNING = re.compile(r"Module (\S+) demo data failed to install")


def manifest(addon):
    path = ROOT / addon / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        raise Fail(f"{path.relative_to(ROOT)} is not a readable manifest: {error}") from error


def dependencies():
    """What our addons need from Odoo, as their manifests say."""
    names = {name for addon in present_addons() for name in manifest(addon).get("depends", ())}
    return sorted(names - set(ADDONS)) or list(FALLBACK)


def addons_key():
    return digest_tree(ROOT / name for name in present_addons())


class Databases:
    def __init__(self, bench):
        self.bench = bench
        self.filestores = state("data", "filestore", "x").parent

    def base_key(self):
        return digest(dependencies(), self.bench.odoo.key, venv.pins_key())

    def names(self):
        return [row[0] for row in self.bench.sql("SELECT datname FROM pg_database")]

    def exists(self, name):
        return name in self.names()

    def drop(self, name):
        self.bench.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.filestores / name, ignore_errors=True)

    def clone(self, source, target):
        """Copy a database and its files; the files never change, so links will do."""
        need_space(state("data"))
        self.drop(target)
        for attempt in range(20):
            try:
                self.bench.sql(
                    ("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                     (source,)),
                    f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
                break
            except Fail as error:
                # a server on the source comes back at once: try to be quicker
                if "being accessed" not in str(error) or attempt == 19:
                    raise
        if (self.filestores / source).is_dir():
            shutil.copytree(self.filestores / source, self.filestores / target,
                            copy_function=_link)
        # a clone is another database to everything that asks for its identity
        self.bench.sql(("UPDATE ir_config_parameter SET value = gen_random_uuid()::text "
                        "WHERE key = 'database.uuid'", None), db=target)
        return target

    def rename(self, source, target):
        if (self.filestores / source).is_dir():
            (self.filestores / source).rename(self.filestores / target)
        self.bench.sql(f'ALTER DATABASE "{source}" RENAME TO "{target}"')

    def mark(self, name, text):
        """Remember on the database itself what it holds."""
        self.bench.sql(f"COMMENT ON DATABASE \"{name}\" IS '{text}'")

    def marked(self, name):
        rows = self.bench.sql(("SELECT shobj_description(oid, 'pg_database') FROM pg_database "
                               "WHERE datname = %s", (name,)))
        return rows[0][0] if rows else None

    @contextmanager
    def scratch(self, source, purpose):
        """A clone that is gone afterwards."""
        self._sweep()
        name = self.clone(source, f"sa_tmp_{purpose}_{os.getpid()}")
        try:
            yield name
        finally:
            self.drop(name)

    def _sweep(self):
        """Drop the clones of runs that were killed; on a shared server they may be alive."""
        if os.environ.get("PGHOST"):
            return
        for name in self.names():
            found = re.fullmatch(r"sa_tmp_\w+_(\d+)", name)
            if found and not _alive(int(found[1])):
                self.drop(name)

    def _cached(self, kind, key, build):
        """The database ``sa_<kind>_<key>``, made by `build(temporary name)` if missing."""
        name = f"sa_{kind}_{key}"
        with lock(state(f"db-{kind}.lock"), f"preparing a {kind} database"):
            if self.exists(name):
                return name
            need_space(state("data"))
            for left in self.names():  # by a run that was stopped
                if left.startswith(f"sa_new_{kind}_"):
                    self.drop(left)
            temp = f"sa_new_{kind}_{key}"
            try:
                build(temp)
            except BaseException:
                self.drop(temp)
                raise
            shutil.rmtree(self.filestores / name, ignore_errors=True)
            self.rename(temp, name)
            self._forget_old(f"sa_{kind}_")
        return name

    def _forget_old(self, prefix):
        rows = self.bench.sql(("SELECT datname FROM pg_database WHERE starts_with(datname, %s) "
                               "ORDER BY oid DESC", (prefix,)))
        for (name,) in rows[KEEP:]:
            self.drop(name)

    def base(self):
        """Odoo with the dependencies of our addons, no demo data."""
        def build(temp):
            kept = Dumps(self.bench, self.filestores)
            if kept.read(self.base_key(), temp):
                return
            self.bench.run_odoo(
                temp, "-i", ",".join(dependencies()), title="installing the Odoo applications",
                log="base.log", check="Odoo could not install the applications")
            self.must_be_installed(temp, dependencies())
            kept.write(self.base_key(), temp)
        return self._cached("base", self.base_key(), build)

    def must_be_installed(self, db, modules):
        rows = self.bench.sql(
            ("SELECT name FROM ir_module_module WHERE state = 'installed' AND name = ANY(%s)",
             (list(modules),)), db=db)
        lacking = sorted(set(modules) - {row[0] for row in rows})
        if lacking:
            raise Fail(f"not installed in {db}: {', '.join(lacking)} (see .dev/log)")

    def demo(self):
        """Our addons with our demo data, on dependencies without theirs."""
        return self._cached("demo", digest(
            self.base_key(), addons_key(), DEMO_COMPANY.read_text()), self._build_demo)

    def _build_demo(self, temp):
        ours = present_addons()
        self.clone(self.base(), temp)
        # Odoo loads demo data only on top of demo data: pretend for the time of the installation
        self.bench.sql("UPDATE ir_module_module SET demo = true WHERE state = 'installed'",
                       db=temp)
        self.bench.sql(DEMO_COMPANY.read_text(), db=temp)
        args = ["-i", ",".join(ours)] if ours else []
        _code, output = self.bench.run_odoo(
            temp, *args, "--load-language=zh_CN", title="installing our addons with demo data",
            log="demo.log", check="our addons did not install with demo data")
        failed = DEMO_WARNING.search(output)
        if failed:
            raise Fail(f"the demo data of {failed[1]} did not load (log: .dev/log/demo.log)")
        self.must_be_installed(temp, ours)
        self.bench.sql(("UPDATE ir_module_module SET demo = name = ANY(%s)", (ours,)), db=temp)

    def prepare_pages(self, name):
        """Compile what pages load, before somebody waits for one."""
        self.bench.shell(name, ASSETS, title="preparing the web client",
                         check="the web client's files could not be prepared")


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def drop_everything(databases):
    with step("dropping databases"):
        for name in databases.names():
            if name.startswith("sa_") or name in ("service_demo", "service_test"):
                databases.drop(name)
