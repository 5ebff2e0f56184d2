"""Written authorisations and commissions: who may do what for whom, from when to when, by which paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from luoshi.agenda import rules, states
from luoshi.agenda.models import Delegation, Leader
from luoshi.agenda.policies import may_keep_roster, require
from luoshi.agenda.selectors.roster import leader_of
from luoshi.agenda.services.checks import in_office, period
from luoshi.engines.rulebook import Authority
from luoshi.ledger import rules as ledger_rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import line
from luoshi.ledger.models import door
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day

OFFICES = frozenset(Leader.Office.values)


def signable(day: dt.date) -> list[Authority]:
    """The authority tables of a day in which a leader decides, by title: what an authorisation may be for."""
    tables = ledger_rules.current().holding(Authority, day)
    found = [rule for rule in tables if not rule.id.startswith("agenda.") and _offices(rule)]
    return sorted(found, key=lambda rule: rule.title)


def _offices(rule: Authority) -> frozenset[str]:
    """The leading offices that decide in some row of a table."""
    return OFFICES.intersection(role for row in rule.table for role in row.who)


@transaction.atomic
def delegation_add(
    *,
    by: Leader,
    to: Person,
    kind: str,
    scope: str,
    since: dt.date,
    until: dt.date,
    document: str,
    actor: Actor,
    at: dt.datetime,
    rule: str = "",
    when: Mapping[str, Sequence[Any]] | None = None,
    powers: Sequence[str] = (),
) -> Delegation:
    """Record that a leader authorises or commissions somebody for a scope and days, both included.

    rule: an authority table that `to` may decide by meanwhile, limited to the facts `when`. powers: options of the
    rulebook's choice agenda.power. Only the mayor commissions other leaders with work; an authorisation is given only
    for what the giver decides. The leader enters it, or the office on the written paper that `document` names.
    Errors: NotAllowed, Incomplete.
    Source: smx-work-rules/6.2, smx-work-rules/8.1, xiping-work-rules/8.2
    """
    require(actor.person_id == by.person_id or may_keep_roster(actor), "登记他人的授权委托")
    day = local_day(at)
    in_office(by, since, field="by")
    period(since, until)
    if until < day:
        raise Incomplete("截止日期已过", field="until")
    if by.person_id == to.pk:
        raise Incomplete("不能授权给本人", mend="请选择另一位", field="to")
    if kind not in Delegation.Kind.values:
        raise Incomplete("请选择类别", field="kind")
    receiver = leader_of(to.pk, day=since)
    if kind == Delegation.Kind.COMMISSION and (by.office != Leader.Office.MAYOR or receiver is None):
        raise Incomplete(
            "委托负责其他工作，须由市长委托副市长或参与分工的党组成员",
            mend="请核对委托人和受托人",
            field="by",
        )
    _check_rule(rule, by, day)
    known = rules.choice("agenda.power", day).values if powers else ()
    if set(powers) - set(known):
        raise Incomplete("请从列出的事项中选择", field="powers")
    said = line(scope, field="scope", label="事项", longest=500)
    paper = line(document, field="document", label="书面依据", longest=200)
    matter = ledger.matter_open(
        kind=states.DELEGATION, title=f"{by.person.name}{Delegation.Kind(kind).label}{to.name}：{said}",
        body_id=by.person.body_id, actor=actor, at=at, facts={"person": by.person_id},
        data={"text": said, "document": paper, "since": since, "until": until, "rule": rule, "powers": list(powers)},
    )  # fmt: skip
    row = Delegation(
        matter=matter, jurisdiction=matter.jurisdiction, kind=kind, by=by, to=to, scope=said, rule=rule,
        when={name: list(values) for name, values in (when or {}).items()}, powers=list(powers), since=since,
        until=until, document=paper,
    )  # fmt: skip
    with door():
        row.save(force_insert=True)
    return row


def _check_rule(rule: str, by: Leader, day: dt.date) -> None:
    """Errors: Incomplete where the giver decides nothing by that table."""
    if not rule:
        return
    table = next((one for one in signable(day) if one.id == rule), None)
    if table is None:
        raise Incomplete("没有这项审签权限", field="rule")
    if by.office not in _offices(table):
        raise Incomplete(
            f"“{table.title}”不由{by.title or by.get_office_display()}审签，不能由其授权",
            field="rule",
            cite=table.cite,
        )


@transaction.atomic
def delegation_revoke(*, delegation: Delegation, reason: str, actor: Actor, at: dt.datetime) -> Delegation:
    """End a delegation before its day. Errors: NotAllowed, WrongState (revoked already), Incomplete (no reason)."""
    row: Delegation = Delegation.objects.select_related("matter", "by").get(pk=delegation.pk)
    require(actor.person_id == row.by.person_id or may_keep_roster(actor), "撤销他人的授权委托")
    said = line(reason, field="reason", label="撤销原因", longest=300)
    ledger.act(matter=row.matter, action="revoke", actor=actor, at=at, data={"reason": said})
    return row
