"""Live scores beside those of the export, in every figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from luoshi.assessment.selectors.exporting import tables
from luoshi.assessment.selectors.live import live, scheme_for
from luoshi.engines.assessment import Period, Sheet, evaluate
from luoshi.exchange.count import count
from luoshi.exchange.read import read
from luoshi.exchange.write import write
from luoshi.ledger import rules


def exported(folder: Path, now: dt.datetime, period: Period) -> Sheet:
    """The scores of the export as of now."""
    zone = rules.current().worktime.tz
    write(folder, tables(now=now, period=period), zone)
    export = read(folder, tz=zone)
    assert not export.bad, [str(row) for row in export.bad]
    counted = count(export, rules.current(), period=period, as_of=now)
    return evaluate(scheme_for(period), counted.units, period=period)


def figures(sheet: Sheet) -> dict[tuple[str, str], Any]:
    """Everything that a sheet says: counts and points of each item, parts, total and rank of each unit."""
    told: dict[tuple[str, str], Any] = {}
    for score in sheet.units:
        for line in score.lines:
            told[score.unit, line.item.id] = (dict(line.counts), line.points)
        told[score.unit, "total"] = (dict(score.parts), score.total, score.rank)
    return told


def differences_of(folder: Path, now: dt.datetime, periods: Iterable[str]) -> list[str]:
    """What the live scores of some periods say otherwise than the export."""
    found = []
    for text in periods:
        period = Period.parse(text)
        mine, theirs = figures(live(period, now=now).sheet), figures(exported(folder, now, period))
        found += [
            f"{text} {' '.join(key)}: live {mine[key]}, exported {theirs.get(key)}"
            for key in mine
            if mine[key] != theirs.get(key)
        ]
    return found
