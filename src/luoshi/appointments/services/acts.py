"""The acts of a notice while it is drafted: one person, one post, one action each, in the order of the text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max

from luoshi.appointments import rules
from luoshi.appointments.models import Act, Notice
from luoshi.appointments.policies import may_manage, require
from luoshi.appointments.services.checks import require_drafting
from luoshi.appointments.text import doubts_of, names_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import line, locked
from luoshi.ledger.models import door
from luoshi.organisation.models import Body, Person
from luoshi.organisation.selectors import body_by_name, local_day

ORGANS = (("管委会", "管理委员会"), ("管理委员会", "管委会"))


@dataclass(frozen=True, slots=True)
class ActSpec:
    """What is entered of one act. organisation, title, rank: as they are to be printed.

    body, person: who is meant, where it cannot be told from the names. head: the post is that of the body's principal
    leader. procedure: None to let the rulebook say. printed, printed_name: where the text differs from the parts.
    """

    name: str
    action: str
    organisation: str
    title: str
    rank: str = ""
    sex: str = ""
    probation: bool = False
    head: bool = False
    acting: str = ""
    procedure: str | None = None
    body: Body | None = None
    person: Person | None = None
    note: str = ""
    printed: str = ""
    printed_name: str = ""


def body_of(organisation: str, day: dt.date) -> Body | None:
    """The body that a printed name means on a day: by its name then, its other name in brackets, or any name it bore.

    Source: smx-appointments/0.18
    """
    if not organisation:
        return None
    main, others = names_of(organisation)
    wanted = [organisation, main, *others]
    wanted += [
        name.replace(short, full) for name in (main,) for short, full in ORGANS if name.endswith(short)
    ]
    for name in wanted:
        found = body_by_name(name, day=day) or body_by_name(name)
        if found is not None:
            return found
    return None


def person_of(name: str, body: Body | None) -> Person | None:
    """The one person of that name, at the body where there is one there; None when nobody is known.

    Errors: Incomplete when several share the name and none or several of them are at the body.
    """
    found = list(Person.objects.filter(name=name, active=True).select_related("body").order_by("id"))
    there = [one for one in found if body is not None and one.body_id == body.pk]
    chosen = there or found
    if len(chosen) > 1:
        told = "、".join(f"{one.pk}（{one.body.short_name}）" for one in chosen)
        raise Incomplete(f"名册中有{len(chosen)}名{name}", mend=f"请填写人员编号：{told}", field="person")
    return chosen[0] if chosen else None


def act_values(spec: ActSpec, *, day: dt.date, printed_elsewhere: list[str]) -> dict[str, Any]:
    """The fields of an act from what was entered; what the rulebook derives from the text is filled in.

    Errors: Incomplete naming the field, WrongState (no rules on that day).
    """
    action = line(spec.action, field="action", label="动作", longest=10)
    if action not in rules.choice("appointments.action", day).values:
        raise Incomplete(
            "动作应为任命、免去或不再担任",
            field="action",
            cite=rules.cite("choice", "appointments.action", day),
        )
    name = line(spec.name, field="name", label="姓名", longest=40)
    title = line(spec.title, field="title", label="职务", longest=60)
    organisation = line(spec.organisation, field="organisation", label="机构", longest=100, required=False)
    if spec.sex not in ("", "男", "女"):
        raise Incomplete("性别只填男、女，或不填", field="sex")
    if spec.probation and action != "appoint":
        raise Incomplete("试用期只随任命注明", field="probation")
    body = spec.body or body_of(organisation, day)
    nature = rules.post_nature(title, day)
    acting = spec.acting or nature["acting"]
    plain = not nature["treatment"] and not acting
    derived = rules.procedure_of(organisation, body, title, day, plain=plain)
    note = line(spec.note, field="note", label="说明", longest=300, required=False)
    words = rules.setting("appointments.names", day)
    return {
        "name": name,
        "sex": spec.sex,
        "person": spec.person or person_of(name, body),
        "action": action,
        "organisation": organisation,
        "body": body,
        "title": title,
        "printed": line(spec.printed, field="printed", label="原文", longest=160, required=False)
        or f"{organisation}{title}",
        "rank": line(spec.rank, field="rank", label="职级", longest=20, required=False),
        "probation": spec.probation,
        "head": spec.head and plain,
        "leading": nature["leading"],
        "treatment": nature["treatment"],
        "acting": acting,
        "procedure": derived if spec.procedure is None else spec.procedure,
        "note": note,
        "doubts": doubts_of(organisation, note, printed_elsewhere, words, spec.printed_name),
    }  # fmt: skip


def _printed(notice: Notice, but: int | None = None) -> list[str]:
    """The names of bodies printed in the other acts of a notice."""
    rows = notice.acts.exclude(organisation="").exclude(pk=but)
    return list(rows.values_list("organisation", flat=True).distinct())


def _data(values: dict[str, Any]) -> dict[str, Any]:
    said = f"{values['name']}：{Act.Action(values['action']).label}{values['printed']}"
    return {"what": said, "name": values["name"], "action": values["action"], "printed": values["printed"]}


@transaction.atomic
def act_add(*, notice: Notice, spec: ActSpec, actor: Actor, at: dt.datetime) -> Act:
    """Add one act behind the others; a person with several posts gets one act for each.

    Errors: NotAllowed, Incomplete naming the field, WrongState (sent for signature already).
    Source: smx-appointments/0.9
    """
    require(may_manage(actor), "起草任免通知")
    fresh, matter = locked(notice)
    require_drafting(matter)
    values = act_values(spec, day=local_day(at), printed_elsewhere=_printed(fresh))
    if not values["organisation"]:
        raise Incomplete(
            "请填写机构", field="organisation", cite=rules.cite("content", "appointments.act", local_day(at))
        )
    twin = fresh.acts.filter(name=values["name"], action=values["action"], printed=values["printed"])
    if twin.exists():
        raise Incomplete(f"已有“{values['name']}：{values['printed']}”这一项", field="title")
    ledger.act(matter=matter, action="add_act", actor=actor, at=at, data=_data(values))
    last = fresh.acts.aggregate(last=Max("position"))["last"] or 0
    row = Act(notice=fresh, position=last + 1, **values)
    with door():
        row.save()
    return row


@transaction.atomic
def act_change(*, act: Act, spec: ActSpec, actor: Actor, at: dt.datetime) -> Act:
    """Enter an act anew, in its place. Errors: NotAllowed, Incomplete, WrongState."""
    require(may_manage(actor), "修改任免通知")
    notice, matter = locked(act.notice)
    require_drafting(matter)
    row = notice.acts.filter(pk=act.pk).first()
    if row is None:
        raise Incomplete("这一项已被删去", mend="请刷新页面")
    values = act_values(spec, day=local_day(at), printed_elsewhere=_printed(notice, but=act.pk))
    if not values["organisation"]:
        raise Incomplete(
            "请填写机构", field="organisation", cite=rules.cite("content", "appointments.act", local_day(at))
        )
    ledger.act(matter=matter, action="change_act", actor=actor, at=at, data=_data(values))
    for key, value in values.items():
        setattr(row, key, value)
    with door():
        row.save()
    changed: Act = row
    return changed


@transaction.atomic
def act_drop(*, act: Act, actor: Actor, at: dt.datetime) -> None:
    """Strike an act from a draft; the event keeps what it said. Errors: NotAllowed, WrongState."""
    require(may_manage(actor), "修改任免通知")
    notice, matter = locked(act.notice)
    require_drafting(matter)
    row = notice.acts.filter(pk=act.pk).first()
    if row is None:
        return
    said = {"name": row.name, "action": row.action, "printed": row.printed}
    ledger.act(matter=matter, action="drop_act", actor=actor, at=at, data=_data(said))
    with door():
        row.delete()
