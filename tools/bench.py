"""./dev bench: every bench/<name>.py on a throw-away database with our addons installed."""
import ast
import os
import re

from . import testing
from .console import Fail, run, say
from .databases import Databases
from .paths import ROOT, TOOLS
from .workbench import workbench

RUNNER = TOOLS / "scripts" / "bench_runner.py"
# folders with packages that a benchmark uses where they are there, such as ortools
EXTRA = "BENCH_PACKAGES"


def scripts(names):
    """The files to run: the named ones, or all."""
    folder = ROOT / "bench"
    known = {path.stem: path for path in sorted(folder.glob("*.py"))
             if not path.name.startswith("_")}
    if not known:
        raise Fail("there is no benchmark in bench/")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise Fail(f"no benchmark {unknown[0]}: there are {', '.join(known)}")
    return [known[name] for name in names or known]


def modules(path):
    """What the benchmark wants installed beside our addons: its ``MODULES = [...]``."""
    for node in ast.parse(path.read_text(encoding="utf-8"), path.name).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "MODULES":
            return list(ast.literal_eval(node.value))
    return []


def bench(names, settings=()):
    failed = []
    wrong = [setting for setting in settings if not re.fullmatch(r"[A-Z]+=\d+", setting)]
    if wrong:
        raise Fail(f"--set {wrong[0]}: write NAME=NUMBER, as in --set BATCH=50")
    paths = scripts(names)
    with workbench() as work:
        databases = Databases(work)
        for path in paths:
            with testing.installed(work, databases, "bench") as db:
                if modules(path):
                    work.run_odoo(db, "-i", ",".join(modules(path)), log="bench.log",
                                  title=f"installing {', '.join(modules(path))}",
                                  check=f"could not install what {path.name} compares with")
                    databases.must_be_installed(db, modules(path))
                say(f"\n{path.relative_to(ROOT)}")
                env = work.env()
                env["PYTHONPATH"] += "".join(
                    os.pathsep + folder for folder in (str(ROOT), os.environ.get(EXTRA)) if folder
                )
                code, _output = run([work.python, RUNNER, db, path, *settings], env=env, cwd=ROOT,
                                    on_line=say)
                if code:
                    failed.append(path.stem)
    if failed:
        raise Fail(f"benchmark not as promised: {', '.join(failed)}")
    return 0
