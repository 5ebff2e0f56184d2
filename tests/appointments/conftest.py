"""A notice of invented people, drafted, linked to a collective decision and signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from luoshi.appointments import services
from luoshi.appointments.models import Notice
from luoshi.appointments.services import ActSpec
from luoshi.decisions.models import Decision
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Matter, door

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2017, 11, 6, 9, 30, tzinfo=SHANGHAI)
TODAY = NOW.date()
REGISTER = Path(__file__).resolve().parents[3] / "shared" / "clauses" / "smx-appointments.yaml"


def on(text: str) -> dt.datetime:
    """A moment in Shanghai: "2017-11-07 10:00"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def spec(name: str, action: str, organisation: str, title: str, **more: Any) -> ActSpec:
    """What is entered of one act."""
    return ActSpec(name=name, action=action, organisation=organisation, title=title, **more)


def decided(outcome: str = "passed") -> Matter:
    """A collective decision as its meeting left it, written past its own services."""
    matter = ledger.matter_open(
        kind="decisions.decision", title="研究人事任免", actor=SYSTEM, at=NOW, facts={}, data={}
    )
    with door():
        Decision(
            matter=matter,
            jurisdiction=matter.jurisdiction,
            body_id=_office(),
            summary="人事任免",
            outcome=outcome,
            decided_at=NOW if outcome else None,
        ).save(force_insert=True)
    return matter


def _office() -> int:
    from luoshi.organisation.models import Body

    return Body.objects.get(code="bianban").pk


@pytest.fixture
def officer(actor: Callable[..., Any]) -> Any:
    """Who draws notices up."""
    return actor("personnel_office")


@pytest.fixture
def mayor(actor: Callable[..., Any]) -> Any:
    """Who signs them."""
    return actor("mayor")


@pytest.fixture
def draft(officer: Any) -> Callable[..., Notice]:
    """draft(spec, …): a notice with these acts."""

    def make(*specs: ActSpec, at: dt.datetime = NOW) -> Notice:
        notice = services.notice_open(
            closing="行政职务", party_document="三文任〔2017〕20号", actor=officer, at=at
        )
        for one in specs:
            services.act_add(notice=notice, spec=one, actor=officer, at=at)
        return notice

    return make


@pytest.fixture
def issue(draft: Callable[..., Notice], officer: Any, mayor: Any) -> Callable[..., Notice]:
    """issue(spec, …): a notice drafted, decided, signed and issued in one go; keeps `at` and `dated`."""

    def make(*specs: ActSpec, at: dt.datetime = NOW, dated: dt.date | None = None) -> Notice:
        notice = draft(*specs, at=at)
        services.decision_link(notice=notice, decision=decided(), actor=officer, at=at)
        services.notice_submit(notice=notice, actor=officer, at=at)
        services.notice_sign(notice=notice, actor=mayor, at=at)
        return services.notice_issue(notice=notice, dated=dated or at.date(), actor=officer, at=at)

    return make
