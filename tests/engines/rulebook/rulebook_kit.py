"""A small rulebook for tests of the engine."""

from __future__ import annotations

from functools import cache

from luoshi.engines.rulebook import Rulebook, parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

HEAD = """id: demo
title: 示例市
jurisdiction: demo
timezone: Asia/Shanghai
calendar: china
hours:
  assumption: 示例
  spans: [08:00-12:00, 14:00-18:00]
roles: {clerk: 经办人, leader: 负责人, deputy: 副职}
slots: {number: 编号, unit: 单位}
"""
DOCUMENTS = """documents:
  - id: demo-rules
    title: 示例办法
    clauses: {"1": 第一条, "2.1": 第二条(一)}
"""


def limit(
    *,
    duration: str = "4 working hours",
    valid: str = "{from: 2020-01-01}",
    status: str = "in_force",
    extra: str = "",
) -> str:
    """A limit without the head of its file; the first one of a text brings the head."""
    return f"""  - id: demo.sign
    title: 签收
    cite: [demo-rules/2.1]
    valid: {valid}
    status: {status}
    matter: demo.task
    opens: [demo.sent]
    meets: [demo.signed]
    owner: body
    duration: {duration}
{extra}"""


LIMIT = limit()


@cache
def known() -> dict[str, Calendar]:
    return {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}


def files(text: str) -> dict[str, str | bytes]:
    """The files of a rulebook with this rule file; a text without a top key holds limits."""
    body = text if text[:1] not in {" ", ""} else f"limits:\n{text}"
    return {"rulebook.yaml": HEAD, "documents.yaml": DOCUMENTS, "rules.yaml": body}


def rulebook(text: str) -> Rulebook:
    """The rulebook with this rule file. Raises RulebookError."""
    return parse(files(text), calendars=known())
