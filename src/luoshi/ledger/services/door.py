"""The one door for writes: a matter is opened, an event recorded, an action taken; each in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from luoshi.engines.obligations import Happened, merge_facts
from luoshi.ledger import chain, followers, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.clock import recorded_now
from luoshi.ledger.errors import NotAllowed, Stale, WrongState
from luoshi.ledger.models import Disclosure, Event, Matter, Secrecy, door
from luoshi.ledger.prepared import first_of, prepared
from luoshi.ledger.services.appending import append
from luoshi.ledger.services.derive import update_obligations
from luoshi.ledger.statements import Statement
from luoshi.ledger.states import SAME, state_label, table_for
from luoshi.ledger.whole import locked, whole


def _plain(value: Any) -> Any:
    """Data as JSON keeps it: moments in ISO with zone, everything else plain."""
    if isinstance(value, datetime):
        return value.astimezone(rules.current().worktime.tz).isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | bool) or value is None else str(value)


def _append(matter: Matter, kind: str, actor: Actor, at: datetime, data: Mapping[str, Any] | None) -> Event:
    """Append an event to a locked matter and let its obligations, facts and tallies follow."""
    if at.tzinfo is None:
        raise ValueError("an event needs an aware time")
    plain: dict[str, Any] = _plain(data or {})
    recorded = recorded_now()
    seq = matter.last_seq + 1
    prev = matter.head_hash or chain.GENESIS
    digest = chain.event_hash(
        prev=prev,
        matter_id=matter.pk,
        jurisdiction=matter.jurisdiction,
        seq=seq,
        kind=kind,
        at=at,
        recorded_at=recorded,
        state=matter.state,
        actor=(actor.kind.value, actor.name, actor.user_id),
        body_id=actor.body_id,
        data=plain,
    )
    event = Event(
        jurisdiction=matter.jurisdiction,
        matter=matter,
        seq=seq,
        kind=kind,
        at=at,
        recorded_at=recorded,
        state=matter.state,
        actor_kind=actor.kind.value,
        actor_name=actor.name,
        actor_id=actor.user_id,
        body_id=actor.body_id,
        data=plain,
        prev_hash=prev,
        hash=digest,
    )
    happened = Happened(seq=seq, kind=kind, at=at, data=plain)
    matter.facts = merge_facts(matter.facts, happened)
    matter.last_seq = seq
    matter.head_hash = digest
    matter.version += 1
    matter.changed_at = recorded
    owed = update_obligations(matter, happened, append(matter, event))
    followers.follow(matter, happened, owed)
    followers.hear(matter, happened, owed, actor)
    return event


def lock(matter: Matter | int) -> Matter:
    """The matter with its row locked until the transaction ends. Call inside a transaction.

    Within a whole (luoshi.ledger.whole) the database is asked once: the same object is given again, as it now stands.
    """
    pk = matter if isinstance(matter, int) else matter.pk
    held = locked()
    known: Matter | None = held.get(pk) if held else None
    found = known or first_of(_locked(pk))
    if found is None:
        raise Matter.DoesNotExist(f"no matter {pk}")
    if held is not None:
        held[pk] = found
    return found


def lock_all(pks: Collection[int]) -> None:
    """Lock several matters by one question, in the order of their ids; within a whole `lock` then has them at hand."""
    held = locked()
    wanted = [pk for pk in pks if held is None or pk not in held]
    rows = Matter.objects.select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    found = {matter.pk: matter for matter in rows}
    if held is not None:
        held.update(found)


@prepared
def _locked(pk: int) -> QuerySet[Matter]:
    return Matter.objects.select_for_update(of=("self",)).filter(pk=pk)


@whole
def matter_open(
    *,
    kind: str,
    title: str,
    actor: Actor,
    at: datetime,
    body_id: int | None = None,
    number: str | None = None,
    parent: Matter | None = None,
    disclosure: str = Disclosure.UNDECIDED,
    secrecy: str = Secrecy.NONE,
    facts: Mapping[str, Any] | None = None,
    data: Mapping[str, Any] | None = None,
) -> Matter:
    """Open a matter and record its first event (the `opening` of its state table).

    at: aware time at which it happened. facts: what rules ask about (urgency, role, …); they stand in the event,
    so that everything can be derived from events alone. data: further content of the event.
    Errors: KeyError for a kind without a state table, ValueError for a naive time.
    """
    table = table_for(kind)
    with door():
        matter: Matter = Matter.objects.create(
            jurisdiction=settings.JURISDICTION,
            kind=kind,
            number=number,
            title=title[:300],
            state=table.initial,
            body_id=body_id,
            parent=parent,
            disclosure=disclosure,
            secrecy=secrecy,
            facts={},
            opened_at=at,
            changed_at=recorded_now(),
        )
        content = {**(data or {}), "facts": dict(facts or {})}
        _append(matter, table.opening, actor, at, content)
    return matter


@whole
def record(
    *, matter: Matter | int, kind: str, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None
) -> Event:
    """Append an event that leaves the matter's state as it is (a note, an urging, a lapse).

    Errors: ValueError for a naive time.
    """
    with door():
        return _append(lock(matter), kind, actor, at, data)


def wrong_state(matter: Matter, action: str) -> WrongState:
    """The refusal of an action that the present state forbids, naming who came before."""
    table = table_for(matter.kind)
    last = matter.events.order_by("-seq").first()
    by = (
        f"(最近一步:{last.actor_name} {timezone.localtime(last.recorded_at):%-m月%-d日 %H:%M})"
        if last
        else ""
    )
    return WrongState(
        f"现在是“{state_label(matter.kind, matter.state)}”,不能“{table.action_label(action)}”{by}",
        mend="请刷新页面查看最新情况",
    )


@whole
def act(
    *,
    matter: Matter | int,
    action: str,
    actor: Actor,
    at: datetime,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Event:
    """Take one step of the matter's state table: lock, check state and policy, change the state, append the event.

    version: the version the actor saw; when given and no longer current, the step is refused (nobody overwrites
    what they have not seen). changes: fields of the matter that the step sets (disclosure, title; its body never changes).
    Errors: WrongState, NotAllowed (both with a message for the person), ValueError for a naive time.
    """
    locked = lock(matter)
    table = table_for(locked.kind)
    edge = table.edge(locked.state, action)
    if edge is None:
        raise wrong_state(locked, action)
    if version is not None and version != locked.version:
        raise Stale(
            "这件事项在您打开页面之后已有变动", mend="请刷新页面核对后再操作;您填写的内容仍保留在页面上"
        )
    if not edge.may(actor, locked):
        raise NotAllowed(
            f"您没有“{edge.label}”的权限", mend="如需办理,请联系本单位管理员或平台", cite=edge.cite
        )
    with door():
        if edge.to != SAME:
            locked.state = edge.to
            locked.closed_at = max(at, locked.opened_at) if edge.to in table.final else None
        for name, value in (changes or {}).items():
            setattr(locked, name, value)
        event = _append(locked, edge.event, actor, at, data)
    if isinstance(matter, Matter):
        for name in (
            "state",
            "closed_at",
            "version",
            "facts",
            "last_seq",
            "head_hash",
            "changed_at",
            *(changes or {}),
        ):
            setattr(matter, name, getattr(locked, name))
    return event


def bump(series: str, *, jurisdiction: str | None = None) -> int:
    """The next number of a series: unique, and without gaps because it is taken in the caller's transaction."""
    with connection.cursor() as cursor:
        _bump.execute(cursor, [jurisdiction or settings.JURISDICTION, series])
        return int(cursor.fetchone()[0])


_bump = Statement(
    "bump",
    "INSERT INTO ledger_sequence (jurisdiction, series, last) VALUES ($1, $2, 1)"
    " ON CONFLICT (jurisdiction, series) DO UPDATE SET last = ledger_sequence.last + 1 RETURNING last",
    ["varchar", "varchar"],
)


def number_next(series: str, at: datetime, *, width: int = 4) -> str:
    """A number of the form 20171009-0001: gapless within its series and day (local date of `at`).

    Call it inside the transaction that uses the number.
    """
    day = at.astimezone(rules.current().worktime.tz).strftime("%Y%m%d")
    return f"{day}-{bump(f'{series}:{day}'):0{width}d}"


__all__ = ["act", "bump", "lock", "lock_all", "matter_open", "number_next", "record", "wrong_state"]
