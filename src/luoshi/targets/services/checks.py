"""Checks that several services make, each with its sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import Matter
from luoshi.targets.models import Plan, Sheet, Target
from luoshi.targets.models.base import MatterDetail

RowT = TypeVar("RowT", bound=MatterDetail)
BIGGEST = Decimal(10) ** 14


def locked(row: RowT) -> tuple[RowT, Matter]:
    """A row as it is now with its matter, both locked by the matter's row until the end of the transaction."""
    matter = ledger.lock(row.pk)
    rows = type(row)._default_manager.all()
    related = [name for name in ("plan", "sheet", "body") if name in {f.name for f in row._meta.get_fields()}]
    fresh: RowT = rows.select_related(*related).get(pk=row.pk) if related else rows.get(pk=row.pk)
    return fresh, matter


def line(value: str, *, field: str, label: str, longest: int, required: bool = True) -> str:
    """A text on one line: white space made single, not too long, not empty where it is required."""
    return _checked(" ".join(value.split()), field, label, longest, required)


def block(value: str, *, field: str, label: str, longest: int = 4000, required: bool = True) -> str:
    """A text of several lines."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    return _checked(text, field, label, longest, required)


def _checked(text: str, field: str, label: str, longest: int, required: bool) -> str:
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", field=field)
    return text


def number(value: Decimal | str | int | None, *, field: str, label: str) -> Decimal | None:
    """A number of at most four places; None for an empty one. Errors: Incomplete naming the field."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        raise Incomplete(f"{label}“{value}”不是数", field=field) from None
    if not found.is_finite() or abs(found) >= BIGGEST or found != round(found, 4):
        raise Incomplete(f"{label}“{value}”过大或超过四位小数", field=field)
    return found


def require_drafting(plan: Plan, sheet: Sheet) -> None:
    """What has been handed down is not edited any more. Errors: WrongState.

    Source: smx-target-management/3.4.1
    """
    if plan.issued_on is not None:
        raise WrongState(
            "目标已经下达，年中一般不作调整", mend="确有规定的三类事由的，请走调减程序；新增目标走增加程序"
        )
    if sheet.matter.state != "drafting":
        raise WrongState(f"{sheet.name}的目标正在审核，不能修改", mend="请先退回修改")


def require_issued(plan: Plan) -> None:
    """What belongs to a running year. Errors: WrongState before the plan is handed down, or after it is closed."""
    if plan.issued_on is None:
        raise WrongState("年度目标还没有下达", mend="请在下达后办理")
    if plan.matter.state == "closed":
        raise WrongState("本年度考评已经结束，不再变动", mend="请在新年度的目标中办理")


def require_listed(target: Target) -> None:
    """Errors: WrongState for a target that was removed."""
    if target.matter.state != "listed":
        raise WrongState("这项目标已撤销", mend="请刷新页面")


def first_of_month(day: dt.date) -> dt.date:
    """The first day of a day's month."""
    return day.replace(day=1)
