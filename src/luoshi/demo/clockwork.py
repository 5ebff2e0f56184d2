"""The demo city's time: a queue of what happens next, told in order, with the sweep and the nights in between."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from luoshi.engines import limits
from luoshi.engines.limits import Duration, Unit
from luoshi.ledger import clock, rules
from luoshi.ledger.errors import Refusal
from luoshi.ledger.services import sweep

SWEEP_EVERY = timedelta(hours=2)
Deed = Callable[[datetime], None]


class Clockwork:
    """Runs deeds in the order of their time; `refused` counts those that the rules refused."""

    def __init__(self, start: datetime, end: datetime) -> None:
        self.end = end
        self.refused: list[str] = []
        self.done = 0
        self._queue: list[tuple[datetime, int, Deed]] = []
        self._ticket = count()
        self._next_sweep = start

    def at(self, moment: datetime, deed: Deed) -> None:
        """Plan a deed; one after the city's present never happens."""
        if moment <= self.end:
            heapq.heappush(self._queue, (moment, next(self._ticket), deed))

    def run(self, progress: Callable[[datetime], None]) -> None:
        """Let everything happen, up to the present."""
        while self._queue:
            moment, _, deed = heapq.heappop(self._queue)
            self._sweep_until(moment)
            with clock.as_if(moment):
                try:
                    deed(moment)
                except Refusal as refusal:
                    self.refused.append(str(refusal))
            self.done += 1
            progress(moment)
        self._sweep_until(self.end)

    def _sweep_until(self, moment: datetime) -> None:
        while self._next_sweep <= moment:
            with clock.as_if(self._next_sweep):
                sweep(now=self._next_sweep)
            self._next_sweep += SWEEP_EVERY


def later(start: datetime, working_minutes: int) -> datetime:
    """The moment some working minutes later: people act in office hours."""
    duration = Duration(working_minutes, Unit.WORKING_MINUTES)
    due = limits.due(duration, start, worktime=rules.current().worktime).at
    if due is None:
        raise ValueError("a duration has a due time")
    return due
