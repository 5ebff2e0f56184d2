"""Live scores at 10,000 and 100,000 counted dispatches in one database: what the league table takes at both, and what
counting adds to a write, in SQL statements."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

SIZES = (10_000, 100_000)
ROUNDS = 15
DAYS = 120
FIRST = dt.date(2017, 9, 22)
ZONE = ZoneInfo("Asia/Shanghai")


def run() -> dict[str, Any]:
    """Measure in a throw-away database on the embedded PostgreSQL; milliseconds, ratios large by small, statements."""
    from bench.knowledge import database

    with database("bench_live"):
        from luoshi.assessment.selectors.live import bodies_assessed, live, matters_behind
        from luoshi.engines.assessment import Period

        month, now = Period.parse("2017-11"), dt.datetime(2018, 2, 1, tzinfo=ZONE)
        statements = _statements()
        asked: dict[str, Callable[[], Any]] = {
            "league of a month": lambda: live(month, now=now),
            "league of a year": lambda: live(Period.parse("2017"), now=now),
            "first page of the cases behind a count": lambda: matters_behind(
                bodies_assessed(month)[0], "closed_on_time", month
            ),
        }
        taken: dict[str, list[float]] = {name: [] for name in asked}
        stored = 0
        for size in SIZES:
            _fill(stored, size)
            stored = size
            for name, ask in asked.items():
                taken[name].append(_median(ask))
    return {
        "statements of signing in, with counting and without": " and ".join(map(str, statements)),
        "ms at " + " and ".join(f"{size:,}" for size in SIZES) + " dispatches, ratio": {
            name: f"{small:.1f} and {large:.1f}, {large / small:.2f}"
            for name, (small, large) in taken.items()
        },
    }


def _median(ask: Callable[[], Any]) -> float:
    ask()
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def _statements() -> tuple[int, int]:
    """How many SQL statements one step takes with the follower and without it."""
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext

    from luoshi.ledger import followers
    from luoshi.ledger.actors import SYSTEM
    from luoshi.ledger.services import matter_open, record
    from luoshi.organisation.models import Body

    facts = {"urgency": "routine", "role": "sole", "kind": "help", "leader": False}
    at = dt.datetime(2017, 10, 9, 9, tzinfo=ZONE)
    known, told = list(followers.all_followers()), []
    for listening in (True, False):
        with transaction.atomic():
            followers._followers[:] = known if listening else []
            request = matter_open(kind="hotline.request", title="路灯不亮", actor=SYSTEM, at=at)
            body = Body.objects.filter(takes_requests=True).order_by("pk").values_list("pk", flat=True)[0]
            dispatch = matter_open(
                kind="hotline.dispatch", title="路灯不亮", actor=SYSTEM, at=at, body_id=body, parent=request, facts=facts
            )  # fmt: skip
            with CaptureQueriesContext(connection) as asked:
                record(matter=dispatch, kind="hotline.signed", actor=SYSTEM, at=at)
            told.append(len(asked))
            transaction.set_rollback(True)
    followers._followers[:] = known
    return told[0], told[1]


def _fill(stored: int, size: int) -> None:
    """Counted dispatches by SQL, spread over the units and days, with the tallies that follow from them."""
    from django.db import connection

    given = {"from": stored, "to": size - 1, "first": FIRST, "days": DAYS}
    with connection.cursor() as cursor:
        for statement in (MATTERS, STANDINGS, TALLIES):
            cursor.execute(statement, given)
        cursor.execute("ANALYZE")


UNITS = "(SELECT array_agg(id ORDER BY id) AS ids FROM organisation_body WHERE takes_requests) AS units"
MATTERS = f"""
INSERT INTO ledger_matter (jurisdiction, kind, number, title, state, body_id, disclosure, secrecy, facts, version, opened_at,
                           changed_at, last_seq, head_hash)
SELECT 'sanmenxia', 'hotline.dispatch', 'bench-' || n, '路灯不亮', 'passed', units.ids[1 + n %% cardinality(units.ids)],
       'internal', '', '{{}}', 1, %(first)s::date + (n %% %(days)s), %(first)s::date + (n %% %(days)s), 1, ''
FROM generate_series(%(from)s, %(to)s) AS n, {UNITS}
"""
NAMES = (
    "unnest(ARRAY['dispatched_any', 'sign_in_counted', 'signed_in_time', 'closed_counted', 'closed_on_time'])"
)
STANDINGS = f"""
INSERT INTO assessment_standing (matter_id, jurisdiction, kind, body_id, facts, counts, charges, counted_at, first_day,
                                 last_day)
SELECT m.id, m.jurisdiction, m.kind, m.body_id, '{{}}',
       (SELECT jsonb_agg(jsonb_build_object('n', name, 'd', to_char(day, 'YYYY-MM-DD'), 'a', 1, 'b', m.body_id))
        FROM {NAMES} AS name),
       '[]', m.opened_at, day, day
FROM ledger_matter m, LATERAL (SELECT m.opened_at::date AS day) AS days
WHERE m.kind = 'hotline.dispatch' AND substr(m.number, 7)::int BETWEEN %(from)s AND %(to)s
"""
TALLIES = f"""
INSERT INTO ledger_tally (jurisdiction, metric, body_id, day, slot, count)
SELECT 'sanmenxia', 'score:' || name, m.body_id, m.opened_at::date, 0, count(*)
FROM ledger_matter m, {NAMES} AS name
WHERE m.kind = 'hotline.dispatch' AND substr(m.number, 7)::int BETWEEN %(from)s AND %(to)s
GROUP BY 2, 3, 4
ON CONFLICT (metric, body_id, day, slot, jurisdiction) DO UPDATE SET count = ledger_tally.count + excluded.count
"""
