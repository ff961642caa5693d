"""./dev bench: every bench/<name>.py on a throw-away database with our addons installed."""
import os

from . import testing
from .console import Fail, run, say
from .databases import Databases
from .paths import ROOT, TOOLS
from .workbench import workbench

RUNNER = TOOLS / "scripts" / "bench_runner.py"


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


def bench(names):
    failed = []
    paths = scripts(names)
    with workbench(()) as work:
        databases = Databases(work)
        source = testing.installed(work, databases)
        for path in paths:
            with databases.scratch(source, "bench") as db:
                say(f"\n{path.relative_to(ROOT)}")
                env = work.env()
                env["PYTHONPATH"] += os.pathsep + str(ROOT)
                code, _output = run([work.python, RUNNER, db, path], env=env, cwd=ROOT,
                                    on_line=say)
                if code:
                    failed.append(path.stem)
    if failed:
        raise Fail(f"benchmark not as promised: {', '.join(failed)}")
    return 0
