"""Checks that several services make, each with its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from luoshi.decisions.models.base import MatterDetail
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Matter
from luoshi.ledger.states import table_for
from luoshi.organisation.models import Body

RowT = TypeVar("RowT", bound=MatterDetail)


def locked(row: RowT) -> tuple[RowT, Matter]:
    """A row as it is now with its matter, both locked by the matter's row until the end of the transaction."""
    matter = ledger.lock(row.pk)
    rows = type(row)._default_manager.all()
    fresh: RowT = rows.get(pk=row.pk)
    fresh.matter = matter
    return fresh, matter


def stands(matter: Matter, action: str) -> None:
    """Refuse a step that the present state forbids, before anything else is asked. Errors: WrongState."""
    if table_for(matter.kind).edge(matter.state, action) is None:
        raise ledger.wrong_state(matter, action)


def line(value: str, *, field: str, label: str, longest: int = 200, required: bool = True) -> str:
    """A text on one line: white space made single, not too long, not empty where it is required."""
    return _checked(" ".join(value.split()), field, label, longest, required)


def block(value: str, *, field: str, label: str, longest: int = 8000, required: bool = True) -> str:
    """A text of several lines."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    return _checked(text, field, label, longest, required)


def _checked(text: str, field: str, label: str, longest: int, required: bool) -> str:
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", field=field)
    return text


def money(value: Decimal | str | int | None, *, field: str) -> Decimal | None:
    """An amount in yuan; None for an empty one. Errors: Incomplete naming the field."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise Incomplete(f"金额“{value}”不是数", field=field) from None
    if not found.is_finite() or found < 0 or found >= Decimal(10) ** 14 or found != round(found, 2):
        raise Incomplete(f"金额“{value}”应为不小于零、至多两位小数的数", field=field)
    return found


def bodies_by_code(codes: Iterable[str], *, field: str) -> dict[str, Body]:
    """The bodies of these codes. Errors: Incomplete naming an unknown one."""
    wanted = list(dict.fromkeys(codes))
    found = {body.code: body for body in Body.objects.filter(code__in=wanted, active=True)}
    unknown = [code for code in wanted if code not in found]
    if unknown:
        raise Incomplete(
            f"机构名册中没有“{'、'.join(unknown)}”", mend="请从名册中选择在用的单位", field=field
        )
    return found
