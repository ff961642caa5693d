"""./dev test: every check in two lanes, one line of totals; or a single test.

The tests that need a database are one queue for both lanes (see lanes.py), each of which has a
fresh installation of its own: first our addons' with Odoo's own runner, then the flows of tests/.
Lane one begins with the database that all others are copied from, lane two meanwhile with what
needs none.
"""
import os
import shutil
import threading
import time
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory

from . import lanes, odoosrc, venv
from .console import Fail, run, say, seconds, step, telling_line, together
from .databases import Databases, addons_key
from .demo import free_port
from .paths import CI, ROOT, TOOLS, digest, lock, present_addons, state
from .report import RESULT, Result, Totals, read_junit, read_odoo_log
from .workbench import workbench

PLAIN = ("tests/static", "tests/dev", "tests/unit")
TEST_DB = "service_test"
LANE_SERVER = TOOLS / "scripts" / "lane_server.py"
# one README for the product; large models are split over files by subject
NOT_OURS = "missing-readme,consider-merging-classes-inherited"


def plain_env(odoo):
    """For tests without a database; Odoo is only looked at (which addons has it?)."""
    env = {**os.environ, "PYTHONNOUSERSITE": "1", "ODOO_HOME": str(odoo.pythonpath)}
    env.pop("ODOO_RC", None)
    return env


def pytest(python, args, env, title, name):
    """Run pytest and read its totals; its own output is in the log."""
    xml, log = state("log", f"{name}.xml"), state("log", f"{name}.log")
    xml.unlink(missing_ok=True)
    with step(title) as shown:
        def on_line(line):
            if "::" in line:
                shown.note = line.split()[0][-50:]
        code, output = run(
            [python, "-m", "pytest", "-v", "-p", "no:cacheprovider", f"--junitxml={xml}", *args],
            env=env, cwd=ROOT, log=log, on_line=on_line)
    if not xml.exists():
        return Result.check([f"pytest did not run: {_last(output)} (log: {log})"])
    result = read_junit(xml)
    if code not in (0, 1, 5) or (code and not result.failed and code != 5):
        result += Result.check([f"pytest ended with code {code}: {_last(output)} (log: {log})"])
    return result


def _last(output):
    lines = [line for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith(("E ", "ERROR", "ImportError"))]
    return (errors or lines or ["no output"])[-1].strip()[:300]


def lint_python(python):
    """ruff over everything."""
    with step("ruff"):
        code, output = run([python, "-m", "ruff", "check", "--no-cache", "--output-format",
                            "concise", "."], cwd=ROOT)
    lines = [line for line in output.splitlines() if ":" in line]
    return Result.check(lines[:40] or ["ruff failed: " + _last(output)] if code else [])


def lint_odoo(python):
    """pylint-odoo over our addons."""
    result = Result()
    for addon in present_addons():
        with step(f"pylint-odoo {addon}"):
            code, output = run(
                [python, "-m", "pylint", "--rcfile=setup.cfg", f"--disable={NOT_OURS}",
                 "--msg-template={path}:{line}: {msg_id} {symbol}: {msg}", addon], cwd=ROOT)
        lines = [line for line in output.splitlines() if line.startswith(addon)]
        result += Result.check(lines[:40] or [_last(output)] if code else [])
    return result


def static(bench):
    """What needs no database: ruff, the house rules, the tests of this tool, the rules without
    records."""
    result = lint_python(bench.python)
    paths = [path for path in PLAIN if (ROOT / path).is_dir()]
    if paths:
        result += pytest(bench.python, ["-p", "no:odoo", *paths], plain_env(bench.odoo),
                         "tests without a database", "static")
    return result


class Suite:
    """The full run; its stages share a database and the totals."""

    def __init__(self, bench, totals, queue):
        self.bench, self.totals = bench, totals
        self.dbs = Databases(bench)
        self.base_ready = threading.Event()
        self.base = None
        self.env = {lanes.VARIABLE: queue}

    def stage(self, name, function):
        """Run one stage; a foreseen failure of it is a failed check, the others go on."""
        start = time.monotonic()
        try:
            result = function()
        except Fail as error:
            result = Result.check([str(error)])
        self.totals.add(name, time.monotonic() - start, result)

    def lane_one(self):
        try:
            self.base = self.dbs.base()
        except Fail as error:
            self.totals.add("template", 0, Result.check([str(error)]))
            return
        finally:
            self.base_ready.set()
        self.share("addons", "flows", 8170)

    def lane_two(self):
        self.stage("static", lambda: static(self.bench))
        self.stage("pylint-odoo", lambda: lint_odoo(self.bench.python))
        self.stage("demo data", self.demo_data)
        self.stage("test_lint", self.test_lint)
        self.share("more addons", "more flows", 8370)

    def share(self, addons, flows, port):
        """Run a lane's part of all tests that need a database, in stages of these names."""
        if not self.base:
            return
        with self.dbs.scratch(self.base, addons.replace(" ", "_")) as db:
            self.stage(addons, lambda: self.addons(db, addons.replace(" ", "_"), port))
            if (ROOT / "tests").is_dir():
                self.stage(flows, lambda: self.flows(db, flows.replace(" ", "_")))

    def addons(self, db, log, port):
        """Install our addons and run their tests, as they come to this lane."""
        ours, log = present_addons(), f"{log}.log"
        _code, output = self.bench.run_odoo(
            db, "-i", ",".join(ours), "--test-tags", ",".join(f"/{name}" for name in ours),
            http=free_port(port), server=LANE_SERVER, env=self.env,
            title="tests of our addons", log=log)
        if "Traceback" in output and not RESULT.search(output):
            raise Fail(f"our addons did not install: {telling_line(output.splitlines())} "
                       f"(log: .dev/log/{log})")
        self.dbs.must_be_installed(db, ours)
        # lane two may come when lane one has begun them all
        return read_odoo_log(output, expect_tests=log == "addons.log")

    def flows(self, db, name):
        self.dbs.must_be_installed(db, present_addons())
        args = ["-p", "tools.lanes", f"--odoo-database={db}", "--odoo-http", "tests"]
        args += [f"--ignore={path}" for path in PLAIN]
        return pytest(self.bench.python, args, {**self.bench.env(), **self.env},
                      "flows across addons", name)

    def demo_data(self):
        self.base_ready.wait()  # lane one makes it
        if not self.base:
            raise Fail("not run: there is no database template")
        self.dbs.demo()
        return Result.check([])

    def test_lint(self):
        with self.dbs.scratch(self.dbs.demo(), "lint") as db:
            _code, output = self.bench.run_odoo(
                db, "-i", "test_lint", "--test-tags", _lint_tags(), http=free_port(8270),
                title="Odoo's own lint over our addons", log="test_lint.log")
        return read_odoo_log(output)


def _lint_tags():
    """All of test_lint but what says nothing about our addons (known_lint.txt)."""
    lines = (TOOLS / "known_lint.txt").read_text(encoding="utf-8").splitlines()
    skipped = [f"-{line.split()[0]}" for line in lines if line.strip() and line[0] != "#"]
    return ",".join(["/test_lint", *skipped])


def run_all():
    start, totals = time.monotonic(), Totals()
    shutil.rmtree(state("screenshots"), ignore_errors=True)
    with workbench() as bench, TemporaryDirectory(prefix="service_lanes_") as queue:
        suite = Suite(bench, totals, queue)
        if bench.browser.missing and CI:
            raise Fail("in CI nothing may be missing")
        together(suite.lane_one, suite.lane_two)
    say("")
    for name, elapsed, result in totals.stages:
        say(f"  {name:<14} {seconds(elapsed):>12}   {result.line()}")
    for name, lost in bench.browser.missing.items():
        say(f"  without {name}: {lost}")
    say(f"  {'total':<14} {seconds(time.monotonic() - start):>12}")
    say(totals.sum.line())
    return 1 if totals.sum.failed else 0


@contextmanager
def installed(bench, databases, purpose):
    """A throw-away database of a test or benchmark: our addons, current, no demo data."""
    with ExitStack() as stack:
        with lock(state("db-service_test.lock"), f"preparing {TEST_DB}"):
            _refresh(bench, databases)
            db = stack.enter_context(databases.scratch(TEST_DB, purpose))
        yield db


def _refresh(bench, databases):
    key, ours = digest(databases.base_key(), addons_key()), present_addons()
    if not databases.exists(TEST_DB):
        databases.clone(databases.base(), TEST_DB)
        databases.mark(TEST_DB, databases.base_key())
    mark = databases.marked(TEST_DB) or ""
    if mark == f"{databases.base_key()} {key}":
        return
    if not mark.startswith(databases.base_key()):
        databases.clone(databases.base(), TEST_DB)
    there = {row[0] for row in bench.sql(
        "SELECT name FROM ir_module_module WHERE state = 'installed'", db=TEST_DB)}
    args = []
    for flag, names in (("-u", [name for name in ours if name in there]),
                        ("-i", [name for name in ours if name not in there])):
        args += [flag, ",".join(names)] if names else []
    bench.run_odoo(TEST_DB, *args, title="bringing the test database up to date",
                   log="service_test.log", check="our addons did not install")
    databases.must_be_installed(TEST_DB, ours)
    databases.mark(TEST_DB, f"{databases.base_key()} {key}")


def run_some(names):
    """Run the named tests with their output shown; no totals of stages."""
    paths = [name.split("::")[0] for name in names]
    for path in paths:
        if not (ROOT / path).exists():
            raise Fail(f"there is no {path}: name a file or folder of this checkout")
    plain = [any(path.startswith(folder) for folder in PLAIN) for path in paths]
    if any(plain) != all(plain):
        raise Fail("tests/static and tests/dev run without Odoo: name them in a run of their own")
    if all(plain):
        return _live([venv.python(), "-m", "pytest", "-p", "no:odoo", "-p", "no:cacheprovider",
                      *names], plain_env(odoosrc.find()))
    with workbench() as bench, installed(bench, Databases(bench), "one") as db:
        return _live([bench.python, "-m", "pytest", "-p", "no:cacheprovider", "-ra",
                      f"--odoo-database={db}", "--odoo-http", *names], bench.env())


def _live(cmd, env):
    code, _output = run(cmd, env=env, cwd=ROOT, on_line=say)
    return code
