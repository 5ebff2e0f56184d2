"""What dispatches count for: sign-in, hand-over, returns, closing, call-backs, leaders' instructions, roles.

Every count is a mask over the rows. An event after the as-of time has not happened yet.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from luoshi.engines.limits import Duration
from luoshi.engines.rulebook import Rulebook
from luoshi.exchange.columns import Data
from luoshi.exchange.dues import add, due_column, setting_of
from luoshi.exchange.format import KINDS, OUTCOMES, ROLES, SATISFACTIONS, URGENCIES
from luoshi.exchange.times import NEVER, Ints

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Window:
    """The period [first, end) and the as-of time, in seconds since 1970."""

    first: int
    end: int
    as_of: int

    def holds(self, times: Ints) -> Mask:
        """Return which times lie in the period and have happened."""
        return (times >= self.first) & (times < self.end) & (times <= self.as_of)


@dataclass(slots=True)
class Reckoned:
    """masks: the rows behind each count. overdue, due: rows overdue in the period, and each row's due time."""

    masks: dict[str, Mask] = field(default_factory=dict)
    overdue: Mask = field(default_factory=lambda: np.empty(0, np.bool_))
    due: Ints = field(default_factory=lambda: np.empty(0, np.int64))


class _Rows:
    """The columns as they stand at the as-of time."""

    def __init__(self, data: Data, window: Window) -> None:
        self.data = data
        self.window = window
        self.dispatched: Ints = data["dispatched_at"]
        self.alive: Mask = self.dispatched <= window.as_of
        self.signed = self._happened("signed_at")
        self.handed = self._happened("handed_over_at")
        self.returned = self._happened("returned_at")
        self.closed = self._happened("closed_at")
        self.callback = self._happened("callback_at")
        gone = self.alive & (self.returned != NEVER)
        self.accepted: Mask = gone & (data["return_outcome"] == OUTCOMES.index("accepted"))
        self.rejected: Mask = gone & (data["return_outcome"] == OUTCOMES.index("rejected"))
        self.new: Mask = window.holds(self.dispatched)
        self.leader: Mask = data["leader_instruction"] == 1
        self.events = {
            "hotline.dispatched": self.dispatched,
            "hotline.signed": self.signed,
            "hotline.handed_over": self.handed,
        }
        self.facts = {"urgency": (data["urgency"], URGENCIES), "role": (data["role"], ROLES)}

    def _happened(self, name: str) -> Ints:
        times = self.data[name]
        return np.where(self.alive & (times <= self.window.as_of), times, NEVER)

    def due(self, book: Rulebook, id: str, where: Mask, drafts: bool) -> Ints:
        """Return a limit's due time for the rows marked, NEVER for the others and where it has not begun."""
        return due_column(
            book,
            id,
            self.events,
            where,
            self.dispatched,
            self.facts,
            tz=self.data.tz,
            drafts=drafts,
        )

    def failing(self, book: Rulebook, drafts: bool) -> Ints:
        """Return from when on each dispatch of the period counts as failing because it is not signed."""
        terms = setting_of(book, "assessment.sign_in", self.window.first, self.data.tz, drafts=drafts)
        if terms is None:
            return np.full(self.new.size, NEVER, np.int64)
        starts = np.where(self.new, self.dispatched, self.window.first)
        return add(book, Duration.parse(terms["unqualified_after"]), starts, "civil", self.data.tz)


def reckon(data: Data, window: Window, book: Rulebook, *, drafts: bool = False) -> Reckoned:
    """Return the rows behind every count that dispatches give."""
    rows = _Rows(data, window)
    found = Reckoned()
    found.masks["dispatched_any"] = rows.new
    found.masks["dispatched_consultations"] = rows.new & (data["kind"] == KINDS.index("consultation"))
    found.masks["claimed_tickets"] = rows.new & (data["role"] == ROLES.index("volunteer")) & ~rows.accepted
    _taking_over(rows, book, drafts, found.masks)
    _returns(rows, book, drafts, found.masks)
    on_time = _closing(rows, book, drafts, found)
    _callbacks(rows, on_time, found.masks)
    return found


def _taking_over(rows: _Rows, book: Rulebook, drafts: bool, masks: dict[str, Mask]) -> None:
    """Sign-in and hand-over: what is neither done nor due yet is left out."""
    as_of = rows.window.as_of
    signed, handed = rows.signed != NEVER, rows.handed != NEVER
    sign_due = rows.due(book, "hotline.sign_in", rows.new, drafts)
    masks["sign_in_counted"] = rows.new & (signed | (sign_due <= as_of))
    masks["signed_in_time"] = rows.new & signed & (rows.signed <= sign_due)
    failing = rows.failing(book, drafts)
    masks["sign_in_failed"] = rows.new & np.where(signed, rows.signed > failing, failing <= as_of)
    hand_due = rows.due(book, "hotline.hand_over", rows.new & signed, drafts)
    limit = np.where(signed, hand_due, sign_due)
    masks["hand_over_counted"] = rows.new & (handed | (limit <= as_of))
    late = np.where(signed, rows.handed > hand_due, sign_due <= as_of)
    masks["handed_over_in_time"] = rows.new & handed & ~late
    for name in (
        "hand_over_counted",
        "handed_over_in_time",
    ):  # for schemes that leave out what was taken back
        masks[f"{name}_kept"] = masks[name] & ~rows.accepted


def _returns(rows: _Rows, book: Rulebook, drafts: bool, masks: dict[str, Mask]) -> None:
    """Returns in the period: in time if within the limit of sign-in; wrong if the unit had to take it after all."""
    returned = masks["returned"] = rows.alive & rows.window.holds(rows.returned)
    signed = rows.signed != NEVER
    due = rows.due(book, "hotline.return_window_scoring", returned & signed, drafts)
    in_time = masks["returned_in_time"] = returned & signed & (rows.returned <= due)
    masks["returned_late"] = returned & ~in_time
    masks["wrong_returned"] = _wrong(rows, returned)


def _wrong(rows: _Rows, returned: Mask) -> Mask:
    """Return the wrong returns. A return that was rejected counts as sent to the unit once more."""
    wrong = np.zeros(returned.size, np.bool_)
    if not returned.any():
        return wrong
    orders: pl.Series = rows.data["order_no"]
    concerned = orders.filter(pl.Series(returned)).unique()
    related = np.flatnonzero(orders.is_in(concerned.implode()).to_numpy() & rows.alive)
    order = orders.gather(related).rank("dense").cast(pl.Int64).to_numpy() - 1
    unit: Ints = rows.data["unit"][related]
    pair = order * (int(unit.max()) + 1) + unit
    _, pair = np.unique(pair, return_inverse=True)
    times = np.bincount(pair) + np.bincount(pair, weights=rows.rejected[related])
    closed = rows.closed[related] != NEVER
    closed_by = np.bincount(pair, weights=closed) > 0
    anybody = np.bincount(order, weights=closed) > 0
    latest = np.full(int(order.max()) + 1, -NEVER, np.int64)
    np.maximum.at(latest, order, rows.dispatched[related])
    holds = (rows.dispatched[related] == latest[order]) & ~rows.accepted[related]
    holder = np.bincount(pair, weights=holds) > 0
    theirs = closed_by[pair] | (~anybody[order] & holder[pair])
    wrong[related] = (times[pair] >= 2) & theirs & returned[related]
    return wrong


def _closing(rows: _Rows, book: Rulebook, drafts: bool, found: Reckoned) -> Mask:
    """Closing by the due time with fewer than two failed reviews; accepted returns count nowhere here."""
    window, data, masks = rows.window, rows.data, found.masks
    mine = rows.alive & ~rows.accepted
    due = rows.due(book, "hotline.close", mine, drafts)
    extended: Ints = data["extended_until"]
    due = np.where(mine & (extended != NEVER), extended, due)
    closed = mine & (rows.closed != NEVER)
    on_time: Mask = closed & (rows.closed <= due) & (data["failed_reviews"] < 2)
    now = masks["closed_counted"] = closed & window.holds(rows.closed)
    masks["closed_on_time"] = now & on_time
    at = min(window.as_of, window.end)  # what is closed or falls due after the period's end changes nothing in it
    masks["overdue_open"] = mine & (rows.closed > at) & (due <= at)
    fallen = (due >= window.first) & (due < window.end)
    found.overdue = mine & fallen & ~on_time & (closed | (due <= window.as_of))
    found.due = due
    masks["leader_instructions_on_time"] = now & on_time & rows.leader
    masks["lead_closed"] = now & (data["role"] == ROLES.index("lead"))
    masks["assisting_closed"] = now & (data["role"] == ROLES.index("assist"))
    return on_time


def _callbacks(rows: _Rows, on_time: Mask, masks: dict[str, Mask]) -> None:
    """Answered call-backs of the period on closed dispatches; an empty cell leaves the row out of its item."""
    data = rows.data
    asked = (
        rows.alive
        & (rows.closed != NEVER)
        & rows.window.holds(rows.callback)
        & (data["callback_answered"] == 1)
    )
    contacted: Any = data["contacted"]
    masks["contacted_in_time"] = asked & (contacted == 1)
    masks["not_contacted_in_time"] = asked & (contacted == 0)
    masks["contact_callbacks"] = asked & (contacted >= 0)
    for item in ("conduct", "result"):
        for code, word in enumerate(SATISFACTIONS):
            masks[f"{item}_{word}"] = asked & (data[item] == code)
        masks[f"{item}_callbacks"] = asked & (data[item] >= 0)
    masks["on_time_satisfied"] = masks["result_satisfied"] & on_time
    masks["on_time_basically_satisfied"] = masks["result_basically"] & on_time
    for name in ("satisfied", "basically_satisfied"):  # for schemes that reward leaders' instructions only
        masks[f"leader_{name}"] = masks[f"on_time_{name}"] & rows.leader
