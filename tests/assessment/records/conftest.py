"""Records of an invented city: papers to attach, entries with what they need, opinions and reports."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.assessment import services
from luoshi.assessment.models import Entry, Opinion
from luoshi.assessment.services.record_checks import Upload
from luoshi.ledger.actors import Actor
from tests.hotline.conftest import (  # noqa: F401 - fixtures
    MONDAY,
    agent,
    caller,
    command,
    dispatch_of,
    dispatcher,
    handler,
    liaison,
    monday,
    other_liaison,
    platform_leader,
    request_of,
    reviewer,
    unit_leader,
)

CONTENT: dict[str, dict[str, Any]] = {
    "unexecuted_order": {"task": "防汛值守指令（虚构）", "finding": "两次指令均未派人到位"},
    "duty_phone_failure": {"checked_at": "2017-10-09 21:10", "finding": "三次拨打无人接听"},
    "duty_gap": {"checked_at": "2017-10-09 23:30", "finding": "夜间无队伍值班"},
    "media_exposed": {"outlet": "虚构日报", "exposed_on": "2017-10-07", "finding": "曝光后仍未清运"},
    "fraud": {"kind": "false_closing", "finding": "回访查实未到场即办结"},
    "award_national": {"giver": "虚构部", "document": "虚发〔2017〕1号", "title": "先进集体"},
    "award_provincial": {"giver": "虚构厅", "document": "虚发〔2017〕2号", "title": "先进集体"},
    "award_municipal": {"giver": "虚构市政府", "document": "虚发〔2017〕3号", "title": "先进集体"},
    "media_national": {"title": "夜间抢修队的一天", "outlet": "虚构日报", "subject": "news"},
    "media_provincial": {"title": "夜间抢修队的一天", "outlet": "虚构省报", "subject": "experience"},
    "media_municipal": {"title": "夜间抢修队的一天", "outlet": "虚构市报", "subject": "research"},
    "platform_adopted": {"title": "十月诉求分析"},
    "difficult_led": {"leader": "虞听澜", "how": "牵头会办", "outcome": "已修复"},
}
ON_ORDER = {"repeat_complaint", "late_arrival", "media_exposed", "leak", "shirked_return", "difficult_led"}


def upload(purpose: str = "证明材料", name: str = "证明.pdf") -> Upload:
    """A small PDF."""
    return Upload(name, io.BytesIO(b"%PDF-1.4 " + purpose.encode()), purpose)


@pytest.fixture
def propose(
    bodies: dict[str, Any],
    platform_leader: Actor,  # noqa: F811 - a fixture
    dispatch_of: Callable[..., Any],  # noqa: F811
) -> Callable[..., Entry]:
    """propose("fraud"): an entry on chengguan, complete and with its proof; an order of its own where one is needed."""
    from luoshi.assessment.rules_records import item_rule

    def make(item: str, unit: str = "chengguan", **changes: Any) -> Entry:
        at = changes.pop("at", MONDAY + dt.timedelta(hours=2))
        rule = item_rule(item, at.date())
        assert rule is not None
        if item in ON_ORDER and "order_no" not in changes:
            changes["order_no"] = dispatch_of(unit).request.matter.number
        values: dict[str, Any] = {
            "body": bodies[unit],
            "item": item,
            "date": MONDAY.date(),
            "content": CONTENT.get(item, {"finding": "经核查属实"}),
            "conditions": [one.key for one in rule.ground.conditions],
            "files": [upload(material) for material in rule.materials or ("证明材料",)],
            "actor": platform_leader,
            "at": at,
        }
        return services.entry_propose(**{**values, **changes})

    return make


@pytest.fixture
def approved(propose: Callable[..., Entry], command: Actor) -> Callable[..., Entry]:  # noqa: F811
    """approved("fraud"): as propose, approved an hour later."""

    def make(item: str, unit: str = "chengguan", **changes: Any) -> Entry:
        entry = propose(item, unit, **changes)
        at = entry.proposed_at + dt.timedelta(hours=1)
        return services.entry_approve(entry=entry, actor=command, at=at)

    return make


@pytest.fixture
def opinion_of(bodies: dict[str, Any], platform_leader: Actor) -> Callable[..., Opinion]:  # noqa: F811
    """opinion_of(due_at=…): a supervision opinion to chengguan."""

    def make(**changes: Any) -> Opinion:
        values: dict[str, Any] = {
            "body": bodies["chengguan"],
            "title": "垃圾清运不及时",
            "text": "请于期限前清运完毕并建立日巡查制度。",
            "due_at": MONDAY + dt.timedelta(days=3),
            "actor": platform_leader,
            "at": MONDAY,
        }
        return services.opinion_issue(**{**values, **changes})

    return make


@pytest.fixture
def live() -> Callable[..., dict[str, Any]]:
    """live("2017-10", now=…): what chengguan's sheet says, as {item id: points}, with the counts under "counts"."""
    from luoshi.assessment.selectors.live import live as read
    from luoshi.assessment.services.recount import recount
    from luoshi.engines.assessment import Period

    def sheet(period: str = "2017-10", *, now: dt.datetime, unit: str = "chengguan") -> dict[str, Any]:
        recount(now=now)
        found = read(Period.parse(period), now=now).sheet
        score = next(one for one in found.units if one.unit == unit)
        lines = {line.item.id: line for line in score.lines}
        return {
            "points": {id: line.points for id, line in lines.items()},
            "counts": {name: n for line in lines.values() for name, n in line.counts.items()},
            "score": score,
        }

    return sheet


@pytest.fixture
def differences() -> Callable[[], list[str]]:
    """All that the verification finds, as text."""
    from luoshi.ledger.verify import Report, verify

    def run() -> list[str]:
        return [str(found) for found in verify(report=Report())]

    return run
