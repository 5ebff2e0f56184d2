"""Checks that several services make, each with its sentence."""

from __future__ import annotations

import datetime as dt
from functools import partial

from luoshi.agenda.models import Leader
from luoshi.ledger import inputs
from luoshi.ledger.errors import Incomplete

block = partial(inputs.block, longest=4000)


def period(since: dt.date, until: dt.date | None, *, field: str = "until") -> None:
    """Errors: Incomplete for a period that ends before it starts."""
    if until is not None and until < since:
        raise Incomplete("结束日期不能早于开始日期", mend="请核对两个日期", field=field)


def in_office(leader: Leader, day: dt.date, *, field: str) -> None:
    """Errors: Incomplete for somebody who is no longer, or not yet, in that office on the day."""
    if leader.since > day or (leader.until is not None and leader.until <= day):
        raise Incomplete(
            f"{leader.person.name}在{day:%Y年%-m月%-d日}不任{leader.title or leader.get_office_display()}",
            mend="请改选在任的领导，或核对日期",
            field=field,
        )
