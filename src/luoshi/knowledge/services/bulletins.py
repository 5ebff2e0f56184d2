"""Bulletins: drafted, issued and with that copied to the platform, read there, changed, taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.knowledge import rules
from luoshi.knowledge.models import Bulletin
from luoshi.knowledge.policies import may_edit, may_edit_for, require
from luoshi.knowledge.services.indexing import bulletin_index
from luoshi.knowledge.states import BULLETIN
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body


@transaction.atomic
def bulletin_create(
    *,
    body: Body,
    topic: str,
    title: str,
    text: str,
    valid_from: dt.datetime,
    actor: Actor,
    at: dt.datetime,
    valid_until: dt.datetime | None = None,
) -> Bulletin:
    """Draft a bulletin of a body. It holds from `valid_from` until, but not at, `valid_until` (None: without end).

    topic: a value of the rulebook's choice knowledge.bulletin.
    Errors: NotAllowed (another body's), Incomplete naming the field, WrongState (closed body).
    """
    require(may_edit_for(actor, body.pk), "拟写这个单位的公告")
    if not body.active:
        raise WrongState(f"{body.name}已撤销", mend="请选择在用的单位")
    values = _clean(topic, title, text, valid_from, valid_until, at)
    matter = ledger.matter_open(
        kind=BULLETIN, title=values["title"], body_id=body.pk, actor=actor, at=at, facts={"topic": topic}
    )
    bulletin = Bulletin(
        matter=matter,
        jurisdiction=matter.jurisdiction,
        body=body,
        maintained_at=at,
        maintained_by=actor.name,
        **values,
    )
    bulletin_index(bulletin)
    with door():
        bulletin.save(force_insert=True)
    return bulletin


@transaction.atomic
def bulletin_edit(
    *,
    bulletin: Bulletin,
    topic: str,
    title: str,
    text: str,
    valid_from: dt.datetime,
    actor: Actor,
    at: dt.datetime,
    valid_until: dt.datetime | None = None,
    version: int | None = None,
) -> Bulletin:
    """Change a bulletin; an issued one goes to the platform again as unread. version: the matter's, as seen.

    Errors: NotAllowed, Incomplete naming the field, WrongState.
    """
    fresh, matter = locked(bulletin, "body")
    require(may_edit(actor, matter), "修改这份公告")
    values = _clean(topic, title, text, valid_from, valid_until, at)
    changed = [name for name, value in values.items() if getattr(fresh, name) != value]
    if not changed:
        return fresh
    before = {name: getattr(fresh, name) for name in changed}
    for name, value in values.items():
        setattr(fresh, name, value)
    fresh.seen_at, fresh.seen_by = None, ""
    fresh.maintained_at, fresh.maintained_by = at, actor.name
    bulletin_index(fresh)
    with door():
        fresh.save()
    ledger.act(
        matter=matter,
        action="edit",
        actor=actor,
        at=at,
        data={"before": before, "after": {name: values[name] for name in changed}},
        version=version,
        changes={"title": fresh.title},
    )
    return fresh


@transaction.atomic
def bulletin_issue(
    *,
    bulletin: Bulletin,
    actor: Actor,
    at: dt.datetime,
    announced_at: dt.datetime | None = None,
    version: int | None = None,
) -> Bulletin:
    """Issue a bulletin: in the same step the platform has it, unread, and its agents find it.

    announced_at: when the public was told, where that was elsewhere and before; both times are kept, and a copy
    that came later than the rulebook's minutes is marked as late.
    Errors: Incomplete (announced in the future), NotAllowed, WrongState.
    Source: smx-hotline-ops/6.c
    """
    fresh, matter = locked(bulletin, "body")
    told = announced_at or at
    if told > at:
        raise Incomplete("面向社会发布时间不得晚于现在", field="announced_at")
    allowed = dt.timedelta(minutes=int(rules.setting("bulletin_copy", at)["minutes"]))
    fresh.announced_at, fresh.copied_at = told, at
    fresh.late_copy = at - told > allowed
    fresh.live = True
    with door():
        fresh.save()
    ledger.act(
        matter=matter,
        action="issue",
        actor=actor,
        at=at,
        data={"topic": fresh.topic, "announced_at": told, "copied_at": at, "late_copy": fresh.late_copy},
        version=version,
    )
    return fresh


@transaction.atomic
def bulletin_see(*, bulletin: Bulletin, actor: Actor, at: dt.datetime) -> Bulletin:
    """The platform has read it; the notice goes. Errors: NotAllowed (the platform only), WrongState."""
    fresh, matter = locked(bulletin, "body")
    if fresh.seen_at is not None:
        return fresh
    fresh.seen_at, fresh.seen_by = at, actor.name
    with door():
        fresh.save()
    ledger.act(matter=matter, action="see", actor=actor, at=at)
    return fresh


@transaction.atomic
def bulletin_withdraw(*, bulletin: Bulletin, reason: str, actor: Actor, at: dt.datetime) -> Bulletin:
    """Take a bulletin back: agents no longer find it. Errors: Incomplete (no reason), NotAllowed, WrongState."""
    why = line(reason, field="reason", label="撤回原因", longest=200)
    fresh, matter = locked(bulletin, "body")
    fresh.live = False
    with door():
        fresh.save()
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data={"reason": why})
    return fresh


def _clean(
    topic: str,
    title: str,
    text: str,
    valid_from: dt.datetime,
    valid_until: dt.datetime | None,
    at: dt.datetime,
) -> dict[str, Any]:
    if topic not in rules.topics(at).values:
        raise Incomplete("请选择公告类别", field="topic")
    if valid_until is not None and valid_until <= valid_from:
        raise Incomplete("失效时间须晚于生效时间", field="valid_until")
    return {
        "topic": topic,
        "title": line(title, field="title", label="标题", longest=120),
        "text": block(text, field="text", label="内容", longest=8000),
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
