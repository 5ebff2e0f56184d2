"""What the services share: rows locked with their matters, seats, people told, asks opened and decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from luoshi.ledger import inputs
from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, Obligation, ObligationState, door
from luoshi.ledger.once import once
from luoshi.organisation.models import Body, Person, Post
from luoshi.organisation.selectors import deputy_leaders_on, holders_on, liaisons_on, local_day
from luoshi.supervision import rules, states
from luoshi.supervision.models import Ask

line = partial(inputs.line, longest=300)
block = partial(inputs.block, longest=4000)
WAITING, GRANTED, REFUSED, ANSWERED, VOID = "", "granted", "refused", "answered", "void"


def seat(name: str, at: dt.datetime) -> Body | None:
    """The body that sits as `government` or `office` (the supervision office)."""
    code = rules.setting("supervision.seats", at).get(name, "")
    return Body.objects.filter(code=code, active=True).first()


def local_text(at: dt.datetime | None) -> str:
    """A moment as a message says it: 10月9日 18:00; "未定" for none."""
    return f"{at.astimezone(books.current().worktime.tz):%-m月%-d日 %H:%M}" if at else "未定"


def owed(matter: Matter, *limits: str) -> Obligation | None:
    """The unfinished obligation of these limits on a matter, the latest if there are several."""
    rows = Obligation.objects.filter(matter=matter, rule__in=limits, state=ObligationState.OPEN)
    found: Obligation | None = rows.order_by("-opened_seq", "-id").first()
    return found


def people_of(body: Body, at: dt.datetime, *, level: str = "liaison") -> list[Person]:
    """Whom to tell at a body: its liaisons, its deputy leaders or its principal leaders."""
    day = local_day(at)
    if level == "principal_leader":
        return holders_on(body, day, Post.Kind.PRINCIPAL_LEADER)
    return deputy_leaders_on(body, day) if level == "deputy_leader" else liaisons_on(body, day)


def tell(
    *,
    notice: str,
    matter: Matter,
    body: Body,
    people: Iterable[Person],
    key: str,
    at: dt.datetime,
    slots: Mapping[str, str],
) -> list[str]:
    """Queue a message to people who have a mobile number; returns the names of all who are meant."""
    text = (
        books.current()
        .notice(notice, local_day(at))
        .render({"number": matter.number or "", "title": matter.title, **slots})
    )
    names = []
    for person in people:
        names.append(person.name)
        if person.mobile:
            ledger.outbox_put(
                channel="sms",
                to=person.mobile,
                to_name=person.name,
                text=text,
                key=f"supervision:{matter.pk}:{key}:{person.pk}",
                at=at,
                matter=matter,
                body_id=body.pk,
            )
    return names


def ask_open(
    *,
    subject: Matter,
    kind: str,
    text: str,
    body_id: int | None,
    person_id: int | None,
    actor: Actor,
    at: dt.datetime,
    until: dt.datetime | None = None,
    due: dt.datetime | None = None,
) -> Ask:
    """Open an ask on a matter for the body, or in person, that decides it; one of a kind waits at a time.

    due: by when, where that was set.

    Errors: WrongState while one waits.
    """
    if Ask.objects.filter(subject=subject, kind=kind, outcome=WAITING).exists():
        raise WrongState("同类事项正在等待答复", mend="请等待答复后再提出")
    facts: dict[str, Any] = {"ask": kind, "in_person": person_id is not None}
    if person_id is not None:
        facts["person"] = person_id
    if due is not None:
        facts["due_set"] = due
    matter = ledger.matter_open(
        kind=states.ASK,
        number=None,
        title=f"{rules.label('supervision.ask', kind, at)}：{subject.title}",
        body_id=body_id,
        parent=subject,
        secrecy=subject.secrecy,
        actor=actor,
        at=at,
        facts=facts,
        data={"text": text},
    )
    ask = Ask(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        subject=subject,
        kind=kind,
        text=text,
        until=until,
        asked_at=at,
        asked_by=actor.name,
    )
    with door():
        ask.save(force_insert=True)
    return ask


def ask_decide(
    *,
    ask: Ask,
    outcome: str,
    decision: str,
    actor: Actor,
    at: dt.datetime,
    granted_until: dt.datetime | None = None,
) -> Ask:
    """Record what was decided on an ask. Errors: NotAllowed (not the one who decides), WrongState (decided)."""
    fresh, matter = locked(ask)
    ledger.act(
        matter=matter, action="decide", actor=actor, at=at, data={"outcome": outcome, "decision": decision}
    )
    with door():
        fresh.outcome, fresh.decision, fresh.granted_until = outcome, decision, granted_until
        fresh.decided_at, fresh.decided_by = at, actor.name
        fresh.save()
    return fresh


def asks_void(subject: Matter, at: dt.datetime, *, kinds: Iterable[str] = ()) -> None:
    """What still waits on a matter falls away (all kinds where none is named)."""
    rows = Ask.objects.filter(subject=subject, outcome=WAITING).select_related("matter")
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    for ask in rows:
        ledger.act(matter=ask.matter, action="void", actor=SYSTEM, at=at)
        with door():
            ask.outcome, ask.decided_at, ask.decided_by = VOID, at, SYSTEM.name
            ask.save()


@once
def waiting(subject: Matter, kind: str) -> Ask | None:
    """The ask of a kind that waits on a matter."""
    found: Ask | None = (
        Ask.objects.filter(subject=subject, kind=kind, outcome=WAITING).select_related("matter").first()
    )
    return found


def due_of(matter: Matter, limit: str) -> dt.datetime | None:
    """When the open obligation of a limit on a matter is due."""
    found = owed(matter, limit)
    return found.due_at if found is not None else None


def save(row: Any, **values: Any) -> None:
    """Set fields of a detail row; call while its matter is locked."""
    with door():
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))
