"""./dev odoo-suites: Odoo's own tests with our addons installed, beside those without them.

What fails without our addons is kept in tests/odoo_suites.json, with the Odoo it was seen on;
whatever fails beyond it is ours. Each suite runs on a clone of its own, tests of both moments
(``at_install`` as well) after everything is loaded.
"""
import json
import re
import time
from contextlib import contextmanager

from . import testing
from .console import Fail, say, seconds
from .databases import Databases
from .demo import free_port
from .paths import ROOT, TOOLS
from .report import LINE
from .workbench import workbench

SUITES = ("account", "purchase_stock", "repair", "sale_stock", "stock_account")
BASELINE = ROOT / "tests" / "odoo_suites.json"
SERVER = TOOLS / "scripts" / "suite_server.py"
OUTCOME = re.compile(r"^(FAIL|ERROR): (.+)|^(skipped) (\S+(?: \([\w.]+\))?)")
STARTED = re.compile(r"^Starting \S+\.test")


def read(output):
    """Return ``(number of tests, names of those that failed or were skipped)`` of a run."""
    tests, bad = 0, set()
    for raw in output.splitlines():
        line = LINE.match(raw)
        if not line:
            continue
        message = line[4]
        tests += bool(STARTED.match(message))
        if found := OUTCOME.match(message):
            # a test with subtests may fail in many: one name for all of them
            name = re.sub(r"^Subtest (\S+).*", r"\1", found[2] or f"skipped {found[4]}")
            bad.add(name)
    if not tests:
        raise Fail("Odoo found no test to run (log: .dev/log)")
    return tests, sorted(bad)


def load():
    if not BASELINE.exists():
        return {"odoo": None, "without": {}, "known": {}}
    return json.loads(BASELINE.read_text(encoding="utf-8"))


def compare(suite, tests, bad, kept):
    """Return what is worse with our addons than without, in lines."""
    without = kept["without"].get(suite)
    if without is None:
        return [f"{suite}: not run without our addons yet: ./dev odoo-suites --baseline {suite}"]
    known = kept["known"].get(suite, {})
    problems = [f"{suite}: {name}" for name in bad
                if name not in without["bad"] and name not in known]
    if tests < without["tests"]:
        problems.append(f"{suite}: only {tests} tests ran; {without['tests']} do without us")
    return problems


@contextmanager
def database(work, databases, ours):
    """A clone with every suite's module: with our addons, or as Odoo is without them."""
    if ours:
        context = testing.installed(work, databases, "suites")
    else:
        context = databases.scratch(databases.base(), "plain")
    with context as db:
        work.run_odoo(db, "-i", ",".join(SUITES), title=f"installing {', '.join(SUITES)}",
                      log="suites.log", check="the modules of the suites did not install")
        databases.must_be_installed(db, SUITES)
        yield db


def run_suite(work, databases, source, suite, ours):
    log = f"odoo-{suite}{'' if ours else '-plain'}.log"
    with databases.scratch(source, "suite") as db:
        _code, output = work.run_odoo(
            db, "--test-tags", f"/{suite}", server=SERVER, http=free_port(8370),
            title=f"Odoo's tests of {suite}{'' if ours else ' without us'}", log=log)
    return read(output)


def odoo_suites(names, baseline):
    unknown = [name for name in names if name not in SUITES]
    if unknown:
        raise Fail(f"no suite {unknown[0]}: there are {', '.join(SUITES)}")
    kept, problems = load(), []
    with workbench() as work:
        databases = Databases(work)
        here = f"{work.odoo.version} ({work.odoo.origin})"
        if kept["odoo"] not in (None, here) and not baseline:
            say(f"  compared with Odoo {kept['odoo']}; this is {here}")
        with database(work, databases, ours=not baseline) as source:
            for suite in names or SUITES:
                start = time.monotonic()
                tests, bad = run_suite(work, databases, source, suite, ours=not baseline)
                say(f"  {suite:<16} {tests:>5} tests, {len(bad)} failed or skipped,"
                    f" {seconds(time.monotonic() - start)}")
                if baseline:
                    kept["odoo"] = here
                    kept["without"][suite] = {"tests": tests, "bad": bad}
                    BASELINE.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
                    continue
                problems += compare(suite, tests, bad, kept)
    for problem in problems:
        say(f"    {problem}")
    say("  written: " + str(BASELINE.relative_to(ROOT)) if baseline else
        f"  {len(problems)} worse than without our addons")
    return 1 if problems else 0
