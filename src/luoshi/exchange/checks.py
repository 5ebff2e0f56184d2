"""What only a whole table shows: repeats, times out of order, cells that another cell asks for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from luoshi.engines.assessment import Period, PeriodError
from luoshi.exchange.bad import BadRow
from luoshi.exchange.columns import Data
from luoshi.exchange.format import BASE_FLAGS, BASE_ITEMS, SUBMISSIONS
from luoshi.exchange.times import NEVER, WRONG, moment


def refuse_twins(data: Data, name: str, bad: list[BadRow]) -> None:
    """Note each repeat of what must be unique; the first one stands."""
    texts: pl.Series = data[name]
    hashes = np.sort(texts.hash().to_numpy())
    if not (hashes[1:] == hashes[:-1]).any():
        return
    seen = texts.is_first_distinct().to_numpy() | texts.is_null().to_numpy()
    for number in np.flatnonzero(~seen).tolist():
        bad.append(
            BadRow(data.shown, int(data["row"][number]), name, texts[number], "a value that stands only once")
        )


HAPPENS = (
    "signed_at",
    "handed_over_at",
    "returned_at",
    "extended_until",
    "closed_at",
    "callback_at",
    "replied_at",
    "withdrawn_at",
)


def _check_dispatches(data: Data, bad: list[BadRow]) -> None:
    """Numbers stand once; nothing happens to a dispatch before it is dispatched; an outcome has its return."""
    refuse_twins(data, "dispatch_no", bad)
    start = data["dispatched_at"]
    known = (start != NEVER) & (start != WRONG)
    for name in HAPPENS:
        at = data[name]
        for number in np.flatnonzero(known & (at != WRONG) & (at < start)).tolist():
            bad.append(_time(data, number, name, "a time not before dispatched_at"))
    orphans = (data["return_outcome"] >= 0) & (data["returned_at"] == NEVER)
    for number in np.flatnonzero(orphans).tolist():
        bad.append(
            BadRow(
                data.shown,
                int(data["row"][number]),
                "returned_at",
                "",
                "a time, as there is a return_outcome",
            )
        )


def _time(data: Data, number: int, name: str, expected: str) -> BadRow:
    shown = f"{moment(int(data[name][number]), data.tz):%Y-%m-%d %H:%M:%S}"
    return BadRow(data.shown, int(data["row"][number]), name, shown, expected)


def _check_submissions(data: Data, bad: list[BadRow]) -> None:
    """An item of a knowledge base has a due time; a due day runs to its end."""
    items = np.isin(data["type"], [SUBMISSIONS.index("emergency_kb"), SUBMISSIONS.index("basic_kb")])
    for number in np.flatnonzero(items & (data["due_at"] == NEVER)).tolist():
        bad.append(BadRow(data.shown, int(data["row"][number]), "due_at", "", "a due time for this type"))
    reports = (data["type"] >= 0) & ~items
    for number in np.flatnonzero(reports & (data["submitted_at"] == NEVER)).tolist():
        bad.append(BadRow(data.shown, int(data["row"][number]), "submitted_at", "", "the time of submission"))


def _check_base(data: Data, bad: list[BadRow]) -> None:
    """One row for an item of a unit; what there is or is not counts 0 or 1."""
    seen: set[tuple[int, int]] = set()
    for row, unit, item, number in zip(
        data["row"].tolist(),
        data["unit"].tolist(),
        data["item"].tolist(),
        data["count"].tolist(),
        strict=True,
    ):
        if unit < 0 or item < 0:
            continue
        if (unit, item) in seen:
            bad.append(BadRow(data.shown, row, "item", BASE_ITEMS[item], "one row for an item of a unit"))
        seen.add((unit, item))
        if BASE_ITEMS[item] in BASE_FLAGS and number > 1:
            bad.append(BadRow(data.shown, row, "count", str(number), "0 or 1 for this item"))


def _check_entries(data: Data, bad: list[BadRow]) -> None:
    """What was carried out was not carried out before it was asked for."""
    early = (data["until"] != WRONG) & (data["until"] < data["date"]) & (data["date"] != NEVER)
    for number in np.flatnonzero(early).tolist():
        bad.append(_time(data, number, "until", "a date not before date"))


def _check_closings(data: Data, bad: list[BadRow]) -> None:
    """Each period stands once and can be read; an empty one stands for every other."""
    seen: set[str] = set()
    for row, text in zip(data["row"].tolist(), data["period"].fill_null("").to_list(), strict=True):
        try:
            period = str(Period.parse(text)) if text else ""
        except PeriodError:
            bad.append(BadRow(data.shown, row, "period", text, "a period such as 2017-10, or nothing"))
            continue
        if period in seen:
            bad.append(BadRow(data.shown, row, "period", text, "one row for a period"))
        seen.add(period)


def _check_averages(data: Data, bad: list[BadRow]) -> None:
    """Each row names a period that can be read; an item stands once in it."""
    seen: set[tuple[str, str]] = set()
    columns = (
        data["row"].tolist(),
        data["period"].fill_null("").to_list(),
        data["item"].fill_null("").to_list(),
    )
    for row, text, item in zip(*columns, strict=True):
        try:
            key = str(Period.parse(text)), item
        except PeriodError:
            bad.append(BadRow(data.shown, row, "period", text, "a period such as 2017-10"))
            continue
        if key in seen:
            bad.append(BadRow(data.shown, row, "item", item, "one row for an item of a period"))
        seen.add(key)


def check_returns(data: Data, dispatches: Data, bad: list[BadRow]) -> None:
    """Note returns of dispatches that are not there."""
    known = data["dispatch_no"].is_in(dispatches["dispatch_no"].implode()).fill_null(True).to_numpy()
    for number in np.flatnonzero(~known).tolist():
        shown = data["dispatch_no"][number]
        row = int(data["row"][number])
        bad.append(BadRow(data.shown, row, "dispatch_no", shown, "a dispatch of the table dispatches"))


def _check_units(data: Data, bad: list[BadRow]) -> None:
    refuse_twins(data, "unit", bad)


CHECKS: dict[str, Callable[[Data, list[BadRow]], None]] = {
    "units": _check_units,
    "dispatches": _check_dispatches,
    "submissions": _check_submissions,
    "base": _check_base,
    "entries": _check_entries,
    "closings": _check_closings,
    "averages": _check_averages,
}
