"""The preparation of a matter: steps recorded and waived, brewing, other bodies heard, differences settled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import BinaryIO

from django.db import transaction

from luoshi.decisions import rules
from luoshi.decisions.models import Brewing, Consulted, Decision, Step
from luoshi.decisions.policies import require
from luoshi.decisions.services.checks import block, line
from luoshi.decisions.standing import facts_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import door
from luoshi.ledger.services import attachment_add
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day


def steps_open(decision: Decision, at: dt.datetime) -> list[tuple[str, str]]:
    """The steps that may be recorded for a matter: (key, name), those that its facts call for."""
    gate = rules.gate("decisions.proposal", at)
    found = {}
    for need in gate.asked(facts_of(decision)):
        key = "hearing" if need.key == "hearing_held" else rules.stem(need.key)
        content = rules.content_or_none(f"decisions.{key}", at)
        if content is not None:
            found[key] = content.title
    return list(found.items())


def _checked_form(key: str, form: str, at: dt.datetime) -> str:
    choice = rules.choice_or_none(f"decisions.{key}_form", at)
    if choice is None:
        return ""
    if form not in choice.values:
        raise Incomplete(
            "请选择形式", mend=f"可选：{'、'.join(o.label for o in choice.options)}", field="form"
        )
    return form


def _checked_days(form: str, since: dt.date | None, until: dt.date | None, at: dt.datetime) -> None:
    rule = rules.setting("decisions.records", at)
    if form not in rule["counted_forms"]:
        return
    if since is None or until is None or (until - since).days + 1 < rule["days"]:
        raise Incomplete(f"公示不少于{rule['days']}天", mend="请填写公示的起止日期", field="until")
    if until >= local_day(at):
        raise Incomplete("公示还没有结束", mend="期满后再登记", field="until")


@transaction.atomic
def step_record(
    *,
    decision: Decision,
    key: str,
    values: Mapping[str, str],
    actor: Actor,
    at: dt.datetime,
    form: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    file: BinaryIO | None = None,
    file_name: str = "",
) -> Step:
    """Record a step of the preparation with what its record must hold and the paper that it asks for.

    Errors: NotAllowed, Incomplete (something missing; a publicity that is too short or still runs), WrongState.
    """
    fresh, matter = locked(decision)
    content = rules.content_or_none(f"decisions.{key}", at)
    if content is None:
        raise Incomplete("没有这个前期环节", field="key")
    clean = {
        one.key: block(values.get(one.key, ""), field=one.key, label=one.label, required=one.required)
        for one in content.fields
    }
    chosen = _checked_form(key, form, at)
    _checked_days(chosen, since, until, at)
    if key in rules.setting("decisions.records", at)["attached"] and file is None:
        raise Incomplete(f"请上传{content.title}的材料", field="file")
    ledger.act(
        matter=matter, action="record_step", actor=actor, at=at,
        data={"step": key, "form": chosen, "what": content.title, **clean},
    )  # fmt: skip
    with door():
        made: Step = Step.objects.create(
            decision=fresh, key=key, form=chosen, values=clean, since=since, until=until, at=at, by=actor.name
        )
    if file is not None:
        attachment_add(matter=matter, file=file, name=file_name, purpose=content.title, actor=actor, at=at)
    return made


@transaction.atomic
def step_waive(*, decision: Decision, key: str, reason: str, actor: Actor, at: dt.datetime) -> Step:
    """Say why a procedure does not apply; it counts once the one named by the rulebook has confirmed it.

    The legality review (in Sanmenxia) and the collective discussion cannot be waived. Errors: Incomplete, NotAllowed,
    WrongState.
    Source: smx-work-rules/17.1
    """
    fresh, matter = locked(decision)
    if key not in rules.setting("decisions.waivable", at)["steps"]:
        raise Incomplete(
            "这道程序不得以不适用为由免除",
            mend="请按规定办理并登记",
            cite=rules.need_cite("decisions.proposal", key, at),
            field="key",
        )
    why = block(reason, field="reason", label="不适用的理由", longest=2000)
    ledger.act(
        matter=matter, action="record_step", actor=actor, at=at,
        data={"step": key, "waived": True, "reason": why},
    )  # fmt: skip
    with door():
        made: Step = Step.objects.create(
            decision=fresh, key=key, values={"reason": why}, waived=True, at=at, by=actor.name
        )
    return made


@transaction.atomic
def step_confirm(*, step: Step, actor: Actor, at: dt.datetime) -> Step:
    """Confirm that a procedure does not apply, or that a report was reviewed. Errors: NotAllowed, WrongState."""
    fresh, matter = locked(step.decision)
    row: Step = Step.objects.get(pk=step.pk, decision=fresh)
    confirmer = rules.setting("decisions.waivable", at)["confirmer"]
    require(actor.can(confirmer if row.waived else "decisions.legal"), "确认这一项")
    if row.confirmed_at is not None:
        raise WrongState("这一项已经确认", mend="请刷新页面")
    ledger.act(
        matter=matter, action="confirm_step", actor=actor, at=at, data={"step": row.key, "waived": row.waived}
    )
    with door():
        row.confirmed_at, row.confirmed_by = at, actor.name
        row.save()
    return row


@transaction.atomic
def brewing_add(
    *, decision: Decision, form: str, people: str, views: str, actor: Actor, at: dt.datetime
) -> Brewing:
    """Note a talk about a topic before the meeting. It holds views only: nothing is decided there.

    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-major-decisions/4.1.2.1, smx-major-decisions/4.1.2.2
    """
    fresh, matter = locked(decision)
    said = {
        "form": line(form, field="form", label="酝酿形式", longest=40),
        "people": line(people, field="people", label="参加人员", longest=300),
        "views": block(views, field="views", label="各方意见", longest=4000),
    }
    ledger.act(matter=matter, action="brew", actor=actor, at=at, data=said)
    with door():
        made: Brewing = Brewing.objects.create(decision=fresh, at=at, by=actor.name, **said)
    return made


@transaction.atomic
def consultation_record(
    *,
    decision: Decision,
    body: Body,
    agrees: bool,
    opinion: str,
    signer: str,
    sealed: bool,
    actor: Actor,
    at: dt.datetime,
) -> Consulted:
    """Note what a body that the matter touches says, signed by its principal leader and sealed; a later one replaces it.

    Errors: NotAllowed, Incomplete (not a body that is touched; nothing said by one that disagrees), WrongState.
    """
    fresh, matter = locked(decision)
    if body.code not in fresh.involved:
        raise Incomplete(f"{body.name}不在涉及单位之列", mend="请先在事项中列入该单位", field="body")
    said = block(opinion, field="opinion", label="意见", longest=4000, required=not agrees)
    name = line(signer, field="signer", label="主要负责人签字", longest=80)
    ledger.act(
        matter=matter, action="consult", actor=actor, at=at,
        data={"body": body.name, "agrees": agrees, "opinion": said, "signer": name, "sealed": sealed},
    )  # fmt: skip
    with door():
        made, _ = Consulted.objects.update_or_create(
            decision=fresh, body=body,
            defaults={"agrees": agrees, "opinion": said, "signer": name, "sealed": sealed, "at": at},
        )  # fmt: skip
    found: Consulted = made
    return found


@transaction.atomic
def differences_report(*, decision: Decision, text: str, actor: Actor, at: dt.datetime) -> Decision:
    """Bodies could not agree: their different opinions go up to be settled. Errors: Incomplete, NotAllowed, WrongState.

    Source: smx-work-rules/42.4
    """
    fresh, matter = locked(decision)
    if not fresh.consultations.filter(agrees=False).exists():
        raise Incomplete("没有登记不同意见", mend="请先登记各部门的意见，有不同意见的才上报协调")
    said = block(text, field="text", label="各方意见和理据", longest=4000)
    ledger.act(matter=matter, action="report_differences", actor=actor, at=at, data={"text": said})
    return fresh


__all__ = [
    "brewing_add",
    "consultation_record",
    "differences_report",
    "step_confirm",
    "step_record",
    "step_waive",
    "steps_open",
]
