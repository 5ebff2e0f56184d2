"""The demo city's time: lives that go on when their moment comes, with the sweep and the messages in between."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count

from luoshi.assessment.services.recount import recount
from luoshi.engines import limits
from luoshi.engines.limits import Duration, Unit
from luoshi.ledger import clock, rules
from luoshi.ledger.errors import Refusal
from luoshi.ledger.services import outbox_flush, sweep

SWEEP_EVERY = timedelta(hours=1)
UNSENT = timedelta(minutes=4)


@dataclass(frozen=True, slots=True)
class Office:
    """A wait in office time: so many working minutes."""

    minutes: int


Wait = timedelta | datetime | Office
Life = Generator[Wait, datetime, None]
Stage = Generator[Wait, datetime, datetime]
"""Part of a life; it returns the moment at which it ended."""
Begin = Callable[[datetime], Life]
Guard = Callable[[], AbstractContextManager[None]]
"""What is put around each step, so that a refused one leaves nothing behind."""


class Clockwork:
    """Lets lives go on in the order of their time. `refused` names each step that the rules did not allow."""

    def __init__(self, start: datetime, end: datetime, guard: Guard = nullcontext) -> None:
        self.end = end
        self.guard = guard
        self.refused: list[str] = []
        self.done = 0
        self._queue: list[tuple[datetime, int, Begin | Life]] = []
        self._ticket = count()
        self._next_sweep = start

    def start(self, moment: datetime, begin: Begin) -> None:
        """Let a life begin; one that would begin after the city's present never does."""
        self._put(moment, begin)

    def _put(self, moment: datetime, life: Begin | Life) -> None:
        if moment <= self.end:
            heapq.heappush(self._queue, (moment, next(self._ticket), life))

    def run(self, progress: Callable[[datetime], None]) -> None:
        """Let everything happen, up to the present."""
        while self._queue:
            moment, _, life = heapq.heappop(self._queue)
            self._sweep_until(moment)
            with clock.as_if(moment):
                self._step(moment, life)
            self._send(moment)
            self.done += 1
            progress(moment)
        self._sweep_until(self.end)
        with clock.as_if(self.end):
            sweep(now=self.end)
            recount(now=self.end)
        self._send(self.end - UNSENT)
        progress(self.end)

    def _step(self, moment: datetime, life: Begin | Life) -> None:
        try:
            with self.guard():
                going = life if isinstance(life, Generator) else life(moment)
                wait = life.send(moment) if isinstance(life, Generator) else next(going)
        except StopIteration:
            return
        except Refusal as refusal:
            self.refused.append(f"{moment:%Y-%m-%d %H:%M} {refusal}")
            return
        self._put(_until(moment, wait), going)

    def _send(self, moment: datetime) -> None:
        """What was written by then is sent; the last few minutes' messages wait for the worker."""
        if moment <= self.end - UNSENT:
            with clock.as_if(moment):
                outbox_flush(clock=lambda: moment)

    def _sweep_until(self, moment: datetime) -> None:
        while self._next_sweep <= moment:
            with clock.as_if(self._next_sweep):
                sweep(now=self._next_sweep)
                recount(now=self._next_sweep)
            self._send(self._next_sweep)
            self._next_sweep += SWEEP_EVERY


def _until(moment: datetime, wait: Wait) -> datetime:
    if isinstance(wait, datetime):
        return max(moment, wait)
    return later(moment, wait.minutes) if isinstance(wait, Office) else moment + wait


def later(start: datetime, working_minutes: int) -> datetime:
    """The moment some working minutes later: people act in office hours."""
    duration = Duration(working_minutes, Unit.WORKING_MINUTES)
    due = limits.due(duration, start, worktime=rules.current().worktime).at
    if due is None:
        raise ValueError("a duration has a due time")
    return due


def before(end: datetime, working_minutes: int) -> datetime:
    """The latest full minute from which at least so many working minutes pass until `end`."""
    worktime = rules.current().worktime

    def passed(minutes_back: int) -> bool:
        start = end - timedelta(minutes=minutes_back)
        return limits.elapsed(start, end, Unit.WORKING_MINUTES, worktime=worktime).amount >= working_minutes

    high = max(working_minutes, 1)
    while not passed(high):
        high *= 2
    low = 0
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if passed(middle) else (middle + 1, high)
    return (end - timedelta(minutes=high)).replace(second=0, microsecond=0)


def later_today(end: datetime, hours: int) -> datetime:
    """A due time some hours ahead that is still today; late in the evening, what is left of the day."""
    midnight = datetime.combine(end.date(), time(23, 59), tzinfo=end.tzinfo)
    return max(min(end + timedelta(hours=hours), midnight), end + timedelta(minutes=1))
