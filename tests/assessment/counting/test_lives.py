"""Whatever people do: live scores = all events folded anew = the scored export, to the cent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from luoshi.assessment.selectors.live import counts_of
from luoshi.engines.assessment import Period
from tests.assessment.counting.comparing import differences_of
from tests.assessment.counting.lives import City

pytestmark = pytest.mark.django_db
STEPS = 120
PERIODS = ("2017-10", "2017-11", "2017-12", "2017-Q4", "2017")


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
    assert not differences_of(tmp_path, city.now.replace(microsecond=0), PERIODS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(31, 41))
def test_live_scores_through_longer_lives(
    actor: Callable[..., Any],
    bodies: dict[str, Any],
    differences: Callable[[], list[str]],
    tmp_path: Path,
    seed: int,
) -> None:
    city = City(actor, bodies, seed)
    city.run(400)
    assert not differences()
    assert not differences_of(tmp_path, city.now.replace(microsecond=0), PERIODS)


@pytest.mark.parametrize("seed", [11])
def test_a_worker_that_comes_late_changes_no_score(
    actor: Callable[..., Any], bodies: dict[str, Any], differences: Callable[[], list[str]], seed: int
) -> None:
    told = []
    for worker in (True, False):
        with transaction.atomic():
            city = City(actor, bodies, seed, worker=worker, at_limits=False)
            city.run(STEPS)
            assert not differences()
            told.append(
                {
                    (text, unit.unit, name): number
                    for text in PERIODS
                    for unit in counts_of(Period.parse(text), now=city.now)
                    for name, number in unit.counts.items()
                    if number
                }
            )
            transaction.set_rollback(True)
    assert told[0] == told[1]
