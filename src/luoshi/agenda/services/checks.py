"""Checks that several services make, each with its sentence."""

from __future__ import annotations

import datetime as dt

from luoshi.agenda.models import Leader
from luoshi.ledger.errors import Incomplete


def line(value: str, *, field: str, label: str, longest: int, required: bool = True) -> str:
    """A text on one line: white space made single, not too long, not empty where it is required."""
    text = " ".join(value.replace("\x00", "").split())
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", field=field)
    return text


def block(value: str, *, field: str, label: str, longest: int = 4000, required: bool = True) -> str:
    """A text of several lines."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", field=field)
    return text


def period(since: dt.date, until: dt.date | None, *, field: str = "until") -> None:
    """Errors: Incomplete for a period that ends before it starts."""
    if until is not None and until < since:
        raise Incomplete("结束日期不能早于开始日期", mend="请核对两个日期", field=field)


def in_office(leader: Leader, day: dt.date, *, field: str) -> None:
    """Errors: Incomplete for somebody who is no longer, or not yet, in that office on the day."""
    if leader.since > day or (leader.until is not None and leader.until <= day):
        raise Incomplete(
            f"{leader.person.name}在{day:%Y年%m月%d日}不任{leader.title or leader.get_office_display()}",
            mend="请改选在任的领导，或核对日期",
            field=field,
        )
