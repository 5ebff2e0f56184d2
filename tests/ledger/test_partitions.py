"""The ledger's long tables by month: the same rows, the same refusals, a new partition each month."""

from __future__ import annotations

import os
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction

from luoshi.ledger.clock import as_if
from luoshi.ledger.models import Event, Matter, Obligation
from luoshi.ledger.services import partitions

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        os.environ.get("LUOSHI_TEST_FORM") == "partitioned",
        reason="every test runs on a ledger by month already",
    ),
]


def _where(table: str, matter: Matter) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT tableoid::regclass::text FROM {table} WHERE matter_id = %s", [matter.pk]
        )
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def opened(open_dispatch: Any, at: Any, settings: Any) -> Callable[[str], Matter]:
    """opened("2030-10-09 09:00"): a matter opened and recorded at that time."""
    settings.DEMO = True

    def make(when: str) -> Matter:
        with as_if(at(when)):
            matter: Matter = open_dispatch(when)
        return matter

    return make


def test_each_month_has_a_partition_and_keeps_all_its_rows(
    opened: Callable[[str], Matter], at: Any, check: Callable[[], list[str]]
) -> None:
    october, november = opened("2030-10-09 09:00"), opened("2030-11-01 00:30")
    before = list(Event.objects.order_by("id").values()), list(Obligation.objects.order_by("id").values())
    labels = partitions.partition(now=at("2030-11-02 12:00"))
    assert labels[-2:] == ["203010", "203011"]
    assert (
        list(Event.objects.order_by("id").values()),
        list(Obligation.objects.order_by("id").values()),
    ) == before
    for table in partitions.TABLES:
        assert _where(table, october) == {f"{table}_203010"}
        assert _where(table, november) == {f"{table}_203011"}
    assert check() == []


def test_a_matter_that_was_entered_late_does_not_tear_a_month_apart(
    opened: Callable[[str], Matter], at: Any
) -> None:
    november, october = opened("2030-11-01 00:30"), opened("2030-10-09 09:00")
    later = opened("2030-12-05 09:00")
    assert partitions.partition(now=at("2030-12-06 12:00"))[-2:] == ["203011", "203012"]
    assert _where("ledger_event", november) == _where("ledger_event", october) == {"ledger_event_203011"}
    assert _where("ledger_event", later) == {"ledger_event_203012"}


def test_keys_indexes_and_refusals_stay(opened: Callable[[str], Matter], at: Any) -> None:
    def form() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT conname FROM pg_constraint WHERE contype <> 'n'"
                " AND conrelid IN ('ledger_event'::regclass, 'ledger_obligation'::regclass)"
                " UNION SELECT indexname FROM pg_indexes WHERE tablename IN ('ledger_event', 'ledger_obligation')"
                " UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0"
                " AND tgrelid IN ('ledger_event'::regclass, 'ledger_obligation'::regclass)"
            )
            return {name for (name,) in cursor.fetchall()}

    matter, before = opened("2030-10-09 09:00"), form()
    partitions.partition(now=at("2030-10-10 12:00"))
    assert form() == before
    again = (
        "INSERT INTO ledger_event (jurisdiction, matter_id, seq, kind, at, recorded_at, state, actor_kind, actor_name,"
        " data, prev_hash, hash) SELECT jurisdiction, matter_id, seq, kind, at, recorded_at, state, actor_kind,"
        " actor_name, data, prev_hash, hash FROM ledger_event WHERE matter_id = %s LIMIT 1"
    )
    for sql, refused in (
        (again, IntegrityError),
        ("UPDATE ledger_event SET kind = 'x' WHERE matter_id = %s", DatabaseError),
        ("DELETE FROM ledger_event WHERE matter_id = %s", DatabaseError),
        ("TRUNCATE ledger_event_203010 -- %s", DatabaseError),
        ("TRUNCATE ledger_event -- %s", DatabaseError),
    ):
        with pytest.raises(refused), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(sql, [matter.pk])


def test_a_new_month_takes_what_is_opened_from_then_on(
    opened: Callable[[str], Matter], at: Any, check: Callable[[], list[str]]
) -> None:
    october = opened("2030-10-09 09:00")
    partitions.partition(now=at("2030-10-10 12:00"))
    assert partitions.cut(now=at("2030-10-31 23:59")) is None
    assert partitions.cut(now=at("2030-11-01 00:15")) == "203011"
    assert partitions.cut(now=at("2030-11-01 01:15")) is None
    november = opened("2030-11-01 09:00")
    assert partitions.cut(now=at("2031-02-01 00:15")) == "203102"
    february = opened("2031-02-01 09:00")
    for table in partitions.TABLES:
        assert [label for label, _ in partitions.partitions(table)][-3:] == ["203010", "203011", "203102"]
        for matter, label in ((october, "203010"), (november, "203011"), (february, "203102")):
            assert _where(table, matter) == {f"{table}_{label}"}
    assert check() == []
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE ledger_event_203102")


def test_an_undivided_ledger_is_not_cut(opened: Callable[[str], Matter], at: Any) -> None:
    opened("2030-10-09 09:00")
    assert not partitions.partitioned()
    assert partitions.cut(now=at("2030-11-01 00:15")) is None


def test_the_command_divides_once(opened: Callable[[str], Matter]) -> None:
    opened("2030-10-09 09:00")
    out = StringIO()
    call_command("partition_ledger", stdout=out)
    assert "ledger_event: " in out.getvalue()
    assert "to 203010; the worker begins a new month" in out.getvalue()
    assert partitions.partitioned()
    with pytest.raises(CommandError, match="already"):
        call_command("partition_ledger", stdout=out)
