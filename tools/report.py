"""Read what the runners say: Odoo's log, pytest's XML; and keep the totals."""
import re
import threading
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

from .console import say
from .paths import TOOLS

LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (\w+) (\S+) ([\w.?-]+): (.*)$")
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests when loading database")
FAILED = re.compile(r"^(FAIL|ERROR): (.+)")
SKIPPED = re.compile(r"^skipped (\S+)(?: :)? ?(.*)")
# they repeat what was counted already
SUMMARY = re.compile(r"^Module \w+: \d+ failures, \d+ errors of|^At least one test failed")
EXCEPTION = re.compile(r"^[A-Za-z_][\w.]*(Error|Exception|Warning|Failure|Violation)\w*\b")
ADDON = re.compile(r"^odoo\.addons\.(\w+)")


@dataclass
class Result:
    """The outcome of one stage."""
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list[str] = field(default_factory=list)

    @classmethod
    def check(cls, problems):
        """A check that is not made of tests counts as one."""
        problems = list(problems)
        return cls(0 if problems else 1, 1 if problems else 0, 0, problems)

    def __iadd__(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.problems += other.problems
        return self

    def line(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


class Totals:
    """Results of all stages, from two lanes at once."""

    def __init__(self):
        self.sum, self.stages, self.lock = Result(), [], threading.Lock()

    def add(self, name, elapsed, result):
        with self.lock:
            self.sum += result
            self.stages.append((name, elapsed, result))
        for problem in result.problems:
            say(f"    {name}: {problem}")


def known_noise():
    """Log lines of Odoo itself that mean nothing here: known_noise.txt, one per line."""
    lines = (TOOLS / "known_noise.txt").read_text(encoding="utf-8").splitlines()
    return [re.compile(line) for line in lines if line.strip() and not line.startswith("#")]


def read_odoo_log(output, expect_tests=True):
    """Totals of Odoo's own test runner, and every warning or error that is not known noise.

    `expect_tests` is whether a run that comes to its end without a test has failed.
    """
    result, noise, run, open_trace = Result(), known_noise(), None, ""
    for raw in output.splitlines():
        found = LINE.match(raw)
        if not found:
            if open_trace and EXCEPTION.match(raw):
                result.problems[-1] = f"{open_trace}: {raw[:300]}"
            continue
        open_trace = ""
        level, _db, logger, message = found.groups()
        if total := RESULT.search(message):
            run = [int(number) for number in total.groups()]
            continue
        if skip := SKIPPED.match(message):
            result.skipped += 1
            result.problems.append(f"skipped {skip[1]}: {skip[2]}")
        if level in ("WARNING", "ERROR", "CRITICAL"):
            if bad := FAILED.match(message):
                addon = ADDON.match(logger)
                open_trace = f"{bad[1]} {addon[1] + ': ' if addon else ''}{bad[2]}"
                result.problems.append(open_trace)
            elif SUMMARY.match(message):
                continue
            elif not any(pattern.search(f"{logger}: {message}") for pattern in noise):
                problem = f"{level} in the log: {logger}: {message[:300].strip()}"
                if problem not in result.problems:  # a worker may say it again and again
                    result.problems.append(problem)
                    result.failed += 1
    if run:
        failed, errors, tests = run
        result.failed += failed + errors
        result.passed = max(0, tests - failed - errors - result.skipped)
    else:
        result.failed += 1
        result.problems.append("Odoo ended without a test result")
    if run and not run[2] and expect_tests:
        result.failed += 1
        result.problems.append("Odoo found no test to run")
    return result


def read_junit(path):
    """Totals of a pytest run from its XML."""
    result = Result()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname', '')}::{case.get('name')}"
        bad = case.find("failure") if case.find("failure") is not None else case.find("error")
        skip = case.find("skipped")
        if bad is not None:
            result.failed += 1
            text = (bad.get("message") or bad.text or "").strip().splitlines()
            result.problems.append(f"{name}: {text[0][:300] if text else 'failed'}")
        elif skip is not None:
            result.skipped += 1
            result.problems.append(f"skipped {name}: {(skip.get('message') or '')[:200]}")
        else:
            result.passed += 1
    return result
