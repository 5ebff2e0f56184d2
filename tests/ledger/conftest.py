"""A dispatch in the ledger alone: enough of a matter to show what the ledger does with any."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from luoshi.ledger import services
from luoshi.ledger.actors import SYSTEM

if TYPE_CHECKING:
    from luoshi.ledger.models import Matter

FACTS = {"urgency": "routine", "role": "sole", "onsite": False, "area": "urban", "body_class": "department"}


@pytest.fixture(autouse=True)
def bare_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """No function acts on a lapse or follows events here: these matters have no detail rows of the hotline's."""
    monkeypatch.setattr("luoshi.ledger.followers._followers", [])
    module = importlib.import_module("luoshi.ledger.services.sweep")
    monkeypatch.setattr(module, "_on_overdue", {})
    monkeypatch.setattr(module, "_on_lapse", {})


@pytest.fixture
def open_dispatch(bodies: dict[str, Any], at: Callable[[str], dt.datetime]) -> Callable[..., Matter]:
    """open_dispatch("2017-10-09 09:00", urgency="urgent"): a dispatch to the city management bureau."""

    def make(when: str = "2017-10-09 09:00", *, number: str | None = None, **facts: Any) -> Matter:
        return services.matter_open(
            kind="hotline.dispatch",
            title="路灯不亮",
            actor=SYSTEM,
            at=at(when),
            body_id=bodies["chengguan"].pk,
            number=number,
            facts={**FACTS, **facts},
        )

    return make


@pytest.fixture
def check() -> Callable[[], list[str]]:
    """All that the verification finds, as text."""
    from luoshi.ledger.verify import Report, verify

    def run() -> list[str]:
        return [str(found) for found in verify(report=Report())]

    return run
