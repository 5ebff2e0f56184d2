"""Checks that several services make, each with its sentence."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

from django.db import models

from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.organisation.models import Body

RowT = TypeVar("RowT", bound=models.Model)


def lock_row(row: RowT) -> RowT:
    """The row as it is now, locked until the end of the transaction."""
    model = row.__class__  # of the row itself, where request.user is lazy
    fresh: RowT = model._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
    return fresh


def lock_body(body: Body, *, version: int | None = None) -> Body:
    """The body, locked, still in use, and unchanged since the page with `version` was drawn."""
    fresh = lock_row(body)
    if version is not None and fresh.version != version:
        raise WrongState(f"{fresh.name}刚被他人修改", mend="请刷新页面后重试")
    if not fresh.active:
        raise WrongState(f"{fresh.name}已撤销", mend="请选择在用的机构")
    return fresh


def text(value: str, *, field: str, label: str, longest: int) -> str:
    """A required single-line text: white space made single, not empty, not too long."""
    clean = " ".join(value.split())
    if not clean:
        raise Incomplete(f"请填写{label}", field=field)
    if len(clean) > longest:
        raise Incomplete(f"{label}超过{longest}个字", field=field)
    return clean


def in_order(since: dt.date, until: dt.date | None, *, field: str = "until") -> None:
    """A period may not end before it starts."""
    if until is not None and until < since:
        raise Incomplete(f"日期不得早于{since:%Y-%m-%d}", field=field)


def overlaps(first: tuple[dt.date, dt.date | None], second: tuple[dt.date, dt.date | None]) -> bool:
    """Whether two half-open periods share a day; an empty period shares none."""
    latest = max(first[0], second[0])
    ends = [end for end in (first[1], second[1]) if end is not None]
    return all(latest < end for end in ends)
