"""Checks that several services make, each with its sentence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from functools import partial

from luoshi.ledger import inputs
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Matter
from luoshi.ledger.states import table_for
from luoshi.organisation.models import Body

line = partial(inputs.line, longest=200)
block = partial(inputs.block, longest=8000)


def stands(matter: Matter, action: str) -> None:
    """Refuse a step that the present state forbids, before anything else is asked. Errors: WrongState."""
    if table_for(matter.kind).edge(matter.state, action) is None:
        raise ledger.wrong_state(matter, action)


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
