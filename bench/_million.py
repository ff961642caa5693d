"""Five years of a chain of workshops, made by SQL: a million orders in minutes.

``fill(env, orders)`` makes, from one seed: two companies with a currency each and five branches,
50 advisors and 60 technicians, cars and customers, service orders with jobs, estimates with labour
and parts, clockings, promises that moved, final inspections of which some fail, complaints,
surveys and comebacks. Who, what and when is drawn by hashes of the number of the order, so it is
the same on every machine but for the day on which it ends: today. Indexes and foreign keys of the
large tables are taken away meanwhile and made again at the end, which looks at every reference.
"""

import time
from contextlib import contextmanager

from bench._chain import Chain
from bench._drawn import DRAW, ESTIMATES, FINALS, JOBS, LINES, VISITS

YEARS = 5
# Said by the database itself, so that several benchmarks may use one that is filled.
MARK = "bench.million"
LARGE = (
    "res_partner", "service_vehicle", "service_order", "service_job", "service_clocking",
    "service_promise_change", "sale_order", "sale_order_line", "service_inspection",
    "service_inspection_line", "service_inspection_service_job_rel", "service_complaint",
    "service_complaint_contact", "survey_user_input", "service_part_request",
    "service_lost_demand",
)


def fill(env, orders):
    """Make about so many service orders and what hangs on them; commit.

    Nothing is done where the database has them already, so several benchmarks may share one.
    """
    settings = env["ir.config_parameter"]
    if settings.get_param(MARK) == str(orders):
        return
    assert not settings.get_param(MARK), "this database holds another number of orders"
    filling = Filling(env, Chain(env), orders)
    env.cr.commit()
    env.cr.execute("SET LOCAL maintenance_work_mem = '512MB'; SET LOCAL work_mem = '256MB'")
    filling.prepare()
    with without_indexes(env):
        filling.make_customers()
        filling.make_visits()
        filling.make_estimates()
        filling.make_quality()
        filling.make_voices()
        filling.tell("all, without indexes", orders)
    filling.tell("all, with indexes", orders)
    settings.set_param(MARK, str(orders))
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()
    env.invalidate_all()
    filling.tell("analysed", orders)


@contextmanager
def without_indexes(env):
    """Take indexes and foreign keys of the ``LARGE`` tables away for the time of the block."""
    env.cr.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])", [list(LARGE)])
    keys = env.cr.fetchall()
    env.cr.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE NOT indisprimary AND indrelid = ANY(%s::regclass[]) AND NOT EXISTS"
        " (SELECT FROM pg_constraint WHERE conindid = indexrelid)", [list(LARGE)])
    indexes = env.cr.fetchall()
    for table, name, _text in keys:
        env.cr.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _text in indexes:
        env.cr.execute(f"DROP INDEX {name}")
    yield
    for _name, text in indexes:
        env.cr.execute(text)
    for table, name, text in keys:
        env.cr.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {text}')


class Filling:
    """Copies the records of a :class:`Chain` once for each row of a query."""

    def __init__(self, env, chain, orders):
        self.env, self.chain, self.orders = env, chain, orders
        self.cars = max(orders * 3 // 10, 10)
        self.start = time.perf_counter()

    def tell(self, what, rows):
        print(f"{what:<26} {rows:>9} rows {time.perf_counter() - self.start:>8.1f} s", flush=True)

    def last(self, record):
        self.env.cr.execute(f'SELECT last_value FROM "{record._table}_id_seq"')
        return self.env.cr.fetchone()[0]

    def copy(self, record, source, **columns):
        """Insert a copy of ``record`` for each row of ``source``, a FROM clause.

        :param columns: SQL by column; what is not named is the same as in ``record``.
        """
        table = record._table
        self.env.cr.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            " AND NOT attisdropped AND attname != 'id' AND attgenerated = ''", [table])
        names = [name for (name,) in self.env.cr.fetchall()]
        if "id" in columns:
            names.append("id")
        for token in {"access_token", "form_token", "invite_token"} & set(names):
            columns.setdefault(token, "NULL")
        chosen = ", ".join(columns.get(name, f't."{name}"') for name in names)
        quoted = ", ".join(f'"{name}"' for name in names)
        self.env.cr.execute(
            f'INSERT INTO "{table}" ({quoted}) SELECT {chosen}'
            f' FROM (SELECT * FROM "{table}" WHERE id = {record.id}) t, {source}')
        rows = self.env.cr.rowcount
        if "id" in columns:
            self.env.cr.execute(
                f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        self.tell(table, rows)

    # ---- what is copied -------------------------------------------------------------------

    def prepare(self):
        """Draw who, what and when into temporary tables."""
        chain = self.chain
        self.env.cr.execute(DRAW + "CREATE TEMP TABLE shop (place int, company_id int,"
                            " currency_id int, product_ids int[], warehouses int[], advisors int[],"
                            " technicians int[])")
        for place, company in enumerate(chain.companies):
            self.env.cr.execute("INSERT INTO shop VALUES (%s, %s, %s, %s, %s, %s, %s)", [
                place + 1, company.id, company.currency_id.id, chain.parts.ids,
                chain.warehouses[place].ids, chain.advisors[place].ids,
                chain.technicians[place].ids])
        steps = (
            ("visit", VISITS, chain.order), ("work", JOBS, chain.job),
            ("estimate", ESTIMATES, chain.estimate), ("line", LINES, None),
            ("final", FINALS, chain.final),
        )
        for name, sql, record in steps:
            self.env.cr.execute(sql, {
                "orders": self.orders, "cars": self.cars, "days": YEARS * 365,
                "operations": chain.operations.ids, "first": self.last(record) if record else 0})
            self.env.cr.execute(f"SELECT count(*) FROM {name}")
            self.tell(f"drawn: {name}", self.env.cr.fetchone()[0])

    def make_customers(self):
        chain, first = self.chain, {}
        numbers = f"generate_series(1, {self.cars}) n"
        for name, record in (("owner", chain.partner), ("car", chain.car)):
            first[name] = self.last(record)
        email = "'owner' || n || '@mail.example'"
        self.copy(
            chain.partner, numbers, id=f"{first['owner']} + n", name="'Owner ' || n",
            complete_name="'Owner ' || n", email=email, email_normalized=email,
            phone="'+86 21 ' || n", phone_sanitized="'+8621' || n")
        self.copy(
            chain.car, numbers, id=f"{first['car']} + n", owner_id=f"{first['owner']} + n",
            plate="'B' || n", plate_key="'B' || n", odometer="10000 + n % 90000",
            vin="'WP0ZZZ' || lpad(n::text, 11, '0')", company_id="NULL::int"
            if not chain.car.company_id else f"{chain.car.company_id.id}",
            model_id=f"(ARRAY{chain.models.ids})[1 + n % {len(chain.models)}]")
        self.owner, self.car = first["owner"], first["car"]

    def make_visits(self):
        chain = self.chain
        self.copy(
            chain.order, "visit v", id="v.id", name="'RO' || lpad(v.n::text, 9, '0')",
            company_id="v.company_id", warehouse_id="v.warehouse_id", advisor_id="v.advisor_id",
            vehicle_id=f"{self.car} + v.car", partner_id=f"{self.owner} + v.car",
            plate="'B' || v.car", state="v.state", checked_in_at="v.checked_in",
            arrived_at="v.checked_in - interval '10 minutes'", create_date="v.checked_in",
            promised_at="v.promised", first_promised_at="v.first_promised",
            counted_promise_at="v.counted", ready_at="v.ready", delivered_at="v.delivered",
            closed_at="v.closed", cancelled_at="v.cancelled", followup_made_at="v.delivered",
            odometer_in="10000 + v.n % 90000",
            survey_status="CASE WHEN v.delivered IS NOT NULL THEN 'recent' END")
        approved = "w.state NOT IN ('quoted', 'cancelled')"
        self.copy(
            chain.job, "work w LEFT JOIN work e ON w.comes_back AND e.n = w.n - 1 AND e.k = 1"
            " AND e.state = 'done'",
            id="w.id", order_id="w.order_id", company_id="w.company_id", sequence="w.k",
            operation_id="w.operation_id", technician_id="w.technician_id", state="w.state",
            pay_type="w.pay_type", payer_id=f"{self.owner} + w.car", allowed_hours="w.hours",
            promised_at="w.promised", concern="'Concern ' || w.operation_id",
            create_date="w.checked_in", comeback_of_id="e.id",
            comeback_kind="CASE WHEN e.id IS NOT NULL THEN 'operation' END",
            authorised_at=f"CASE WHEN {approved} THEN w.checked_in + interval '30 minutes' END",
            finished_at="CASE WHEN w.state = 'done' THEN w.ready - interval '2 hours' END")
        start = "w.checked_in + w.k * interval '40 minutes'"
        self.copy(
            chain.clocking, "work w WHERE w.state IN ('done', 'qc', 'in_work')",
            job_id="w.id", order_id="w.order_id", company_id="w.company_id",
            employee_id="w.technician_id", hours="w.hours * w.pace", start_at=start,
            stop_at=f"{start} + w.hours * w.pace * interval '1 hour'", create_date=start)
        self.copy(
            chain.change, "visit v WHERE v.promised > v.first_promised", order_id="v.id",
            company_id="v.company_id", kind="CASE WHEN v.counted > v.first_promised"
            " THEN 'extra_work' ELSE 'parts' END", is_counted="v.counted > v.first_promised",
            user_id="v.advisor_id", old_promised_at="v.first_promised",
            new_promised_at="v.promised", moved_at="v.checked_in + interval '3 hours'")

    def make_estimates(self):
        chain = self.chain
        # One in 50 is in the other company's currency.
        foreign = "v.n % 50 = 0"
        euro, dollar = (company.currency_id.id for company in reversed(chain.companies))
        currency = (f"CASE WHEN {foreign} THEN {euro} + {dollar} - v.currency_id"
                    " ELSE v.currency_id END")
        self.copy(
            chain.estimate, "estimate e JOIN visit v ON v.n = e.n LEFT JOIN (SELECT estimate_id,"
            " sum(quantity * price) AS total FROM line GROUP BY estimate_id) l"
            " ON l.estimate_id = e.id",
            id="e.id", service_order_id="e.order_id", company_id="v.company_id",
            name="'RO' || lpad(v.n::text, 9, '0') || CASE WHEN e.declined THEN '-2' ELSE '-1' END",
            partner_id=f"{self.owner} + v.car", partner_invoice_id=f"{self.owner} + v.car",
            partner_shipping_id=f"{self.owner} + v.car", user_id="v.advisor_id",
            warehouse_id="v.warehouse_id", currency_id=currency, state="e.state",
            currency_rate=f"CASE WHEN {foreign} THEN 1.25 ELSE 1 END", date_order="v.checked_in",
            create_date="v.checked_in", amount_untaxed="l.total", amount_total="l.total",
            invoice_status="CASE WHEN v.closed IS NOT NULL THEN 'invoiced' ELSE 'no' END",
            pricelist_id="NULL", journal_id="NULL", team_id="NULL")
        delivered = "CASE WHEN l.finished AND l.state = 'sale' THEN l.quantity ELSE 0 END"
        common = {
            "order_id": "l.estimate_id", "service_job_id": "l.job_id", "company_id": "l.company_id",
            "currency_id": f"CASE WHEN l.n % 50 = 0 THEN {euro} + {dollar} - l.currency_id"
                           " ELSE l.currency_id END",
            "order_partner_id": f"{self.owner} + l.car", "salesman_id": "l.advisor_id",
            "state": "l.state", "product_uom_qty": "l.quantity", "price_unit": "l.price",
            "price_subtotal": "l.quantity * l.price", "price_total": "l.quantity * l.price",
            "qty_delivered": delivered, "warehouse_id": "l.warehouse_id",
            "qty_invoiced": f"CASE WHEN l.billed THEN {delivered} ELSE 0 END",
            "untaxed_amount_to_invoice":
                f"CASE WHEN l.billed THEN 0 ELSE l.price * {delivered} END",
        }
        self.copy(chain.labour, "line l WHERE l.i = 0", **common)
        self.copy(
            chain.part, "line l WHERE l.i > 0", product_id="l.product_id",
            first_supply="l.first_supply", **common)

    def make_quality(self):
        chain = self.chain
        inspector = self.env.user.employee_id.id or "NULL"
        self.copy(
            chain.final, "final f", id="f.id", order_id="f.order_id", company_id="f.company_id",
            attempt="f.attempt", state="'done'", done_at="f.done", inspector_id=f"{inspector}",
            started_at="f.done - interval '10 minutes'", create_date="f.done",
            result="CASE WHEN f.failed THEN 'red' ELSE 'green' END")
        self.env.cr.execute(
            "INSERT INTO service_inspection_service_job_rel SELECT f.id, w.id FROM final f"
            " JOIN work w ON w.n = f.n AND w.state = 'done'")
        self.tell("service_inspection_service_job_rel", self.env.cr.rowcount)
        # Of every third failure nobody said which job it was.
        self.copy(
            chain.item, "final f, generate_series(1, 2) i", inspection_id="f.id",
            company_id="f.company_id", name="'Item ' || i", sequence="i",
            result="CASE WHEN f.failed AND i = 1 THEN 'red' ELSE 'green' END",
            failed_job_id="CASE WHEN f.failed AND i = 1 AND f.n % 3 > 0"
            " THEN (SELECT min(id) FROM work w WHERE w.n = f.n AND w.state = 'done') END")

    def make_voices(self):
        chain = self.chain
        categories = self.env["service.complaint.category"].search([]).ids
        first = self.last(chain.complaint)
        self.env.cr.execute(
            f"CREATE TEMP TABLE voice AS SELECT {first} + row_number() OVER (ORDER BY n) AS id,"
            " v.id AS visit_id, v.n, v.car, v.company_id, v.advisor_id,"
            " delivered + pg_temp.draw(n, 60) * interval '5 days' AS received,"
            " CASE WHEN pg_temp.draw(n, 61) < 0.97"
            " THEN pg_temp.draw(n, 62) * interval '26 hours' END AS waited"
            " FROM visit v WHERE pg_temp.draw(n, 63) < 0.01 AND delivered IS NOT NULL"
            " AND delivered < now() AT TIME ZONE 'UTC' - interval '5 days'")
        late = "v.waited > interval '24 hours'"
        self.copy(
            chain.complaint, "voice v", id="v.id", name="'CP' || v.n", order_id="v.visit_id",
            company_id="v.company_id", vehicle_id=f"{self.car} + v.car", plate="'B' || v.car",
            partner_id=f"{self.owner} + v.car", advisor_id="v.advisor_id", state="'closed'",
            category_id=f"pg_temp.pick(ARRAY{categories}, pg_temp.draw(v.n, 64))",
            severity="CASE WHEN v.n % 9 = 0 THEN 'major' ELSE 'minor' END", next_alert_at="NULL",
            received_at="v.received", contact_due_at="v.received + interval '24 hours'",
            contacted_at="v.received + v.waited", is_contacted_late=f"COALESCE({late}, TRUE)",
            closed_at="v.received + interval '4 days'", create_date="v.received",
            verdict="(ARRAY['justified', 'not'])[1 + v.n % 2]")
        self.copy(
            chain.contact, "voice v WHERE v.waited IS NOT NULL", complaint_id="v.id",
            company_id="v.company_id", at="v.received + v.waited", user_id="v.advisor_id")
        sent = "v.delivered + interval '2 days'"
        answered = "pg_temp.draw(v.n, 71) < 0.34"
        recommend = "floor(pg_temp.draw(v.n, 72) * 5)::int + 6"
        score = "1 + floor(pg_temp.draw(v.n, 7{}) ^ 0.3 * 5)::int"
        self.copy(
            chain.survey, f"visit v WHERE pg_temp.draw(v.n, 70) < 0.6"
            f" AND {sent} < now() AT TIME ZONE 'UTC'",
            access_token="'bench' || v.n", service_order_id="v.id", create_date=sent,
            service_company_id="v.company_id", service_warehouse_id="v.warehouse_id",
            service_advisor_id="v.advisor_id", partner_id=f"{self.owner} + v.car",
            state=f"CASE WHEN {answered} THEN 'done' ELSE 'new' END",
            start_datetime=sent, end_datetime=f"CASE WHEN {answered} THEN {sent} END",
            service_score_overall=f"CASE WHEN {answered} THEN {score.format(3)} ELSE 0 END",
            service_score_quality=f"CASE WHEN {answered} THEN {score.format(4)} ELSE 0 END",
            service_score_recommend=f"CASE WHEN {answered} THEN {recommend} ELSE 0 END",
            service_recommend_kind=f"CASE WHEN {answered} THEN CASE WHEN {recommend} >= 9 THEN"
            f" 'promoter' WHEN {recommend} >= 7 THEN 'passive' ELSE 'detractor' END END")
        asked = "work w WHERE w.state = 'done' AND pg_temp.draw(w.id, 80) < {}"
        self.copy(
            chain.request, asked.format(0.05), job_id="w.id", order_id="w.order_id",
            company_id="w.company_id", requested_at="w.checked_in + interval '1 hour'",
            closed_at="w.checked_in + interval '2 hours'")
        self.copy(
            chain.lost, asked.format(0.005), job_id="w.id", order_id="w.order_id",
            company_id="w.company_id", lost_at="w.checked_in + interval '2 hours'")
