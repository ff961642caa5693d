"""The ./dev command line."""
import argparse
import os
import shutil
import signal
import subprocess
import sys
import traceback

from . import bench, browser, databases, demo, postgres, shots, suites, testing, venv
from .console import Fail, say, stop_children
from .paths import ROOT, STATE, state
from .workbench import Workbench, workbench

DEBUG = bool(os.environ.get("DEV_DEBUG"))


def foreground(cmd, env):
    """Run an interactive program; Ctrl-C is for it alone."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(
            [str(part) for part in cmd], env=env, cwd=ROOT,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))
        try:
            return child.wait()
        except KeyboardInterrupt:
            child.terminate()
            child.wait(20)
            raise
    finally:
        signal.signal(signal.SIGINT, before)


def cmd_setup(_args):
    """fetch and install everything that the other commands need"""
    with workbench() as work:
        databases.Databases(work).base()
        say(f"  Odoo {work.odoo.version} ({work.odoo.origin}), ready")
    return 0


def cmd_demo(args):
    """run a living dealership in the browser"""
    with workbench(("wkhtmltopdf", "font")) as work:
        return demo.demo(work, args.port, args.host, args.no_serve)


def cmd_update(_args):
    """upgrade our addons in service_demo"""
    with workbench(()) as work:
        dbs = databases.Databases(work)
        if not dbs.exists(demo.NAME):
            raise Fail("there is no service_demo yet: ./dev demo makes it")
        demo.upgrade(work, dbs, demo.current_key(dbs))
    return 0


def cmd_reset(args):
    """drop this checkout's databases (--all: also pictures, logs and settings)"""
    if os.environ.get("PGHOST"):
        with postgres.running() as server:
            work = Workbench(_NoOdoo(), venv.python(), server, browser.Browser())
            databases.drop_everything(databases.Databases(work))
    else:
        postgres.remove()
        shutil.rmtree(state("data"), ignore_errors=True)
    if args.all:
        shutil.rmtree(STATE, ignore_errors=True)
    say("  reset: the next ./dev demo starts afresh")
    return 0


class _NoOdoo:
    """reset needs a server, but no Odoo."""
    package = pythonpath = ROOT / "tools"


def cmd_test(args):
    """run every check, or only the named tests (path::Class::test)"""
    return testing.run_some(args.names) if args.names else testing.run_all()


def cmd_lint(_args):
    """run ruff and pylint-odoo"""
    python = venv.python()
    result = testing.lint_python(python)
    result += testing.lint_odoo(python)
    for problem in result.problems:
        say(f"    {problem}")
    say(result.line())
    return 1 if result.failed else 0


def cmd_bench(args):
    """run bench/*.py, or only the named ones"""
    return bench.bench(args.names, args.settings)


def cmd_odoo_suites(args):
    """run Odoo's own tests with our addons; fail where they do worse than without"""
    return suites.odoo_suites(args.names, args.baseline)


def cmd_shots(args):
    """take pictures of the demo's pages, or of a printed document"""
    return shots.shots(args.names, args.pdf, args.publish)


def cmd_odoo(args):
    """run odoo with this checkout's settings: ./dev odoo -- -d service_demo -u service_advisor"""
    with workbench() as work:
        rest = args.rest[1:] if args.rest[:1] == ["--"] else args.rest
        return foreground(work.command(*rest), work.env())


def cmd_shell(args):
    """open `odoo shell` on service_demo (or another database)"""
    with workbench(("wkhtmltopdf", "font")) as work:
        return foreground(work.command("shell", "-d", args.db, "--no-http"), work.env())


def cmd_psql(args):
    """open psql on service_demo (or another database)"""
    with workbench(()) as work:
        beside = work.server.bindir / "psql" if work.server.bindir else None
        psql = beside if beside and beside.exists() else shutil.which("psql")
        if not psql:
            raise Fail("no psql on this machine: install the package postgresql-client")
        rest = args.rest[1:] if args.rest[:1] == ["--"] else args.rest
        return foreground([psql, "-d", args.db, *rest], work.env())


def parser():
    top = argparse.ArgumentParser(prog="./dev", description="Develop and try Service Advisor.")
    top.add_argument("--debug", action="store_true", help="show tracebacks")
    subs = top.add_subparsers(dest="command", required=True, metavar="command")

    def add(name, function):
        sub = subs.add_parser(name, help=function.__doc__, description=function.__doc__)
        sub.set_defaults(function=function)
        return sub

    sub = add("demo", cmd_demo)
    sub.add_argument("--no-serve", action="store_true", help="only prepare the database")
    sub.add_argument("--port", type=int, help=f"HTTP port (default: {demo.PORT} or next free)")
    sub.add_argument("--host", default="127.0.0.1",
                     help="address to listen on; 0.0.0.0 lets phones on your network in")
    add("setup", cmd_setup)
    add("test", cmd_test).add_argument("names", nargs="*", metavar="path::name")
    add("lint", cmd_lint)
    sub = add("bench", cmd_bench)
    sub.add_argument("names", nargs="*")
    sub.add_argument("--set", dest="settings", action="append", default=[],
                     metavar="NAME=NUMBER", help="another value for a constant of the benchmark")
    sub = add("odoo-suites", cmd_odoo_suites)
    sub.add_argument("names", nargs="*", metavar="suite",
                     help=f"default: {', '.join(suites.SUITES)}")
    sub.add_argument("--baseline", action="store_true",
                     help="run without our addons and keep what fails, to compare with")
    sub = add("shots", cmd_shots)
    sub.add_argument("names", nargs="*", help="pages of tools/shots.json (default: all)")
    sub.add_argument("--publish", action="store_true", help="copy them to where docs show them")
    sub.add_argument("--pdf", nargs=2, metavar=("REPORT", "RECORD"),
                     help="XML id of a report, and of a record (or its id, or 'first')")
    add("update", cmd_update)
    add("reset", cmd_reset).add_argument("--all", action="store_true")
    sub = add("shell", cmd_shell)
    sub.add_argument("db", nargs="?", default=demo.NAME)
    sub = add("psql", cmd_psql)
    sub.add_argument("db", nargs="?", default=demo.NAME)
    sub.add_argument("rest", nargs=argparse.REMAINDER)
    add("odoo", cmd_odoo).add_argument("rest", nargs=argparse.REMAINDER)
    return top


def _terminate(_number, _frame):
    raise KeyboardInterrupt


def main(argv=None):
    args = parser().parse_args(argv)
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGHUP, _terminate)
    try:
        state("log", "x")
        return args.function(args)
    except Fail as error:
        say(f"./dev: {error}")
        if DEBUG or args.debug:
            traceback.print_exc()
        return 1
    except KeyboardInterrupt:
        say("  stopped")
        return 130
    except OSError as error:
        if DEBUG or args.debug:
            raise
        say(f"./dev: {error} (DEV_DEBUG=1 shows where)")
        return 1
    except Exception as error:
        if DEBUG or args.debug:
            raise
        say(f"./dev: unexpected {type(error).__name__}: {error} (DEV_DEBUG=1 shows where)")
        return 1
    finally:
        stop_children()
        sys.stdout.flush()
