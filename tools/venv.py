"""The virtual environment with the pinned requirements, in the cache, named by its pins."""
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import debs
from .console import Fail, run, step
from .paths import TOOLS, building, cache, digest, lock, need_space

REQUIREMENTS = (TOOLS / "requirements.txt", TOOLS / "requirements-dev.txt")


def pins_key():
    return digest(*[path.read_text() for path in REQUIREMENTS])


def python():
    """The interpreter of the environment; made when it is not there.

    A virtual environment cannot be moved, so it is not built aside: a mark says complete.
    """
    version = ".".join(map(str, sys.version_info[:3]))
    folder = cache("venv", f"{version}-{digest(pins_key(), sys.base_prefix)}")
    binary, mark = folder / "bin" / "python", folder / "complete"
    if mark.exists() and os.access(binary, os.X_OK):
        return binary
    with lock(folder.with_name(folder.name + ".lock"), "the Python environment"):
        if not (mark.exists() and os.access(binary, os.X_OK)):
            shutil.rmtree(folder, ignore_errors=True)
            need_space(folder.parent)
            with step("installing the Python requirements") as shown:
                _build(folder, binary, shown)
            mark.touch()
    return binary


def _build(folder, binary, shown):
    base = Path(getattr(sys, "_base_executable", sys.executable) or sys.executable)
    pip = ["-m", "pip"]
    code, _ = run([base, "-m", "venv", folder])
    if code:
        # Debian keeps ensurepip in a package of its own: borrow pip's wheel from there
        run([base, "-m", "venv", "--clear", "--without-pip", folder],
            check="could not create a virtual environment")
        pip = [_borrowed_pip()]

    def progress(line):
        if line.startswith(("Collecting", "Installing")):
            shown.note = line.split(" (")[0][:50].lower()

    env = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PYTHONNOUSERSITE": "1"}
    files = [arg for path in REQUIREMENTS for arg in ("-r", path)]
    # the pins are complete (tests/dev checks it), so there is nothing to resolve
    code, output = run([binary, *pip, "install", "--no-deps", "--no-input", *files],
                       log=folder / "pip.log", env=env, on_line=progress)
    if code:
        raise Fail(_explain(output, folder / "pip.log"))


def _borrowed_pip():
    folder = cache("pip")
    with building(folder, "fetching pip") as temp:
        if temp:
            debs.fetch(temp, ["python3-pip-whl"], needs=False)
    wheel = next((folder / "usr/share/python-wheels").glob("pip-*.whl"), None)
    if not wheel:
        raise Fail("Python has no ensurepip: install the package python3-venv")
    return wheel / "pip"


def _explain(output, log):
    if "NewConnectionError" in output or "Temporary failure" in output:
        return ("pip cannot reach the package index: check the network, or set PIP_INDEX_URL "
                f"(log: {log})")
    if "No space left" in output:
        return "the disk is full: free up at least 3 GB"
    errors = [line for line in output.splitlines()
              if line.startswith("ERROR:") and "Ignored the following" not in line]
    return f"pip failed: {errors[-1][:200] if errors else 'see the log'} (log: {log})"


def pip_check(binary):
    return subprocess.run([binary, "-m", "pip", "check"], text=True, capture_output=True,
                          check=False)
