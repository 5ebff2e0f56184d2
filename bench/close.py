"""Closing a month of a million dispatches of 500 units, counting scores anew from events, and what counting costs a write.

The limit beside which the closing stands is the bare GROUP BY: over the dispatches' standings (what closing would
have to read without tallies), and over the tallies themselves (what it reads).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from bench import figures, server, stores

UNITS = 500
DISPATCHES = int(os.environ.get("BENCH_DISPATCHES", "1000000"))
RECOUNTED = int(os.environ.get("BENCH_RECOUNTED", "5000"))
ROUNDS = 7
SECONDS = 90.0  # for one of the limits, and twice that for counting anew: then no more rounds
WRITES = 60
NAME = "bench_close"


def run(full: bool = False) -> dict[str, Any]:
    """Fill a database of its own for the closing; counting anew is measured on the stored requests."""
    own = server.start()
    stores.seed(own)
    size = stores.LARGE if full else stores.MIDDLE
    stored = stores.database(own, size)
    try:
        url = server.create(own, NAME, server.SEED)
        load = os.getloadavg()
        return {
            "load of the machine before, 1 and 5 minutes": f"{load[0]:.1f}, {load[1]:.1f}",
            **_measured("closing", url),
            "from events": {
                "stored": {f"{size:,}": stored},
                **_measured("recount", server.url_of(own, stores.name_of(size))),
            },
        }
    finally:
        if not stores.KEEP:
            server.drop(own, NAME)


def _measured(what: str, url: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.close", what]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=server.environment(url))
    if done.returncode:
        raise RuntimeError(done.stderr[-1500:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def closing() -> dict[str, Any]:
    """Fill the month before this one, and close it."""
    from django.utils import timezone

    now = timezone.localtime()
    last = now.date().replace(day=1) - timedelta(days=1)
    first = last.replace(day=1)
    filled = _fill(first, last)
    took = _closed(first, now)
    limits = {name: _timed(lambda sql=sql: _asked(sql, first, last)) for name, sql in LIMITS.items()}
    close = statistics.median(took)
    return {
        "stored": filled,
        "month close": figures.ms(took) | {"dispatches a second": round(DISPATCHES / close)},
        **{
            name: figures.ms(values)
            | {
                "dispatches a second": round(DISPATCHES / statistics.median(values)),
                "times the month close": figures.ratio(values, took),
            }
            for name, values in limits.items()
        },
        "a write and its counting": _writes(),
    }


LIMITS = {
    "bare GROUP BY of the month's standings by unit and day": (
        "SELECT body_id, first_day, count(*) FROM assessment_standing"
        " WHERE first_day BETWEEN %s AND %s GROUP BY 1, 2"
    ),
    "GROUP BY of what each standing counts, by unit and count": (
        "SELECT row->>'n', row->>'b', sum((row->>'a')::bigint) FROM assessment_standing,"
        " jsonb_array_elements(counts) AS row WHERE row->>'d' BETWEEN %s::text AND %s::text GROUP BY 1, 2"
    ),
    "bare GROUP BY of the month's tallies": (
        "SELECT metric, body_id, sum(count) FROM ledger_tally WHERE day BETWEEN %s AND %s GROUP BY 1, 2"
    ),
}
BODIES = """
INSERT INTO organisation_body ({names})
SELECT {values} FROM (SELECT * FROM organisation_body WHERE takes_requests ORDER BY id LIMIT 1) AS b,
       generate_series(1, %s - (SELECT count(*) FROM organisation_body WHERE takes_requests)) AS n
"""
MATTERS = """
INSERT INTO ledger_matter (jurisdiction, kind, number, title, state, body_id, disclosure, secrecy, facts, version, opened_at,
                           changed_at, last_seq, head_hash)
SELECT 'sanmenxia', 'hotline.dispatch', 'bench-' || n, '路灯不亮', 'passed', u.ids[1 + n %% cardinality(u.ids)],
       'internal', '', '{}', 1, t.at, t.at, 1, ''
FROM generate_series(1, %(rows)s) AS n,
     (SELECT array_agg(id ORDER BY id) AS ids FROM organisation_body WHERE takes_requests) AS u,
     LATERAL (SELECT %(first)s::date + (n * 7 %% %(days)s) * interval '1 day' + interval '10 hours' AS at) AS t
"""
STANDINGS = """
INSERT INTO assessment_standing (matter_id, jurisdiction, kind, body_id, facts, counts, charges, counted_at, first_day,
                                 last_day)
SELECT m.id, m.jurisdiction, m.kind, m.body_id, '{}',
       (SELECT jsonb_agg(jsonb_build_object('n', name, 'd', to_char(m.opened_at, 'YYYY-MM-DD'), 'a', 1, 'b', m.body_id))
        FROM unnest(%(counts)s::text[]) AS name),
       '[]', m.opened_at, m.opened_at::date, m.opened_at::date
FROM ledger_matter m WHERE m.number LIKE 'bench-%%'
"""
TALLIES = """
INSERT INTO ledger_tally (jurisdiction, metric, body_id, day, slot, count)
SELECT 'sanmenxia', 'score:' || name, body_id, first_day, 0, count(*)
FROM assessment_standing, unnest(%(counts)s::text[]) AS name
WHERE matter_id > %(before)s GROUP BY 2, 3, 4
ON CONFLICT (metric, body_id, day, slot, jurisdiction) DO UPDATE SET count = ledger_tally.count + excluded.count
"""
COUNTS = """
SELECT array_agg(DISTINCT row->>'n') FROM assessment_standing, jsonb_array_elements(counts) AS row
WHERE kind = 'hotline.dispatch'
"""


def _fill(first: date, last: date) -> dict[str, Any]:
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        _bodies(cursor)
        cursor.execute(COUNTS)
        (counts,) = cursor.fetchone()
        cursor.execute("SELECT max(id) FROM ledger_matter")
        (before,) = cursor.fetchone()
        given = {
            "rows": DISPATCHES, "first": first, "days": (last - first).days + 1, "counts": counts, "before": before,
        }  # fmt: skip
        for statement in (MATTERS, STANDINGS, TALLIES):
            cursor.execute(statement, given)
        cursor.execute("VACUUM ANALYZE")
        told = {}
        for name, sql in (
            ("units", "SELECT count(*) FROM organisation_body WHERE takes_requests"),
            ("standings", "SELECT count(*) FROM assessment_standing"),
            ("tallies", "SELECT count(*) FROM ledger_tally"),
        ):
            cursor.execute(sql)
            (told[name],) = cursor.fetchone()
    return {**told, "counts of a dispatch": len(counts), "filled in s": round(time.perf_counter() - began, 1)}


def _bodies(cursor: Any) -> None:
    """As many units as there shall be, copies of one with codes and names of their own."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'organisation_body'"
        " AND table_schema = 'public' AND column_name <> 'id' AND is_generated = 'NEVER'"
    )
    own = {"code": "'bench' || n", "name": "'单位' || n", "short_name": "'单位' || n"}
    names = [name for (name,) in cursor.fetchall()]
    values = [own.get(name, f'b."{name}"') for name in names]
    sql = BODIES.format(names=", ".join(f'"{name}"' for name in names), values=", ".join(values))
    cursor.execute(sql, [UNITS])


def _closed(first: date, now: datetime) -> list[float]:
    """Close the month, take it back, and close it again: seconds of each."""
    from django.db import transaction

    from luoshi.assessment.services import sheets
    from luoshi.engines.assessment import Period

    centre = _centre()
    taken = []
    for _ in range(ROUNDS + 1):
        with transaction.atomic():
            sheet = sheets.sheet_open(period=Period.parse(f"{first:%Y-%m}"), actor=centre, at=now)
            began = time.perf_counter()
            sheets.sheet_close(sheet=sheet, actor=centre, at=now, anyway="测算")
            taken.append(time.perf_counter() - began)
            transaction.set_rollback(True)
    return taken[1:]


def _centre() -> Any:
    from luoshi.organisation.models import Grant
    from luoshi.organisation.selectors import actor_for

    grant = Grant.objects.select_related("user").filter(role__code="command_centre").first()
    assert grant is not None
    return actor_for(user=grant.user, body_id=grant.body_id)


def _timed(deed: Callable[[], Any]) -> list[float]:
    deed()
    taken: list[float] = []
    while len(taken) < ROUNDS and sum(taken) < SECONDS:
        began = time.perf_counter()
        deed()
        taken.append(time.perf_counter() - began)
    return taken


def _asked(sql: str, first: date, last: date) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, [first, last])
        return list(cursor.fetchall())


def _writes() -> dict[str, Any]:
    """One event of a dispatch recorded with the counting of scores and dashboard, and without it, in turn."""
    from luoshi.ledger import followers

    known = list(followers.all_followers())
    taken: dict[bool, list[float]] = {True: [], False: []}
    statements: dict[bool, int] = {}
    try:
        for turn in range(2 * WRITES):
            listening = turn % 2 == 0
            followers._followers[:] = known if listening else []
            seconds, statements[listening] = _written()
            taken[listening].append(seconds)
    finally:
        followers._followers[:] = known
    difference = statistics.median(taken[True]) - statistics.median(taken[False])
    return {
        "with": figures.ms(taken[True]) | {"statements": statements[True]},
        "without": figures.ms(taken[False]) | {"statements": statements[False]},
        "counting costs a write, ms": round(difference * 1000, 2),
        "ratio": figures.ratio(taken[True], taken[False]),
    }


def _written() -> tuple[float, int]:
    import zoneinfo

    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from luoshi.ledger.actors import SYSTEM
    from luoshi.ledger.services import matter_open, record
    from luoshi.organisation.models import Body

    at = datetime(2017, 10, 9, 9, tzinfo=zoneinfo.ZoneInfo("Asia/Shanghai"))
    facts = {"urgency": "routine", "role": "sole", "kind": "help", "leader": False}
    with transaction.atomic():
        request = matter_open(kind="hotline.request", title="路灯不亮", actor=SYSTEM, at=at)
        body = Body.objects.filter(takes_requests=True).order_by("pk").values_list("pk", flat=True)[0]
        dispatch = matter_open(
            kind="hotline.dispatch", title="路灯不亮", actor=SYSTEM, at=at, body_id=body, parent=request, facts=facts
        )  # fmt: skip
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as asked:
            record(matter=dispatch, kind="hotline.signed", actor=SYSTEM, at=at)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return took, len(asked)


def recount() -> dict[str, Any]:
    """Count the first matters anew from their events, as `luoshi manage rebuild_scores` does, as many as time allows."""
    from django.db import connection
    from django.utils import timezone

    from luoshi.assessment.services.rebuilding import CHUNK, scores_build

    counted, began, rates, before = 0, time.perf_counter(), [], 0.0
    for _, counted in scores_build(now=timezone.now()):
        now = time.perf_counter() - began
        rates.append(CHUNK / (now - before))
        before = now
        if counted >= RECOUNTED or now > 2 * SECONDS:
            break
    took = time.perf_counter() - began
    with connection.cursor() as cursor:
        begun = time.perf_counter()
        cursor.execute(
            "SELECT matter_id, count(*), max(seq) FROM ledger_event GROUP BY matter_id OFFSET 1000000000"
        )
        bare = time.perf_counter() - begun
        cursor.execute("SELECT count(*) FROM ledger_event")
        (events,) = cursor.fetchone()
    return {
        "matters looked at, and counted for something": f"{CHUNK * len(rates):,} and {counted:,}",
        "matters looked at a second": round(CHUNK * len(rates) / took, 1),
        f"lowest and highest of {CHUNK} matters": f"{min(rates):.0f} to {max(rates):.0f}",
        "bare GROUP BY of all events by matter, events a second": round(events / bare),
    }


if __name__ == "__main__":
    from luoshi.cli import use_django

    use_django()
    found = {"closing": closing, "recount": recount}[sys.argv[1]]()
    sys.stdout.write(json.dumps(found, ensure_ascii=False, default=str) + "\n")
