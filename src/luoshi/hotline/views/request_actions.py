"""The steps of a request that its page offers: form and service for each edge of the state table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from luoshi.hotline import services
from luoshi.hotline.forms import requests as forms
from luoshi.hotline.forms.base import Plain, body_of
from luoshi.hotline.forms.callbacks import CallbackForm
from luoshi.hotline.models import Request
from luoshi.hotline.selectors.requests import request_by_number
from luoshi.hotline.services.callbacks import Grade
from luoshi.hotline.services.dispatching import ASSIST, LEAD, PARALLEL, SOLE, Order, Terms
from luoshi.hotline.services.refusing import Pointing
from luoshi.hotline.views.actions import Action, Step
from luoshi.hotline.views.shown import shown_to
from luoshi.knowledge.selectors import source_get
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import natural
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Body


def _common(step: Step) -> dict[str, Any]:
    return {"request": step.subject, "actor": step.actor, "at": step.at, "version": step.version}


def _plain(step: Step) -> dict[str, Any]:
    return {"request": step.subject, "actor": step.actor, "at": step.at}


def _body(value: str, field: str) -> Body:
    found = body_of(value)
    if found is None:
        raise Incomplete("请选择单位", field=field)
    return found


def _orders(step: Step) -> list[Order]:
    data = step.data
    shared = {"instruction": data["instruction"], "due_set": data["due_set"], "onsite": data["onsite"]}
    if data["mode"] == "parallel":
        rows = [(data.get(f"unit_{n}"), data.get(f"part_{n}")) for n in range(1, forms.PARTS + 1)]
        return [
            Order(body=_body(unit, "unit_1"), role=PARALLEL, part=part, **shared)
            for unit, part in rows
            if unit and part
        ]
    first = _body(data["unit"], "unit")
    if data["mode"] == "sole":
        return [Order(body=first, role=SOLE, **shared)]
    assists = [_body(value, "assists") for value in data["assists"]]
    return [
        Order(body=first, role=LEAD, **shared),
        *(Order(body=one, role=ASSIST, **shared) for one in assists),
    ]


def _dispatch(step: Step) -> object:
    data = step.data
    terms = Terms(
        principle=data["principle"],
        urgency=data["urgency"],
        urgency_basis=data["urgency_basis"],
        assist_extra=data["assist_extra"],
    )
    return services.request_dispatch(
        orders=_orders(step),
        terms=terms,
        handling=data["handling"],
        internal_ground=data["internal_ground"],
        suggested=shown_to(step.subject, data["shown"]),
        **_common(step),
    )


def _more(step: Step) -> object:
    data = step.data
    terms = Terms(principle=data["principle"], urgency=data["urgency"], urgency_basis=data["urgency_basis"])
    return services.request_dispatch_more(orders=_orders(step), terms=terms, **_common(step))


def _refuse(step: Step) -> object:
    data = step.data
    pointing = Pointing(data["number"], data["transferred"], data["transferred"]) if data["number"] else None
    conditions = {key: data[key] for key in ("own_rights", "no_identity", "cannot_verify")}
    return services.request_refuse(
        code=data["code"],
        reason=data["reason"],
        route=data["route"],
        conditions=conditions,
        pointing=pointing,
        told_now=data["told_now"],
        **_common(step),
    )


def _answer(step: Step) -> object:
    data = step.data
    if data["means"] == "knowledge":
        return answer_from(data["entry"], text=data["answer"], told_now=data["told_now"], **_common(step))
    return services.request_answer(
        means=data["means"],
        answer=data["answer"],
        body=body_of(data["unit"]),
        told_now=data["told_now"],
        **_common(step),
    )


def answer_from(entry: str, *, at: datetime, text: str = "", told_now: bool = True, **common: Any) -> object:
    """Answer from the knowledge entry or bulletin with this number; without a text, with what it says.

    Errors: Incomplete (field entry) when there is none in force.
    """
    wanted = natural(entry.strip())
    if wanted is None:
        raise Incomplete("请选择所依据的知识条目", mend="在知识库中按“以此答复”", field="entry")
    try:
        source = source_get(wanted, at=at)
    except WrongState as refusal:
        raise Incomplete(refusal.message, mend=refusal.mend, field="entry") from None
    return services.request_answer(
        means="knowledge",
        answer=text or source.text,
        entry=Matter.objects.select_related("body").get(pk=source.pk),
        told_now=told_now,
        at=at,
        **common,
    )


def _link(step: Step) -> object:
    other = request_by_number(step.data["number"].strip())
    if other is None:
        raise Incomplete("没有这个编号的诉求", field="number")
    return services.request_link(other=other, kind=step.data["kind"], note=step.data["note"], **_plain(step))


def _connect(step: Step) -> object:
    data = step.data
    return services.request_connect(
        kind=data["kind"],
        body=_body(data["unit"], "unit"),
        to=data["to"],
        connected=data["connected"],
        note=data["note"],
        **_plain(step),
    )


def _joint(step: Step) -> object:
    return services.joint_determine(
        lead=_body(step.data["unit"], "unit"),
        assisting=[_body(value, "assists") for value in step.data["assists"]],
        until=step.data["until"],
        instruction=step.data["instruction"],
        **_common(step),
    )


def _in_progress(subject: Request) -> bool:
    return subject.matter.state == "in_progress"


def _call_back(step: Step) -> object:
    data = step.data
    grades = [
        Grade(contacted=contacted, conduct=conduct, result=result, dispatch=dispatch)
        for dispatch, contacted, conduct, result in step.form.grades()
    ]
    return services.request_call_back(
        grades=grades, opinion=data["opinion"], suggestion=data["suggestion"], **_common(step)
    )


def _unpublished(subject: Request) -> bool:
    found = getattr(subject, "publication", None)
    return subject.matter.disclosure == "public" and (found is None or found.withdrawn_at is not None)


def _published(subject: Request) -> bool:
    found = getattr(subject, "publication", None)
    return found is not None and found.withdrawn_at is None


REQUEST_ACTIONS = (
    Action("dispatch", forms.DispatchForm, _dispatch, "send"),
    Action("answer", forms.AnswerForm, _answer, "message"),
    Action("feed_back", forms.FeedbackForm,
           lambda s: services.request_feed_back(text=s.data["text"], told_now=s.data["told_now"], **_common(s)),
           "message", first=True),
    Action("call_back", CallbackForm, _call_back, "phone", first=True),
    Action("call_back_again", CallbackForm, _call_back, "phone"),
    Action("try_callback", forms.TriedForm,
           lambda s: services.callback_try(note=s.data["note"], **_common(s)), "phone-off"),
    Action("give_up_callback", forms.TriedForm,
           lambda s: services.callback_give_up(note=s.data["note"], **_common(s)), "phone-off", rare=True),
    Action("publish", forms.PublishForm,
           lambda s: services.request_publish(
               title=s.data["title"], content=s.data["content"], reply=s.data["reply"],
               confirmed=s.data["confirmed"], **_common(s)), "world", when=_unpublished),
    Action("unpublish", forms.ReasonForm,
           lambda s: services.request_unpublish(reason=s.data["reason"], **_common(s)), "eye-off",
           tone="danger", when=_published, rare=True),
    Action("archive", Plain, lambda s: services.request_archive(**_common(s)), "archive"),
    Action("classify", forms.ClassifyForm,
           lambda s: services.request_classify(
               handling=s.data["handling"], ground=s.data["ground"], note=s.data["note"], **_common(s)), "lock", rare=True),
    Action("connect", forms.CallForm, _connect, "phone"),
    Action("refuse", forms.RefuseForm, _refuse, "ban", tone="danger"),
    Action("link", forms.LinkForm, _link, "link"),
    Action("not_redispatch", forms.NotAgainForm,
           lambda s: services.request_not_redispatch(
               ground=s.data["ground"], reason=s.data["reason"], told_now=s.data["told_now"], **_common(s)), "copy"),
    Action("offer", forms.OfferForm,
           lambda s: services.request_offer(
               reason=s.data["reason"], unsuitable=s.data["unsuitable"], acceptable=s.data["acceptable"], **_common(s)),
           "users", rare=True),
    Action("withdraw_offer", forms.ReasonForm,
           lambda s: services.offer_withdraw(reason=s.data["reason"], **_common(s)), "arrow-back-up"),
    Action("claim", Plain, lambda s: services.request_claim(**_common(s)), "check", first=True,
           confirm="领办后由本单位承办并立即计时。确定领办？"),
    Action("dispatch_more", forms.DispatchForm, _more, "users"),
    Action("leader_decide", forms.DecideForm,
           lambda s: services.leader_decide(decision=s.data["decision"], until=s.data["until"], **_common(s)),
           "pencil", first=True),
    Action("resume", Plain, lambda s: services.request_resume(**_common(s)), "player-play"),
    Action("escalate", forms.EscalateForm,
           lambda s: services.request_escalate(to=s.data["to"], summary=s.data["summary"], **_common(s)), "hierarchy", rare=True),
    Action("instruct", forms.InstructForm,
           lambda s: services.leader_instruct(
               level=s.data["level"], leader=s.data["leader"], instruction=s.data["instruction"], **_common(s)),
           "flag", rare=True),
    Action("set_joint", forms.JointForm, _joint, "users", label="会办确定主协办", when=_in_progress,
           free=True),
    Action("note", forms.RemarkForm, lambda s: services.request_note(note=s.data["note"], **_plain(s)), "pencil", rare=True),
)  # fmt: skip
