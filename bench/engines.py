"""How fast the engines compute due times, as ratios to known libraries measured in the same run.

Each round times both sides one after the other on the same starts; a ratio is the median over the rounds,
with the lowest and the highest beside it. Both sides warm up first: nobody's building of tables is counted.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pandas as pd

from luoshi.engines.limits import Duration, due
from luoshi.engines.worktime import Calendar, Worktime
from luoshi.engines.worktime.batch import due_batch
from luoshi.rulebooks import calendars

TZ = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2007, 1, 1), date(2026, 11, 30)
ROUNDS = 15
SINGLE = 400  # starts
PASSES, OUR_PASSES = 5, 50  # over the starts in a round: both sides work for some 20 milliseconds
BATCH = 2_000_000
LIMIT = "4 working hours"


def run() -> dict[str, Any]:
    """Measure and return the ratios and rates."""
    worktime = Worktime(Calendar.parse(calendars.read("china")))
    starts = _starts()
    return {
        "working days, single: microseconds, and times faster than holidays.get_nth_working_day (goal 30)": {
            f"{days} working days": _days(worktime, starts, days) for days in (1, 5, 15)
        },
        "working hours, single: microseconds, and times faster than pandas.CustomBusinessHour (goal 100)": {
            LIMIT: _hours(worktime, starts)
        },
        "batch on one core (goals: 10 million a second; at most 4 times numpy.searchsorted)": _batch(
            worktime
        ),
    }


def _starts() -> list[datetime]:
    """Return times spread over the known years, the same in every run, in order as they would come in."""
    source = random.Random(20170929)
    minutes = (LAST - FIRST).days * 1440
    origin = datetime.combine(FIRST, datetime.min.time(), TZ)
    return sorted(origin + timedelta(minutes=source.randrange(minutes)) for _ in range(SINGLE))


def _compare(ours: Callable[[], float], theirs: Callable[[], float]) -> dict[str, float]:
    """Return the median times of both sides, and the median, lowest and highest ratio (theirs by ours)."""
    ours(), theirs()
    pairs = [(ours(), theirs()) for _ in range(ROUNDS)]
    ratios = [their / our for our, their in pairs]
    return {
        "ours": round(statistics.median(our for our, _ in pairs), 4),
        "theirs": round(statistics.median(their for _, their in pairs), 4),
        "ratio": round(statistics.median(ratios), 2),
        "lowest": round(min(ratios), 2),
        "highest": round(max(ratios), 2),
    }


def _microseconds(began: float, count: int) -> float:
    return (time.perf_counter() - began) / count * 1e6


def _days(worktime: Worktime, starts: list[datetime], days: int) -> dict[str, Any]:
    """Compare with holidays, which knows the make-up days too and answers with a date alone."""
    china = holidays.country_holidays("CN", years=range(2006, 2028))
    dates = [at.date() for at in starts]
    passes, often = dates * PASSES, starts * OUR_PASSES
    limit = Duration.parse(f"{days} working days")

    def theirs() -> float:
        began = time.perf_counter()
        for day in passes:
            china.get_nth_working_day(day, days)
        return _microseconds(began, len(passes))

    def table() -> float:
        began = time.perf_counter()
        for at in often:
            worktime.add_days(at, days)
        return _microseconds(began, len(often))

    def explained() -> float:
        began = time.perf_counter()
        for at in often:
            due(limit, at, worktime=worktime)
        return _microseconds(began, len(often))

    same = sum(
        china.get_nth_working_day(day, days) == worktime.add_days(at, days).date()
        for day, at in zip(dates, starts, strict=True)
    )
    return {
        "Worktime.add_days": _compare(table, theirs),
        "limits.due (checked, marked, explainable)": _compare(explained, theirs),
        "same answers": f"{same} of {len(starts)}",
    }


def _hours(worktime: Worktime, starts: list[datetime]) -> dict[str, Any]:
    """Compare with pandas, given the same spans and the same days off."""
    calendar = worktime.calendar
    span = (calendar.known_until - calendar.known_from).days + 1
    known = (calendar.known_from + timedelta(days=number) for number in range(span))
    offset = pd.offsets.CustomBusinessHour(
        n=4,
        start=["08:00", "14:00"],
        end=["12:00", "18:00"],
        weekmask="Mon Tue Wed Thu Fri Sat Sun",
        holidays=[day for day in known if not calendar.is_working(day)],
    )
    often = starts * OUR_PASSES
    stamps = [pd.Timestamp(at.replace(tzinfo=None)) for at in starts]
    limit = Duration.parse(LIMIT)

    def theirs() -> float:
        began = time.perf_counter()
        for stamp in stamps * PASSES:
            stamp + offset
        return _microseconds(began, PASSES * len(stamps))

    def table() -> float:
        began = time.perf_counter()
        for at in often:
            worktime.add_seconds(at, 14400)
        return _microseconds(began, len(often))

    def explained() -> float:
        began = time.perf_counter()
        for at in often:
            due(limit, at, worktime=worktime)
        return _microseconds(began, len(often))

    def agree(at: datetime, stamp: pd.Timestamp) -> bool:
        """Return whether as much is worked until both answers: pandas says 14:00 where we say 12:00."""
        answer = (stamp + offset).to_pydatetime().replace(tzinfo=TZ)
        return worktime.seconds_at(answer) == worktime.seconds_at(worktime.add_seconds(at, 14400))

    same = sum(agree(at, stamp) for at, stamp in zip(starts, stamps, strict=True))
    return {
        "Worktime.add_seconds": _compare(table, theirs),
        "limits.due (checked, marked, explainable)": _compare(explained, theirs),
        "same answers": f"{same} of {len(starts)}",
    }


def _batch(worktime: Worktime) -> dict[str, Any]:
    """Compare with one bare searchsorted over as many values, in the ends of all working days."""
    source = np.random.default_rng(20170929)
    first, last = (int(datetime.combine(day, datetime.min.time(), TZ).timestamp()) for day in (FIRST, LAST))
    shuffled = source.integers(first, last, BATCH)
    edges = np.array([int(worktime.add_days(worktime.epoch, n).timestamp()) for n in range(1, 17_000)])
    results: dict[str, Any] = {}
    for order, starts in (("shuffled", shuffled), ("sorted", np.sort(shuffled))):
        for unit, amount in (("working_hours", 4), ("working_days", 5)):
            results[f"{amount} {unit.replace('_', ' ')}, {order} starts"] = _one_batch(
                worktime, starts, amount, unit, edges
            )
    return results


def _one_batch(worktime: Worktime, starts: Any, amount: int, unit: str, edges: Any) -> dict[str, Any]:
    def ours() -> float:
        began = time.perf_counter()
        due_batch(worktime, starts, amount, unit)
        return _microseconds(began, len(starts))

    def search() -> float:
        began = time.perf_counter()
        np.searchsorted(edges, starts)
        return _microseconds(began, len(starts))

    pairs = _compare(search, ours)  # so that the ratio is our time by theirs
    return {
        "million a second": round(1 / pairs["theirs"], 1),
        "times searchsorted": pairs["ratio"],
        "lowest": pairs["lowest"],
        "highest": pairs["highest"],
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
