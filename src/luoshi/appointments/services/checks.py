"""Checks that several services make, each with its sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TypeVar

from luoshi.appointments.models import Act, Notice
from luoshi.appointments.models.base import MatterDetail
from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Matter

RowT = TypeVar("RowT", bound=MatterDetail)


def locked(row: RowT) -> tuple[RowT, Matter]:
    """A row as it is now with its matter, both locked by the matter's row until the end of the transaction."""
    matter = ledger.lock(row.pk)
    rows = type(row)._default_manager.all()
    fresh: RowT = rows.get(pk=row.pk)
    return fresh, matter


def line(value: str, *, field: str, label: str, longest: int, required: bool = True) -> str:
    """A text on one line: white space made single, not too long, not empty where it is required."""
    text = " ".join(value.replace("\x00", "").split())
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", field=field)
    return text


def lines(values: Iterable[str], *, field: str, label: str, longest: int = 100) -> list[str]:
    """Several texts, each on one line, without blanks and repetitions."""
    found = [line(one, field=field, label=label, longest=longest, required=False) for one in values]
    return list(dict.fromkeys(one for one in found if one))


def acts_of(notice: Notice) -> list[Act]:
    """The acts in the order of the text, with their bodies and people."""
    return list(notice.acts.select_related("body", "person").order_by("position"))


def require_drafting(matter: Matter) -> None:
    """What has been sent for its signature is not edited any more. Errors: WrongState."""
    if matter.state != "drafting":
        raise WrongState("通知已送签署或已印发，不能修改", mend="待签署的请先退回修改")


def morning(day: dt.date) -> dt.datetime:
    """The beginning of a day in the city's time zone."""
    return dt.datetime.combine(day, dt.time(), books.current().worktime.tz)


def night(day: dt.date) -> dt.datetime:
    """The last second of a day in the city's time zone."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), books.current().worktime.tz)
