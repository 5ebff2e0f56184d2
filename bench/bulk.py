"""Fill a database with stored requests: finished templates copied by SQL, years back in time; the open ones kept few.

A template is a request with everything that belongs to it (matters, events, obligations, contact, dispatches,
replies, call-backs, publication; not the messages of its outbox), lived through the services by bench.lives. A copy gets new ids, a
new number, a place and a phone of its own, and times shifted back. Hashes of copied events are not computed
again, and tallies are those of all templates so many times, so `luoshi verify` is not run on such a database.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import psycopg

from bench import server
from luoshi.ledger import keyring

OPEN_CASES = 2_000
YEARS_DAYS = 8 * 365
CHUNK = 20_000  # requests in one statement
WRITERS = 2
AT_ONCE = 60_000  # fewer requests than these: indexes stay
ROADS = "崤山 黄河 文明 大岭 甘棠 茅津 召公 虢国 涧河 上阳 六峰 建设 和平 八一 河堤 迎宾 金渠 永兴 宋会 梁家渠 向阳 五原 经一 分陕"
KINDS = "东路 西路 中路 南路 北路 一巷 二巷 三巷 花园 新村 佳苑 名邸 小区 广场 市场 公园 学校 医院 车站 桥头 路口 社区 大厦"
NUMBERS = 4
MARKS = "卷闸门 鸽棚 蜂箱 龙门吊 地磅 石碾"  # each stands in MARKED requests, at any size
MARKED = 20
PEOPLE_PER_REQUEST = 3  # one person has handed in so many, whatever the size


@dataclass(frozen=True, slots=True)
class Table:
    """A table to copy. own: whether its id is its own; links: columns that hold ids of matters; changes: others."""

    name: str
    matter: str
    own: bool = True
    links: tuple[str, ...] = ()
    changes: tuple[tuple[str, str], ...] = ()


# copies stand in clear beside true marks: what is looked up by a mark costs what it costs in a city
NAME = "'王' || n.given"
MOBILE = "'199' || lpad(((hashint8(t.root * 7919 + c.k) & 2147483647) %% {people})::text, 8, '0')"
TITLE = "replace(t.{0}, '崤山路', p.name)"
TABLES = [
    Table("ledger_matter", "id", own=False, links=("id", "parent_id"), changes=(
        ("number", "to_char(t.root_at - c.shift, 'YYYYMMDD') || '-' || lpad(({root})::text, 8, '0')"
                   " || CASE WHEN t.parent_id IS NULL THEN '' ELSE right(t.number, 3) END"),
        ("title", TITLE.format("title")))),
    Table("ledger_event", "matter_id", links=("matter_id",)),
    Table("ledger_obligation", "matter_id", links=("matter_id",)),
    Table("hotline_request", "matter_id", own=False, links=("matter_id", "same_as_id"), changes=(
        ("content", TITLE.format("content")), ("place", "p.name"),
        ("digest", "md5(t.digest || c.k) || md5(c.k || t.digest)"), ("search", "t.search || p.search"))),
    Table("hotline_contact", "request_id", own=False, links=("request_id",), changes=(
        ("name", NAME), ("name_mark", f"bench_mark_of('name', {NAME})"),
        ("mobile", MOBILE), ("mobile_mark", f"bench_mark_of('number', {MOBILE})"))),
    Table("hotline_dispatch", "matter_id", own=False, links=("matter_id", "request_id")),
    Table("hotline_reply", "dispatch_id", links=("dispatch_id",)),
    Table("hotline_callback", "request_id", links=("request_id", "dispatch_id")),
    Table("hotline_publication", "request_id", links=("request_id",), changes=(
        ("title", TITLE.format("title")), ("content", TITLE.format("content")), ("search", "t.search || p.search"))),
    Table("hotline_voluntary", "request_id", links=("request_id",)),
]  # fmt: skip

TALLIES = """
INSERT INTO ledger_tally AS known (jurisdiction, metric, body_id, day, slot, count)
SELECT t.jurisdiction, t.metric, t.body_id, (t.day - c.shift)::date, 0, sum(t.count)
FROM bench_tally t CROSS JOIN bench_copy c GROUP BY 1, 2, 3, 4
ON CONFLICT (metric, body_id, day, slot, jurisdiction) DO UPDATE SET count = known.count + excluded.count
"""


def fill(url: str, requests: int) -> dict[str, Any]:
    """Copy until so many requests are stored, of which OPEN_CASES unfinished; returns counts, seconds and size.

    The database holds the templates and the table bench_place (bench.lives.build). Superuser needed.
    """
    began = time.perf_counter()
    with psycopg.connect(url, autocommit=True) as db:
        _hurry(db, on=True)
        _prepare(db)
        _given(db)
        _members(db)
        finished, unfinished = _roots(db)
        copies = [
            _Run("f", finished, max(0, requests - OPEN_CASES - len(finished)), far=True),
            _Run("o", unfinished, OPEN_CASES - len(unfinished), far=False),
        ]
        later = _drop_indexes(db) if requests > AT_ONCE else []
        for run in copies:
            _copy(db, url, run, people=max(1, requests // PEOPLE_PER_REQUEST))
        copied = time.perf_counter()
        for definition in later:
            db.execute(definition.encode())
        indexed = time.perf_counter()
        mark(db)
        _sequences(db)
        _hurry(db, on=False)
        db.execute("VACUUM ANALYZE")
        db.execute("CHECKPOINT")
        return counts(db) | {
            "copy_s": round(copied - began, 1),
            "index_s": round(indexed - copied, 1),
            "vacuum_s": round(time.perf_counter() - indexed, 1),
        }


def _prepare(db: psycopg.Connection[Any]) -> None:
    """No checks of foreign keys: what is copied fits as its template does."""
    for name, value in (
        ("session_replication_role", "replica"),
        ("maintenance_work_mem", "'1GB'"),
        ("work_mem", "'128MB'"),
    ):
        db.execute(f"SET {name} = {value}")


@dataclass(frozen=True, slots=True)
class _Run:
    name: str
    roots: list[int]
    wanted: int
    far: bool


def places() -> list[str]:
    """Some thousand places; each stands in few requests, so that a search for one is a rare word."""
    return [
        f"{road}{kind}{n}号院"
        for road in ROADS.split()
        for kind in KINDS.split()
        for n in range(1, NUMBERS + 1)
    ]


def _given(db: psycopg.Connection[Any]) -> None:
    """Some hundred given names: a common name is found in many requests, as in life."""
    given = [one + two for one in "听澜雨晨子安若清明远书" for two in "溪川岳宁舟禾岚霖桐樾"]
    db.execute("CREATE UNLOGGED TABLE bench_given (id int PRIMARY KEY, given text)")
    with db.cursor() as cursor:
        cursor.executemany("INSERT INTO bench_given VALUES (%s, %s)", list(enumerate(given)))
    db.execute("ANALYZE bench_given")
    block = server.key().digest.ljust(64, b"\0")
    inner, outer = (bytes(one ^ pad for one in block).hex() for pad in (0x36, 0x5C))
    db.execute(
        "CREATE FUNCTION bench_mark_of(kind text, value text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$ SELECT substr("
        f"sha256('\\x{outer}'::bytea || sha256('\\x{inner}'::bytea || convert_to(kind || chr(31) || value, 'UTF8'))),"
        f" 1, {keyring.MARK_BYTES}) $$"
    )


def _members(db: psycopg.Connection[Any]) -> None:
    """Which matters belong to which template, looked up once while there are few."""
    db.execute(
        "CREATE UNLOGGED TABLE bench_member AS SELECT m.id, r.id AS root, r.opened_at AS root_at FROM ledger_matter m"
        " JOIN ledger_matter r ON r.id = coalesce(m.parent_id, m.id) WHERE r.kind = 'hotline.request'"
    )
    db.execute("ANALYZE bench_member")
    db.execute(
        "CREATE UNLOGGED TABLE bench_tally AS SELECT * FROM ledger_tally WHERE metric NOT LIKE 'event:organisation.%'"
    )
    db.execute("ANALYZE bench_tally")


def _roots(db: psycopg.Connection[Any]) -> tuple[list[int], list[int]]:
    """Ids of the finished and of the unfinished templates: by state, and by whether anything is owed."""
    rows = db.execute(
        "SELECT m.id, m.state IN ('archived', 'called_back', 'answered', 'refused') AND NOT EXISTS ("
        " SELECT FROM ledger_obligation o JOIN ledger_matter c ON c.id = o.matter_id"
        " WHERE coalesce(c.parent_id, c.id) = m.id AND o.state = 'open' AND o.nature = 'duty')"
        " FROM ledger_matter m WHERE m.kind = 'hotline.request' ORDER BY m.id"
    ).fetchall()
    return [pk for pk, done in rows if done], [pk for pk, done in rows if not done]


def _columns(db: psycopg.Connection[Any], table: str) -> list[tuple[str, str]]:
    return db.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position", [table]
    ).fetchall()  # fmt: skip


def _copy(db: psycopg.Connection[Any], url: str, run: _Run, *, people: int) -> None:
    """Copy the templates of a run as often as needed, the oldest copies first."""
    if run.wanted <= 0:
        return
    copies = -(-run.wanted // len(run.roots))
    db.execute("DROP TABLE IF EXISTS bench_copy")
    shift = (
        f"make_interval(days => (1 + ({copies} - k) * {YEARS_DAYS} / {copies}), mins => k % 977)"
        if run.far
        else "make_interval(mins => (k * 7) % 300)"
    )
    db.execute(
        f"CREATE UNLOGGED TABLE bench_copy AS SELECT k::bigint, '{run.name}' AS run, {shift} AS shift"
        f" FROM generate_series(1, {copies}) AS k"
    )
    db.execute("ANALYZE bench_copy")
    lowest = one(db, "SELECT min(id) FROM bench_member WHERE root = ANY(%s)", run.roots)
    size = one(db, "SELECT max(id) + 1 FROM bench_member WHERE root = ANY(%s)", run.roots) - lowest
    first = one(db, "SELECT max(id) FROM ledger_matter") + 1 - lowest
    some = run.roots[: len(run.roots) - (copies * len(run.roots) - run.wanted)]
    statements = [_statement(db, table, run, size=size, first=first, people=people) for table in TABLES]
    step = max(1, CHUNK // len(run.roots))
    chunks = [[low, min(low + step - 1, copies), some, copies] for low in range(1, copies + 1, step)]
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda chunk: _write(url, statements, chunk), chunks))
    for table in TABLES:
        db.execute(f"DROP TABLE {_kept(run, table)}")
    if run.far:
        db.execute(TALLIES.encode())


def _write(url: str, statements: list[str], chunk: list[Any]) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        _prepare(db)
        for statement in statements:
            db.execute(statement.encode(), chunk)


def _kept(run: _Run, table: Table) -> str:
    return f"bench_{run.name}_{table.name}"


def _statement(
    db: psycopg.Connection[Any], table: Table, run: _Run, *, size: int, first: int, people: int
) -> str:
    """The INSERT that copies one table for a range of copies; its rows are taken into a small table first."""
    kept = _kept(run, table)
    db.execute(
        f"CREATE UNLOGGED TABLE {kept} AS SELECT t.*, b.root, b.root_at FROM {table.name} t"
        f" JOIN bench_member b ON b.id = t.{table.matter} WHERE b.root = ANY(%s)",
        [run.roots],
    )
    db.execute(f"ANALYZE {kept}")
    changes = dict(table.changes)
    low = high = 0
    if table.own:
        top = int(one(db, f"SELECT coalesce(max(id), 0) FROM {table.name}"))
        low, high = db.execute(
            f"SELECT coalesce(min(id), 0), coalesce(max(id), 0) FROM {kept}"
        ).fetchone() or (0, 0)
        low, high = int(low), int(high)
        own = f"t.id + {top - low + 1} + (c.k - 1) * {high - low + 1}"
    names: list[str] = []
    values: list[str] = []
    for name, kind in _columns(db, table.name):
        names.append(f'"{name}"')
        if name in changes:
            values.append(changes[name].format(root=f"t.root + {first} + (c.k - 1) * {size}", people=people))
        elif name in table.links:
            values.append(f"t.{name} + {first} + (c.k - 1) * {size}")
        elif name == "id" and table.own:
            values.append(own)
        elif kind == "timestamp with time zone":
            values.append(f"t.{name} - c.shift")
        elif kind == "date":
            values.append(f"(t.{name} - c.shift)::date")
        else:
            values.append(f't."{name}"')
    return (
        f"INSERT INTO {table.name} ({', '.join(names)}) SELECT {', '.join(values)} FROM bench_copy c CROSS JOIN {kept} t"
        " JOIN bench_place p ON p.id = (hashint8(t.root * 31 + c.k) & 2147483647) %% (SELECT count(*) FROM bench_place)"
        " JOIN bench_given n ON n.id = (hashint8(t.root + c.k * 37) & 2147483647) %% (SELECT count(*) FROM bench_given)"
        " WHERE c.k BETWEEN %s AND %s AND (t.root = ANY(%s) OR c.k < %s)"
    )


def mark(db: psycopg.Connection[Any]) -> None:
    """Put each of MARKS into MARKED published requests, spread over the archive: so rare at any size."""
    lowest, highest = db.execute(
        "SELECT min(request_id), max(request_id) FROM hotline_publication"
    ).fetchone() or (0, 0)
    step = (highest - lowest) // (MARKED + 1)
    for number, name, vector in db.execute(
        "SELECT id, name, search::text FROM bench_mark ORDER BY id"
    ).fetchall():
        for turn in range(1, MARKED + 1):
            wanted = lowest + turn * step + number * 40
            pk = one(db, "SELECT min(request_id) FROM hotline_publication WHERE request_id >= %s", wanted)
            for table, key in (("hotline_request", "matter_id"), ("hotline_publication", "request_id")):
                sql = f"UPDATE {table} SET search = search || %s::tsvector, content = content || %s WHERE {key} = %s"
                db.execute(sql.encode(), [vector, name, pk])


def one(db: psycopg.Connection[Any], sql: str, *values: Any) -> Any:
    row = db.execute(sql.encode(), list(values) or None).fetchone()
    assert row is not None
    return row[0]


def _drop_indexes(db: psycopg.Connection[Any]) -> list[str]:
    """Drop the indexes that are no constraints; returns how to create them again."""
    rows = db.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid::regclass::text = ANY(%s) AND NOT indisunique", [[table.name for table in TABLES]]
    ).fetchall()  # fmt: skip
    for name, _ in rows:
        db.execute(f"DROP INDEX {name}")
    return [definition for _, definition in rows]


def _sequences(db: psycopg.Connection[Any]) -> None:
    for name in ("ledger_matter", *(table.name for table in TABLES if table.own)):
        db.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")


def _hurry(db: psycopg.Connection[Any], *, on: bool) -> None:
    """While loading, the server of the bench does without the care that a running city needs; then it is back."""
    for name, value in (
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("max_wal_size", "'8GB'"),
        ("autovacuum", "off"),
    ):
        db.execute(f"ALTER SYSTEM SET {name} = {value}" if on else f"ALTER SYSTEM RESET {name}")
    db.execute("SELECT pg_reload_conf()")


def counts(db: psycopg.Connection[Any]) -> dict[str, Any]:
    """How many rows of each kind there are now, and the size on disk."""
    unfinished = "state NOT IN ('archived', 'called_back', 'answered', 'refused', 'not_redispatched')"
    return {
        "requests": one(db, "SELECT count(*) FROM hotline_request"),
        "unfinished": one(
            db, f"SELECT count(*) FROM ledger_matter WHERE kind = 'hotline.request' AND {unfinished}"
        ),
        "owed": one(db, "SELECT count(*) FROM ledger_obligation WHERE state = 'open' AND nature = 'duty'"),
        "events": one(db, "SELECT count(*) FROM ledger_event"),
        "disk_GB": round(one(db, "SELECT pg_database_size(current_database())") / 1e9, 2),
    }
