"""A small year of invented targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.targets import services
from luoshi.targets.imports.load import Checked, file_check, file_load
from luoshi.targets.models import Plan, Report, Sheet, Target

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2018, 1, 12, 9, 30, tzinfo=SHANGHAI)
JANUARY = dt.date(2018, 1, 1)
PDF = b"%PDF-1.4\n%%EOF\n"
SAMPLE = (Path(__file__).parent / "sample.yaml").read_text(encoding="utf-8")
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "targets-2017.yaml"


def on(text: str) -> dt.datetime:
    """A moment of the year in Shanghai: "07-05 10:00"."""
    return dt.datetime.fromisoformat(f"2018-{text}").replace(tzinfo=SHANGHAI)


def check(text: str = SAMPLE, at: dt.datetime = NOW) -> Checked:
    """The sample, or another text, as the importer sees it."""
    return file_check(name="sample.yaml", content=text.encode(), at=at)


@pytest.fixture
def drafted(bodies: dict[str, Any]) -> Plan:
    """The sample imported, not yet handed down."""
    return file_load(checked=check(), bodies={}, actor=SYSTEM, at=NOW, name="sample.yaml")


@pytest.fixture
def plan(drafted: Plan) -> Plan:
    """The sample in force."""
    return services.plan_issue(
        plan=drafted, document="虚政〔2018〕1号", issued_on=NOW.date(), actor=SYSTEM, at=NOW
    )


@pytest.fixture
def target(plan: Plan) -> Callable[[str, int], Target]:
    """target("市城管局", 2): a target of the sample as it is now."""

    def find(name: str, number: int) -> Target:
        rows = Target.objects.select_related("matter", "plan__matter", "sheet__matter", "sheet__body")
        return rows.get(sheet__plan=plan, sheet__name=name, number=number)

    return find


@pytest.fixture
def sheet(plan: Plan) -> Callable[[str], Sheet]:
    """sheet("市城管局"): what a body of the sample undertakes."""
    return lambda name: Sheet.objects.select_related("matter", "plan", "body").get(plan=plan, name=name)


@pytest.fixture
def month(plan):
    """month("02-01"): the month before is opened for check."""

    def begin(text="02-01 08:00", at=None):
        at = at or on(text)
        first = (at.date().replace(day=1) - dt.timedelta(days=1)).replace(day=1)
        return services.month_open(plan=plan, month=first, actor=SYSTEM, at=at)

    return begin


def report_of(name, month=JANUARY):
    return Report.objects.select_related("matter", "sheet", "plan").get(sheet__name=name, month=month)


def submit(name, figures, at, actor=SYSTEM, month=JANUARY, **more):
    by_name = {
        row.indicator: row.pk
        for target in Target.objects.filter(sheet__name=name)
        for row in target.measures.all()
    }
    values = {by_name[key]: value for key, value in figures.items()}
    return services.report_submit(report=report_of(name, month), figures=values, actor=actor, at=at, **more)


def apply(target, actor=SYSTEM, at=None, **more):
    measure = target.measures.first()
    given = {
        "ground": "disaster",
        "reason": "汛期受灾",
        "proof": (BytesIO(PDF), "证明.pdf"),
        "values": {measure.pk: "2"},
        **more,
    }
    return services.reduction_apply(target=target, actor=actor, at=at or on("08-01 10:00"), **given)
