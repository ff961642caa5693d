"""Warning of and escalating first contacts: ``TOTAL`` complaints, of which 1 % are due.

The scheduled action is run as Odoo's scheduler calls it, with what is due, a day later with the
same ones, whose reminders are there by then, and with nothing, beside a plain read of what is due.
It reads the due ones only, by an index, and may take 60 queries for 1 000 of them, each with a
reminder and a note, the message to the managers included. Run by ``./dev bench complaints``.
"""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL

from bench._filling import measure, multiply

TOTAL, DUE = 100000, 1000
QUERIES_PER_THOUSAND = 60


def fill(env):
    """Make the complaints, half of the others contacted and half not due yet; return the due.

    One more is due at first, for a warm-up: what a worker reads once, such as the ids behind
    names, is no cost of a run.
    """
    now = fields.Datetime.now()
    partner = env["res.partner"].create({"name": "Bench Customer"})
    complaint = env["service.complaint"].with_context(tracking_disable=True).create(
        {"description": "Loud", "partner_id": partner.id, "received_at": now - timedelta(hours=1)}
    )
    manager = env["res.users"].with_context(no_reset_password=True).create(
        {"name": "Bench Manager", "login": "bench_manager", "email": "m@bench.example"})
    env.company.service_complaint_manager_id = manager
    env.flush_all()
    others = (TOTAL - DUE) // 2
    multiply(env, complaint, others, name="'C' || n", access_token="NULL", form_token="NULL",
             contacted_at="now()", next_alert_at="NULL", state="'contacted'")
    multiply(env, complaint, others, name="'N' || n", access_token="NULL", form_token="NULL")
    make_due(env, complaint, "W", 1)
    env["service.complaint"]._cron_alert_contacts()
    due = make_due(env, complaint, "D", DUE)
    # What follows the making of users and complaints is no part of what is measured.
    env.cr.commit()
    return due


def make_due(env, complaint, mark, count):
    """Make ``count`` complaints like ``complaint`` whose first contact is an hour late."""
    return multiply(
        env, complaint, count, name=f"'{mark}' || n", access_token="NULL", form_token="NULL",
        received_at="now() - interval '25 hours'", contact_due_at="now() - interval '1 hour'",
        next_alert_at="now() - interval '1 hour'")


def wait_a_day(env, due):
    """Let a day go by for ``due``: the next step of each is reached."""
    env.cr.execute(
        "UPDATE service_complaint SET"
        " received_at = received_at - interval '1 day',"
        " contact_due_at = contact_due_at - interval '1 day',"
        " last_alert_at = last_alert_at - interval '1 day',"
        " next_alert_at = next_alert_at - interval '1 day' WHERE id = ANY(%s)", [due.ids])


def run(env):
    """Print seconds and queries of the action; assert what it did and what it may cost."""
    # The action commits; the database of the benchmark is thrown away with what it wrote.
    due = fill(env)
    Complaint = env["service.complaint"]
    domain = Complaint._get_alert_domain(fields.Datetime.now())
    query = Complaint._search(domain, order="next_alert_at, id").select()
    plan = "\n".join(line for (line,) in env.execute_query(SQL("EXPLAIN %s", query)))
    assert "next_alert_idx" in plan, plan

    print(f"\n{TOTAL} complaints, {DUE} of them due")
    measure(env, "floor: read what is due", lambda: Complaint.search(domain).mapped("name"))
    allowed = QUERIES_PER_THOUSAND * -(-DUE // 1000)
    for day in range(2):
        if day:
            wait_a_day(env, due)
        label = f"the action, all due, day {day + 1}"
        _seconds, spent = measure(env, label, Complaint._cron_alert_contacts)
        check(env, due, day)
        assert spent <= allowed, f"{spent} queries for {DUE} due; {allowed} are allowed"
    _seconds, nothing = measure(env, "the action, nothing due", Complaint._cron_alert_contacts)
    assert nothing <= 20, f"{nothing} queries for nothing"


def check(env, due, day):
    """Assert that each of ``due`` was escalated this day too, and has one reminder and its
    notes."""
    alerts = env["service.complaint.alert"].search([("complaint_id", "in", due.ids)])
    assert len(alerts) == DUE * (day + 1), len(alerts)
    today = alerts.filtered(lambda alert: alert.key == f"escalation-{day}")
    assert today.complaint_id == due and len(today) == DUE, len(today)
    about = [("res_model", "=", due._name), ("res_id", "in", due.ids)]
    reminders = env["mail.activity"].search(about)
    assert len(reminders) == len(set(reminders.mapped("res_id"))) == DUE, len(reminders)
    notes = env["mail.message"].search_count(
        [("model", "=", due._name), ("res_id", "in", due.ids), ("subtype_id", "!=", False)])
    assert notes == DUE * (day + 1), notes
