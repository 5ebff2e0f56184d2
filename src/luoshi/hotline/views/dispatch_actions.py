"""The steps of a dispatch that its page offers: form and service for each edge of the state table."""

from __future__ import annotations

from typing import Any

from luoshi.hotline import services
from luoshi.hotline.forms import dispatches as forms
from luoshi.hotline.forms.base import Plain, body_of
from luoshi.hotline.models import Application, Dispatch
from luoshi.hotline.services.dispatching import ASSIST, Order
from luoshi.hotline.views.actions import Action, Step
from luoshi.ledger.errors import WrongState
from luoshi.organisation.models import Body


def pending(dispatch: Dispatch, kind: str) -> Application:
    """The application of a kind that waits for a decision. Errors: WrongState when none does."""
    found: Application | None = dispatch.applications.filter(kind=kind, status="pending").first()
    if found is None:
        raise WrongState("没有待批复的这类申请", mend="可能已由他人批复，请刷新页面")
    return found


def _bodies(values: list[str]) -> list[Body]:
    return list(Body.objects.filter(pk__in=[int(value) for value in values]).order_by("pk"))


def _common(step: Step) -> dict[str, Any]:
    return {"dispatch": step.subject, "actor": step.actor, "at": step.at, "version": step.version}


def _on(step: Step, kind: str) -> dict[str, Any]:
    waiting = pending(step.subject, kind)
    return {"application": waiting, "actor": step.actor, "at": step.at, "version": step.version}


def _assisting(step: Step) -> list[Order]:
    chosen, instruction = _bodies(step.data["bodies"]), step.data["instruction"]
    return [Order(body=body, instruction=instruction, role=ASSIST) for body in chosen]


def _return(step: Step) -> object:
    proposed = body_of(step.data["proposed_body"])
    return services.return_request(reason=step.data["reason"], proposed_body=proposed, **_common(step))


def _county(step: Step) -> object:
    return services.county_report(
        reason=step.data["reason"],
        suggestion=step.data["suggestion"],
        proposed_body=body_of(step.data["proposed_body"]),
        **_common(step),
    )


def _written(step: Step) -> object:
    file = step.data.get("file")
    return services.no_redispatch_request(
        reason=step.data["reason"], file=file, file_name=file.name if file else "", **_common(step)
    )


def _answer_supervision(step: Step) -> object:
    waiting = step.subject.urgings.filter(kind="supervision", answered_at__isnull=True).order_by("pk").first()
    if waiting is None:
        raise WrongState("没有待答复的督办", mend="请刷新页面")
    return services.supervision_answer(
        urging=waiting, answer=step.data["answer"], actor=step.actor, at=step.at, version=step.version
    )


def _grant(step: Step) -> object:
    waiting = pending(step.subject, "extension")
    until = step.data["until"] or waiting.until
    return services.extension_grant(until=until, opinion=step.data["opinion"], **_on(step, "extension"))


UNIT_ACTIONS = (
    Action("sign", Plain, lambda s: services.dispatch_sign(**_common(s)), "check", first=True),
    Action(
        "hand_over",
        forms.HandOverForm,
        lambda s: services.dispatch_hand_over(
            handler=s.data["handler"], opinion=s.data["opinion"], **_common(s)
        ),
        "users",
        first=True,
    ),
    Action(
        "contact",
        forms.ContactForm,
        lambda s: services.dispatch_contact(
            note=s.data["note"], contacted_at=s.data["contacted_at"], **_common(s)
        ),
        "phone",
        when=lambda dispatch: dispatch.contacted_at is None,
    ),
    Action(
        "report_preliminary",
        forms.PreliminaryForm,
        lambda s: services.dispatch_preliminary(opinion=s.data["opinion"], **_common(s)),
        "message",
        when=lambda dispatch: not dispatch.preliminary,
    ),
    Action(
        "arrive",
        forms.ArrivalForm,
        lambda s: services.dispatch_arrive(
            scene=s.data["scene"], arrived_at=s.data["arrived_at"], **_common(s)
        ),
        "map-pin",
        when=lambda dispatch: dispatch.onsite and dispatch.arrived_at is None,
    ),
    Action(
        "draft",
        forms.ReplyForm,
        lambda s: services.reply_draft(
            handling=s.data["handling"],
            problems=s.data["problems"],
            measures=s.data["measures"],
            **_common(s),
        ),
        "pencil",
        first=True,
        when=lambda dispatch: bool(dispatch.contacted_at),
    ),
    Action(
        "draft_early",
        forms.ReplyForm,
        lambda s: services.reply_draft(
            handling=s.data["handling"],
            problems=s.data["problems"],
            measures=s.data["measures"],
            **_common(s),
        ),
        "pencil",
        edge="draft",
        when=lambda dispatch: not dispatch.contacted_at,
        rare=True,
    ),
    Action(
        "hand_on",
        forms.HandOnForm,
        lambda s: services.dispatch_hand_on(handler=s.data["handler"], reason=s.data["reason"], **_common(s)),
        "users",
        rare=True,
    ),
    Action(
        "take_back",
        Plain,
        lambda s: services.reply_take_back(**_common(s)),
        "arrow-back-up",
        confirm="收回后由本单位修改，改好再报分管领导审核。确定收回？",
    ),
    Action(
        "submit",
        Plain,
        lambda s: services.reply_submit(**_common(s)),
        "send",
        first=True,
        confirm="报送后由平台审核，确定答复属实、可以报送？",
    ),
    Action(
        "send_back",
        forms.OpinionForm,
        lambda s: services.reply_send_back(opinion=s.data["opinion"], **_common(s)),
        "arrow-back-up",
    ),
    Action(
        "mend",
        forms.ReplyForm,
        lambda s: services.dispatch_mend(
            handling=s.data["handling"],
            problems=s.data["problems"],
            measures=s.data["measures"],
            **_common(s),
        ),
        "tools",
        first=True,
    ),
    Action(
        "answer_supervision",
        forms.AnswerForm,
        _answer_supervision,
        "message",
    ),
    Action(
        "report_progress",
        forms.ProgressForm,
        lambda s: services.dispatch_progress(note=s.data["note"], **_common(s)),
        "progress",
        rare=True,
    ),
    Action(
        "give_contact_person",
        forms.ContactPersonForm,
        lambda s: services.dispatch_contact_person(name=s.data["name"], phone=s.data["phone"], **_common(s)),
        "address-book",
        when=lambda dispatch: dispatch.role == "assist" and not dispatch.contact_person,
    ),
    Action("request_return", forms.ReturnForm, _return, "arrow-back-up"),
    Action(
        "county_report",
        forms.CountyReportForm,
        _county,
        "flag",
    ),
    Action(
        "request_assist",
        forms.UnitsForm,
        lambda s: services.assist_request(
            reason=s.data["reason"], proposed_bodies=_bodies(s.data["proposed_bodies"]), **_common(s)
        ),
        "users",
    ),
    Action(
        "request_extension",
        forms.ExtensionForm,
        lambda s: services.extension_request(
            reason=s.data["reason"], basis=s.data["basis"], until=s.data["until"], **_common(s)
        ),
        "clock",
    ),
    Action(
        "request_coordination",
        forms.ReasonForm,
        lambda s: services.coordination_request(reason=s.data["reason"], **_common(s)),
        "hierarchy",
        rare=True,
    ),
    Action("request_no_redispatch", forms.WrittenForm, _written, "ban", rare=True),
)

PLATFORM_ACTIONS = (
    Action("pass", forms.NoteForm, lambda s: services.review_pass(note=s.data["note"], **_common(s)), "check", first=True),
    Action("order_redo", forms.ReasonForm,
           lambda s: services.review_redo(reason=s.data["reason"], **_common(s)), "arrow-back-up", tone="danger"),
    Action("second_assign", forms.ReasonForm,
           lambda s: services.review_second_assign(reason=s.data["reason"], **_common(s)), "alert-triangle",
           tone="danger", confirm="认定敷衍应付，二次交办并列入督办？"),
    Action("accept_return", forms.FreeOpinionForm,
           lambda s: services.return_accept(opinion=s.data["opinion"], **_on(s, "return")), "check",
           first=True, confirm="同意退单将撤回派单，诉求回到待处理。确定？"),
    Action("reject_return", forms.OpinionForm,
           lambda s: services.return_reject(opinion=s.data["opinion"], **_on(s, "return")), "x"),
    Action("adopt_report", forms.AdoptForm,
           lambda s: services.county_report_adopt(
               orders=_assisting(s), opinion=s.data["opinion"], **_on(s, "county_report")
           ), "check", first=True),
    Action("decline_report", forms.OpinionForm,
           lambda s: services.county_report_decline(opinion=s.data["opinion"], **_on(s, "county_report")), "x"),
    Action("add_assist", forms.AssistAddForm,
           lambda s: services.assist_add(orders=_assisting(s), opinion=s.data["opinion"], **_on(s, "assist")),
           "check", first=True),
    Action("decline_assist", forms.OpinionForm,
           lambda s: services.assist_decline(opinion=s.data["opinion"], **_on(s, "assist")), "x"),
    Action("grant_extension", forms.GrantForm, _grant, "check", first=True),
    Action("refuse_extension", forms.OpinionForm,
           lambda s: services.extension_refuse(opinion=s.data["opinion"], **_on(s, "extension")), "x"),
    Action("approve_coordination", forms.GrantForm,
           lambda s: services.coordination_approve(
               until=s.data["until"], opinion=s.data["opinion"], **_on(s, "coordination")
           ), "check", first=True),
    Action("refuse_coordination", forms.OpinionForm,
           lambda s: services.coordination_refuse(opinion=s.data["opinion"], **_on(s, "coordination")), "x"),
    Action("accept_no_redispatch", forms.FreeOpinionForm,
           lambda s: services.no_redispatch_accept(opinion=s.data["opinion"], **_on(s, "no_redispatch")), "check",
           first=True),
    Action("reject_no_redispatch", forms.OpinionForm,
           lambda s: services.no_redispatch_reject(opinion=s.data["opinion"], **_on(s, "no_redispatch")), "x"),
    Action("urge", forms.UrgeForm, lambda s: services.dispatch_urge(text=s.data["text"], **_common(s)), "bell"),
    Action("supervise", forms.SuperviseForm,
           lambda s: services.dispatch_supervise(text=s.data["text"], until=s.data["until"], **_common(s)), "eye", rare=True),
    Action("order_mend", forms.MendForm,
           lambda s: services.review_order_mend(reason=s.data["reason"], until=s.data["until"], **_common(s)), "tools"),
    Action("recall", forms.ReasonForm,
           lambda s: services.dispatch_recall(reason=s.data["reason"], **_common(s)), "arrow-back",
           tone="danger", confirm="撤回后本次派单不再计时，诉求回到待处理。确定撤回？", rare=True),
)  # fmt: skip

DISPATCH_ACTIONS = (*UNIT_ACTIONS, *PLATFORM_ACTIONS)
