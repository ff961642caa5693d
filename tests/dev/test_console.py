"""Ctrl-C ends what was started, and nothing new starts after it."""
import subprocess
import sys
import time
from textwrap import dedent

import pytest

from tools import console
from tools.paths import ROOT


@pytest.fixture(autouse=True)
def not_stopping():
    yield
    console._stopping.clear()


def alive(pid):
    """Whether the process runs; one that waits for its parent to look does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_stop_ends_a_child_and_what_it_started():
    code = "import subprocess; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True);" \
           "p.wait()"
    child = console.spawn([sys.executable, "-c", code], stdout=subprocess.PIPE)
    grandchild = int(child.stdout.readline())
    console.stop(child)
    assert child.poll() is not None
    deadline = time.monotonic() + 10
    while alive(grandchild) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(grandchild)


def test_interrupt_ends_both_lanes(tmp_path):
    script = tmp_path / "lanes.py"
    script.write_text(dedent(f"""
        import os, signal, sys, threading
        sys.path.insert(0, {str(ROOT)!r})
        from tools.console import run, stop_children, together

        # A run in the background of a shell inherits an interrupt that is ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)

        def lane():
            run(["sleep", "600"])
            run(["touch", {str(tmp_path / "went on")!r}])

        def interrupt():
            run(["sleep", "0.5"])
            os.kill(os.getpid(), signal.SIGINT)

        try:
            together(lane, interrupt)
        except KeyboardInterrupt:
            print("stopped")
    """))
    result = subprocess.run([sys.executable, script], text=True, capture_output=True, check=False)
    assert result.stdout == "stopped\n", result.stderr
    assert not (tmp_path / "went on").exists()


def test_the_failure_of_one_lane_ends_the_other():
    went_on = []

    def lane():
        console.run(["sleep", "600"])
        went_on.append(True)

    def fail():
        raise console.Fail("no network")

    with pytest.raises(console.Fail, match="no network"):
        console.together(lane, fail)
    assert not went_on


def test_together_returns_in_order():
    assert console.together(lambda: 1, lambda: 2) == [1, 2]
