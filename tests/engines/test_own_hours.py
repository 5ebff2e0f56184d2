"""A body's own working time: nights, Saturdays, holidays, make-up days, and where it begins and ends."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from luoshi.engines import limits
from luoshi.engines.limits import Duration
from luoshi.engines.obligations import HANDED_OVER, Happened, explain, step
from luoshi.engines.rulebook import Rulebook, RulebookError, parse
from luoshi.engines.worktime import Calendar, Worktime
from luoshi.rulebooks import calendars, read

TZ = ZoneInfo("Asia/Shanghai")
OWN = """working_hours:
  - {id: worktime.hours_of_water, title: 供水作息, assumption: 依据通知, valid: {from: 2017-09-20}, status: in_force,
     body: water, weekdays: [mon, tue, wed, thu, fri, sat, sun], holidays: true, rows: [{spans: [00:00-24:00]}]}
  - {id: worktime.hours_of_window, title: 窗口作息, assumption: 依据通知, valid: {from: 2017-09-20, until: 2017-10-20},
     status: in_force, body: window, weekdays: [tue, wed, thu, fri, sat], rows: [{spans: [09:00-12:00, 13:00-17:00]}]}
  - {id: worktime.hours_of_night, title: 夜班作息, assumption: 依据通知, valid: {from: 2017-09-20}, status: in_force,
     body: night, rows: [{spans: [00:00-08:00, 20:00-24:00]}]}
  - {id: worktime.hours_of_branch, title: 分公司作息, assumption: 依据通知, valid: {from: 2017-10-01}, status: in_force,
     body: branch, ends: true}
"""


@pytest.fixture(scope="module")
def book() -> Rulebook:
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    return parse({**read("sanmenxia"), "own.yaml": OWN}, calendars=known)


@pytest.fixture(scope="module")
def of(book: Rulebook) -> Callable[..., Worktime]:
    def worktime(*chain: str) -> Worktime:
        found = book.worktime_of(chain)
        assert found is not None
        return found

    return worktime


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=TZ)


@pytest.mark.parametrize(
    ("body", "length", "start", "due"),
    [
        # Friday 17:50 before the National Day holiday, Saturday the 30th a make-up day
        ("water", "4 working hours", "2017-09-29 17:50", "2017-09-29 21:50"),
        ("water", "4 working hours", "2017-10-01 22:00", "2017-10-02 02:00"),
        ("water", "1 working day", "2017-09-30 09:00", "2017-10-02 00:00"),
        ("window", "1 working hour", "2017-09-30 16:30", "2017-10-10 09:30"),  # 1 to 8 October off, Monday off
        ("window", "1 working day", "2017-09-22 10:00", "2017-09-23 17:00"),  # a Saturday is worked
        ("window", "1 working day", "2017-09-23 10:00", "2017-09-26 17:00"),  # a Monday is not
        ("window", "1 working day", "2017-10-20 10:00", "2017-10-23 18:00"),  # after its last day: as the city
        ("night", "4 working hours", "2017-09-28 22:00", "2017-09-29 02:00"),  # through midnight
        ("night", "13 working hours", "2017-09-29 19:00", "2017-09-30 21:00"),  # on through the make-up Saturday
    ],
)  # fmt: skip
def test_due_times_by_a_bodys_own_hours(of, body, length, start, due):
    found = limits.due(Duration.parse(length), at(start), worktime=of(body)).at
    assert found == at(due)


def test_before_its_first_day_the_citys_hours_hold(book, of):
    start = at("2017-09-14 17:00")
    given = Duration.parse("2 working hours")
    assert (
        limits.due(given, start, worktime=of("water")).at
        == limits.due(given, start, worktime=book.worktime).at
    )


def test_a_body_without_its_own_follows_the_nearest_above_it_and_else_the_city(book, of):
    assert of("meter_room", "water") is of("pump_room", "water")
    assert of("window", "water").own_on(dt.date(2017, 10, 10)).body == "window"
    assert of("window", "water").own_on(dt.date(2017, 10, 21)).body == "water"
    assert of("branch", "water").own_on(dt.date(2017, 10, 2)).body == "water"
    assert book.worktime_of(["finance", "city"]) is None


def test_days_are_named_for_what_they_are_to_the_body(of):
    window = of("window")
    kinds = {
        day: window.day(window.number(dt.date.fromisoformat(day))).kind
        for day in ("2017-09-23", "2017-09-24", "2017-09-25", "2017-09-30", "2017-10-03")
    }
    assert kinds == {
        "2017-09-23": "workday", "2017-09-24": "weekend", "2017-09-25": "rest", "2017-09-30": "makeup",
        "2017-10-03": "holiday",
    }  # fmt: skip
    water = of("water")
    assert water.day(water.number(dt.date(2017, 10, 3))).kind == "workday"


SIGNING = {"urgency": "routine", "role": "sole", "onsite": False, "area": "urban", "body_class": "enterprise",
           "assist_extra": False, "kind": "help", "leader": False, "request": ""}  # fmt: skip


def _owed(book, clock, start="2017-09-29 17:50"):
    event = Happened(seq=1, kind="hotline.dispatched", at=at(start))
    owed = step([], event, SIGNING, matter_kind="hotline.dispatch", book=book, clock=clock)
    return next(one for one in owed if one.rule == "hotline.sign_in")


def test_the_duty_of_the_body_is_counted_by_its_hours_and_says_whose_and_since_when(book, of):
    clock = {"body": of("water"), "platform": None}.get
    owed = _owed(book, clock)
    assert owed.due_at == at("2017-09-29 21:50")
    steps = explain(owed, book, clock).steps
    said = next(one.note for one in steps if one.kind == "hours")
    assert said == "按“供水作息”计工作时间，2017年9月20日起施行"
    assert not [one for one in explain(owed, book).steps if one.kind == "hours"]


def test_a_matter_handed_over_runs_on_by_the_hours_of_the_body_that_takes_it(book, of):
    first = _owed(book, lambda owner: None)
    gone = Happened(seq=2, kind=HANDED_OVER, at=at("2017-09-29 18:00"), data={"to_body": 2})
    after = step(
        [first], gone, SIGNING, matter_kind="hotline.dispatch", book=book, clock={"body": of("water")}.get
    )
    assert after[0].due_at == at("2017-09-29 21:50") < first.due_at


def test_natural_days_end_by_the_citys_close_of_business(book, of):
    class Rule:
        id, title, cite, counting, override = "demo.one", "示例", (), "civil", None
        duration = ()

        @staticmethod
        def choose(facts):
            class Chosen:
                duration, then, cite = Duration.parse("3 days"), (), ()

            return Chosen

    class Case:
        duration = Duration.parse("3 days")

        class when:
            tests = ()

            @staticmethod
            def matches(facts):
                return True

    Rule.duration = (Case,)
    start = at("2017-09-18 10:00")
    assert limits.compute(Rule, {}, start, book.worktime, own=of("water")).at == at("2017-09-21 18:00")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("holidays: true, rows: [{spans: [08:00-12:00]}]", "body: is missing"),
        ("body: water, weekdays: [sunday], rows: [{spans: [08:00-12:00]}]", "unknown day sunday"),
        ("body: water, rows: [{spans: [20:00-08:00]}]", "split it at midnight"),
        ("body: water", "rows: is missing"),
    ],
)
def test_what_is_wrong_with_a_bodys_hours_is_said_with_its_place(text, said):
    head = "{id: worktime.hours_of_x, title: 作息, assumption: 依据, valid: {from: 2017-09-20}, status: in_force, "
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    with pytest.raises(RulebookError, match=said):
        parse({**read("sanmenxia"), "own.yaml": f"working_hours:\n  - {head}{text}}}\n"}, calendars=known)
