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
    """masks: the rows behind each count. overdue, due: rows overdue in the period, and each row's due time.

    more: what earlier returns of a row add, as (row, count).
    """

    masks: dict[str, Mask] = field(default_factory=dict)
    overdue: Mask = field(default_factory=lambda: np.empty(0, np.bool_))
    due: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    more: list[tuple[int, str]] = field(default_factory=list)


class _Rows:
    """The columns as they stand at the as-of time."""

    def __init__(self, data: Data, window: Window, returns: Data | None) -> None:
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
        self.withdrawn = self._happened("withdrawn_at")
        self.replied = self._happened("replied_at")
        self.back: Mask = self.accepted | (self.withdrawn != NEVER)
        self.earlier = _Earlier(self, returns)
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

    def run_out(self, due: Ints) -> Mask:
        """Return where a limit has run out; not where the platform withdrew the dispatch before, of its own accord."""
        spared = ~self.accepted & (self.withdrawn != NEVER) & (self.withdrawn <= due)
        past: Mask = (due <= self.window.as_of) & ~spared
        return past

    def failing(self, book: Rulebook, drafts: bool) -> Ints:
        """Return from when on each dispatch of the period counts as failing because it is not signed."""
        terms = setting_of(book, "assessment.sign_in", self.window.first, self.data.tz, drafts=drafts)
        found = np.full(self.new.size, NEVER, np.int64)
        if terms is not None:
            limit = Duration.parse(terms["unqualified_after"])
            found[self.new] = add(book, limit, self.dispatched[self.new], "civil", self.data.tz)
        return found


class _Earlier:
    """Returns of a dispatch before its last one: rows and times, and how many of each row were rejected."""

    def __init__(self, rows: _Rows, returns: Data | None) -> None:
        self.row: Ints = np.empty(0, np.int64)
        self.at: Ints = self.row
        self.rejected = np.zeros(rows.dispatched.size, np.int64)
        if returns is None or not len(returns):
            return
        known = pl.DataFrame({"number": rows.data["dispatch_no"]}).with_row_index("row")
        asked = pl.DataFrame(
            {
                "number": returns["dispatch_no"],
                "at": returns["returned_at"],
                "rejected": returns["return_outcome"] == OUTCOMES.index("rejected"),
            }
        ).filter(pl.col("at") <= rows.window.as_of)
        found = asked.join(known, on="number", maintain_order="left")
        self.row, self.at = found["row"].cast(pl.Int64).to_numpy(), found["at"].to_numpy()
        np.add.at(self.rejected, self.row, found["rejected"].to_numpy())


def reckon(
    data: Data, window: Window, book: Rulebook, *, returns: Data | None = None, drafts: bool = False
) -> Reckoned:
    """Return the rows behind every count that dispatches give. returns: those before a dispatch's last one."""
    rows = _Rows(data, window, returns)
    found = Reckoned()
    found.masks["dispatched_any"] = rows.new
    found.masks["dispatched_consultations"] = rows.new & (data["kind"] == KINDS.index("consultation"))
    found.masks["claimed_tickets"] = rows.new & (data["role"] == ROLES.index("volunteer")) & ~rows.back
    _taking_over(rows, book, drafts, found.masks)
    _returns(rows, book, drafts, found)
    on_time = _closing(rows, book, drafts, found)
    _callbacks(rows, on_time, found.masks)
    return found


def _taking_over(rows: _Rows, book: Rulebook, drafts: bool, masks: dict[str, Mask]) -> None:
    """Sign-in and hand-over: what is neither done nor due yet is left out."""
    signed, handed = rows.signed != NEVER, rows.handed != NEVER
    sign_due = rows.due(book, "hotline.sign_in", rows.new, drafts)
    masks["sign_in_counted"] = rows.new & (signed | rows.run_out(sign_due))
    masks["signed_in_time"] = rows.new & signed & (rows.signed <= sign_due)
    failing = rows.failing(book, drafts)
    masks["sign_in_failed"] = rows.new & np.where(signed, rows.signed > failing, rows.run_out(failing))
    hand_due = rows.due(book, "hotline.hand_over", rows.new & signed, drafts)
    limit = np.where(signed, hand_due, sign_due)
    masks["hand_over_counted"] = rows.new & (handed | rows.run_out(limit))
    late = np.where(signed, rows.handed > hand_due, sign_due <= rows.window.as_of)
    masks["handed_over_in_time"] = rows.new & handed & ~late
    for name in (
        "hand_over_counted",
        "handed_over_in_time",
    ):  # for schemes that leave out what was taken back
        masks[f"{name}_kept"] = masks[name] & ~rows.back


def _returns(rows: _Rows, book: Rulebook, drafts: bool, found: Reckoned) -> None:
    """Returns in the period: in time if within the limit of sign-in; wrong if the unit had to take it after all."""
    masks, earlier = found.masks, rows.earlier
    returned = masks["returned"] = rows.alive & rows.window.holds(rows.returned)
    signed = rows.signed != NEVER
    before = rows.window.holds(earlier.at)
    asked = returned.copy()
    asked[earlier.row[before]] = True
    due = rows.due(book, "hotline.return_window_scoring", asked & signed, drafts)
    in_time = masks["returned_in_time"] = returned & signed & (rows.returned <= due)
    masks["returned_late"] = returned & ~in_time
    wrong = _wrong(rows, asked)
    masks["wrong_returned"] = wrong & returned
    for row, at in zip(earlier.row[before].tolist(), earlier.at[before].tolist(), strict=True):
        kept = signed[row] and at <= due[row]
        names = ["returned", "returned_in_time" if kept else "returned_late"]
        found.more += [(row, name) for name in (names if not wrong[row] else [*names, "wrong_returned"])]


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
    again = rows.rejected[related] + rows.earlier.rejected[related]
    times = np.bincount(pair) + np.bincount(pair, weights=again)
    closed = rows.closed[related] != NEVER
    closed_by = np.bincount(pair, weights=closed) > 0
    anybody = np.bincount(order, weights=closed) > 0
    latest = np.full(int(order.max()) + 1, -NEVER, np.int64)
    np.maximum.at(latest, order, rows.dispatched[related])
    holds = (rows.dispatched[related] == latest[order]) & ~rows.back[related]
    holder = np.bincount(pair, weights=holds) > 0
    theirs = closed_by[pair] | (~anybody[order] & holder[pair])
    wrong[related] = (times[pair] >= 2) & theirs & returned[related]
    return wrong


def _closing(rows: _Rows, book: Rulebook, drafts: bool, found: Reckoned) -> Mask:
    """Closing by the due time with fewer than two failed reviews; what was taken back counts nowhere here, and a
    reply sent in time that awaits its review is neither closed nor overdue."""
    window, data, masks = rows.window, rows.data, found.masks
    mine = rows.alive & ~rows.back
    due = rows.due(book, "hotline.close", mine, drafts)
    extended: Ints = data["extended_until"]
    due = np.where(mine & (extended != NEVER), extended, due)
    closed = mine & (rows.closed != NEVER)
    on_time: Mask = closed & (rows.closed <= due) & (data["failed_reviews"] < 2)
    now = masks["closed_counted"] = closed & window.holds(rows.closed)
    masks["closed_on_time"] = now & on_time
    at = min(
        window.as_of, window.end
    )  # what is closed or falls due after the period's end changes nothing in it
    waiting = ~closed & (rows.replied != NEVER) & (rows.replied <= due)
    masks["overdue_open"] = mine & (rows.closed > at) & (due <= at) & ~waiting
    fallen = (due >= window.first) & (due < window.end)
    found.overdue = mine & fallen & ~on_time & ~waiting & (closed | (due <= window.as_of))
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
