"""What comes next on a request or a dispatch, in one sentence, for whoever looks at it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from luoshi.hotline.models import Callback, Dispatch, Request
from luoshi.hotline.selectors.duplicates import Duplicate
from luoshi.ledger.actors import Actor

ASKED = {
    "return": "退单", "county_report": "属地政府报告", "assist": "增加协办单位", "extension": "延时",
    "no_redispatch": "不宜再批转", "coordination": "协调办理",
}  # fmt: skip
PLAIN_REQUEST = {
    "escalated": "等待市领导批示；批示后按批示继续办理。",
    "offered": "已列入领办工单，等待单位主动领办；一直无人领办的可撤出后重新批转。",
    "refused": "不予受理，已说明理由和应走的途径。",
    "answered": "已当场答复。",
    "not_redispatched": "不再批转，已告知诉求人。",
}
UNIT_STEPS = {
    "sent": "请先签收；签收后交办到具体部门和人员，并尽快联系诉求人。",
    "signed": "请交办到具体部门和人员，并联系诉求人核实情况。",
    "mending": "诉求人回访不满意，请按整改要求办理后由分管领导反馈整改结果。",
}
PLATFORM_STEPS = {
    "sent": "等待单位签收；临近时限可催办。",
    "signed": "单位已签收，正在交办。",
    "handed_over": "单位正在办理。",
    "drafted": "等待单位分管领导审核答复。",
    "redo": "已退回，等待单位重办。",
    "mending": "等待单位整改。",
}


NEXT_OF_REQUEST = {"concluded": "feed_back", "fed_back": "call_back", "escalated": "leader_decide"}
NEXT_OF_DISPATCH = {"sent": "sign", "signed": "hand_over", "redo": "draft", "mending": "mend"}


def request_next(subject: Request) -> str:
    """The code of the step to open on a request's page; "" for none."""
    return NEXT_OF_REQUEST.get(subject.matter.state, "none")


def dispatch_next(subject: Dispatch, waiting: frozenset[str]) -> str:
    """The code of the step to open on a dispatch's page for its unit; "" leaves it to the steps themselves."""
    state = subject.matter.state
    if waiting or state not in {"handed_over", *NEXT_OF_DISPATCH}:
        return ""
    if state != "handed_over":
        return NEXT_OF_DISPATCH[state]
    if subject.onsite and subject.arrived_at is None:
        return "arrive"
    if subject.contacted_at is None:
        return "contact"
    return "draft" if subject.preliminary else "report_preliminary"


def request_advice(
    subject: Request,
    actor: Actor,
    *,
    repeats: Sequence[Duplicate],
    dispatches: Iterable[Dispatch],
    callbacks: Iterable[Callback],
) -> str:
    """The next step of a request. callbacks: in the order in which they were made."""
    state = subject.matter.state
    if state == "received":
        return _received(subject, actor, repeats)
    if state == "in_progress":
        waiting = [d.body.short_name for d in dispatches if d.matter.state not in {"passed", "recalled"}]
        return f"等待{'、'.join(waiting)}办理；各单位的时限见下。" if waiting else "等待承办单位办理。"
    if state == "concluded":
        return (
            "各单位的结果都已审核通过，请把结果反馈诉求人。"
            if actor.can("hotline.callback")
            else "等待回访员反馈诉求人。"
        )
    if state == "fed_back":
        return (
            "请回访诉求人：单位是否及时联系、作风如何、对结果是否满意。"
            if actor.can("hotline.callback")
            else "等待回访员回访。"
        )
    if state in {"called_back", "archived"}:
        return _closing(subject, actor, [one for one in callbacks if one.answered])
    return PLAIN_REQUEST.get(state, "")


def _received(subject: Request, actor: Actor, repeats: Sequence[Duplicate]) -> str:
    known = next((one for one in repeats if one.grounds and one.link != "different"), None)
    if known is not None:
        number = known.request.matter.number
        if known.overdue:
            return f"与 {number} 疑似同一问题，且承办单位已超期：核对后认定同一问题，并催办原件。"
        return f"与 {number} 疑似同一问题：核对后可认定同一问题并不再批转。"
    hurry = "紧急件，请立即批转。" if subject.urgency == "urgent" else ""
    if subject.kind in {"announcement", "consultation"}:
        if actor.can("hotline.answer"):
            return "先查知识库，能答的当场答复；答不了的转派单员批转。"
        return hurry + "坐席未能当场答复，请确定承办单位后批转。"
    if actor.can("hotline.dispatch"):
        return hurry + "请确定承办单位后批转；不属受理范围的说明理由，不予受理。"
    return "已登记，等待派单员批转。属于不予受理情形的，请当场说明理由并登记。"


def _closing(subject: Request, actor: Actor, answered: Sequence[Callback]) -> str:
    if answered and answered[-1].result == "dissatisfied" and subject.matter.state == "called_back":
        return "诉求人不满意：到工单页要求单位整改，整改后再次回访。"
    publication = getattr(subject, "publication", None)
    open_now = publication is not None and publication.withdrawn_at is None
    if subject.matter.disclosure == "public" and not open_now and actor.can("hotline.publish"):
        return "办理结果可以网上公开：先通读，确认没有诉求人个人信息。"
    return (
        "办理完毕，可以归档。"
        if subject.matter.state == "called_back" and actor.can("hotline.callback")
        else ""
    )


def dispatch_advice(subject: Dispatch, actor: Actor, *, waiting: frozenset[str]) -> str:
    """The next step of a dispatch, for the unit that has it or for the platform."""
    state = subject.matter.state
    if state == "passed":
        return "已审核通过，办结。"
    if state == "recalled":
        return "已撤回，不再计时。"
    mine = actor.can("hotline.unit") and actor.body_id == subject.body_id
    asked = "、".join(label for kind, label in ASKED.items() if kind in waiting)
    if mine:
        said = _unit(subject, actor)
        return f"{said}已提出{asked}申请，批复前继续办理、时限不停。" if asked else said
    if asked and actor.can("hotline.decide"):
        return f"单位提出{asked}申请，等待批复。"
    if state == "submitted":
        if actor.can("hotline.review"):
            return "请审核答复：事实清楚、办理到位的通过；没有办好的退回重办，敷衍应付的二次交办。"
        return "等待平台审核。"
    return PLATFORM_STEPS.get(state, "")


def _unit(subject: Dispatch, actor: Actor) -> str:
    state = subject.matter.state
    if state in UNIT_STEPS:
        return UNIT_STEPS[state]
    if state == "drafted":
        return (
            "请审核答复，属实的报送平台。"
            if actor.can("hotline.unit_approve")
            else "答复已拟好，等待分管领导审核报送。"
        )
    if state == "submitted":
        return "答复已报送，等待平台审核。"
    if state == "redo":
        return "平台退回重办，请按审核意见重新办理并拟写答复。"
    if subject.onsite and subject.arrived_at is None:
        return "请到现场核实并登记到达时间和现状。"
    if subject.contacted_at is None:
        return "请联系诉求人并登记核实情况。"
    if not subject.preliminary:
        return "请反馈初步处理意见。"
    return "办理完毕后拟写答复，交分管领导审核。"
