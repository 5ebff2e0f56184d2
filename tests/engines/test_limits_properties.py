"""What holds for every limit, whatever the start."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from luoshi.engines.limits import Duration, Interval, Unit, due, elapsed
from luoshi.engines.limits.periods import months_later
from tests.engines.samples import TZ, china, worktime

names = st.sampled_from(["standard", "summer", "odd", "round"])
countings = st.sampled_from(["civil", "elapsed"])
FIRST = datetime(2005, 6, 1, tzinfo=TZ)
starts = st.integers(0, 23 * 366 * 86400).map(lambda seconds: FIRST + timedelta(seconds=seconds))
MOST = {
    Unit.MINUTES: 20_000,
    Unit.HOURS: 1_000,
    Unit.DAYS: 120,
    Unit.MONTHS: 14,
    Unit.WORKING_MINUTES: 10_000,
    Unit.WORKING_HOURS: 200,
    Unit.WORKING_DAYS: 60,
}
durations = st.sampled_from(list(Unit)).flatmap(
    lambda unit: st.integers(1, MOST[unit]).map(lambda amount: Duration(amount, unit))
)
lengths = st.one_of(st.integers(0, 3 * 86400), st.integers(0, 30 * 86400))


@st.composite
def pauses_near(draw: st.DrawFn, start: datetime) -> tuple[Interval, ...]:
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start + timedelta(seconds=draw(st.integers(-5 * 86400, 40 * 86400)))
        pauses.append(Interval(begin, begin + timedelta(seconds=draw(lengths))))
    return tuple(pauses)


@given(starts, durations, names, st.data())
def test_adding_and_measuring_working_time_or_natural_time_gives_the_amount(
    start: datetime, duration: Duration, name: str, data: st.DataObject
) -> None:
    place = worktime(name)
    pauses = data.draw(pauses_near(start))
    result = due(duration, start, worktime=place, pauses=pauses)
    assert result.at is not None
    measured = elapsed(start, result.at, duration.unit, worktime=place, pauses=pauses)
    if duration.seconds:
        assert measured.seconds == duration.seconds
    if duration.seconds or duration.unit is Unit.WORKING_DAYS:
        assert measured.amount == duration.amount
    else:  # a last day off moves on
        assert measured.amount >= duration.amount


@given(starts, durations, names, countings, st.data())
def test_a_result_in_working_units_falls_in_working_time_or_on_its_end(
    start: datetime, duration: Duration, name: str, counting: str, data: st.DataObject
) -> None:
    place = worktime(name)
    result = due(duration, start, worktime=place, counting=counting, pauses=data.draw(pauses_near(start)))
    assert result.at is not None
    if not duration.working and (duration.seconds or counting == "elapsed"):
        return
    just_before = result.at - timedelta(seconds=1)
    day, second = place.moment(just_before)
    assert any(begin <= second < end for begin, end in place.spans[day])
    if counting == "civil" and not duration.seconds:
        assert result.at == place.close(day)


@given(starts, st.integers(0, 20 * 86400), durations, names, countings, st.data())
def test_a_later_start_is_never_due_earlier(
    start: datetime, later: int, duration: Duration, name: str, counting: str, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_near(start))
    first, second = (
        due(duration, at, worktime=worktime(name), counting=counting, pauses=pauses).at
        for at in (start, start + timedelta(seconds=later))
    )
    assert first is not None and second is not None
    if str(duration).endswith(("month", "months")):  # 30 October and 31 October end on the same 30 November
        assert first.date() <= second.date()
    else:
        assert first <= second


@given(starts, durations, st.integers(1, 20), names, countings, st.data())
def test_a_longer_limit_is_never_due_earlier(
    start: datetime, duration: Duration, more: int, name: str, counting: str, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_near(start))
    longer = Duration(duration.amount + more, duration.unit)
    first, second = (
        due(limit, start, worktime=worktime(name), counting=counting, pauses=pauses).at
        for limit in (duration, longer)
    )
    assert first is not None and second is not None
    assert start <= first <= second


@given(starts, durations, names, countings, st.data())
def test_a_pause_never_shortens_and_one_more_never_either(
    start: datetime, duration: Duration, name: str, counting: str, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_near(start))
    all_due = [
        due(duration, start, worktime=worktime(name), counting=counting, pauses=pauses[:number]).at
        for number in range(len(pauses) + 1)
    ]
    assert all_due == sorted(at for at in all_due if at is not None)


@given(starts, durations, names, countings, st.integers(0, 10 * 86400), lengths)
def test_a_pause_that_begins_at_the_due_time_or_later_has_no_effect(
    start: datetime, duration: Duration, name: str, counting: str, after: int, length: int
) -> None:
    plain = due(duration, start, worktime=worktime(name), counting=counting)
    assert plain.at is not None
    begin = plain.at + timedelta(seconds=after)
    pause = Interval(begin, begin + timedelta(seconds=length))
    paused = due(duration, start, worktime=worktime(name), counting=counting, pauses=[pause])
    assert paused.at == plain.at


@given(starts, st.integers(1, 30))
def test_working_days_agree_with_counting_on_a_wall_calendar(start: datetime, days: int) -> None:
    day, left = start.date(), days
    while left:
        day += timedelta(days=1)
        left -= china().is_working(day)
    result = due(Duration(days, Unit.WORKING_DAYS), start, worktime=worktime())
    assert result.at == datetime(day.year, day.month, day.day, 18, tzinfo=TZ)


@settings(max_examples=40)
@given(starts, st.integers(1, 900), st.sampled_from(["standard", "summer", "odd"]))
def test_working_minutes_agree_with_ticking_them_off_one_by_one(
    start: datetime, minutes: int, name: str
) -> None:
    place = worktime(name)
    at, left = start, minutes
    at = start.replace(second=0)
    while left:
        spans = place.hours.spans_on(at.date()) if china().is_working(at.date()) else ()
        second = at.hour * 3600 + at.minute * 60
        left -= any(begin <= second < end for begin, end in spans)
        at += timedelta(minutes=1)
    result = due(Duration(minutes, Unit.WORKING_MINUTES), start.replace(second=0), worktime=place)
    assert result.at == at


def _looked_up(start: datetime, at: datetime, duration: Duration, counting: str) -> list[date]:
    """The days whose kind a limit depends on, as people read the rules."""
    first, last = start.date(), at.date()
    if duration.working and not duration.seconds and counting == "civil":
        first += timedelta(days=1)
    elif not duration.working:
        if duration.seconds or counting == "elapsed":
            return []
        if duration.unit is Unit.DAYS:
            first += timedelta(days=duration.amount)
        else:
            first = months_later(first, duration.amount)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


@given(starts, durations, countings)
def test_a_result_is_provisional_if_and_only_if_it_touches_an_unknown_year(
    start: datetime, duration: Duration, counting: str
) -> None:
    result = due(duration, start, worktime=worktime(), counting=counting)
    assert result.at is not None
    days = _looked_up(start, result.at, duration, counting)
    assert result.provisional is any(not 2007 <= day.year <= 2026 for day in days)


@given(starts, durations, names, countings, st.data())
def test_the_steps_tile_the_time_and_add_up(
    start: datetime, duration: Duration, name: str, counting: str, data: st.DataObject
) -> None:
    pauses = data.draw(pauses_near(start))
    result = due(duration, start, worktime=worktime(name), counting=counting, pauses=pauses)
    periods = [
        step
        for step in result.steps
        if step.kind in ("counted", "makeup", "off_hours", "weekend", "holiday", "paused")
    ]
    counted = sum(step.amount for step in periods)
    if duration.seconds:
        assert counted == duration.seconds
        assert periods[0].start == start
        assert periods[-1].end == result.at
    elif counting == "civil":
        assert counted == duration.amount
    if duration.seconds or counting == "elapsed" or duration.unit is Unit.WORKING_DAYS:
        for before, after in pairwise(periods):
            assert before.end == after.start
    assert all(not step.amount for step in periods if step.kind not in ("counted", "makeup"))
    assert result.as_dict()["due"] == result.steps[-1].as_dict()["start"]
