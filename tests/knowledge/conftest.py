"""Invented knowledge of an invented city."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from luoshi.knowledge import services
from luoshi.knowledge.models import Bulletin, Entry, SupplyRequest
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2017, 10, 16, 9, 30, tzinfo=SHANGHAI)
BASIC = {
    "service": "为刚出生的孩子办理居民医疗保险登记。",
    "process": "到社区窗口或网上提交，窗口当场核对，通过后发送短信。",
    "materials": "户口簿、监护人身份证、出生医学证明。",
    "time_limit": "材料齐全的当场办结。",
    "commitment": "一次告知所缺材料，不让群众跑第二趟。",
}
SCRIPT = {"script": "供热管网正在抢修，预计今晚八点恢复。", "basis": "抢修调度令（虚构）第3号。"}


@pytest.fixture
def new_entry(bodies: dict[str, Any]) -> Callable[..., Entry]:
    """new_entry(title=…, body="jiaoyu"): a published entry of a unit; publish=False leaves a draft."""

    def make(*, body: str = "zhujian", form: str = "basic", **texts: Any) -> Entry:
        values: dict[str, Any] = {
            "title": "新生儿参保登记",
            "question": "孩子刚出生怎么上医保？",
            "content": BASIC if form == "basic" else SCRIPT,
            "publish": True,
            "actor": SYSTEM,
            "at": NOW,
            **texts,
        }
        return services.entry_create(body=bodies[body], form=form, **values)

    return make


@pytest.fixture
def new_bulletin(bodies: dict[str, Any]) -> Callable[..., Bulletin]:
    """new_bulletin(title=…): an issued bulletin of the water works; issue=False leaves a draft."""

    def make(*, body: str = "shuiwu", issue: bool = True, **values: Any) -> Bulletin:
        given: dict[str, Any] = {
            "topic": "announcement",
            "title": "河东片区计划停水",
            "text": "因管道检修，河东片区今天十点至十八点停水，请提前储水。",
            "valid_from": NOW,
            "valid_until": NOW + dt.timedelta(hours=12),
            "actor": SYSTEM,
            "at": NOW,
            **values,
        }
        made = services.bulletin_create(body=bodies[body], **given)
        return services.bulletin_issue(bulletin=made, actor=given["actor"], at=given["at"]) if issue else made

    return make


@pytest.fixture
def case_numbers(bodies: dict[str, Any]) -> Callable[..., list[str]]:
    """case_numbers(3, at=…): the numbers of so many citizens' requests registered then."""

    def make(count: int, *, at: dt.datetime = NOW - dt.timedelta(days=3)) -> list[str]:
        numbers = []
        for _ in range(count):
            number = ledger.number_next("test-requests", at)
            ledger.matter_open(
                kind="hotline.request", title="供热不足", number=number, actor=SYSTEM, at=at, facts={}
            )
            numbers.append(number)
        return numbers

    return make


@pytest.fixture
def new_request(
    bodies: dict[str, Any], case_numbers: Callable[..., list[str]]
) -> Callable[..., SupplyRequest]:
    """new_request(): the platform asks the heating company for a script by the next day, 18:00."""

    def make(*, body: str = "reli", form: str = "script", **values: Any) -> SupplyRequest:
        given: dict[str, Any] = {
            "subject": "供热管网抢修答复口径",
            "due_at": NOW.replace(day=17, hour=18, minute=0),
            "actor": SYSTEM,
            "at": NOW,
            **values,
        }
        if form == "script":
            given.setdefault("cases", case_numbers(3))
        return services.request_open(body=bodies[body], form=form, **given)

    return make
