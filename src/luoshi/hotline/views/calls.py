"""What the buttons of the console do with a call, each in one transaction: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, QueryDict

from luoshi.hotline import services
from luoshi.hotline import text as texts
from luoshi.hotline.forms.base import body_of
from luoshi.hotline.forms.console import ConsoleForm
from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.selectors.duplicates import duplicates_of
from luoshi.hotline.selectors.suggestions import advise_on
from luoshi.hotline.services.dispatching import ASSIST, LEAD, SOLE, Order, Terms
from luoshi.hotline.services.drafts import draft_finish, draft_key, draft_lock
from luoshi.hotline.services.shared import label_of, number_of
from luoshi.hotline.states import OPEN
from luoshi.hotline.views.request_actions import answer_from
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, Refusal, WrongState
from luoshi.ledger.inputs import natural
from luoshi.ledger.whole import whole
from luoshi.organisation.models import Body

CONTACT = ("name", "mobile", "phone", "email", "fax", "account", "address")
RENAMED = {"body": "unit", "means": "kind", "other": "", "ground": "", "entry": "", "role": "assists"}
ASKED = "诉求人来电询问办理进度"


@dataclass(frozen=True, slots=True)
class Press:
    """The button that was pressed: what it does, and on which earlier request or knowledge entry."""

    code: str
    value: str = ""

    @property
    def dispatching(self) -> bool:
        """Whether the part on dispatching is asked for."""
        return self.code == "dispatch"

    @property
    def registers(self) -> bool:
        """Whether it makes a new request."""
        return self.code not in {"ask", "urge"}


CODES = ("entry", "attach", "close", "ask", "urge", "dispatch")


def press_of(data: QueryDict) -> Press:
    """The button of a posted form; without one of the others it registers only."""
    code = next((name for name in CODES if data.get(name)), "register")
    return Press(code, data.get(code, ""))


def _receive(form: ConsoleForm, actor: Actor, at: datetime) -> Request:
    data = form.cleaned_data
    return services.request_receive(
        channel=data["channel"],
        kind=data["kind"],
        title=data["title"],
        content=data["content"],
        contact={key: data[key] for key in CONTACT},
        place=data["place"],
        area=body_of(data["area"]),
        category=data["category"],
        wants_public=data["wants_public"],
        rights_matter=data["rights_matter"],
        conduct_matter=data["conduct_matter"],
        urgency=data["urgency"],
        urgency_basis=data["urgency_basis"],
        transferred_at=data["transferred_at"],
        actor=actor,
        at=at,
    )


def orders_of(data: dict[str, Any]) -> list[Order]:
    """The orders that the part on dispatching says: one unit, or a lead with its assisting units."""
    wanted = [data["unit"], *data["assists"]]
    by_pk = {str(body.pk): body for body in Body.objects.filter(pk__in=wanted)}
    bodies = [by_pk[pk] for pk in dict.fromkeys(wanted) if pk in by_pk]
    shared = {"instruction": data["instruction"], "onsite": data["onsite"]}
    if len(bodies) == 1:
        return [Order(body=bodies[0], role=SOLE, **shared)]
    lead, *others = bodies
    return [
        Order(body=lead, role=LEAD, **shared),
        *(Order(body=one, role=ASSIST, **shared) for one in others),
    ]


def _dispatch(request: Request, form: ConsoleForm, actor: Actor, at: datetime) -> None:
    data = form.cleaned_data
    terms = Terms(
        principle=data["principle"],
        urgency=data["urgency"],
        urgency_basis=data["urgency_basis"],
        assist_extra=data["assist_extra"],
    )
    services.request_dispatch(
        request=request,
        orders=orders_of(data),
        terms=terms,
        suggested=advise_on(request, at=at).offered,
        actor=actor,
        at=at,
    )


def _earlier(pk: str) -> Request:
    number = natural(pk)
    if number is None:
        raise Http404(pk)
    found: Request | None = Request.objects.select_related("matter", "contact").filter(pk=number).first()
    if found is None:
        raise Http404(pk)
    return found


def _link(request: Request, pk: str, actor: Actor, at: datetime) -> Request:
    other = _earlier(pk)
    services.request_link(request=request, other=other, kind="same", actor=actor, at=at)
    return other


def _close(request: Request, pk: str, actor: Actor, at: datetime) -> None:
    """Link, and dispatch no further on the ground that the rulebook gives for these two."""
    other = _link(request, pk, actor, at)
    hits = duplicates_of(request=request, at=at)
    ground = next((one.grounds[0] for one in hits if one.request.pk == other.pk and one.grounds), "")
    if not ground:
        raise Incomplete("没有不再批转的依据", mend="请登记并认定同一问题，或派单")
    label = label_of("hotline.no_redispatch_ground", ground, at)
    services.request_not_redispatch(
        request=request,
        ground=ground,
        reason=f"与{number_of(other)}为同一人同一问题（{label}），并入该件办理",
        told_now=True,
        actor=actor,
        at=at,
    )


def _ask(form: ConsoleForm, pk: str, actor: Actor, at: datetime) -> Request:
    other = _earlier(pk)
    said = form.cleaned_data["content"].strip()
    services.request_note(request=other, note=f"{ASKED}：{said}" if said else ASKED, actor=actor, at=at)
    return other


def _urge(form: ConsoleForm, pk: str, actor: Actor, at: datetime) -> Request:
    other = _ask(form, pk, actor, at)
    rows = Dispatch.objects.filter(request=other, matter__state__in=OPEN).select_related(
        "matter", "body", "request__matter", "request__contact"
    )
    if not rows:
        raise WrongState("没有单位正在办理这件诉求，不能催办", mend="请核对原件的状态")
    for dispatch in rows.order_by("pk"):
        services.dispatch_urge(
            dispatch=dispatch, text="诉求人再次来电，请抓紧办理并联系诉求人。", actor=actor, at=at
        )
    return other


def _register(form: ConsoleForm, press: Press, actor: Actor, at: datetime) -> Request:
    request = _receive(form, actor, at)
    if press.code == "dispatch":
        _dispatch(request, form, actor, at)
    elif press.code == "entry":
        answer_from(press.value, request=request, actor=actor, at=at)
    elif press.code == "attach":
        _link(request, press.value, actor, at)
    elif press.code == "close":
        _close(request, press.value, actor, at)
    return request


def _same(form: ConsoleForm, request: Request) -> bool:
    """Whether what was typed is what was registered as this request."""
    return bool(texts.clean(form.cleaned_data["content"]) == request.content)


OLD: dict[str, Callable[[ConsoleForm, str, Actor, datetime], Request]] = {"ask": _ask, "urge": _urge}


def carry_out(form: ConsoleForm, press: Press, *, key: str, actor: Actor, at: datetime) -> Request | None:
    """Do what the button says; the request that came of it, or None with the refusal said in the form.

    A form that is sent twice is carried out once: the second time gives what came of the first.
    Errors: NotAllowed.
    """
    try:
        with whole:
            draft = draft_lock(actor=actor, key=key, at=at)
            if draft.done and draft.request is not None:
                if not press.registers or _same(form, draft.request):
                    return draft.request
                draft = draft_lock(actor=actor, key=draft_key(), at=at)  # another call in a second window
            done = OLD[press.code](form, press.value, actor, at) if press.code in OLD else None
            found = done or _register(form, press, actor, at)
            draft_finish(draft=draft, request=found, at=at)
            return found
    except NotAllowed:
        raise
    except Refusal as refusal:
        _say(form, refusal)
        return None


def _say(form: ConsoleForm, refusal: Refusal) -> None:
    name = refusal.field.removeprefix("contact.")
    name = RENAMED.get(name, name)
    cite = f"（{'；'.join(refusal.cite)}）" if refusal.cite else ""
    form.add_error(name if name in form.fields else None, f"{refusal}{cite}")
