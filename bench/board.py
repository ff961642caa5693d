"""The loading board with 40 technicians and 300 bookings of one day, moved in a browser.

A headless Chromium opens the board and drags ``MOVES`` bars to another time or another
technician: from letting the bar go to the picture with the server's answer, in milliseconds,
beside an empty round trip to the same server (``has_group``), taken by turns. Run by
``./dev bench board``; everything is rolled back.
"""

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged

TECHNICIANS = 40
BOOKINGS = 300
MOVES = 12
# at most so many milliseconds for a move, in the middle of all
PROMISED = 300
FOUND = re.compile(r"BOARD (\{.*?\})")

DRAG = """
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
async function until(check) {
    while (!check()) { await pause(2); }
}
function point(type, target, x, y) {
    target.dispatchEvent(new PointerEvent(type, {
        bubbles: true, cancelable: true, button: 0, pointerId: 1, clientX: x, clientY: y,
    }));
}
async function empty() {
    const start = performance.now();
    await fetch("/web/dataset/call_kw/res.users/has_group", {
        method: "POST", headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", method: "call", params: {
            model: "res.users", method: "has_group", args: [[%(uid)s], "base.group_user"],
            kwargs: {},
        }}),
    }).then((answer) => answer.json());
    return performance.now() - start;
}
const find = (job) => document.querySelector(`.o_service_board_bar[data-job="${job}"]`);
async function move(job, row, hours) {
    const bar = find(job);
    bar.scrollIntoView({ block: "center" });
    await frame();
    const from = bar.getBoundingClientRect();
    const track = document.querySelector(`[data-row="${row}"] .o_service_board_track`);
    const to = track.getBoundingClientRect();
    const x = from.left + 5, y = from.top + 5;
    const target = [x + (to.width / 12) * hours, to.top + 20];
    point("pointerdown", bar, x, y);
    point("pointermove", window, x + 10, y);
    await frame();
    point("pointermove", window, ...target);
    await frame();
    const start = performance.now();
    point("pointerup", window, ...target);
    await until(() => find(job)?.closest(`[data-row="${row}"]`) &&
        !find(job).classList.contains("o_pending"));
    await frame();
    if (document.querySelector(".o_service_board_refusal")) {
        throw new Error(document.querySelector(".o_service_board_words").textContent);
    }
    return performance.now() - start;
}
(async () => {
    const found = { moves: [], empty: [], bars: 0 };
    document.querySelector(".o_service_board_next").click();
    await until(() => document.querySelectorAll(".o_service_board_bar").length >= %(bookings)s);
    found.bars = document.querySelectorAll(".o_service_board_bar").length;
    await pause(500);
    for (const [job, row, hours] of %(plan)s) {
        found.empty.push(Math.round(10 * await empty()) / 10);
        found.moves.push(Math.round(10 * await move(job, row, hours)) / 10);
        await pause(300);
    }
    console.log("BOARD " + JSON.stringify(found));
    console.log("test successful");
})().catch((error) => console.error(String(error)));
"""


@tagged("-standard", "-at_install", "post_install", "board_bench")
class BoardOfForty(HttpCase):
    """Run by ``run`` below, in a process of its own."""

    browser_size = "1920x1080"

    def setUp(self):
        super().setUp()
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Every day",
                "tz": "UTC",
                "attendance_ids": [Command.clear()] + [
                    Command.create(
                        {"name": "Work", "dayofweek": str(day), "hour_from": 8, "hour_to": 20}
                    )
                    for day in range(7)
                ],
            }
        )
        company = self.env.ref("base.main_company")
        company.resource_calendar_id = calendar
        self.env["hr.employee"].search([]).is_service_technician = False
        self.rows = self.env["hr.employee"].create(
            [
                {
                    "name": f"Bench {number:02}",
                    "is_service_technician": True,
                    "resource_calendar_id": calendar.id,
                    "tz": "UTC",
                }
                for number in range(TECHNICIANS)
            ]
        ).resource_id
        self.jobs = self._book_jobs()

    def _book_jobs(self):
        """Fill the mornings of tomorrow: hours of 30 minutes with a gap of 15 between them."""
        cars = self.env["service.vehicle"].create(
            [{"plate": f"BENCH{number}"} for number in range(BOOKINGS)]
        )
        partner = self.env["res.partner"].create({"name": "Bench"})
        orders = self.env["service.order"].create(
            [
                {
                    "vehicle_id": car.id,
                    "partner_id": partner.id,
                    "job_ids": [Command.create({"concern": "Noise", "allowed_hours": 0.5})],
                }
                for car in cars
            ]
        )
        jobs = orders.job_ids
        jobs._keep({"state": "approved"})
        tomorrow = datetime.now(UTC).replace(tzinfo=None, minute=0, second=0, microsecond=0)
        tomorrow = tomorrow.replace(hour=8) + timedelta(days=1)
        vals_list = []
        for number, job in enumerate(jobs):
            start = tomorrow + timedelta(minutes=45 * (number // TECHNICIANS))
            vals_list.append(
                {
                    "job_id": job.id,
                    "resource_id": self.rows[number % TECHNICIANS].id,
                    "start_at": start,
                    "stop_at": start + timedelta(minutes=30),
                }
            )
        self.env["service.booking"].create(vals_list)
        return jobs

    def test_board(self):
        # from the morning to the afternoon, every other one to the next technician
        plan = [
            [self.jobs[number].id, self.rows[number + number % 2].id, 6 + number % 3]
            for number in range(MOVES)
        ]
        admin = self.env.ref("base.user_admin")
        code = DRAG % {"plan": json.dumps(plan), "uid": admin.id, "bookings": BOOKINGS}
        self.browser_js(
            "/odoo/workshop-board", code, login="admin", timeout=300,
            ready="document.querySelector('.o_service_board_row') !== null",
        )


def run(env):
    """Print what the browser measured."""
    database = env.cr.dbname
    env.cr.rollback()
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--log-cli-level=INFO",
         f"--odoo-database={database}", "--odoo-http", f"{__file__}::BoardOfForty"],
        capture_output=True, text=True, check=False)
    match = FOUND.search(found.stdout)
    assert match and "1 passed" in found.stdout, f"the board failed:\n{found.stdout[-3000:]}"
    measured = json.loads(match[1])
    moves, empty = sorted(measured["moves"]), sorted(measured["empty"])
    print(f"  {measured['bars']} bars; milliseconds of {len(moves)} moves: middle, slowest")
    for label, numbers in (("move", moves), ("empty round trip", empty)):
        print(f"{label:>20} {numbers[len(numbers) // 2]:>7.0f} {numbers[-1]:>7.0f}")
    middle = moves[len(moves) // 2]
    assert middle <= PROMISED, f"{middle} ms for a move; {PROMISED} are allowed"
