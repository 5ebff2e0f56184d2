"""The cases of cases/due.yaml and cases/elapsed.yaml, each side of each boundary."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi.engines.limits import Duration, Interval, Unit, due, elapsed, parse_pause, parse_time
from tests.engines.samples import TZ, worktime


def cases(name: str) -> list[Any]:
    text = Path(__file__).parent.joinpath("cases", name).read_text(encoding="utf-8")
    # Times stay texts: YAML would read those without a zone as UTC.
    return [pytest.param(case, id=case["name"]) for case in yaml.load(text, Loader=yaml.BaseLoader)]  # noqa: S506


def pauses_of(case: dict[str, Any]) -> tuple[Interval, ...]:
    return tuple(parse_pause(text, TZ) for text in case.get("pauses", ()))


@pytest.mark.parametrize("case", cases("due.yaml"))
def test_a_limit_is_due_when_the_case_says(case: dict[str, Any]) -> None:
    extended = case.get("extended_until")
    result = due(
        Duration.parse(case["duration"]),
        parse_time(case["start"], TZ),
        worktime=worktime(case.get("hours", "standard")),
        counting=case.get("counting", "civil"),
        pauses=pauses_of(case),
        extended_until=parse_time(extended, TZ) if extended else None,
    )
    assert result.at == parse_time(case["due"], TZ)
    assert result.provisional is (case.get("provisional") == "true")
    assert result.steps[-1].kind == "due"
    assert result.steps[-1].start == result.at
    assert any(step.kind == "provisional" for step in result.steps) is result.provisional


@pytest.mark.parametrize("case", cases("elapsed.yaml"))
def test_as_much_time_passed_as_the_case_says(case: dict[str, Any]) -> None:
    result = elapsed(
        parse_time(case["start"], TZ),
        parse_time(case["end"], TZ),
        Unit.parse(case["unit"]),
        worktime=worktime(),
        counting=case.get("counting", "civil"),
        pauses=pauses_of(case),
    )
    assert result.amount == Decimal(case["amount"])
    assert result.provisional is (case.get("provisional") == "true")
