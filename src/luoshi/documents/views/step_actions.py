"""What may be done with one step of a paper's way: mark it, send it back, ask others, have it coordinated."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.documents import commissions, roster
from luoshi.documents import incoming_forms as f
from luoshi.documents.incoming_forms import pick
from luoshi.documents.outgoing_forms import make, options, words
from luoshi.documents.services import commissioning, steps
from luoshi.documents.services.instructions import Order
from luoshi.documents.views.incoming_actions import Shows, allowed
from luoshi.ledger.actors import Actor
from luoshi.ledger.once import once
from luoshi.organisation.pagekit import Action


def _done(row: Any, v: dict[str, Any], actor: Actor, at: dt.datetime) -> object:
    order = None
    if v.get("instruction"):
        order = Order(
            text=v["instruction"], bodies=f.named(v), manner=v["manner"] or "handle", lead=v["lead"], follow=v["follow"],
            moment=v.get("moment") or "parallel", due_set=v["order_due"],
        )  # fmt: skip
    extra = {"coordination": v["coordination"]} if "coordination" in v else None
    return steps.step_done(
        step=row, actor=actor, at=at, mark=v["mark"], opinion=v["opinion"], instruction=order, extra=extra
    )


def _at_stop(action: str) -> Shows:
    """Offer on the stops of a route only: a coordinator reports instead."""
    return lambda row, actor, at: row.stop != commissions.COORDINATION and allowed(action)(row, actor, at)


@once
def _coordinating(row: Any) -> bool:
    return bool(commissions.asked(row).filter(matter__state="open").exists())


STEP = {
    one.code: one
    for one in (
        Action("done", "批阅", "pencil", _done, _at_stop("done"), f.step_form, done="已批阅"),
        Action(
            "report", "报协调情况", "pencil",
            lambda r, v, a, t: commissioning.commission_report(
                step=r, account=v["account"], outcome=v["outcome"], proposal=v["proposal"], actor=a, at=t
            ),
            lambda r, a, t: r.stop == commissions.COORDINATION and allowed("done")(r, a, t), lambda r: f.report_form(),
            done="已报协调情况",
        ),
        Action(
            "commission", "委托协调", "users",
            lambda r, v, a, t: commissioning.commission(step=r, to=v["to"], text=v["text"], actor=a, at=t),
            lambda r, a, t: _at_stop("commission")(r, a, t) and not _coordinating(r) and commissions.may("commission", a, t),
            lambda r: make(to=f.coordinators(), text=words("需协调的事项", longest=300)), done="已委托协调",
        ),
        Action(
            "withdraw", "收回委托", "arrow-back",
            lambda r, v, a, t: commissioning.commission_withdraw(step=r, reason=v["reason"], actor=a, at=t),
            lambda r, a, t: _at_stop("withdraw")(r, a, t) and _coordinating(r),
            lambda r: make(reason=words("收回的理由", longest=300)), done="已收回委托",
        ),
        Action(
            "send_back", "退回修改", "arrow-back",
            lambda r, v, a, t: steps.step_send_back(step=r, reason=v["reason"], actor=a, at=t), _at_stop("send_back"),
            lambda r: make(reason=words("退回的理由", longest=500, rows=2)), tone="danger", done="已退回",
        ),
        Action(
            "refer", "转请其他领导核批", "users",
            lambda r, v, a, t: steps.step_refer(step=r, to=v["to"], reason=v["reason"], actor=a, at=t), _at_stop("refer"),
            lambda r: make(to=f.people("领导", sorted(roster.LEADING)), reason=words("事由", longest=300)), done="已转请",
        ),
        Action(
            "agree", "登记商定的传批方式", "calendar-event",
            lambda r, v, a, t: steps.step_agree(step=r, manner=v["manner"], agreed=v["agreed"], to=v["to"], actor=a, at=t),
            _at_stop("agree"),
            lambda r: make(
                manner=pick("传批方式", options("documents.away_manner")), agreed=words("与领导商定的情况", longest=300),
                to=f.people("代批领导（送其他领导时选）", sorted(roster.LEADING), required=False),
            ), done="已登记",
        ),
    )
}  # fmt: skip
