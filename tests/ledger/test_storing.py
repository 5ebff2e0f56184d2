"""Rows written by statements that the connection knows: the same as Django writes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from luoshi.ledger import storing
from luoshi.ledger.models import Matter, Obligation, Outbox, door
from luoshi.organisation.models import Body

pytestmark = pytest.mark.django_db
TEXT = "引号'和\\反斜杠，百分号%s与$1，\n换行"


def message(at: Any, key: str, **values: Any) -> Outbox:
    """A message, not yet stored; its text is sealed."""
    moment = at("2017-10-09 09:00")
    given = {"channel": "sms", "to": "19900000001", "text": TEXT, "queued_at": moment, "next_at": moment}
    return Outbox(jurisdiction="sanmenxia", key=key, **{**given, **values})


def kept(row: Any) -> dict[str, Any]:
    """A row as it stands in the database, but for its id."""
    fresh = type(row)._default_manager.get(pk=row.pk)
    return {
        field.attname: getattr(fresh, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }


def test_a_row_is_stored_as_django_stores_it(at: Any) -> None:
    one, other = message(at, "a"), message(at, "b")
    storing.insert(one)
    with door():
        super(type(other), other).save()  # with an id to come: this is Django's own way
    assert kept(one) == {**kept(other), "key": "a"}
    assert one.pk != other.pk
    assert not one._state.adding


def test_fields_are_changed_as_django_changes_them_and_no_others(at: Any) -> None:
    row = message(at, "a")
    storing.insert(row)
    row.text, row.error, row.attempts = f"新{TEXT}", "不写", 3
    with CaptureQueriesContext(connection) as seen:
        storing.update(row, ["text", "attempts"])
    assert len(seen) == 1
    assert (kept(row)["text"], kept(row)["attempts"], kept(row)["error"]) == (f"新{TEXT}", 3, "")


def test_a_row_that_is_gone_is_told(at: Any) -> None:
    row = message(at, "a")
    storing.insert(row)
    with door():
        Outbox.objects.filter(pk=row.pk).delete()
    with pytest.raises(DatabaseError):
        storing.update(row, ["text"])


def test_what_the_database_computes_is_left_to_django(at: Any) -> None:
    row = message(at, "a")
    storing.insert(row)
    row.attempts = F("attempts") + 1
    storing.update(row, ["attempts"])
    assert kept(row)["attempts"] == 1


def test_what_stands_already_is_not_written_again(at: Any) -> None:
    assert storing.insert_once(message(at, "a"), key="key")
    again = message(at, "a", text="另一条")
    assert not storing.insert_once(again, key="key")
    assert again.pk is None
    assert [row.text for row in Outbox.objects.filter(key="a")] == [TEXT]


def test_a_text_too_long_for_its_column_is_refused_not_cut(at: Any) -> None:
    with pytest.raises(DatabaseError):
        storing.insert(message(at, "k" * 121))


def test_many_rows_are_stored_and_changed_by_one_statement_each(
    open_dispatch: Any, at: Any, bodies: dict[str, Body]
) -> None:
    matter: Matter = open_dispatch()
    shared = {
        "jurisdiction": "sanmenxia", "matter": matter, "matter_kind": matter.kind, "title": TEXT, "rulebook": "x",
        "opened_seq": 1, "owner": "body", "body": bodies["chengguan"], "opened_at": at("2017-10-09 09:00"),
    }  # fmt: skip
    rows = [Obligation(rule=f"tried.{n}", facts={"n": n, "said": TEXT}, **shared) for n in range(3)]
    rows[1].due_at = at("2017-10-10 17:30")
    with CaptureQueriesContext(connection) as seen:
        storing.insert_many(rows)
        storing.insert_many([])
    assert len(seen) == 1
    found = list(Obligation.objects.filter(rule__startswith="tried.").order_by("rule"))
    assert [(row.facts, row.due_at, row.pauses, row.title) for row in found] == [
        (row.facts, row.due_at, [], TEXT) for row in rows
    ]
    for row in found:
        row.state, row.met_at, row.pauses, row.title = "met", at("2017-10-09 10:00"), [["a", None]], "不写"
    with CaptureQueriesContext(connection) as seen:
        storing.update_many(found, ["state", "met_at", "pauses"])
    assert len(seen) == 1
    for row in Obligation.objects.filter(rule__startswith="tried."):
        assert (row.state, row.met_at, row.pauses, row.title) == (
            "met",
            at("2017-10-09 10:00"),
            [["a", None]],
            TEXT,
        )
    storing.insert_many(rows, ignore_conflicts=True)
    assert Obligation.objects.filter(rule__startswith="tried.").count() == 3
