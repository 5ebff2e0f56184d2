"""Small rulebooks that hold one made-up scheme."""

from __future__ import annotations

from luoshi.cli.books import known_calendars

CALENDARS = known_calendars()
_BOOK = """
id: trial
title: 试验
jurisdiction: trial
timezone: Asia/Shanghai
calendar: china
hours: {assumption: 试验, spans: [08:00-12:00, 14:00-18:00]}
roles: {agent: 坐席}
slots: {number: 编号}
"""
_DOCUMENTS = """
documents:
  - {id: city-rules, title: 试验办法, number: 试〔2017〕1号, issued: 2017-01-01, issuer: 市政府, clauses: {"1": 第一条}}
"""
_HEAD = """schemes:
  - id: assessment.trial
    title: 试验
    assumption: 试验
    valid: {from: 2017-01-01}
    status: in_force
    rounding: half_up
    counts: {a: 甲数, b: 乙数, c: 丙数, d: 丁数}
"""


def one_scheme(text: str) -> str:
    """The file of one scheme, whose own lines (indented by four) are given."""
    return _HEAD + text.lstrip("\n")


def files(scheme: str) -> dict[str, str]:
    """A rulebook around a scheme file."""
    return {"rulebook.yaml": _BOOK, "documents.yaml": _DOCUMENTS, "schemes.yaml": scheme}
