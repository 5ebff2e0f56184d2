"""Occurrences against their time limits: in time, late, overdue, still running."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.engines.limits import Duration, LimitError, due
from luoshi.engines.timely import LATE, ON_TIME, OVERDUE, RUNNING, Occurrence, judge
from tests.engines.samples import TZ, worktime

DAY = Duration.parse("24 hours")
START = datetime(2017, 10, 9, 10, tzinfo=TZ)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("done", "as_of", "how"),
    [
        (START + timedelta(hours=24), START, ON_TIME),
        (START + timedelta(hours=24) + SECOND, START, LATE),
        (None, START + timedelta(hours=24), RUNNING),
        (None, START + timedelta(hours=24) + SECOND, OVERDUE),
    ],
)
def test_the_due_moment_itself_is_in_time(done: datetime | None, as_of: datetime, how: str) -> None:
    judged = judge([Occurrence(START, done)], within=DAY, worktime=worktime(), as_of=as_of)
    assert [verdict.how for verdict in judged.verdicts] == [how]


def test_what_is_still_running_counts_neither_way() -> None:
    rows = [Occurrence(START), Occurrence(START, START), Occurrence(START - timedelta(days=3))]
    judged = judge(rows, within=DAY, worktime=worktime(), as_of=START)
    assert (judged.counted, judged.on_time, judged.running) == (2, 1, 1)


def test_an_own_due_time_replaces_the_common_one() -> None:
    row = Occurrence(START, START + timedelta(hours=30), START + timedelta(hours=30))
    assert judge([row], within=DAY, worktime=worktime(), as_of=START).on_time == 1


def test_working_days_begin_on_the_day_after_and_end_at_the_close_of_business() -> None:
    row = Occurrence(START, datetime(2017, 10, 10, 18, tzinfo=TZ))
    late = Occurrence(START, datetime(2017, 10, 10, 18, 0, 1, tzinfo=TZ))
    judged = judge([row, late], within=Duration.parse("1 working day"), worktime=worktime(), as_of=START)
    assert [verdict.how for verdict in judged.verdicts] == [ON_TIME, LATE]


def test_an_occurrence_without_a_due_time_is_named() -> None:
    with pytest.raises(LimitError, match="函件3: no due time"):
        judge([Occurrence(START, ref="函件3")], within=None, worktime=worktime(), as_of=START)


def test_what_was_done_before_it_began_is_refused() -> None:
    with pytest.raises(LimitError, match="done before it began"):
        judge([Occurrence(START, START - SECOND)], within=DAY, worktime=worktime(), as_of=START)


@given(st.lists(st.integers(0, 100), max_size=20))
def test_it_agrees_with_the_limits_themselves(hours: list[int]) -> None:
    rows = [Occurrence(START, START + timedelta(hours=hour)) for hour in hours]
    judged = judge(rows, within=DAY, worktime=worktime(), as_of=START)
    limit = due(DAY, START, worktime=worktime()).at
    assert judged.on_time == sum(row.done is not None and row.done <= limit for row in rows)
    assert judged.counted == len(rows)
