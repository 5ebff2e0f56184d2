"""The demo city's time: office hours counted back and forth, lives in the order of their moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.demo.clockwork import Clockwork, Life, Office, before, later, later_today
from luoshi.ledger.errors import WrongState

At = Callable[[str], datetime]
MONDAY = datetime(2017, 9, 25, 0, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_going_back_in_office_time_leaves_out_the_night_and_the_weekend(at: At) -> None:
    assert before(at("2017-09-25 09:00"), 60) == at("2017-09-25 08:00")
    assert before(at("2017-09-25 09:00"), 61) == at("2017-09-22 17:59")
    assert before(at("2017-09-24 13:00"), 60) == at("2017-09-22 17:00")  # a Sunday


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 7 * 24 * 60), st.integers(1, 3000))
def test_what_begins_so_many_office_minutes_ago_is_ready_by_now(minutes: int, office: int) -> None:
    now = MONDAY + timedelta(minutes=minutes)
    begun = before(now, office)
    assert later(begun, office) <= now
    assert begun < now


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2017-09-25 09:00", "2017-09-25 13:00"),
        ("2017-09-25 21:30", "2017-09-25 23:59"),
        ("2017-09-25 23:59", "2017-09-26 00:00"),
    ],
)
def test_what_is_due_later_today_is_due_today_and_ahead(at: At, now: str, due: str) -> None:
    assert later_today(at(now), 4) == at(due)


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    for name in ("sweep", "recount", "outbox_flush"):
        monkeypatch.setattr(f"luoshi.demo.clockwork.{name}", lambda **given: None)


@pytest.mark.usefixtures("quiet")
def test_lives_go_on_in_the_order_of_their_moments_and_stop_at_the_present(at: At) -> None:
    told: list[tuple[str, datetime]] = []

    def life(name: str, *waits: Office | timedelta) -> Callable[[datetime], Life]:
        def live(moment: datetime) -> Life:
            told.append((name, moment))
            for wait in waits:
                moment = yield wait
                told.append((name, moment))

        return live

    machine = Clockwork(at("2017-09-25 08:00"), at("2017-09-26 10:00"))
    machine.start(at("2017-09-25 09:00"), life("slow", Office(600), timedelta(days=2)))
    machine.start(at("2017-09-25 09:10"), life("quick", timedelta(minutes=5)))
    machine.start(at("2017-09-27 09:00"), life("never"))
    machine.run(lambda moment: None)
    assert told == [
        ("slow", at("2017-09-25 09:00")),
        ("quick", at("2017-09-25 09:10")),
        ("quick", at("2017-09-25 09:15")),
    ]
    machine = Clockwork(at("2017-09-25 08:00"), at("2017-09-28 10:00"))
    machine.start(at("2017-09-25 09:00"), life("slow", Office(600)))
    machine.run(lambda moment: None)
    assert told[-1] == ("slow", at("2017-09-26 11:00"))


@pytest.mark.usefixtures("quiet")
def test_a_refused_step_is_noted_and_ends_that_life_alone(at: At) -> None:
    told: list[str] = []

    def refused(moment: datetime) -> Life:
        yield timedelta(minutes=1)
        raise WrongState("不能这样做")

    def other(moment: datetime) -> Life:
        yield timedelta(minutes=2)
        told.append("other")

    machine = Clockwork(at("2017-09-25 08:00"), at("2017-09-25 10:00"))
    machine.start(at("2017-09-25 09:00"), refused)
    machine.start(at("2017-09-25 09:00"), other)
    machine.run(lambda moment: None)
    assert told == ["other"]
    assert len(machine.refused) == 1
    assert "2017-09-25 09:01 不能这样做" in machine.refused[0]
