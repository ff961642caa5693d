"""What benchmarks have in common: many rows at once, and seconds and queries of what is done."""

import time
from statistics import median


def multiply(env, record, count, **columns):
    """Insert ``count`` copies of ``record`` and return them.

    :param columns: SQL of ``n``, the number of the copy from 1 on, by column; a ``%`` is ``%%``.
        What is not named is the same on every copy.
    """
    table = record._table
    env.flush_all()
    env.cr.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attname != 'id' AND attgenerated = ''", [table])
    names = [name for (name,) in env.cr.fetchall()]
    chosen = ", ".join(columns.get(name, f'"{name}"') for name in names)
    quoted = ", ".join(f'"{name}"' for name in names)
    env.cr.execute(
        f'INSERT INTO "{table}" ({quoted}) SELECT {chosen}'
        f' FROM "{table}", generate_series(1, {int(count)}) AS n WHERE "{table}".id = %s'
        ' RETURNING id', [record.id])
    ids = [found for (found,) in env.cr.fetchall()]
    # As the database does by itself after a while: else the new rows are searched one by one.
    env.cr.execute(
        "SELECT gin_clean_pending_list(indexrelid) FROM pg_index JOIN pg_class ON oid = indexrelid"
        " WHERE indrelid = %s::regclass AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')",
        [table])
    env.cr.execute(f'ANALYZE "{table}"')
    return env[record._name].browse(ids)


def measure(env, label, act):
    """Call ``act`` with nothing in memory, print what it takes; return ``(seconds, queries)``."""
    env.flush_all()
    env.invalidate_all()
    queries, start = env.cr.sql_log_count, time.perf_counter()
    act()
    env.flush_all()
    spent = time.perf_counter() - start
    queries = env.cr.sql_log_count - queries
    print(f"{label:<34} {spent:>8.2f} s {queries:>8} queries")
    return spent, queries


def compare(env, label, ours, bare, rounds=5, same=None):
    """Print what ``ours`` takes beside the best bare SQL for the same question; return the ratio.

    Both answer once before, then they take turns; the medians of the rounds are compared. What
    they answer has to be the same.

    :param same: called with both answers, raises where they differ; without it they are equal.
    """
    spent, queries = ([], []), 0
    for number in range(rounds + 1):
        answers = []
        for times, act in zip(spent, (ours, bare), strict=True):
            env.invalidate_all()
            before, start = env.cr.sql_log_count, time.perf_counter()
            answers.append(act())
            times.append(time.perf_counter() - start)
            if act is ours:
                queries = env.cr.sql_log_count - before
        if not number:
            if same:
                same(*answers)
            else:
                assert answers[0] == answers[1], f"{label}: {answers}"
    slow, fast = (median(times[1:]) for times in spent)
    print(f"{label:<44} {1000 * slow:>9.1f} ms {1000 * fast:>9.1f} ms {slow / fast:>6.2f}"
          f" {queries:>5} queries", flush=True)
    return slow / fast
