"""The chain of events and the verification that finds what was tampered with."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from luoshi.ledger import chain, services
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import DirectWrite, Event, Matter, Obligation
from luoshi.ledger.verify import Report, verify


def superuser(sql: str, *values: Any, table: str = "ledger_event") -> None:
    """Do what only a database superuser can: switch the triggers off, write, switch them on."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(sql, values)
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_sm3_agrees_with_the_standards_example() -> None:
    assert chain.sm3("abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_an_untouched_ledger_verifies_clean(open_dispatch: Any, actor: Any, at: Any, check: Any) -> None:
    matter = open_dispatch()
    services.act(matter=matter, action="sign", actor=actor("liaison", "chengguan"), at=at("2017-10-09 09:20"))
    report = Report()
    assert [str(found) for found in verify(report=report)] == []
    assert report.matters >= 1
    assert report.events >= 2
    assert report.obligations > 0
    assert report.tallies > 0


def test_each_event_carries_the_hash_of_the_one_before(open_dispatch: Any, at: Any) -> None:
    matter = open_dispatch()
    services.record(matter=matter, kind="hotline.noted", actor=SYSTEM, at=at("2017-10-09 10:00"))
    first, second = matter.events.order_by("seq")
    assert first.prev_hash == chain.GENESIS
    assert second.prev_hash == first.hash
    matter.refresh_from_db()
    assert matter.head_hash == second.hash
    assert matter.last_seq == 2


@pytest.mark.parametrize("sql", ["UPDATE ledger_event SET kind = 'x'", "DELETE FROM ledger_event"])
def test_the_database_refuses_to_change_or_remove_events(open_dispatch: Any, sql: str) -> None:
    open_dispatch()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_the_database_refuses_to_empty_the_events(open_dispatch: Any) -> None:
    open_dispatch()
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL luoshi.reset = 'on'")  # what once let it be emptied
        cursor.execute("TRUNCATE ledger_event CASCADE")


def test_a_model_refuses_to_be_written_past_the_services(open_dispatch: Any) -> None:
    matter = open_dispatch()
    for write in (
        matter.save,
        matter.delete,
        lambda: Matter.objects.filter(pk=matter.pk).update(state="signed"),
        lambda: Obligation.objects.create(),
        lambda: Obligation.objects.all().delete(),
        lambda: Event.objects.bulk_create([]),
        lambda: Event.objects.get_or_create(kind="x"),
    ):
        with pytest.raises(DirectWrite, match=r"luoshi\.ledger\.services"):
            write()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "hotline.recalled"),
        ("at", "2017-10-09 08:00:00+08"),
        ("recorded_at", "2017-10-09 08:00:00+08"),
        ("state", "passed"),
        ("actor_name", "别人"),
        ("data", '{"facts": {"urgency": "urgent"}}'),
    ],
)
def test_a_changed_event_is_found_and_its_matter_named(
    open_dispatch: Any, check: Any, column: str, value: str
) -> None:
    matter = open_dispatch(number="P-1")
    superuser(f"UPDATE ledger_event SET {column} = %s WHERE matter_id = %s", value, matter.pk)
    found = [line for line in check() if line.startswith("chain")]
    assert len(found) == 1
    assert "P-1" in found[0]
    assert "changed after it was recorded" in found[0]


def test_a_removed_event_is_found(open_dispatch: Any, at: Any, check: Any) -> None:
    matter = open_dispatch(number="P-2")
    for minute in (10, 20):
        services.record(matter=matter, kind="hotline.noted", actor=SYSTEM, at=at(f"2017-10-09 10:{minute}"))
    superuser("DELETE FROM ledger_event WHERE matter_id = %s AND seq = 2", matter.pk)
    assert any("P-2" in line and "event 2 is missing" in line for line in check())


def test_a_removed_last_event_is_found(open_dispatch: Any, at: Any, check: Any) -> None:
    matter = open_dispatch(number="P-3")
    services.record(matter=matter, kind="hotline.noted", actor=SYSTEM, at=at("2017-10-09 10:10"))
    superuser("DELETE FROM ledger_event WHERE matter_id = %s AND seq = 2", matter.pk)
    assert any("P-3" in line and "the matter counts 2" in line for line in check())


def test_a_changed_event_is_found_even_with_a_new_hash(open_dispatch: Any, at: Any, check: Any) -> None:
    matter = open_dispatch(number="P-4")
    services.record(matter=matter, kind="hotline.noted", actor=SYSTEM, at=at("2017-10-09 10:10"))
    superuser(
        "UPDATE ledger_event SET actor_name = '别人', hash = %s WHERE matter_id = %s AND seq = 1",
        "0" * 64,
        matter.pk,
    )
    assert any("P-4" in line for line in check())


def test_a_changed_state_is_found(open_dispatch: Any, check: Any) -> None:
    matter = open_dispatch(number="P-5")
    superuser("UPDATE ledger_matter SET state = 'passed' WHERE id = %s", matter.pk, table="ledger_matter")
    assert any(line.startswith("state") and "P-5" in line for line in check())


def test_changed_facts_are_found(open_dispatch: Any, check: Any) -> None:
    matter = open_dispatch(number="P-6")
    superuser("UPDATE ledger_matter SET facts = '{}' WHERE id = %s", matter.pk, table="ledger_matter")
    assert any("P-6" in line and "facts" in line for line in check())


def test_a_moved_due_time_is_found(open_dispatch: Any, check: Any) -> None:
    matter = open_dispatch(number="P-7")
    superuser(
        "UPDATE ledger_obligation SET due_at = due_at + interval '1 day' WHERE matter_id = %s AND rule = 'hotline.close'",
        matter.pk,
        table="ledger_obligation",
    )
    found = check()
    assert any("P-7" in line and "hotline.close" in line and "due_at" in line for line in found)


def test_a_removed_and_an_added_obligation_are_found(open_dispatch: Any, check: Any) -> None:
    matter = open_dispatch(number="P-8")
    superuser(
        "UPDATE ledger_obligation SET opened_seq = 9 WHERE matter_id = %s AND rule = 'hotline.close'",
        matter.pk,
        table="ledger_obligation",
    )
    found = [line for line in check() if "P-8" in line]
    assert any("is not stored" in line for line in found)
    assert any("follows from no event" in line for line in found)


def test_a_changed_tally_is_found(open_dispatch: Any, check: Any) -> None:
    open_dispatch()
    superuser(
        "UPDATE ledger_tally SET count = count + 1 WHERE metric = 'opened:hotline.close'",
        table="ledger_tally",
    )
    assert any(line.startswith("tally: opened:hotline.close") for line in check())


def test_a_removed_tally_is_found(open_dispatch: Any, check: Any) -> None:
    open_dispatch()
    superuser("DELETE FROM ledger_tally WHERE metric = 'opened:hotline.close'", table="ledger_tally")
    assert any("is missing" in line for line in check())


def test_one_matter_can_be_verified_alone(open_dispatch: Any) -> None:
    good, bad = open_dispatch(number="P-9"), open_dispatch(number="P-10")
    superuser("UPDATE ledger_event SET actor_name = '别人' WHERE matter_id = %s", bad.pk)
    assert list(verify(report=Report(), matter_id=good.pk)) == []
    assert len(list(verify(report=Report(), matter_id=bad.pk))) == 1
