"""What the chain of workshops of ``_million`` does, drawn by SQL into temporary tables.

``shop`` is there, one row per company. Written for :func:`psycopg2`: parameters ``orders``,
``cars``, ``days`` and ``first``, the last id that is taken.
"""

# A number from 0 to 1 for the ``salt``-th question about ``n``; the same whenever it is asked.
DRAW = """
    CREATE FUNCTION pg_temp.draw(n bigint, salt bigint) RETURNS float IMMUTABLE LANGUAGE sql AS
    $$ SELECT (hashint8extended(n, salt) & 2147483647) / 2147483648.0::float $$;
    CREATE FUNCTION pg_temp.pick(of int[], drawn float) RETURNS int IMMUTABLE LANGUAGE sql AS
    $$ SELECT of[1 + floor(drawn * cardinality(of))::int] $$;
"""

# Every offset is of the arrival; a comeback (every 32nd) follows the visit before it.
VISITS = """
    CREATE TEMP TABLE visit AS
    WITH drawn AS (
        SELECT n, n %% 32 = 0 AS comes_back,
            (pg_temp.draw(n - (n %% 32 = 0)::int, 1) < 0.3)::int + 1 AS company,
            1 + floor(pg_temp.draw(n - (n %% 32 = 0)::int, 2) * %(cars)s)::int AS car,
            date_trunc('day', now() AT TIME ZONE 'UTC') - floor(
                pg_temp.draw(n, 3) * %(days)s) * interval '1 day'
                + interval '7 hours' + pg_temp.draw(n, 4) * interval '9 hours' AS arrived,
            (8 + floor(pg_temp.draw(n, 5) * 200)) * interval '15 minutes' AS told,
            CASE WHEN pg_temp.draw(n, 6) < 0.1 THEN interval '4 hours'
                ELSE interval '0' END AS more,
            CASE WHEN pg_temp.draw(n, 7) < 0.06 THEN interval '3 hours'
                ELSE interval '0' END AS moved,
            CASE WHEN pg_temp.draw(n, 8) < 0.02 THEN interval '0'
                ELSE (pg_temp.draw(n, 9) - 0.88) * interval '20 hours' END AS late,
            (0.5 + 50 * power(pg_temp.draw(n, 10), 3)) * interval '1 hour' AS fetched,
            pg_temp.draw(n, 11) < 0.02 AS is_cancelled
        FROM generate_series(1, %(orders)s) n
    ), moments AS (
        SELECT *, date_trunc('minute', arrived) + interval '15 minutes' AS came,
            CASE WHEN comes_back THEN
                lag(arrived + told + more + late + fetched) OVER (ORDER BY n) - arrived
                    + (1 + pg_temp.draw(n, 12) * 44) * interval '1 day'
            ELSE interval '0' END AS shift
        FROM drawn
    ), told AS (
        SELECT n, comes_back, company, car, is_cancelled, came + shift AS checked_in,
            came + shift + told AS first_promised,
            came + shift + told + more AS counted, came + shift + told + more + moved AS promised,
            GREATEST(came + shift + told + more + late, came + shift + interval '1 hour') AS ready,
            fetched
        FROM moments WHERE arrived + shift < now() AT TIME ZONE 'UTC'
    ), known AS (
        SELECT told.*, now() AT TIME ZONE 'UTC' AS now, ready + fetched AS delivered,
            ready + fetched + interval '1 day' AS closed FROM told
    )
    SELECT %(first)s + row_number() OVER (ORDER BY n) AS id, n, comes_back, k.company AS place, car,
        s.company_id, s.currency_id, s.product_ids, s.technicians,
        pg_temp.pick(s.warehouses, pg_temp.draw(n, 13)) AS warehouse_id,
        pg_temp.pick(s.advisors, pg_temp.draw(n, 14)) AS advisor_id,
        checked_in, first_promised, counted, promised,
        CASE WHEN ready <= now AND NOT is_cancelled THEN ready END AS ready,
        CASE WHEN delivered <= now AND NOT is_cancelled THEN delivered END AS delivered,
        CASE WHEN closed <= now AND NOT is_cancelled THEN closed END AS closed,
        CASE WHEN is_cancelled THEN checked_in + interval '1 hour' END AS cancelled,
        CASE WHEN is_cancelled THEN 'cancelled' WHEN closed <= now THEN 'closed'
            WHEN delivered <= now THEN 'delivered' WHEN ready <= now THEN 'ready'
            WHEN pg_temp.draw(n, 15) < 0.2 THEN 'quoted'
            WHEN pg_temp.draw(n, 15) < 0.4 THEN 'authorised'
            WHEN pg_temp.draw(n, 15) < 0.9 THEN 'in_work' ELSE 'quality_check' END AS state
    FROM known k JOIN shop s ON s.place = k.company;
    CREATE UNIQUE INDEX ON visit (n);
    ANALYZE visit
"""

# One to three jobs of each visit.
JOBS = """
    CREATE TEMP TABLE work AS
    SELECT %(first)s + row_number() OVER (ORDER BY v.n, k) AS id, v.n, k, v.id AS order_id,
        v.company_id, v.place, v.warehouse_id, v.currency_id, v.advisor_id, v.car, v.ready,
        v.checked_in, v.product_ids, v.promised, v.delivered, v.closed,
        pg_temp.pick(v.technicians, pg_temp.draw(10 * v.n + k, 21)) AS technician_id,
        pg_temp.pick(%(operations)s, pg_temp.draw(
            10 * (v.n - (v.comes_back AND k = 1 AND v.n %% 5 > 1)::int) + k, 22)) AS operation_id,
        (ARRAY['customer','customer','customer','warranty','internal','insurance'])[
            1 + floor(pg_temp.draw(10 * v.n + k, 23) * 6)::int] AS pay_type,
        0.25 * (2 + floor(pg_temp.draw(10 * v.n + k, 24) * 14)) AS hours,
        0.6 + 0.9 * pg_temp.draw(10 * v.n + k, 25) AS pace,
        CASE WHEN v.state = 'cancelled' THEN 'cancelled'
            WHEN k > 1 AND pg_temp.draw(10 * v.n + k, 26) < 0.15 THEN 'declined'
            WHEN v.ready IS NOT NULL THEN 'done'
            WHEN v.state = 'quality_check' THEN 'qc' WHEN v.state = 'in_work' THEN 'in_work'
            WHEN v.state = 'authorised' THEN 'approved' ELSE 'quoted' END AS state,
        v.comes_back AND k = 1 AND v.n %% 5 > 1 AS comes_back
    FROM visit v,
        generate_series(1, 1 + floor(pg_temp.draw(v.n, 20) * 3)::int) k;
    CREATE UNIQUE INDEX ON work (n, k);
    CREATE UNIQUE INDEX ON work (id);
    ANALYZE work
"""

# One estimate of what was agreed, and a cancelled one of what was declined.
ESTIMATES = """
    CREATE TEMP TABLE estimate AS
    SELECT %(first)s + row_number() OVER (ORDER BY n, declined) AS id, n, order_id, declined,
        CASE WHEN declined OR bool_and(state = 'cancelled') THEN 'cancel'
            WHEN bool_and(state = 'quoted') THEN 'sent' ELSE 'sale' END AS state
    FROM (SELECT n, order_id, state, state = 'declined' AS declined FROM work) w
    GROUP BY n, order_id, declined;
    CREATE UNIQUE INDEX ON estimate (n, declined);
    ANALYZE estimate
"""

# The labour line of each job that was quoted, and up to two parts.
LINES = """
    CREATE TEMP TABLE line AS
    SELECT w.id AS job_id, w.n, i, w.company_id, w.currency_id, w.car, w.warehouse_id,
        w.advisor_id, e.id AS estimate_id, e.state, w.closed IS NOT NULL AS billed,
        w.ready IS NOT NULL AS finished,
        CASE WHEN i = 0 THEN w.hours ELSE 1 + (10 * w.n + w.k + i) %% 3 END AS quantity,
        CASE WHEN i = 0 THEN 100 + 20 * w.place
            ELSE 10 + (10 * w.n + w.k + i) %% 90 END AS price,
        CASE WHEN i = 0 THEN NULL ELSE pg_temp.pick(
            w.product_ids, pg_temp.draw(10 * w.n + w.k, 30 + i)) END AS product_id,
        CASE WHEN i = 0 OR e.state != 'sale' THEN NULL
            WHEN pg_temp.draw(10 * w.n + w.k, 40 + i) < 0.9 THEN 'served' ELSE 'short' END
            AS first_supply
    FROM work w JOIN estimate e ON e.n = w.n AND e.declined = (w.state = 'declined'),
        generate_series(0, floor(pg_temp.draw(10 * w.n + w.k, 29) * 3)::int) i;
    ANALYZE line
"""

# The first final inspection of what is ready and, where a job failed, the second.
FINALS = """
    CREATE TEMP TABLE final AS
    SELECT %(first)s + row_number() OVER (ORDER BY v.n, attempt) AS id, v.n, v.id AS order_id,
        v.company_id, attempt, v.ready - (60 - 25 * attempt) * interval '1 minute' AS done,
        (attempt = 1 AND pg_temp.draw(v.n, 50) < 0.07) AS failed
    FROM visit v, generate_series(1, 1 + (pg_temp.draw(v.n, 50) < 0.07)::int) attempt
    WHERE v.ready IS NOT NULL;
    ANALYZE final
"""
