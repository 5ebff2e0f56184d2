"""The steps of a dispatch: each calls the service that its page calls."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from luoshi.api import shown
from luoshi.api.bearer import caller_of
from luoshi.api.endpoints.dispatches import TAG
from luoshi.api.endpoints.request_steps import common
from luoshi.api.endpoints.requests import tagged
from luoshi.api.lookup import body_by, dispatch_for
from luoshi.api.operations import operation
from luoshi.api.schemas import hotline as given
from luoshi.api.schemas.common import Given, Id, Stepped
from luoshi.api.scopes import WRITE
from luoshi.hotline import services
from luoshi.hotline.models import Dispatch
from luoshi.hotline.views.dispatch_actions import pending
from luoshi.ledger.errors import WrongState
from luoshi.ledger.models import Matter

router = Router()
Run = Callable[[Dispatch, Any, dict[str, Any]], object]


@dataclass(frozen=True, slots=True)
class Step:
    """A step: its word in the address, its Chinese name, what it needs and takes, and what it calls."""

    word: str
    title: str
    need: str
    takes: type[Given]
    run: Run


def _simply(service: Callable[..., object]) -> Run:
    """A service that takes just what is sent."""
    return lambda row, payload, how: service(dispatch=row, **payload.model_dump(), **how)


def _decided(service: Callable[..., object], kind: str) -> Run:
    """A decision on what the unit asked for."""
    return lambda row, payload, how: service(application=pending(row, kind), **payload.model_dump(), **how)


def _return(row: Dispatch, payload: given.ReturnIn, how: dict[str, Any]) -> object:
    proposed = body_by(payload.proposed, "proposed")
    return services.return_request(dispatch=row, reason=payload.reason, proposed_body=proposed, **how)


def _grant(row: Dispatch, payload: given.GrantIn, how: dict[str, Any]) -> object:
    asked = pending(row, "extension")
    return services.extension_grant(
        application=asked, until=payload.until or asked.until, opinion=payload.opinion, **how
    )


def _answer(row: Dispatch, payload: given.AnswerIn, how: dict[str, Any]) -> object:
    rows = row.urgings.filter(kind="supervision", answered_at__isnull=True)
    waiting = rows.select_related("dispatch__matter", "dispatch__request__matter").order_by("pk").first()
    if waiting is None:
        raise WrongState("没有待答复的督办", mend="请重新读取这张工单")
    return services.supervision_answer(urging=waiting, answer=payload.answer, **how)


UNIT, LEADER, REVIEW, DECIDE = "hotline.unit", "hotline.unit_approve", "hotline.review", "hotline.decide"
STEPS = (
    Step("sign", "签收", UNIT, given.NothingIn, _simply(services.dispatch_sign)),
    Step("hand-over", "交办", UNIT, given.HandOverIn, _simply(services.dispatch_hand_over)),
    Step("contacted", "登记联系诉求人", UNIT, given.ContactedIn, _simply(services.dispatch_contact)),
    Step("preliminary", "反馈初步意见", UNIT, given.OpinionIn, _simply(services.dispatch_preliminary)),
    Step("arrived", "登记到达现场", UNIT, given.ArrivedIn, _simply(services.dispatch_arrive)),
    Step("progress", "反馈进展", UNIT, given.NoteIn, _simply(services.dispatch_progress)),
    Step(
        "contact-person", "提供联系人", UNIT, given.ContactPersonIn, _simply(services.dispatch_contact_person)
    ),
    Step("draft", "拟写答复", UNIT, given.ReplyIn, _simply(services.reply_draft)),
    Step("send-back", "退回修改", LEADER, given.OpinionIn, _simply(services.reply_send_back)),
    Step("submit", "审核并报送平台", LEADER, given.NothingIn, _simply(services.reply_submit)),
    Step("mended", "反馈整改结果", LEADER, given.ReplyIn, _simply(services.dispatch_mend)),
    Step("return", "申请退单", UNIT, given.ReturnIn, _return),
    Step(
        "return-accept", "同意退单", DECIDE, given.FreeOpinionIn, _decided(services.return_accept, "return")
    ),
    Step("return-reject", "不同意退单", DECIDE, given.OpinionIn, _decided(services.return_reject, "return")),
    Step("extension", "申请延时", UNIT, given.ExtensionIn, _simply(services.extension_request)),
    Step("extension-grant", "同意延时", DECIDE, given.GrantIn, _grant),
    Step(
        "extension-refuse",
        "不同意延时",
        DECIDE,
        given.OpinionIn,
        _decided(services.extension_refuse, "extension"),
    ),
    Step("coordination", "申请协调办理", UNIT, given.ReasonIn, _simply(services.coordination_request)),
    Step("supervision-answer", "答复督办", UNIT, given.AnswerIn, _answer),
    Step("pass", "审核通过", REVIEW, given.NoteFreeIn, _simply(services.review_pass)),
    Step("redo", "退回重办", REVIEW, given.ReasonIn, _simply(services.review_redo)),
    Step("second-assign", "二次交办并督办", REVIEW, given.ReasonIn, _simply(services.review_second_assign)),
    Step("order-mend", "要求整改", "hotline.callback", given.MendIn, _simply(services.review_order_mend)),
    Step("urge", "催办", "hotline.supervise", given.UrgeIn, _simply(services.dispatch_urge)),
    Step("supervise", "督办", "hotline.supervise", given.SuperviseIn, _simply(services.dispatch_supervise)),
    Step("recall", "撤回", DECIDE, given.ReasonIn, _simply(services.dispatch_recall)),
)


def _register(step: Step) -> None:
    def view(request: HttpRequest, response: HttpResponse, id: Id, payload: Any) -> dict[str, Any]:
        caller = caller_of(request)
        row = dispatch_for(caller, id)
        step.run(row, payload, common(caller))
        matter = Matter.objects.get(pk=row.pk)
        tagged(response, matter.version)
        return shown.stepped(matter)

    view.__annotations__["payload"] = step.takes
    view.__doc__ = f"{step.title}。If-Match 写工单的版本。"
    name = step.word.replace("-", "_")
    operation(
        router, "POST", f"/dispatches/{{id}}/{step.word}", id=f"dispatch_{name}", title=step.title, need=step.need,
        scope=WRITE, out=Stepped, versioned=True, tag=TAG,
    )(view)  # fmt: skip


for one in STEPS:
    _register(one)
