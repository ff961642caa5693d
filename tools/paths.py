"""Where things live: state in the checkout, downloads in a cache outside it.

The cache is shared by every checkout of the machine and may be deleted at any time; what it
holds is built aside and renamed, so that an interrupted run leaves nothing half made.
"""
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from .console import Fail, say

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / "tools"
STATE = ROOT / ".dev"
ADDONS = ("service_advisor", "service_advisor_sms", "service_advisor_quality",
          "service_advisor_reports")
VERSIONS = json.loads((TOOLS / "versions.json").read_text())
CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")
FREE_GB = 3


def present_addons():
    """Our addons that exist: while one is being written, the others can be worked on."""
    return [name for name in ADDONS if (ROOT / name / "__manifest__.py").is_file()]


def state(*parts):
    """A path in the state folder; its parent exists afterwards."""
    path = STATE.joinpath(*parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fail(f"cannot write {STATE}: {error.strerror}; "
                   "work in a checkout that you own") from error
    return path


def cache(*parts):
    """A path in the cache folder; its parent exists afterwards."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = Path(base, "service-advisor-dev", *parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Fail(f"cannot write the cache folder {path.parent}: {error.strerror}; "
                   "set XDG_CACHE_HOME to a folder that you own") from error
    return path


def need_space(folder, gigabytes=FREE_GB):
    free = shutil.disk_usage(folder).free / 1e9
    if free < gigabytes:
        raise Fail(f"only {free:.1f} GB free under {folder}: free up at least {gigabytes} GB "
                   "(./dev reset drops this checkout's databases)")


@contextmanager
def lock(path, what):
    """Hold an exclusive lock; it dies with the process, so it can never go stale."""
    with open(path, "a+", encoding="utf-8") as handle:
        start = time.monotonic()
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if start:
                    say(f"  another ./dev is busy with {what}: waiting for it")
                    start = 0
                time.sleep(0.3)
        yield handle


@contextmanager
def building(target, what):
    """Give a temporary folder that becomes `target` when the block ends well.

    Yields None when `target` is there already (built by us or by another run meanwhile).
    """
    if target.exists():
        yield None
        return
    with lock(target.with_name(target.name + ".lock"), what):
        if target.exists():
            yield None
            return
        for stale in target.parent.glob(f"{target.name}.part-*"):
            shutil.rmtree(stale, ignore_errors=True)
        need_space(target.parent)
        temp = Path(tempfile.mkdtemp(prefix=f"{target.name}.part-", dir=target.parent))
        temp.chmod(0o755)
        try:
            yield temp
            temp.rename(target)
        except BaseException:
            shutil.rmtree(temp, ignore_errors=True)
            raise


def digest(*parts):
    """A short name for a combination of texts."""
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()[:12]


def digest_tree(folders, skip=("tests", "static", "__pycache__")):
    """A short name for the content of folders: what decides whether a database is current."""
    sha = hashlib.sha256()
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            inside = path.relative_to(folder).parts
            if path.is_file() and path.suffix != ".pyc" and not set(inside) & set(skip):
                sha.update("/".join((Path(folder).name, *inside)).encode() + b"\0")
                sha.update(path.read_bytes() + b"\0")
    return sha.hexdigest()[:12]
