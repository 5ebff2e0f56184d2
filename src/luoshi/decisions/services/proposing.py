"""A matter is put forward: what it is about, which kinds of major matters it is, what it touches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.decisions import rules, states
from luoshi.decisions.models import Decision, Weight
from luoshi.decisions.policies import may_prepare, require
from luoshi.decisions.services.checks import block, bodies_by_code, line, money
from luoshi.decisions.standing import TRAITS
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, Secrecy, door
from luoshi.organisation.models import Body


@dataclass(frozen=True, slots=True)
class Content:
    """What is said of a matter. amount: yuan. involved: codes of other bodies. options: {title, gains, drawbacks}."""

    title: str
    summary: str
    subjects: Sequence[str]
    basis: str = ""
    competence: str = ""
    traits: Collection[str] = ()
    amount: Decimal | str | None = None
    funds: str = ""
    involved: Sequence[str] = ()
    options: Sequence[Mapping[str, str]] = ()
    single_reason: str = ""
    extra_kinds: Collection[str] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def _large(amount: Decimal | None, at: dt.datetime) -> str:
    """reached: the government's own line is set and met; suggested: no line yet, and a person must judge; else ""."""
    rule = rules.setting("decisions.large_amount", at)
    if amount is None:
        return ""
    if rule["fixed"]:
        return "reached" if amount >= rule["line"] else ""
    return "suggested" if amount >= rule["suggest_from"] else ""


def recognise(
    *, subjects: Collection[str], amount: Decimal | None, funds: str, traits: Collection[str], at: dt.datetime
) -> tuple[list[str], list[str]]:
    """The kinds of major matters that these facts are without further judgement, and those that they suggest.

    Source: smx-major-decisions/3.3.2, smx-major-decisions/3.4.3
    """
    facts: dict[str, Any] = {
        "large": _large(amount, at),
        "funds": funds,
        "congress_appointed": "congress_appointed" in traits,
    }
    certain = [need.key for need in rules.listed("decisions.kinds", subjects, facts, at)]
    hinted = [need.key for need in rules.listed("decisions.prompts", subjects, facts, at)]
    return certain, [key for key in hinted if key not in certain]


def kinds_known(at: dt.datetime) -> dict[str, str]:
    """Every kind of major matter with its name, in the regulation's order."""
    found = {
        need.key: need.title
        for name in ("decisions.kinds", "decisions.prompts")
        for need in rules.gate(name, at).needs
    }
    return dict(sorted(found.items(), key=lambda pair: [int(part) for part in pair[0].split(".")]))


def check_kinds(kinds: Collection[str], certain: Collection[str], at: dt.datetime) -> list[str]:
    """The kinds as they count: those that are certain cannot be struck out. Errors: Incomplete with the clauses."""
    known = kinds_known(at)
    unknown = [key for key in kinds if key not in known]
    if unknown:
        raise Incomplete("类别不在规定的范围内", mend="请从列出的类别中选择", field="kinds")
    dropped = [key for key in certain if key not in kinds]
    if dropped:
        needs = {need.key: need for need in rules.gate("decisions.kinds", at).needs}
        raise Incomplete(
            f"该事项属于“{known[dropped[0]]}”，不能不列入“三重一大”",
            mend="内容登记有误的，请先修改事项内容",
            cite=needs[dropped[0]].cite,
            field="kinds",
        )
    return [key for key in known if key in kinds]


def _check_proposer(kinds: Collection[str], body: Body, at: dt.datetime) -> None:
    """Staffing comes from the staffing office, personnel from the personnel department. Errors: NotAllowed."""
    rule = rules.setting("decisions.proposers", at)
    for part in ("staffing", "personnel"):
        own = set(rule[f"{part}_kinds"]) & set(kinds)
        if own and body.code not in rule[part]:
            cite = [need.cite for need in rules.gate("decisions.kinds", at).needs if need.key in own]
            raise NotAllowed(
                "机构编制类事项由编制机构提出，人员任免类事项由人社部门提出",
                mend="请报送相应部门，由其提出",
                cite=cite[0] if cite else (),
            )


def _values(content: Content, at: dt.datetime) -> dict[str, Any]:
    subjects = rules.choice("decisions.subject", at)
    if not content.subjects:
        raise Incomplete("请选择事项内容", field="subjects")
    if any(one not in subjects.values for one in content.subjects):
        raise Incomplete("事项内容不在规定的范围内", field="subjects")
    if content.funds and content.funds not in rules.choice("decisions.funds", at).values:
        raise Incomplete("资金来源不在列出的范围内", field="funds")
    options = [
        {
            "title": line(one.get("title", ""), field="options", label="方案名称"),
            "gains": block(one.get("gains", ""), field="options", label="方案的利", longest=2000),
            "drawbacks": block(one.get("drawbacks", ""), field="options", label="方案的弊", longest=2000),
        }
        for one in content.options
    ]
    return {
        "subjects": [one for one in subjects.values if one in content.subjects],
        "summary": block(content.summary, field="summary", label="主要内容"),
        "basis": block(content.basis, field="basis", label="法律政策依据", required=False),
        "competence": block(content.competence, field="competence", label="职权依据", required=False),
        "traits": {**{name: True for name in TRAITS if name in content.traits}, **content.facts},
        "amount": money(content.amount, field="amount"),
        "funds": content.funds,
        "involved": list(bodies_by_code(content.involved, field="involved")),
        "options": options,
        "single_reason": block(
            content.single_reason, field="single_reason", label="只有一个方案的理由", required=False
        ),
    }


def _recognised(content: Content, values: dict[str, Any], at: dt.datetime) -> tuple[list[str], list[str]]:
    certain, hinted = recognise(
        subjects=values["subjects"], amount=values["amount"], funds=values["funds"], traits=content.traits, at=at
    )  # fmt: skip
    kinds = check_kinds({*certain, *hinted, *content.extra_kinds}, certain, at)
    return kinds, hinted


@transaction.atomic
def decision_propose(
    *,
    content: Content,
    body: Body,
    actor: Actor,
    at: dt.datetime,
    weight: str = Weight.ORDINARY,
    secrecy: str = Secrecy.NONE,
    replaces: Decision | None = None,
    source: Matter | None = None,
) -> Decision:
    """Put a matter forward for collective decision; its kinds are recognised from what it is about, several at once.

    What the facts only suggest is taken in until the vice mayor judges it. replaces: a decision that was taken and
    that conditions nobody could foresee make it necessary to change. source: the paper that it came from; what is
    secret stays so.
    Errors: NotAllowed, Incomplete, WrongState (before the regulation was in force).
    Source: smx-major-decisions/4.4.3.1
    """
    require(
        may_prepare(actor) and (actor.body_id == body.pk or actor.user_id is None), "为其他单位提出决策事项"
    )
    values = _values(content, at)
    kinds, hinted = _recognised(content, values, at)
    _check_proposer(kinds, body, at)
    if weight not in Weight.values:
        raise Incomplete("程度不在列出的范围内", field="weight")
    if secrecy not in Secrecy.values:
        raise Incomplete("绝密事项不得进入本系统", mend="请按保密规定另行办理", field="secrecy")
    if replaces is not None and replaces.matter.state not in states.TAKEN:
        raise Incomplete("被取代的必须是已经作出的决定", field="replaces")
    secrecy = secrecy or (source.secrecy if source else "")
    matter = ledger.matter_open(
        kind=states.DECISION,
        title=line(content.title, field="title", label="标题", longest=200),
        body_id=body.pk,
        secrecy=secrecy,
        actor=actor,
        at=at,
        data={
            "kinds": kinds,
            "suggested": hinted,
            "replaces": replaces.pk if replaces else None,
            "source": source.pk if source else None,
        },
    )
    with door():
        made: Decision = Decision.objects.create(
            matter=matter, jurisdiction=matter.jurisdiction, body=body, weight=weight, kinds=kinds,
            replaces=replaces, source=source, **values,
        )  # fmt: skip
    return made


@transaction.atomic
def decision_edit(
    *, decision: Decision, content: Content, actor: Actor, at: dt.datetime, version: int | None = None
) -> Decision:
    """Change what is said of a matter while it is being prepared; its kinds are recognised anew.

    Errors: NotAllowed, Incomplete, WrongState.
    """
    fresh, matter = locked(decision)
    values = _values(content, at)
    kinds, hinted = _recognised(content, values, at)
    _check_proposer(kinds, fresh.body, at)
    title = line(content.title, field="title", label="标题", longest=200)
    ledger.act(
        matter=matter, action="edit", actor=actor, at=at, version=version,
        data={"kinds": kinds, "suggested": hinted}, changes={"title": title},
    )  # fmt: skip
    with door():
        for name, value in values.items():
            setattr(fresh, name, value)
        fresh.kinds = kinds
        fresh.save()
    return fresh


@transaction.atomic
def decision_withdraw(*, decision: Decision, reason: str, actor: Actor, at: dt.datetime) -> Decision:
    """Take a matter back before it is settled as a topic. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(decision)
    why = line(reason, field="reason", label="撤回原因", longest=300)
    ledger.act(matter=matter, action="withdraw", actor=actor, at=at, data={"reason": why})
    return fresh
