"""Where a body keeps hours of its own, what it owes in supervision is counted by its working days."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from luoshi.engines.rulebook import parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars, read
from luoshi.supervision import rules
from luoshi.supervision.services.reminding import stage_of, working_days
from luoshi.supervision.services.setting import part_due

from .conftest import NOW, on

pytestmark = pytest.mark.django_db
OWN = """working_hours:
  - {id: worktime.hours_of_gongan, title: 公安值守, assumption: 依据通知, valid: {from: 2017-10-01}, status: in_force,
     body: gongan, weekdays: [mon, tue, wed, thu, fri, sat, sun], holidays: true, rows: [{spans: [08:00-20:00]}]}
"""
END = on("10-30 18:00")  # a Monday


@pytest.fixture(autouse=True)
def own_hours(bodies: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The police work every day until eight in the evening."""
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    book = parse({**read("sanmenxia"), "own.yaml": OWN}, calendars=known)
    theirs = book.worktime_of(("gongan",))
    monkeypatch.setattr(rules, "worktime_of", lambda pk: theirs if pk == bodies["gongan"].pk else None)


@pytest.mark.parametrize(
    ("body", "due"),
    [("gongan", "10-28 20:00"), ("chengguan", "10-26 18:00")],  # a Saturday; the Thursday before
)
def test_a_part_is_due_by_the_working_days_of_whom_it_falls_to(
    bodies: dict[str, Any], body: str, due: str
) -> None:
    assert part_due(END, NOW, body_id=bodies[body].pk) == on(due)


def test_each_part_of_a_task_has_the_end_of_its_own_body(set_task: Any) -> None:
    task = set_task(assisting=["gongan", "jiaoyu"], due_on=END.date())
    found = dict(task.parts.values_list("body__code", "due_at"))
    assert found == {"gongan": on("10-28 20:00"), "jiaoyu": on("10-26 18:00")}


@pytest.mark.parametrize(
    ("body", "today", "stage"),
    [
        ("gongan", "10-29 09:00", "before"),  # a Sunday that the police work
        ("gongan", "10-27 09:00", ""),
        ("chengguan", "10-29 09:00", ""),  # nobody else is reminded on it
        ("chengguan", "10-27 09:00", "before"),  # the Friday is the last working day before
        ("chengguan", "10-30 09:00", "on"),
    ],
)
def test_a_reminder_comes_on_a_working_day_of_the_body_that_owes(
    bodies: dict[str, Any], body: str, today: str, stage: str
) -> None:
    assert stage_of(END, on(today), body_id=bodies[body].pk) == (stage, 0)


def test_days_past_the_end_are_the_working_days_of_the_body(bodies: dict[str, Any]) -> None:
    late = {code: rules.worktime_for(bodies[code].pk) for code in ("gongan", "chengguan")}
    friday, monday = dt.date(2017, 10, 27), dt.date(2017, 10, 30)
    assert {code: working_days(friday, monday, work) for code, work in late.items()} == {
        "gongan": 3,
        "chengguan": 1,
    }
