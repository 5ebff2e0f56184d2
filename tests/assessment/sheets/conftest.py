"""Sheets over invented counts: what live counting gives is set by the test, everything else is real."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from luoshi.assessment.models import Appeal, Sheet
from luoshi.assessment.selectors.sheets import engine_sheet
from luoshi.assessment.services import appeals, sheets
from luoshi.assessment.services.revising import Correction, effective
from luoshi.engines.assessment import Period, UnitCounts, evaluate
from luoshi.ledger import rules
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.services import matter_open

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTH = Period.parse("2017-10")
CLOSING = dt.datetime(2017, 11, 6, 10, 0, tzinfo=SHANGHAI)
"""A Monday; the fifth working day after it is Monday 13 November."""
LAST = dt.datetime(2017, 11, 13, 18, 0, tzinfo=SHANGHAI)
FULL = {
    "dispatched_any": 10, "signed_in_time": 10, "sign_in_counted": 10, "handed_over_in_time": 10,
    "hand_over_counted": 10, "closed_on_time": 10, "closed_counted": 10, "contacted_in_time": 10,
    "contact_callbacks": 10, "conduct_satisfied": 10, "conduct_callbacks": 10, "result_satisfied": 10,
    "result_callbacks": 10,
}  # fmt: skip
PDF = b"%PDF-1.7 invented"


@dataclass
class Counted:
    """What live counting would give, by unit."""

    units: dict[str, dict[str, int]] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)

    def counts_of(self, period: Period, *, now: dt.datetime) -> list[UnitCounts]:
        return [
            UnitCounts(code, dict(counts), name=self.bodies[code].name) for code, counts in self.units.items()
        ]

    def live(self, period: Period, *, now: dt.datetime) -> Any:
        scheme = rules.current().scheme("assessment.hotline", period.last)
        found = evaluate(scheme, self.counts_of(period, now=now), period=period)

        class Live:
            sheet, as_of, bodies = found, now, self.bodies

        return Live


@pytest.fixture
def counted(bodies: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Counted:
    """Three units with work, one of them late, and one without."""
    double = Counted(bodies=bodies)
    double.units = {
        "chengguan": {**FULL, "signed_in_time": 8, "closed_on_time": 8, "overdue_tickets": 2},
        "zhujian": {**FULL, "signed_in_time": 9},
        "huanbao": {**FULL, "closed_on_time": 9, "contacted_in_time": 9, "not_contacted_in_time": 1},
        "jiaoyu": {},
    }
    monkeypatch.setattr(sheets, "counts_of", double.counts_of)
    monkeypatch.setattr(sheets, "counted_until", lambda *, now: now)
    return double


@pytest.fixture
def centre(actor: Callable[..., Any]) -> Any:
    return actor("command_centre")


@pytest.fixture
def platform(actor: Callable[..., Any]) -> Any:
    return actor("platform_leader")


@pytest.fixture
def liaison(actor: Callable[..., Any]) -> Any:
    return actor("liaison", "chengguan")


@pytest.fixture
def leader(actor: Callable[..., Any]) -> Any:
    return actor("unit_leader", "chengguan")


@pytest.fixture
def closed(counted: Counted, centre: Any) -> Callable[..., Sheet]:
    """closed("2017-10", at=…): a closed sheet."""

    def make(period: str = "2017-10", *, at: dt.datetime = CLOSING) -> Sheet:
        opened = sheets.sheet_open(period=Period.parse(period), actor=centre, at=at)
        return sheets.sheet_close(sheet=opened, actor=centre, at=at, anyway="试算")

    return make


@pytest.fixture
def published(closed: Callable[..., Sheet], centre: Any) -> Callable[..., Sheet]:
    """published("2017-10", at=…): a published sheet."""

    def make(period: str = "2017-10", *, at: dt.datetime = CLOSING) -> Sheet:
        return sheets.sheet_publish(sheet=closed(period, at=at), actor=centre, at=at)

    return make


@pytest.fixture
def appeal_of(liaison: Any) -> Callable[..., Appeal]:
    """appeal_of(sheet, ["2.1.1"]): the appeal of chengguan, a day after publication."""

    def make(sheet: Sheet, items: list[str] | None = None, **changes: Any) -> Appeal:
        values: dict[str, Any] = {
            "items": ["2.1.1"] if items is None else items,
            "reason": "派单当天系统故障，签收记录晚了一天。",
            "basis": "考核办法第四条(四)。",
            "demand": "更正两件派单的签收时间。",
            "files": [(io.BytesIO(PDF), "故障说明.pdf")],
            "actor": liaison,
            "at": CLOSING + dt.timedelta(days=1),
        }
        return appeals.appeal_submit(sheet=sheet, **{**values, **changes})

    return make


@pytest.fixture
def case(bodies: dict[str, Any]) -> str:
    """The number of a dispatch to chengguan."""
    matter = matter_open(
        kind="hotline.dispatch", number="20171010-0001-1", title="路灯不亮", body_id=bodies["chengguan"].pk,
        actor=SYSTEM, at=dt.datetime(2017, 10, 10, 9, 0, tzinfo=SHANGHAI), facts={"urgency": "routine"},
    )  # fmt: skip
    return str(matter.number)


@pytest.fixture
def fix(case: str) -> Callable[..., Correction]:
    """fix(sheet, "signed_in_time", 10): a correction of a count of chengguan to a new value."""

    def make(sheet: Sheet, count: str, after: int, *, unit: str = "chengguan", **changes: Any) -> Correction:
        found = engine_sheet(sheet)
        row = sheet.units.filter(body__code=unit).order_by("-revision").first()
        stands = effective(
            UnitCounts(unit, {key: int(value) for key, value in row.inputs["counts"].items()}),
            found.unit(unit),
            count,
        )
        values = {"day": MONTH.last, "case": case, "why": "两件派单实际按时签收"}
        return Correction(count, stands, after, **{**values, **changes})

    return make


@pytest.fixture
def decided(platform: Any, centre: Any) -> Callable[..., Appeal]:
    """decided(appeal, [corrections]): drafted and approved; without corrections rejected."""

    def make(appeal: Appeal, corrections: list[Correction] | None = None, *, at: Any = None) -> Appeal:
        moment = at or CLOSING + dt.timedelta(days=2)
        drafted = appeals.appeal_draft(
            appeal=appeal,
            accepts=bool(corrections),
            corrections=corrections or [],
            opinion="经核查系统日志",
            actor=platform,
            at=moment,
        )
        return appeals.appeal_approve(appeal=drafted, actor=centre, at=moment)

    return make
