"""Whatever people do: live scores = all events folded anew = the scored export, to the cent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from luoshi.assessment.selectors.exporting import tables
from luoshi.assessment.selectors.live import counts_of, live, scheme_for
from luoshi.cli.export import write
from luoshi.engines.assessment import Period, Sheet, evaluate
from luoshi.exchange import count, read
from luoshi.ledger import rules
from tests.assessment.counting.lives import City

pytestmark = pytest.mark.django_db
STEPS = 160
PERIODS = ("2017-10", "2017-11", "2017-12", "2017-Q4", "2017")


def exported(folder: Path, now: dt.datetime, period: Period) -> Sheet:
    """The scores of the export."""
    write(folder, tables(now=now, period=period))
    export = read(folder, tz=rules.current().worktime.tz)
    assert not export.bad, [str(row) for row in export.bad]
    counted = count(export, rules.current(), period=period)
    assert counted.as_of == now
    return evaluate(scheme_for(period), counted.units, period=period)


def points(sheet: Sheet) -> dict[tuple[str, str], Any]:
    """Everything that a sheet says in figures: counts and points of each item, parts, totals, ranks."""
    told: dict[tuple[str, str], Any] = {}
    for score in sheet.units:
        for line in score.lines:
            told[score.unit, line.item.id] = (dict(line.counts), line.points)
        told[score.unit, "total"] = (dict(score.parts), score.total, score.rank)
    return told


def compare(folder: Path, now: dt.datetime) -> None:
    """Live against the export, for every period and unit."""
    for text in PERIODS:
        period = Period.parse(text)
        mine, theirs = points(live(period, now=now).sheet), points(exported(folder, now, period))
        wrong = {key: (mine[key], theirs.get(key)) for key in mine if mine[key] != theirs.get(key)}
        assert not wrong, f"{text}: (live, exported) {wrong}"


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.clause("smx-hotline-assessment-annex/2.a")
def test_live_scores_are_those_of_the_events_and_of_the_export(
    actor: Callable[..., Any],
    bodies: dict[str, Any],
    differences: Callable[[], list[str]],
    tmp_path: Path,
    seed: int,
) -> None:
    city = City(actor, bodies, seed)
    city.run(STEPS)
    assert not differences()
    compare(tmp_path, city.now.replace(microsecond=0))


@pytest.mark.parametrize("seed", [11])
def test_a_worker_that_comes_late_changes_no_score(
    actor: Callable[..., Any], bodies: dict[str, Any], differences: Callable[[], list[str]], seed: int
) -> None:
    told = []
    for worker in (True, False):
        with transaction.atomic():
            city = City(actor, bodies, seed, worker=worker, at_limits=False)
            city.run(120)
            assert not differences()
            periods = [Period.parse(text) for text in PERIODS]
            told.append([counts_of(period, now=city.now) for period in periods])
            transaction.set_rollback(True)
    assert told[0] == told[1]
