"""Checks and small deeds that the services of the records share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from luoshi.engines.rulebook import Content
from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.services.shared import masked_for
from luoshi.ledger import rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body

REASON, LONGEST = 200, 4000


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to be attached. purpose: the kind of material that it is."""

    name: str
    file: BinaryIO
    purpose: str


def local_day(at: dt.datetime) -> dt.date:
    """The local day of a moment: the day whose rules hold."""
    return at.astimezone(rules.current().worktime.tz).date()


def check_assessed(body: Body) -> None:
    """Refuse what concerns a body that is not assessed.

    Errors: WrongState.
    """
    if not (body.active and body.takes_requests):
        raise WrongState(f"{body.name}不是在用的责任单位", mend="请选择承办诉求件的在用单位")


def order_of(number: str, body: Body) -> Matter:
    """The citizen's request with this number, if the body had it to handle.

    Errors: Incomplete.
    """
    found = Matter.objects.filter(kind="hotline.request", number=number.strip()).first()
    if found is None:
        raise Incomplete(f"没有编号为“{number.strip()}”的诉求件", mend="请核对编号", field="order_no")
    if not Dispatch.objects.filter(request=found.pk, body=body).exists():
        raise Incomplete(
            f"诉求件{found.number}没有派给{body.short_name}", mend="请核对编号和单位", field="order_no"
        )
    order: Matter = found
    return order


def paper(rule: Content, values: Mapping[str, Any]) -> dict[str, str]:
    """What is filled in, as texts by key; empty optional fields are left out.

    Errors: Incomplete naming the first field that is missing or too long.
    """
    lacking = rule.missing(values)
    if lacking:
        least = f"至少{lacking[0].min_length}个字" if lacking[0].min_length else ""
        raise Incomplete(f"请填写{lacking[0].label}", mend=least, field=lacking[0].key)
    filled = {}
    for field in rule.fields:
        text = block(
            str(values.get(field.key) or ""),
            field=field.key,
            label=field.label,
            longest=LONGEST,
            required=False,
        )
        if text:
            filled[field.key] = text
    return filled


def reason_of(text: str, *, field: str = "reason", label: str = "原因") -> str:
    """A reason on one line.

    Errors: Incomplete.
    """
    return line(text, field=field, label=label, longest=REASON)


def safe(text: str, order: Matter | int | None) -> str:
    """A text fit for an event: where it concerns a citizen's request, the citizen's personal data is hidden."""
    if order is None:
        return text
    pk = order if isinstance(order, int) else order.pk
    request = Request.objects.select_related("contact").filter(pk=pk).first()
    return masked_for(request, text) if request is not None else text


def attach(matter: Matter, files: Sequence[Upload], *, actor: Actor, at: dt.datetime) -> list[str]:
    """Attach files; return their names.

    Errors: Incomplete for a file that is empty, too large or of a type that is not taken.
    """
    return [
        ledger.attachment_add(
            matter=matter, file=one.file, name=one.name, purpose=one.purpose, actor=actor, at=at
        ).name
        for one in files
    ]
