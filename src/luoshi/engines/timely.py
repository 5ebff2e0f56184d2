"""How many occurrences were dealt with in time: requests answered, information published, opinions responded to.

    judged = judge(occurrences, within=Duration.parse("20 working days"), worktime=worktime, as_of=now)
    judged.counted, judged.on_time

Pure: moments in, verdicts out. What is still running at `as_of` counts neither for nor against.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from luoshi.engines.limits import Duration, LimitError, due
from luoshi.engines.worktime import Worktime

ON_TIME, LATE, OVERDUE, RUNNING = "on_time", "late", "overdue", "running"
WORDS = {ON_TIME: "按时", LATE: "逾期完成", OVERDUE: "逾期未办", RUNNING: "未到期"}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something that begins to be owed at `start` and is done at `done` (None: not yet), both aware.

    due: its own time limit, in place of the common one. ref: what a reader knows it by.
    """

    start: datetime
    done: datetime | None = None
    due: datetime | None = None
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """An occurrence with its due time. how: on_time | late | overdue | running."""

    occurrence: Occurrence
    due: datetime
    how: str


@dataclass(frozen=True, slots=True)
class Judged:
    """All verdicts, in the order given."""

    verdicts: tuple[Verdict, ...]

    @property
    def counted(self) -> int:
        """How many count: all but those still running."""
        return sum(verdict.how != RUNNING for verdict in self.verdicts)

    @property
    def on_time(self) -> int:
        """How many were done in time."""
        return sum(verdict.how == ON_TIME for verdict in self.verdicts)

    @property
    def running(self) -> int:
        """How many are neither done nor due yet."""
        return sum(verdict.how == RUNNING for verdict in self.verdicts)


def judge(
    occurrences: Iterable[Occurrence], *, within: Duration | None, worktime: Worktime, as_of: datetime
) -> Judged:
    """Return for each occurrence whether it was done by its due time; the due moment itself is in time.

    within: counted from each start; None where each occurrence brings its own due time. as_of: aware.
    Raises LimitError, naming the occurrence, for one without any due time or done before it began.
    """
    return Judged(tuple(_verdict(one, within, worktime, as_of) for one in occurrences))


def _verdict(one: Occurrence, within: Duration | None, worktime: Worktime, as_of: datetime) -> Verdict:
    if one.done is not None and one.done < one.start:
        raise LimitError(f"{one.ref or one.start}: done before it began, give a later time")
    limit = one.due
    if limit is None and within is not None:
        limit = due(within, one.start, worktime=worktime).at
    if limit is None:
        raise LimitError(f"{one.ref or one.start}: no due time, give the one that was set for it")
    if one.done is not None:
        return Verdict(one, limit, ON_TIME if one.done <= limit else LATE)
    return Verdict(one, limit, RUNNING if as_of <= limit else OVERDUE)


__all__ = ["LATE", "ON_TIME", "OVERDUE", "RUNNING", "WORDS", "Judged", "Occurrence", "Verdict", "judge"]
