"""The steps of a due time, as people read them."""

from __future__ import annotations

from datetime import datetime

import pytest

from luoshi.engines.limits import Duration, LimitError, Unit, due, elapsed, parse_pause, parse_time
from tests.engines.samples import TZ, worktime


def notes(duration: str, start: str, *, counting: str = "civil", pauses: tuple[str, ...] = ()) -> list[str]:
    result = due(
        Duration.parse(duration),
        parse_time(start, TZ),
        worktime=worktime(),
        counting=counting,
        pauses=[parse_pause(pause, TZ) for pause in pauses],
    )
    return [f"{step.kind} {step.amount}: {step.note}" for step in result.steps]


def test_working_hours_name_each_span_each_night_and_the_make_up_day() -> None:
    assert notes("4 working hours", "2017-09-29 17:50") == [
        "start 0: 2017-09-29（周五）17:50起算，期限4个工作小时",
        "counted 600: 2017-09-29 17:50至18:00，计10分钟，累计10分钟",
        "off_hours 0: 2017-09-29 18:00至2017-09-30 08:00，非工作时间，不计",
        "makeup 13800: 2017-09-30 08:00至11:50，调休上班（中秋节、国庆节），计3小时50分，累计4小时",
        "due 0: 2017-09-30（周六）11:50到期",
    ]


def test_working_hours_name_the_holiday_and_the_weekend_skipped() -> None:
    assert notes("1 working hour", "2017-09-30 17:30:30")[1:] == [
        "makeup 1770: 2017-09-30 17:30:30至18:00，调休上班（中秋节、国庆节），计29分30秒，累计29分30秒",
        "off_hours 0: 2017-09-30 18:00至24:00，非工作时间，不计",
        "holiday 0: 2017-10-01 00:00至2017-10-09 00:00，法定节假日（中秋节、国庆节），不计",
        "off_hours 0: 2017-10-09 00:00至08:00，非工作时间，不计",
        "counted 1830: 2017-10-09 08:00至08:30:30，计30分30秒，累计1小时",
        "due 0: 2017-10-09（周一）08:30:30到期",
    ]
    assert "weekend 0: 2017-09-16 00:00至2017-09-18 00:00，周末，不计" in notes(
        "1 working hour", "2017-09-15 17:30"
    )


def test_working_days_are_told_in_runs() -> None:
    assert notes("5 working days", "2017-09-29 17:50", pauses=("2017-10-10/2017-10-11",)) == [
        "start 0: 2017-09-29（周五）17:50，当日不计入，自次日起算，期限5个工作日",
        "makeup 1: 2017-09-30（周六），调休上班（中秋节、国庆节），计1个工作日，累计1个工作日",
        "holiday 0: 2017-10-01至2017-10-08，法定节假日（中秋节、国庆节），不计",
        "counted 1: 2017-10-09（周一），计1个工作日，累计2个工作日",
        "paused 0: 2017-10-10（周二），暂停，不计",
        "counted 3: 2017-10-11至2017-10-13，计3个工作日，累计5个工作日",
        "due 0: 2017-10-13（周五）18:00到期（当日工作时间结束时）",
    ]


def test_natural_days_tell_why_the_last_day_moves() -> None:
    assert notes("8 days", "2017-09-29 09:00") == [
        "start 0: 2017-09-29（周五）09:00，当日不计入，自次日起算，期限8日",
        "counted 8: 2017-09-30至2017-10-07，计8日，累计8日",
        "holiday 0: 2017-10-07至2017-10-08，法定节假日（中秋节、国庆节），最后一日顺延",
        "due 0: 2017-10-09（周一）18:00到期（当日工作时间结束时）",
    ]


def test_months_tell_of_a_day_that_the_month_lacks_and_of_pauses() -> None:
    assert notes("1 month", "2017-01-31 09:00", pauses=("2017-02-06/2017-02-09",)) == [
        "start 0: 2017-01-31（周二）09:00，当日不计入，自次日起算，期限1个月",
        "counted 1: 2017-02-01至2017-02-28，计1个月",
        "month_end 0: 2017年2月没有31日，以月末日为最后一日",
        "paused 0: 2017-02-06至2017-02-08，暂停，期限顺延3日",
        "due 0: 2017-03-03（周五）18:00到期（当日工作时间结束时）",
    ]
    assert "month_end 0: 2017年2月没有31日，以月末日为最后一日" in notes(
        "1 month", "2017-01-31 09:00", counting="elapsed"
    )


def test_a_provisional_result_names_the_unknown_year() -> None:
    assert notes("1 working day", "2026-12-31 09:00")[-2:] == [
        "provisional 0: 2027年放假安排尚无数据，暂按周一至周五上班推算，公布后重算",
        "due 0: 2027-01-01（周五）18:00到期（当日工作时间结束时）",
    ]
    assert "provisional 0: 2027至2028年放假安排尚无数据" in "".join(notes("14 months", "2026-12-31 09:00"))


def test_an_extension_keeps_what_was_computed() -> None:
    result = due(
        Duration.parse("1 working day"),
        parse_time("2017-10-09 09:00", TZ),
        worktime=worktime(),
        extended_until=parse_time("2017-10-20 12:00", TZ),
    )
    assert [step.note for step in result.steps][-2:] == [
        "经批准延期，期限由2017-10-10（周二）18:00改为2017-10-20（周五）12:00",
        "2017-10-20（周五）12:00到期",
    ]


def test_a_step_is_plain_values_in_json() -> None:
    result = due(Duration.parse("30 minutes"), parse_time("2017-10-09 09:00", TZ), worktime=worktime())
    assert result.as_dict()["steps"][1] == {
        "kind": "counted",
        "start": "2017-10-09T09:00:00+08:00",
        "end": "2017-10-09T09:30:00+08:00",
        "amount": 1800,
        "unit": "seconds",
        "note": "2017-10-09 09:00至09:30，计30分钟，累计30分钟",
    }


def test_measuring_explains_itself_too() -> None:
    result = elapsed(
        parse_time("2017-10-09 11:00", TZ),
        parse_time("2017-10-09 14:30", TZ),
        Unit.WORKING_HOURS,
        worktime=worktime(),
    )
    assert [step.kind for step in result.steps] == ["counted", "off_hours", "counted"]
    values = result.as_dict()
    assert (values["amount"], values["unit"], values["seconds"]) == (1.5, "working hours", 5400)


@pytest.mark.parametrize("duration", ["1 hour", "1 day", "1 month", "1 working hour", "1 working day"])
@pytest.mark.parametrize("counting", ["civil", "elapsed"])
def test_a_limit_that_cannot_be_computed_is_refused_in_one_clear_line(duration: str, counting: str) -> None:
    limit = Duration.parse(duration)
    for start in (datetime(1991, 12, 31, tzinfo=TZ), datetime(2060, 1, 1, tzinfo=TZ)):
        with pytest.raises(LimitError, match="lies outside 1992 to 2059"):
            due(limit, start, worktime=worktime(), counting=counting)
    with pytest.raises(LimitError, match="has no time zone"):
        due(limit, datetime(2017, 10, 9), worktime=worktime(), counting=counting)  # noqa: DTZ001
    with pytest.raises(LimitError, match="outside 1992 to 2059"):
        due(limit, datetime(2059, 12, 31, 23, 30, tzinfo=TZ), worktime=worktime(), counting=counting)


def test_an_unknown_counting_and_an_end_before_the_start_are_refused() -> None:
    at = datetime(2017, 10, 9, 9, 0, tzinfo=TZ)
    with pytest.raises(LimitError, match="unknown counting solar: write civil or elapsed"):
        due(Duration.parse("1 day"), at, worktime=worktime(), counting="solar")
    with pytest.raises(LimitError, match="unknown counting solar"):
        elapsed(at, at, Unit.DAYS, worktime=worktime(), counting="solar")
    with pytest.raises(LimitError, match="end 2017-10-08 09:00 lies before start 2017-10-09"):
        elapsed(at, at.replace(day=8), Unit.DAYS, worktime=worktime())
    with pytest.raises(LimitError, match="has no time zone"):
        elapsed(at, datetime(2017, 10, 10), Unit.DAYS, worktime=worktime())  # noqa: DTZ001
