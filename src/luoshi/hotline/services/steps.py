"""What every step on a dispatch does: lapses first, then the ledger's step, then a fresh look at the row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from luoshi.engines.authority import decide
from luoshi.engines.rulebook import ContentField
from luoshi.hotline import text as texts
from luoshi.hotline.models import Application, Dispatch, Request
from luoshi.hotline.services.shared import cited, masked_for, notice_text, rule_day, tell_liaisons
from luoshi.ledger import rules
from luoshi.ledger.actors import SYSTEM, Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import Event, Matter, Obligation, ObligationState, door
from luoshi.ledger.prepared import prepared
from luoshi.ledger.services import act, lock, outbox_put, settle
from luoshi.organisation.selectors import deputy_leaders_on

AUTHORITY: Mapping[str, str] = {
    "sign": "hotline.sign_in_by",
    "report_preliminary": "hotline.preliminary_by",
    "send_back": "hotline.reply_approval",
    "submit": "hotline.reply_approval",
    "mend": "hotline.reply_approval",
    "pass": "hotline.reply_review",
    "order_redo": "hotline.reply_review",
    "second_assign": "hotline.reply_review",
    "request_extension": "hotline.extension_request",
    "grant_extension": "hotline.extension_decision_by",
    "refuse_extension": "hotline.extension_decision_by",
    "accept_return": "hotline.return_decision_by",
    "reject_return": "hotline.return_decision_by",
    "adopt_report": "hotline.county_report_decision_by",
    "decline_report": "hotline.county_report_decision_by",
    "add_assist": "hotline.assist_decision_by",
    "decline_assist": "hotline.assist_decision_by",
    "accept_no_redispatch": "hotline.no_redispatch_by",
    "reject_no_redispatch": "hotline.no_redispatch_by",
    "approve_coordination": "hotline.coordination_approval",
    "refuse_coordination": "hotline.coordination_approval",
    "set_joint": "hotline.joint_handling",
    "supervise": "hotline.supervise",
}
"""The decision table of the rulebook that says which roles take a step, beside the permission it needs."""

CLOSING = ("hotline.close", "hotline.coordination")
PENDING, ACCEPTED, REJECTED, LAPSED, MOOT = "pending", "accepted", "rejected", "lapsed", "moot"


def may_decide(action: str, actor: Actor, at: datetime) -> bool:
    """Whether the rulebook's decision table gives the step to one of the actor's roles, or stand-ins."""
    table = AUTHORITY.get(action)
    if table is None or actor.kind is ActorKind.SYSTEM:
        return True
    rule = rules.current().authority(table, rule_day(at))
    return decide(rule, {"joint": "command_centre"}).allows(actor.roles, standing_in=True)


def step(
    *,
    dispatch: Dispatch,
    action: str,
    actor: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    happened_at: datetime | None = None,
) -> Event:
    """Take one step on a dispatch; afterwards the matter is locked and `dispatch` holds the row as it now is.

    What ran out before `at` is recorded first, so that a late worker changes no outcome; what the step
    meets or opens has its time limit on record from then on, at every stage. happened_at: when the thing
    itself happened, where that is earlier than its being recorded.
    Errors: WrongState, NotAllowed.
    Source: smx-hotline-ops/16.b
    """
    version = settle(matter=dispatch.matter, now=at, version=version)
    if not may_decide(action, actor, at):
        rule = rules.current().authority(AUTHORITY[action], rule_day(at))
        who = "、".join(rules.current().roles[role] for role in decide(rule, {"joint": "command_centre"}).who)
        raise NotAllowed(f"“{rule.title}”由{who}办理", mend=f"请转{who}办理", cite=cited(*rule.cite))
    event = act(
        matter=dispatch.matter, action=action, actor=actor, at=happened_at or at, data=data, version=version
    )
    renew(dispatch)
    return event


def renew(dispatch: Dispatch) -> None:
    """Bring the detail row up to date; call while the matter is locked."""
    fresh = next(iter(_renewed(dispatch.pk)))
    for name in _COLUMNS:
        setattr(dispatch, name, getattr(fresh, name))


@prepared
def _renewed(pk: int) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(pk=pk)


_COLUMNS = tuple(field.attname for field in Dispatch._meta.concrete_fields)


def change(dispatch: Dispatch, **values: Any) -> Dispatch:
    """Set fields of the detail row; call while the matter is locked."""
    with door():
        for name, value in values.items():
            setattr(dispatch, name, value)
        dispatch.save(update_fields=list(values))
    return dispatch


def filled(
    content: str, values: Mapping[str, Any], at: datetime, names: Mapping[str, str] | None = None
) -> None:
    """Refuse a paper that lacks what the rulebook says it must hold.

    values: by the rulebook's keys. names: what an input is called where it is not the rulebook's key.
    Errors: Incomplete naming the input.
    """
    rule = rules.current().content(content, rule_day(at))
    missing: tuple[ContentField, ...] = rule.missing(values)
    if missing:
        labels = "、".join(field.label for field in missing)
        field = (names or {}).get(missing[0].key, missing[0].key)
        raise Incomplete(f"{rule.title}缺少{labels}", field=field, cite=cited(*rule.cite))


def brief(text: str, label: str, field: str, *, limit: int = 300) -> str:
    """A short text, cleaned. Errors: Incomplete when it is blank or too long."""
    found = texts.clean(text)
    if not found:
        raise Incomplete(f"请填写{label}", field=field)
    if len(found) > limit:
        raise Incomplete(f"{label}不能超过{limit}个字", mend=f"现有{len(found)}个字,请缩短", field=field)
    return found


def masked(dispatch: Dispatch, text: str) -> str:
    """A text fit for an event, which cannot be changed later: the citizen's personal data hidden."""
    return masked_for(dispatch.request, text)


def running(dispatch: Dispatch, *rules_in: str) -> Obligation | None:
    """The unfinished obligation of these rules on a dispatch, the latest if there are several."""
    rows = Obligation.objects.filter(
        matter_id=dispatch.pk, rule__in=rules_in or CLOSING, state=ObligationState.OPEN
    )
    found: Obligation | None = rows.order_by("-opened_seq", "-id").first()
    return found


def closed_on_time(dispatch: Dispatch) -> bool:
    """Whether a dispatch whose reply passes was handled on time.

    The first reply came in time, each one after a failed review within its own three working days, and
    there was at most one failed review. A first reply that came late stays late, however the rest went.
    """
    if dispatch.deemed_overdue:
        return False
    return not _late(dispatch.pk)


@prepared
def _late(matter: int) -> QuerySet[Obligation]:
    late = [ObligationState.LATE, ObligationState.BREACHED]
    rows = Obligation.objects.filter(matter_id=matter, rule__in=(*CLOSING, "hotline.redo"), state__in=late)
    return rows.only("pk")


def moot_applications(dispatch: Dispatch, at: datetime) -> None:
    """What was asked for and not yet decided falls away with the dispatch's end."""
    with door():
        Application.objects.filter(dispatch=dispatch, status=PENDING).update(
            status=MOOT, decided_at=at, decided_by=SYSTEM.name
        )


def request_follow(*, request: Request, at: datetime) -> None:
    """Let a request follow its dispatches: all recalled, it can go out anew; all closed, it is concluded.

    Call after the dispatch's own step: dispatches are locked before their request, everywhere. Only a
    request in progress follows; the service that takes an escalated one up again calls this too.
    """
    locked = lock(request.matter_id)
    if locked.state != "in_progress":
        return
    states = {one.state for one in _of_request(request.pk)}
    live = states - {"recalled"}
    if not live:
        act(matter=request.matter, action="reopen", actor=SYSTEM, at=at)
    elif live <= {"passed", "mending"}:
        act(matter=request.matter, action="conclude", actor=SYSTEM, at=at)


@prepared
def _of_request(request: int) -> QuerySet[Matter]:
    return Matter.objects.filter(dispatch__request_id=request).only("state")


def tell_leaders(*, dispatch: Dispatch, text: str, key: str, at: datetime) -> int:
    """Queue an SMS to every responsible leader of the unit with a mobile number; return how many."""
    people = [one for one in deputy_leaders_on(dispatch.body, rule_day(at)) if one.mobile]
    for person in people:
        outbox_put(
            channel="sms",
            to=person.mobile,
            to_name=person.name,
            text=text,
            key=f"{key}:{person.pk}",
            at=at,
            matter=dispatch.matter,
            body_id=dispatch.body_id,
        )
    return len(people)


def tell_unit(
    *, dispatch: Dispatch, notice: str, key: str, at: datetime, to: Iterable[str] = ("liaison",), **slots: Any
) -> None:
    """Queue a notice of the rulebook to a unit's liaison officers or responsible leaders.

    key: what tells this telling apart on the dispatch (the event's number and a word).
    """
    values = {
        "unit": dispatch.body.short_name,
        "number": dispatch.matter.number or "",
        "title": dispatch.matter.title,
        **slots,
    }
    text, full_key = notice_text(notice, at, values), f"{dispatch.matter.number}:{key}"
    wanted = set(to)
    if "liaison" in wanted:
        tell_liaisons(body=dispatch.body, text=text, key=f"{full_key}:l", at=at, matter=dispatch.matter)
    if "unit_leader" in wanted:
        tell_leaders(dispatch=dispatch, text=text, key=f"{full_key}:u", at=at)
