"""Checks that several services make, each with its sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from functools import partial

from luoshi.ledger import inputs
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.targets.models import Plan, Sheet, Target

block = partial(inputs.block, longest=4000)
BIGGEST = Decimal(10) ** 14


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
