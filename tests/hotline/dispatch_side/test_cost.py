"""What a step costs does not grow with the city: so many queries, whatever is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from .conftest import Life

STEPS: dict[str, tuple[str, Callable[[Life], Life], int]] = {
    "sign": ("sent", lambda life: life.sign(), 17),
    "hand_over": ("signed", lambda life: life.hand_over(), 14),
    "contact": ("handed_over", lambda life: life.contact(), 10),
    "draft": ("handed_over", lambda life: life.draft(), 10),
    "submit": ("drafted", lambda life: life.submit(), 17),
    "review": ("submitted", lambda life: life.review(), 22),
}


@pytest.mark.parametrize("name", STEPS)
def test_a_step_takes_a_fixed_number_of_queries(life_of: Any, name: str) -> None:
    state, step, most = STEPS[name]

    def count() -> int:
        life = life_of(state=state)
        with CaptureQueriesContext(connection) as seen:
            step(life)
        return len(seen)

    first = count()
    for _ in range(3):
        life_of(state="signed")
    assert count() == first <= most
