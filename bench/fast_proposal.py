"""From the arrival of a known car to a printed proposal, by a browser that clicks as an advisor.

One package and one concern, at most 12 clicks (the tour refuses more) and one minute. Run by
``./dev bench fast_proposal``: it runs the tour ``service_advisor_fast_proposal`` once to warm up
and then ``ROUNDS`` times, and prints the seconds of each, with the start of the browser and the
first page. How long a person thinks is not in it.
"""

import re
import subprocess
import sys

TEST = "service_advisor/tests/test_case_tours.py::TestCases::test_fast_proposal"
TOOK = re.compile(r"([\d.]+)s call .*test_fast_proposal")
ROUNDS = 3
SECONDS = 60


def tour(database):
    """Run the tour once; return its seconds."""
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=3",
         "--durations-min=0", f"--odoo-database={database}", "--odoo-http", TEST],
        capture_output=True, text=True, check=False)
    took = TOOK.search(run.stdout)
    assert took and "1 passed" in run.stdout, f"the tour failed:\n{run.stdout[-2000:]}"
    return float(took[1])


def run(env):
    database = env.cr.dbname
    env.cr.rollback()
    tour(database)
    print(f"  seconds (at most {SECONDS})")
    for _index in range(ROUNDS):
        seconds = tour(database)
        print(f"{seconds:>9.1f}")
        assert seconds <= SECONDS, f"{seconds} s; {SECONDS} are allowed"
