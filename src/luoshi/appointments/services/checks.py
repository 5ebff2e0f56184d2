"""Checks that several services make, each with its sentence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from luoshi.appointments.models import Act, Notice
from luoshi.ledger import rules as books
from luoshi.ledger.errors import WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter


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
