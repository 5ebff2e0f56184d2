"""The pages of the scores, signed in as this or that role, over real life cycles or a league made up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest

from luoshi.assessment.selectors.live import Counted, Live, scheme_for
from luoshi.engines.assessment import Period, UnitCounts, evaluate
from luoshi.organisation.models import Grant
from tests.assessment.counting.conftest import (  # noqa: F401 - fixtures
    MONDAY,
    Office,
    agent,
    caller,
    command,
    dispatch_of,
    dispatcher,
    handler,
    liaison,
    monday,
    office,
    other_liaison,
    platform_leader,
    recounted,
    request_of,
    reviewer,
    unit_leader,
)

OCTOBER = "2017-10"
GOOD = {
    "dispatched_any": 50, "signed_in_time": 48, "sign_in_counted": 50, "handed_over_in_time": 44,
    "hand_over_counted": 49, "returned": 4, "returned_in_time": 3, "wrong_returned": 1, "closed_on_time": 40,
    "closed_counted": 45, "overdue_open": 2, "result_satisfied": 20, "result_basically": 5,
    "result_dissatisfied": 5, "result_callbacks": 30, "information_items": 12, "overdue_tickets": 7,
    "claimed_tickets": 3, "missing_facilities": 1,
}  # fmt: skip
POOR = {**GOOD, "signed_in_time": 20, "closed_on_time": 10}
Counts = Mapping[str, int | Decimal]


@pytest.fixture
def enter(client: Any, bodies: Any) -> Callable[..., Any]:
    """enter("liaison", "chengguan") signs the client in as that demo account."""

    def make(role: str, body: str = "") -> Any:
        grants = Grant.objects.filter(role__code=role).order_by("id")
        client.force_login((grants.filter(body__code=body) if body else grants).first().user)
        return client

    return make


@pytest.fixture
def league(monkeypatch: pytest.MonkeyPatch, bodies: Any) -> Callable[..., None]:
    """league({"chengguan": GOOD}): these counts in October 2017, none in any other month."""

    as_counted = Counted.live

    def make(counts: Mapping[str, Counts], period: str = OCTOBER) -> None:
        def made(self: Counted, asked: Period) -> Live:
            real = as_counted(self, asked)
            given = counts if str(asked) == period else {}
            units = [
                UnitCounts(code, given.get(code, {}), class_=body.kind, name=body.name)
                for code, body in real.bodies.items()
            ]
            return Live(evaluate(scheme_for(asked), units, period=asked), self.as_of, real.bodies)

        monkeypatch.setattr(Counted, "live", made)

    return make


def shown(answer: Any, status: int = 200) -> str:
    """The text of an answer that must have this status."""
    text: str = answer.content.decode(errors="replace")  # a workbook is no text
    assert answer.status_code == status, text[:3000]
    return text


def plain(html: str) -> str:
    """The words of a page without its marks."""
    import re

    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
