"""Other departments are asked for their view or their countersignature; what nobody answered stays visible."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.documents.models import Countersign, Outgoing
from luoshi.documents.services.outgoing import errand_open, locked
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.organisation.models import Body


@transaction.atomic
def consult_ask(
    *,
    paper: Outgoing,
    body: Body,
    kind: str,
    actor: Actor,
    at: dt.datetime,
    due: dt.datetime | None = None,
) -> Countersign:
    """Ask a department for its view, or for its countersignature. due: set by the one who asks, else by the rulebook.

    Errors: NotAllowed, Incomplete (the drafting body itself; asked already), WrongState.
    """
    fresh, matter = locked(paper)
    if kind not in Countersign.Kind.values:
        raise Incomplete("请选择征求意见或会签", field="kind")
    if body.pk == fresh.drafted_by_id:
        raise Incomplete("不必征求起草单位自己的意见", field="body")
    if fresh.countersigns.filter(body=body, kind=kind, answered_at__isnull=True).exists():
        raise Incomplete(f"已经送{body.short_name}，尚未回复", field="body")
    if due is not None and due <= at:
        raise Incomplete("回复时限应晚于现在", field="due")
    if matter.secrecy:
        raise WrongState("涉密文稿不在网上征求意见", mend="请按保密规定当面办理")
    label = str(Countersign.Kind(kind).label)
    with_bodies = sorted({*matter.facts.get("bodies", ()), body.pk})
    ledger.act(
        matter=matter,
        action="consult",
        actor=actor,
        at=at,
        data={"what": f"{label}：{body.short_name}", "facts": {"bodies": with_bodies}},
    )
    task = errand_open(fresh, "consult", actor=actor, at=at, title=label, body=body, due=due)
    row = Countersign(
        matter=task, jurisdiction=task.jurisdiction, paper=fresh, body=body, kind=kind, asked_at=at
    )
    with door():
        row.save(force_insert=True)
    return row


@transaction.atomic
def consult_answer(*, row: Countersign, view: str, text: str, actor: Actor, at: dt.datetime) -> Countersign:
    """A department answers, with reasons where its view differs. What comes after silence counted is kept beside it.

    A countersignature is the principal leader's. Errors: NotAllowed (another body; no principal), Incomplete.
    """
    task = ledger.lock(row.pk)
    ledger.settle(matter=task, now=at)
    fresh: Countersign = Countersign.objects.select_related("paper__matter", "body").get(pk=row.pk)
    _require_own(fresh, actor)
    differs = view == Countersign.View.DIFFERS
    if view not in (Countersign.View.AGREED, Countersign.View.DIFFERS):
        raise Incomplete("请选择同意或者有不同意见", field="view")
    said = line(text, field="text", label="意见", longest=1000, required=differs)
    task.refresh_from_db()
    if fresh.view == Countersign.View.DEEMED:
        ledger.act(matter=task, action="append", actor=actor, at=at, data={"opinion": said, "view": view})
        fresh.text = f"{fresh.text}\n逾期后补充：{said or '同意'}".strip()[:1000]
    else:
        ledger.act(matter=task, action="do", actor=actor, at=at, data={"opinion": said, "view": view})
        fresh.view, fresh.text = view, said
        fresh.answered_by, fresh.answered_at = actor.name, at
    with door():
        fresh.save()
    return fresh


def _require_own(row: Countersign, actor: Actor) -> None:
    if actor.body_id != row.body_id:
        raise NotAllowed(f"只有{row.body.short_name}可以回复", mend="请由被征求意见的单位回复")
    if row.kind == Countersign.Kind.COUNTERSIGN and not actor.can("documents.unit_sign"):
        raise NotAllowed("会签由本单位主要负责人办理", mend="请送主要负责人")


@transaction.atomic
def consult_postpone(
    *, row: Countersign, until: dt.datetime, how: str, actor: Actor, at: dt.datetime
) -> Countersign:
    """Before the time is up a department agrees on a later one with the one who asks, and how it will answer.

    Errors: NotAllowed, Incomplete (not later), WrongState (the time is up already).
    """
    task = ledger.lock(row.pk)
    ledger.settle(matter=task, now=at)
    task.refresh_from_db()
    fresh: Countersign = Countersign.objects.select_related("body").get(pk=row.pk)
    _require_own(fresh, actor)
    if task.state != "open":
        raise WrongState("时限已到，不能再商定延期", mend="可以补充意见备查")
    if until <= at:
        raise Incomplete("商定的时限应晚于现在", field="until")
    said = line(how, field="how", label="回复方式", longest=200)
    ledger.act(matter=task, action="postpone", actor=actor, at=at, data={"until": until, "note": said})
    return fresh


def lapsed(matter: Matter, row: Obligation, at: dt.datetime) -> None:
    """Silence counts as no objection, where the rulebook says so; it never looks like a signature."""
    found = Countersign.objects.filter(pk=matter.pk).first()
    if found is None or found.answered_at is not None or found.kind == Countersign.Kind.COUNTERSIGN:
        return
    ledger.act(
        matter=matter, action="lapse", actor=SYSTEM, at=at, data={"note": "逾期未回复，视为无不同意见"}
    )
    found.view = Countersign.View.DEEMED
    with door():
        found.save()


def register_lapses() -> None:
    """Let the sweep carry out what silence means; called once, when the app starts."""
    ledger.on_lapse("documents.errand_lapsed", lapsed)
