"""What the person at the keyboard sees: one-line errors, progress, and child processes.

Everything that can take more than two seconds runs inside ``step()``, so that nobody looks
at a silent terminal; everything that can go wrong raises ``Fail`` with the one line to print.
"""
import os
import re
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager

TTY = sys.stderr.isatty()
_lock = threading.RLock()
_active: list["Step"] = []
_children: set[subprocess.Popen] = set()
_stopping = threading.Event()
_starting = threading.Lock()


class Fail(Exception):
    """A failure that was foreseen: its text says what to do, no traceback is wanted."""


def say(text=""):
    with _lock:
        if TTY:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        print(text, flush=True)


def seconds(value):
    return f"{value:.1f} s" if value < 60 else f"{int(value // 60)} min {int(value % 60):02d} s"


class Step:
    def __init__(self, title):
        self.title, self.note, self.start, self.said = title, "", time.monotonic(), 0.0

    @property
    def elapsed(self):
        return time.monotonic() - self.start


@contextmanager
def step(title):
    """Show `title` with the elapsed time while the block runs, and its time at the end."""
    item = Step(title)
    with _lock:
        _active.append(item)
        if len(_active) == 1:
            threading.Thread(target=_tick, daemon=True).start()
    try:
        yield item
    except BaseException:
        say(f"  {title}: stopped after {seconds(item.elapsed)}")
        raise
    else:
        if item.elapsed > 1:
            say(f"  {title}: {seconds(item.elapsed)}")
    finally:
        with _lock:
            _active.remove(item)


def _tick():
    """On a terminal one line that moves; in a log a line after 2 s, then every 20 s."""
    while True:
        time.sleep(0.5)
        with _lock:
            if not _active:
                return
            if TTY:
                line = " | ".join(
                    f"{s.title} {s.note} {seconds(s.elapsed)}" for s in _active if s.elapsed > 1)
                if line:
                    width = os.get_terminal_size(2).columns or 80
                    sys.stderr.write(f"\r\x1b[K  {line[:width - 3]}")
                    sys.stderr.flush()
                continue
            for item in _active:
                if item.elapsed > 2 and item.elapsed - item.said > 20:
                    item.said = item.elapsed
                    say(f"  {item.title} {item.note}... {seconds(item.elapsed)}")


def spawn(cmd, **kwargs):
    """Start a child in a session of its own, so that Ctrl-C reaches it once: through us."""
    kwargs.setdefault("stdin", subprocess.DEVNULL)
    with _starting:  # no child may slip through between the check and the list
        _check_stopping()
        child = subprocess.Popen([str(part) for part in cmd], start_new_session=True, **kwargs)
        _children.add(child)
    return child


def _check_stopping():
    """In a lane of ``together()``: go no further once Ctrl-C was pressed."""
    if _stopping.is_set() and threading.current_thread() is not threading.main_thread():
        raise KeyboardInterrupt


def forget(child):
    _children.discard(child)


def stop(child, wait=15):
    """End one child politely, then firmly."""
    for number, patience in ((signal.SIGINT, wait), (signal.SIGTERM, 5), (signal.SIGKILL, 5)):
        if child.poll() is not None:
            break
        try:
            os.killpg(child.pid, number)
            child.wait(patience)
        except (ProcessLookupError, PermissionError):
            break
        except subprocess.TimeoutExpired:
            continue
    try:
        os.killpg(child.pid, signal.SIGKILL)  # what it had started and left behind
    except (ProcessLookupError, PermissionError):
        pass
    forget(child)


def stop_children():
    """End all that runs; from now on no other thread starts anything."""
    with _starting:
        _stopping.set()
        children = list(_children)
    for child in children:
        stop(child, wait=8)


def together(*functions):
    """Run functions at the same time and return their results.

    Ctrl-C ends them all, and so does the failure of one: it is the news to hear at once.
    """
    with ThreadPoolExecutor(len(functions)) as pool:
        tasks = [pool.submit(function) for function in functions]
        try:
            done = wait(tasks, return_when=FIRST_EXCEPTION).done
            for task in done:
                task.result()
            return [task.result() for task in tasks]
        except BaseException:
            stop_children()
            raise


def run(cmd, log=None, on_line=None, check=None, env=None, cwd=None, text_in=None):
    """Run `cmd` to its end and return ``(code, output)``.

    `check` is the sentence of the failure when the command fails; the last telling line of
    its output is added. `on_line` sees each line as it comes (progress), `log` keeps all.
    """
    try:
        child = spawn(
            cmd, env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            stdin=subprocess.PIPE if text_in is not None else subprocess.DEVNULL)
    except OSError as error:
        raise Fail(f"{check or cmd[0]}: {error}") from error
    lines, sink = [], open(log, "w", encoding="utf-8") if log else None
    try:
        if text_in is not None:
            child.stdin.write(text_in.encode())
            child.stdin.close()
        for raw in child.stdout:
            line = raw.decode("utf-8", "replace").rstrip("\n")
            lines.append(line)
            if sink:
                print(line, file=sink, flush=True)
            if on_line:
                on_line(line)
        code = child.wait()
    except BaseException:
        stop(child)
        raise
    finally:
        forget(child)
        if sink:
            sink.close()
    _check_stopping()
    output = "\n".join(lines)
    if code and check:
        where = f" (log: {log})" if log else ""
        raise Fail(f"{check}: {telling_line(lines) or f'exit code {code}'}{where}")
    return code, output


def telling_line(lines):
    """The line of an output that says most about a failure."""
    for pattern in (r"^E: ", r"^(psycopg2\.|[\w.]+(Error|Exception)\b)", r"\b(CRITICAL|ERROR)\b",
                    r"(?i)\b(error|fatal|failed)\b"):
        for line in reversed(lines):
            if re.search(pattern, line):
                return line.strip()[:300]
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
