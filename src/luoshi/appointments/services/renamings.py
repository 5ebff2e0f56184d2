"""A body gets a new name: drawn up, announced by a document, in effect on its day; the body stays the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction

from luoshi.appointments import rules, states
from luoshi.appointments.models import Renaming
from luoshi.appointments.policies import may_manage, require
from luoshi.appointments.services.checks import lines
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body, BodyName
from luoshi.organisation.selectors import local_day
from luoshi.organisation.services import body_name_add, body_rename


@transaction.atomic
def renaming_open(
    *,
    target: Body,
    new_name: str,
    basis: Sequence[str],
    actor: Actor,
    at: dt.datetime,
    new_short_name: str = "",
    plates: Sequence[str] = (),
    aliases: Sequence[str] = (),
    addressees: Sequence[str] = (),
) -> Renaming:
    """Draw up a change of name with the papers that it rests on.

    plates: further names on a plate; they mean the same body. aliases: short forms in use. addressees: empty for
    those of the rulebook.
    Errors: NotAllowed, Incomplete naming the field, WrongState (another change of name under way, body closed).
    Source: smx-renaming/4
    """
    require(may_manage(actor), "办理机构更名")
    if not target.active:
        raise WrongState(f"{target.name}已撤销", mend="请选择在用的机构", field="target")
    going = Renaming.objects.filter(target=target, matter__state__in=["drafting", "announced"]).first()
    if going is not None:
        raise WrongState(f"{target.name}已有办理中的更名", mend="请在已有的更名中办理", field="target")
    values = _values(target, new_name, new_short_name, plates, aliases, basis, addressees, local_day(at))
    matter = ledger.matter_open(
        kind=states.RENAMING,
        title=f"{target.name}更名为{values['new_name']}",
        body_id=rules.office_of(actor, local_day(at)),
        actor=actor,
        at=at,
        data={"from": target.name, "name": values["new_name"], "basis": values["basis"]},
    )
    row = Renaming(
        matter=matter, jurisdiction=matter.jurisdiction, target=target, old_name=target.name, **values
    )
    with door():
        row.save(force_insert=True)
    return row


def _values(
    target: Body,
    new_name: str,
    short_name: str,
    plates: Sequence[str],
    aliases: Sequence[str],
    basis: Sequence[str],
    addressees: Sequence[str],
    day: dt.date,
) -> dict[str, object]:
    name = line(new_name, field="new_name", label="新名称", longest=100)
    if name == target.name:
        raise Incomplete("新名称与现用名称相同", field="new_name")
    papers = lines(basis, field="basis", label="更名依据")
    if not papers:
        raise Incomplete(
            "请填写更名依据的文号", field="basis", cite=rules.cite("setting", "appointments.rename", day)
        )
    signs = lines(plates, field="plates", label="加挂牌子")
    if name in signs:
        raise Incomplete("加挂牌子的名称与新名称相同", field="plates")
    return {
        "new_name": name,
        "new_short_name": line(
            short_name, field="new_short_name", label="新简称", longest=40, required=False
        ),
        "plates": signs,
        "aliases": lines(aliases, field="aliases", label="简称和习称"),
        "basis": papers,
        "addressees": lines(addressees, field="addressees", label="主送")
        or list(rules.setting("appointments.rename", day)["to"]),
    }


@transaction.atomic
def renaming_edit(
    *,
    renaming: Renaming,
    new_name: str,
    basis: Sequence[str],
    actor: Actor,
    at: dt.datetime,
    new_short_name: str = "",
    plates: Sequence[str] = (),
    aliases: Sequence[str] = (),
    addressees: Sequence[str] = (),
) -> Renaming:
    """Change a draft. Errors: NotAllowed, Incomplete, WrongState (announced)."""
    fresh, matter = locked(renaming)
    values = _values(
        fresh.target, new_name, new_short_name, plates, aliases, basis, addressees, local_day(at)
    )
    title = f"{fresh.old_name}更名为{values['new_name']}"
    ledger.act(
        matter=matter,
        action="edit",
        actor=actor,
        at=at,
        changes={"title": title},
        data={"name": values["new_name"]},
    )
    for key, value in values.items():
        setattr(fresh, key, value)
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def renaming_announce(
    *, renaming: Renaming, number: str, effective_on: dt.date, actor: Actor, at: dt.datetime
) -> Renaming:
    """Record the notice that announces it and its day of effect; where that day has come, it takes effect at once.

    Errors: NotAllowed, Incomplete naming the field, WrongState, and what the organisation refuses (name borne by
    another body, day before the present name began).
    Source: smx-renaming/1
    """
    fresh, matter = locked(renaming)
    fresh.number = line(number, field="number", label="通知文号", longest=60)
    fresh.effective_on = effective_on
    data = {"document": fresh.number, "on": effective_on.isoformat()}
    ledger.act(matter=matter, action="announce", actor=actor, at=at, data=data)
    with door():
        fresh.save()
    if effective_on <= local_day(at):
        return renaming_effect(renaming=fresh, actor=actor, at=at)
    return fresh


@transaction.atomic
def renaming_effect(*, renaming: Renaming, actor: Actor, at: dt.datetime) -> Renaming:
    """Let the new name hold from its day: the old one stays for the days before, plates and short forms are added.

    The body is the same row as before, with its standing, its targets, its cases and its rights.
    Errors: WrongState (not announced, day to come) and what the organisation refuses.
    Source: smx-renaming/1, smx-renaming/2, smx-renaming/3
    """
    fresh, matter = locked(renaming)
    if fresh.effective_on is None or fresh.effective_on > local_day(at):
        raise WrongState("更名还没有到生效日期", mend="到生效日期后自动更名")
    paper = f"{fresh.number}（{'、'.join(fresh.basis)}）"[:200]
    ledger.act(
        matter=matter,
        action="effect",
        actor=actor,
        at=at,
        data={"from": fresh.old_name, "name": fresh.new_name, "document": paper},
    )
    body = body_rename(
        body=fresh.target,
        name=fresh.new_name,
        short_name=fresh.new_short_name,
        since=fresh.effective_on,
        document=paper,
        actor=actor,
        at=at,
    )
    further = [(BodyName.Kind.PLATE, name) for name in fresh.plates]
    further += [(BodyName.Kind.ALIAS, name) for name in fresh.aliases]
    for kind, name in further:
        body_name_add(
            body=body, kind=kind, name=name, since=fresh.effective_on, document=paper, actor=actor, at=at
        )
    return fresh


def renamings_effect(*, actor: Actor, at: dt.datetime) -> int:
    """Let every announced change of name whose day has come take effect. Returns how many did."""
    due = Renaming.objects.filter(
        jurisdiction=settings.JURISDICTION, matter__state="announced", effective_on__lte=local_day(at)
    )
    rows = list(due.order_by("effective_on", "pk"))
    for row in rows:
        renaming_effect(renaming=row, actor=actor, at=at)
    return len(rows)


@transaction.atomic
def renaming_withdraw(*, renaming: Renaming, reason: str, actor: Actor, at: dt.datetime) -> Renaming:
    """Give a change of name up before it is in effect. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(renaming)
    why = line(reason, field="reason", label="撤回理由", longest=300)
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data={"reason": why})
    return fresh
