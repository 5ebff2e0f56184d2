"""What Luoshi's own export says beyond the other systems' words: withdrawn dispatches, replies under review, earlier
returns, errors in knowledge, closings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from luoshi.engines.assessment import Period
from luoshi.exchange.count import count
from luoshi.exchange.read import read
from tests.exchange.conftest import Maker

SIGNED = {"signed_at": "2017-10-09 09:00", "handed_over_at": "2017-10-09 10:00"}


def found(counted: Any, unit: str = "甲") -> dict[str, Any]:
    mine = next(one for one in counted.units if one.unit == unit)
    return {name: number for name, number in mine.counts.items() if number}


@pytest.fixture
def counts(make: Maker) -> Callable[..., dict[str, Any]]:
    def told(**given: Any) -> dict[str, Any]:
        return found(make.counted(**given))

    return told


def test_what_was_withdrawn_before_a_limit_ran_out_owes_nothing(counts: Callable[..., Any]) -> None:
    assert counts(dispatches=[{"withdrawn_at": "2017-10-09 09:00"}]) == {"dispatched_any": 1}


def test_what_was_withdrawn_after_the_sign_in_limit_was_not_signed_in_time(
    counts: Callable[..., Any],
) -> None:
    told = counts(dispatches=[{"withdrawn_at": "2017-10-09 16:00"}])
    assert told["sign_in_counted"] == told["hand_over_counted"] == 1
    assert "signed_in_time" not in told
    assert "overdue_open" not in told


@pytest.mark.parametrize(("replied", "overdue"), [("2017-10-16 18:00", 0), ("2017-10-16 18:00:01", 1)])
def test_a_reply_under_review_is_overdue_only_if_it_came_late(
    counts: Callable[..., Any], replied: str, overdue: int
) -> None:
    told = counts(dispatches=[{**SIGNED, "replied_at": replied}])
    assert told.get("overdue_open", 0) == told.get("overdue_tickets", 0) == overdue


def test_earlier_returns_count_each(counts: Callable[..., Any]) -> None:
    last = {**SIGNED, "returned_at": "2017-10-12 09:00", "return_outcome": ""}
    before = {"dispatch_no": "P1", "returned_at": "2017-10-10 08:00", "return_outcome": "rejected"}
    told = counts(dispatches=[last], returns=[before])
    assert (told["returned"], told["returned_in_time"], told["returned_late"]) == (2, 1, 1)
    assert told["wrong_returned"] == 2


def test_a_return_of_an_unknown_dispatch_is_bad(make: Maker) -> None:
    export = make.export(dispatches=[{}], returns=[{"dispatch_no": "P9", "returned_at": "2017-10-10 08:00"}])
    assert [str(row) for row in export.bad] == [
        "returns.csv, row 2, dispatch_no: found P9, expected a dispatch of the table dispatches"
    ]


def test_an_error_in_an_entry_costs_its_points_in_the_period_it_was_found(counts: Callable[..., Any]) -> None:
    row = {"type": "correction", "submitted_at": "2017-10-20 09:00", "correction_points": "1.5"}
    assert float(counts(submissions=[row])["correction_deduction"]) == 1.5
    assert "correction_deduction" not in counts(submissions=[row], period="2017-11")


@pytest.mark.parametrize(
    ("rows", "counted"),
    [
        ([], 0),
        ([{"period": "", "closed_at": "2017-11-02 15:00"}], 1),
        (
            [
                {"period": "2017-10", "closed_at": "2017-11-01 00:00"},
                {"period": "", "closed_at": "2017-11-09 00:00"},
            ],
            0,
        ),
    ],
)
def test_a_period_is_counted_as_of_its_closing(make: Maker, rows: list[dict[str, str]], counted: int) -> None:
    """Dispatched on 31 October at 17:00: four working hours end on 1 November at 11:00."""
    export = make.export(dispatches=[{"dispatched_at": "2017-10-31 17:00"}], closings=rows)
    told = found(count(export, make.book, period=Period.parse("2017-10")))
    assert told.get("sign_in_counted", 0) == counted
    assert "overdue_open" not in told


def test_a_literal_as_of_time_goes_before_the_closing(make: Maker) -> None:
    from luoshi.engines.limits import parse_time

    row = {"period": "", "closed_at": "2017-12-01 00:00"}
    export = make.export(dispatches=[{"dispatched_at": "2017-10-31 17:00"}], closings=[row])
    at = parse_time("2017-11-01 10:59", export.tz, name="--as-of")
    assert "sign_in_counted" not in found(count(export, make.book, period=Period.parse("2017-10"), as_of=at))


def test_a_closing_of_no_period_is_bad(make: Maker) -> None:
    rows = [{"period": "十月", "closed_at": "2017-12-01 00:00"}, {"period": "2017-10", "closed_at": "2017-12-01 00:00"},
            {"period": "2017-10", "closed_at": "2017-12-02 00:00"}]  # fmt: skip
    bad = read(make.write(dispatches=[{}], closings=rows)).bad
    assert [(row.row, row.column) for row in bad] == [(2, "period"), (4, "period")]


def test_a_correction_moves_its_count_in_the_periods_of_its_date(counts: Callable[..., Any]) -> None:
    rows = [
        {"count": "closed_on_time", "date": "2017-10-20", "counted": "3", "corrected": "4"},
        {"count": "overdue_open", "date": "2017-10-20", "counted": "1", "corrected": "0"},
    ]
    october = counts(dispatches=[SIGNED], corrections=rows)
    assert (october["closed_on_time"], october.get("overdue_open", 0)) == (1, 0)
    year = counts(dispatches=[SIGNED], corrections=rows, period="2017")
    assert (year["closed_on_time"], year["overdue_open"]) == (1, 1), "the case itself stays as it is"
    assert "closed_on_time" not in counts(dispatches=[SIGNED], corrections=rows, period="2017-11")


def test_a_corrected_deduction_takes_points_back(make: Maker) -> None:
    rows = [{"count": "overdue_tickets", "date": "2017-10-20", "counted": "1", "corrected": "0"}]
    score = make.sheet(dispatches=[SIGNED], corrections=rows).unit("甲")
    assert str(score.line("3.1.1").points) == "0.00"


@pytest.mark.parametrize(("approved", "counted"), [("2017-11-06 09:00", 1), ("2017-11-06 09:00:01", 0)])
def test_an_entry_approved_after_the_closing_is_not_in_it(make: Maker, approved: str, counted: int) -> None:
    entry = {"item": "award_municipal", "date": "2017-10-20", "entered_at": approved}
    closing = {"period": "2017-10", "closed_at": "2017-11-06 09:00"}
    export = make.export(dispatches=[{}], entries=[entry], closings=[closing])
    told = found(count(export, make.book, period=Period.parse("2017-10")))
    assert told.get("municipal_awards", 0) == counted


def test_averages_frozen_at_a_closing_are_told_by_period(make: Maker) -> None:
    rows = [
        {"period": "2017-10", "item": "2.1.1", "points": "38.00"},
        {"period": "2017-10", "item": "2.2.1", "points": "300.5"},
        {"period": "2017-Q4", "item": "2.1.1", "points": "39"},
    ]
    export = make.export(dispatches=[{}], averages=rows)
    told = export.averages(Period.parse("2017-10"))
    assert told is not None and {item: str(points) for item, points in told.items()} == {
        "2.1.1": "38.00", "2.2.1": "300.5"
    }  # fmt: skip
    assert export.averages(Period.parse("2017-11")) is None


def test_an_average_of_no_period_or_said_twice_is_bad(make: Maker) -> None:
    rows = [
        {"period": "十月", "item": "2.1.1", "points": "38"},
        {"period": "2017-10", "item": "2.1.1", "points": "38"},
        {"period": "2017-10", "item": "2.1.1", "points": "39"},
    ]
    bad = read(make.write(dispatches=[{}], averages=rows)).bad
    assert [(row.row, row.column) for row in bad] == [(2, "period"), (4, "item")]
