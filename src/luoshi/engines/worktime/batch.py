"""Millions of due times at once, with numpy: the same answers as `Worktime` gives one by one.

Working time is a broken line. Cut into pieces of one length each (two hours for 08:00 to 12:00 and 14:00 to
18:00), a piece is found by dividing and not by searching, so that a due time costs one division and two
look-ups on the way there, one of each on the way back. All in blocks that stay in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from luoshi.engines.worktime.calendar import WorktimeError
from luoshi.engines.worktime.tables import Worktime

Ints: TypeAlias = NDArray[np.int64]
_BLOCK = 8192  # values worked on at once: the few buffers of a block fit the second cache level
_MOST_PIECES = 3_000_000  # more equal pieces than this would not fit the cache: then search
_DAY = 86400


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    """The axis 0 to `end` cut at `edges` (the first is 0); `length` of each if they are equal, else 0."""

    edges: Ints
    end: int
    length: int

    def find(self, values: Ints, out: Ints) -> None:
        """Write the number of each value's piece."""
        if self.length:
            np.floor_divide(values, self.length, out=out)
        else:
            np.subtract(np.searchsorted(self.edges, values, "right"), 1, out=out)


def _cut(edges: Ints, end: int, *columns: Ints) -> tuple[_Pieces, list[Ints]]:
    """Return pieces and their columns, cut finer into equal ones where those are not too many."""
    widths = np.diff(edges, append=end)
    length = int(np.gcd.reduce(widths))
    if end // length > _MOST_PIECES:
        return _Pieces(edges, end, 0), list(columns)
    return _Pieces(edges, end, length), [np.repeat(column, widths // length) for column in columns]


@dataclass(frozen=True, slots=True, eq=False)
class _Tables:
    """A Worktime as arrays; times in seconds since its epoch, working time in seconds worked since then."""

    clock: _Pieces
    worked: Ints  # by piece of the clock: seconds worked = worked + (time if running)
    running: Ints  # by piece of the clock: all bits set in working time, else none
    work: _Pieces
    shift: Ints  # by piece of working time: time - seconds worked
    total: int
    through: Ints  # by day: working days up to and with it
    close: Ints  # by working day: when it ends
    epoch: int  # in Unix time


_tables: WeakKeyDictionary[Worktime, _Tables] = WeakKeyDictionary()


def _compiled(worktime: Worktime) -> _Tables:
    tables = _tables.get(worktime)
    if tables is None:
        tables = _tables[worktime] = _compile(worktime)
    return tables


def _compile(worktime: Worktime) -> _Tables:
    edges, worked, running = [0], [0], [0]
    starts, shift = [], []
    total = 0
    for number in worktime.workday:
        for begin, end in worktime.spans[number]:
            at = number * _DAY + begin
            starts.append(total)
            shift.append(at - total)
            if edges[-1] == at:  # the span begins where the one before it ends, or at time 0
                edges.pop(), worked.pop(), running.pop()
            edges += (at, number * _DAY + end)
            worked += (total - at, total + end - begin)
            running += (-1, 0)
            total += end - begin
    end_of_time = len(worktime.spans) * _DAY
    clock, (worked_by, running_by) = _cut(_ints(edges), end_of_time, _ints(worked), _ints(running))
    work, (shift_by,) = _cut(_ints(starts), total, _ints(shift))
    close = [number * _DAY + worktime.spans[number][-1][1] for number in worktime.workday]
    return _Tables(
        clock=clock,
        worked=worked_by,
        running=running_by,
        work=work,
        shift=shift_by,
        total=total,
        through=_ints(worktime.through),
        close=_ints(close),
        epoch=int(worktime.epoch.timestamp()),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def due_batch(worktime: Worktime, starts: Ints, amounts: Ints | int, unit: str) -> Ints:
    """Return when each limit is due: Unix seconds in, Unix seconds out.

    starts: int64. amounts: one for all, or int64 of the same shape; from 1. unit: working_minutes |
    working_hours | working_days (counted civilly) | working_seconds. Nothing says which results are
    provisional: ask `provisional_batch`. Raises WorktimeError for another unit, an amount below 1, or a time
    outside the years that can be computed.
    """
    factors = {"working_seconds": 1, "working_minutes": 60, "working_hours": 3600, "working_days": 1}
    if unit not in factors:
        raise WorktimeError(f"unit {unit} has no batch form: use one of {', '.join(factors)}")
    counts = np.asarray(amounts, dtype=np.int64)
    if counts.size and counts.min() < 1:
        raise WorktimeError(f"amount {counts.min()} is too small: give amounts from 1 up")
    if counts.ndim and counts.shape != starts.shape:
        raise WorktimeError(f"{counts.size} amounts for {starts.size} starts: give one, or as many as starts")
    dues = np.empty(starts.size, dtype=np.int64)
    work = _add_days if unit == "working_days" else _add_seconds
    tables = _compiled(worktime)
    scale = factors[unit]
    flat, counted = starts.reshape(-1), counts.reshape(-1)
    for block in _blocks(flat.size):
        amount = counted[block] * scale if counts.ndim else int(counts) * scale
        work(tables, flat[block], amount, dues[block])
    return dues.reshape(starts.shape)


def provisional_batch(worktime: Worktime, starts: Ints, dues: Ints, unit: str) -> NDArray[np.bool_]:
    """Return which results count a day of a year whose holidays are not announced."""
    known = worktime.known_eve if unit == "working_days" else worktime.known_from
    return (starts < int(known.timestamp())) | (dues > int(worktime.known_until.timestamp()))


def _blocks(size: int) -> Iterator[slice]:
    for first in range(0, size, _BLOCK):
        yield slice(first, min(first + _BLOCK, size))


def _add_seconds(tables: _Tables, starts: Ints, seconds: Ints | int, out: Ints) -> None:
    at = starts - tables.epoch
    _check(at, tables.clock.end)
    piece = np.empty_like(at)
    tables.clock.find(at, piece)
    at &= np.take(tables.running, piece)
    at += np.take(tables.worked, piece)
    at += seconds
    at -= 1  # the last second counted: so a limit that runs out at the end of a span ends there
    if int(at.max()) >= tables.total:
        _check(at, tables.total)
    tables.work.find(at, piece)
    np.take(tables.shift, piece, out=out, mode="clip")
    out += at
    out += tables.epoch + 1


def _add_days(tables: _Tables, starts: Ints, days: Ints | int, out: Ints) -> None:
    day = starts - tables.epoch
    _check(day, tables.clock.end)
    day //= _DAY
    number = np.take(tables.through, day)
    number += days
    number -= 1
    _check(number, tables.close.size)
    np.take(tables.close, number, out=out, mode="clip")
    out += tables.epoch


def _check(values: Ints, end: int) -> None:
    if int(values.min()) < 0 or int(values.max()) >= end:
        raise WorktimeError("a start or a result lies outside 1992 to 2059: use dates within those years")
