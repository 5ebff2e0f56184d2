"""A topic is reviewed stop by stop, determined, sent back, given back to be settled, or left out."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from luoshi.agenda.selectors import leader_of
from luoshi.engines.authority import Decision
from luoshi.ledger import rules
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Matter, door
from luoshi.ledger.once import once
from luoshi.meetings import rules_sessions
from luoshi.meetings.models import Topic
from luoshi.meetings.selectors.ready import (
    commissioned,
    facts_of,
    head_away,
    require_ready,
)
from luoshi.meetings.services.checks_sessions import line
from luoshi.meetings.services.checks_topics import (
    DETERMINE,
    locked_topic,
    require_category,
    require_signatory,
    step_title,
    steps_of,
)
from luoshi.meetings.services.topics import next_owed
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day

WAY = "meetings.topic_review"


def at_stop(matter: Matter, topic: Topic, *, last: bool) -> None:
    """Errors: WrongState where the topic is not under review, or at another part of its way."""
    if matter.state != "reviewing":
        return
    at_last = topic.stop.startswith(DETERMINE)
    if last and not at_last:
        raise WrongState("议题还没有审查完毕，不能确定", mend="请先完成前面的审查环节")
    if at_last and not last:
        raise WrongState("审查环节已经走完，议题等待确定", mend="请由有权确定的领导确定或退回")


@transaction.atomic
def topic_pass(
    *,
    topic: Topic,
    opinion: str,
    actor: Actor,
    at: dt.datetime,
    kind: str = "",
    category: str = "",
    category_reason: str = "",
    disagreement: str = "",
    version: int | None = None,
) -> Topic:
    """Pass a topic at the stop where it stands, with an opinion; it goes to the next one.

    kind, category: where the stop has to say to which kind of meeting it goes. category_reason: where the category for
    everything else is claimed, by whom the rulebook asks it. disagreement: how far units differ, judged by the leader
    in charge. Errors: NotAllowed (not theirs), Incomplete (opinion, kind), WrongState.
    Source: smx-meeting-organisation/2.1, smx-meeting-organisation/2.2, xiping-work-rules/42.1, xiping-work-rules/42.2
    """
    fresh, matter = locked_topic(topic)
    day = local_day(at)
    at_stop(matter, fresh, last=False)
    facts = facts_of(fresh, at=at)
    stop, title = fresh.stop, step_title(WAY, facts, fresh.stop, day)
    note = require_signatory(
        "meetings.topic_step", {**facts, "step": stop}, actor=actor, at=at, body=fresh.body
    )
    said = line(opinion, field="opinion", label=f"{title or '审查'}意见", longest=500)
    like = rules_sessions.setting("meetings.topics", day)
    if stop in like["kind_steps"]:
        _opine_kind(fresh, kind, category, actor, day)
    if stop == like["catch_all_step"]:
        _claim_catch_all(fresh, category_reason, day)
    if stop == "lead" and disagreement:
        _judge_disagreement(fresh, disagreement)
    facts = facts_of(fresh, at=at)
    way = steps_of(WAY, facts, day)
    following = way[way.index(stop) + 1] if stop in way else way[-1]
    fresh.stop = following
    owed = next_owed(fresh, following, facts, at=at)
    ledger.act(
        matter=matter, action="pass", actor=actor, at=at, version=version,
        data={
            "stop": stop, "next": following, "opinion": said, "remark": note, "kind": fresh.kind_opinion,
            "facts": {f"passed_{stop}": True, "kind": fresh.kind, **owed},
        },
    )  # fmt: skip
    with door():
        fresh.save()
    return fresh


def _opine_kind(topic: Topic, kind: str, category: str, actor: Actor, day: dt.date) -> None:
    """A definite opinion on the kind of meeting; the topic moves to that kind's categories.

    Source: smx-meeting-organisation/2.2
    """
    if not kind:
        raise Incomplete(
            "请提出提交哪一种会议的具体意见", field="kind",
            cite=rules_sessions.cite_of("route", WAY, day),
        )  # fmt: skip
    chosen = category or (topic.category if kind == topic.kind else "")
    require_category(kind, chosen, day)
    topic.kind, topic.category = kind, chosen
    topic.kind_opinion, topic.kind_opinion_by = kind, actor.name


def _claim_catch_all(topic: Topic, reason: str, day: dt.date) -> None:
    """The category for everything else needs a reason from the leader whom the rulebook asks.

    Source: smx-executive-meeting/2.11, smx-work-rules/53.11, xiping-work-rules/40.2.10
    """
    like = rules_sessions.setting("meetings.topics", day)
    if like["catch_all"].get(topic.kind) == topic.category:
        topic.category_reason = line(reason, field="category_reason", label="列入“其他事项”的理由")


def _judge_disagreement(topic: Topic, disagreement: str) -> None:
    """The leader in charge says how far units differ. Source: smx-major-decisions/4.1.2.4"""
    if disagreement not in Topic.Disagreement.values:
        raise Incomplete("请选择分歧的程度", field="disagreement")
    if topic.disagreement != Topic.Disagreement.NONE or disagreement != Topic.Disagreement.NONE:
        topic.disagreement = disagreement


def determining(topic: Topic, *, person: Person | None, at: dt.datetime) -> Decision:
    """Who may determine a topic now. person: whose written commission counts (None: anybody's)."""
    facts = {
        **facts_of(topic, at=at),
        "head_away": head_away(at),
        "commissioned": commissioned(topic, person, at=at),
    }
    return rules_sessions.table("meetings.determine", facts, local_day(at))


@once
def _person(pk: int) -> Person | None:
    return Person.objects.filter(pk=pk).first()


def _require_determining(topic: Topic, actor: Actor, at: dt.datetime) -> str:
    """Refuse whoever may not determine. Returns the note of the commission by which it is done.

    Errors: NotAllowed, naming the offices, with the clauses.
    Source: smx-meeting-organisation/2.3, smx-executive-meeting/4.1, smx-major-decisions/4.1.3.1
    """
    if actor.kind is ActorKind.SYSTEM:
        return ""
    day = local_day(at)
    person = _person(actor.person_id or 0)
    decision = determining(topic, person=person, at=at)
    leader = leader_of(actor.person_id, day=day)
    if leader is None or leader.office not in decision.who:
        titles = "、".join(rules.current().roles.get(role, role) for role in decision.who)
        major = "“三重一大”" if topic.major or facts_of(topic, at=at)["major"] else ""
        raise NotAllowed(
            f"{major}{rules_sessions.kinds(day).label(topic.kind)}议题由{titles}确定",
            mend="受委托的，请先登记书面委托", cite=decision.cite,
        )  # fmt: skip
    if leader.office == "vice_mayor" and topic.leader_id not in (None, leader.person_id):
        raise NotAllowed("这一议题由分管它的副市长或市长确定", mend="请转分管副市长", cite=decision.cite)
    own = _commission(topic, person, at)
    return own if leader.office != rules_sessions.HEAD else ""


def _commission(topic: Topic, person: Person | None, at: dt.datetime) -> str:
    from luoshi.agenda.selectors import delegated

    found = delegated("meetings.determine", {"kind": topic.kind}, at=at, to=person)
    return f"{found.by.person.name}委托（{found.document}）" if found else ""


@transaction.atomic
def topic_determine(
    *,
    topic: Topic,
    opinion: str,
    actor: Actor,
    at: dt.datetime,
    category_reason: str = "",
    version: int | None = None,
) -> Topic:
    """Determine that a topic goes to the meeting, at the end of its way.

    A vice mayor with the mayor's written commission determines topics of the executive meeting; three-major ones only
    while the mayor is away. Errors: NotAllowed, Incomplete (naming what is missing with the clauses), WrongState.
    Source: smx-meeting-organisation/2.3, smx-meeting-organisation/2.4, smx-work-rules/55.p1.2, smx-secretary-rules/2.1.p4.1
    """
    fresh, matter = locked_topic(topic)
    day = local_day(at)
    at_stop(matter, fresh, last=True)
    commission = _require_determining(fresh, actor, at)
    like = rules_sessions.setting("meetings.topics", day)
    said = line(opinion, field="opinion", label="意见", longest=500, required=like["determine_opinion"])
    if like["catch_all_step"] == DETERMINE:
        _claim_catch_all(fresh, category_reason, day)
    require_ready("meetings.topic_determine", fresh, "确定议题", at=at)
    fresh.determined_by, fresh.determined_at, fresh.commission = actor.name, at, commission
    fresh.stop = ""
    ledger.act(
        matter=matter, action="determine", actor=actor, at=at, version=version,
        data={"opinion": said, "document": commission, "facts": {"person": ""}},
    )  # fmt: skip
    with door():
        fresh.save()
    return fresh


def require_reviewer(topic: Topic, *, actor: Actor, at: dt.datetime) -> None:
    """Refuse whoever may not act at the stop where a topic stands. Errors: NotAllowed."""
    if topic.stop.startswith(DETERMINE) or not topic.stop:
        _require_determining(topic, actor, at)
        return
    facts = {**facts_of(topic, at=at), "step": topic.stop}
    require_signatory("meetings.topic_step", facts, actor=actor, at=at, body=topic.body)


def _leave(topic: Topic, action: str, data: dict[str, Any], actor: Actor, at: dt.datetime) -> None:
    ledger.act(matter=topic.matter, action=action, actor=actor, at=at, data=data)
    topic.stop = ""
    with door():
        topic.save()


@transaction.atomic
def topic_return(*, topic: Topic, reason: str, actor: Actor, at: dt.datetime) -> Topic:
    """Send a topic back to its proposer to be changed; whoever it stands with does. Errors: NotAllowed, Incomplete."""
    fresh, _ = locked_topic(topic)
    require_reviewer(fresh, actor=actor, at=at)
    _leave(
        fresh, "return", {"reason": line(reason, field="reason", label="退回理由"), "facts": {"person": ""}},
        actor, at,
    )  # fmt: skip
    return fresh


@transaction.atomic
def topic_coordinate(*, topic: Topic, opinion: str, actor: Actor, at: dt.datetime) -> Topic:
    """Give back a topic on which units differ widely, with what each holds, for leaders to bring them together.

    It comes up again only when the difference is gone or smaller. Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-major-decisions/4.1.2.4, smx-meeting-organisation/3.4
    """
    fresh, _ = locked_topic(topic)
    require_reviewer(fresh, actor=actor, at=at)
    said = line(opinion, field="opinion", label="协调意见", longest=500)
    fresh.disagreement = Topic.Disagreement.LARGE
    person = fresh.leader_id or ""
    _leave(fresh, "coordinate", {"opinion": said, "facts": {"person": person}}, actor, at)
    return fresh


@transaction.atomic
def differences_settle(
    *, topic: Topic, disagreement: str, opinion: str, actor: Actor, at: dt.datetime
) -> Topic:
    """Record what bringing units together has come to: the leader in charge, or the head, says how far they differ now.

    Errors: NotAllowed, Incomplete, WrongState. Source: smx-major-decisions/4.1.2.4
    """
    fresh, matter = locked_topic(topic)
    leader = leader_of(actor.person_id, day=local_day(at))
    able = actor.kind is ActorKind.SYSTEM or (
        leader is not None and (leader.person_id == fresh.leader_id or leader.office == rules_sessions.HEAD)
    )
    if not able:
        raise NotAllowed("较大分歧由分管副市长或市长协调", mend="请由分管副市长登记协调结果")
    if disagreement not in (Topic.Disagreement.NONE, Topic.Disagreement.SOME):
        raise Incomplete("分歧消除或缩小后才能再提", field="disagreement")
    said = line(opinion, field="opinion", label="协调结果", longest=500)
    ledger.act(
        matter=matter, action="settle", actor=actor, at=at, data={"opinion": said, "facts": {"person": ""}}
    )
    fresh.disagreement = disagreement
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def topic_exclude(*, topic: Topic, ground: str, reason: str, actor: Actor, at: dt.datetime) -> Topic:
    """Leave a topic out on one of the rulebook's grounds; it tells the proposer which way is open instead.

    Those at its stop do, and the section that collects the topics. Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-executive-meeting/4.5.1, smx-executive-meeting/4.5.2, smx-executive-meeting/4.5.3
    """
    fresh, _ = locked_topic(topic)
    if not actor.can("meetings.organise"):
        require_reviewer(fresh, actor=actor, at=at)
    day = local_day(at)
    known = {one.code: one for one in rules.current().grounds(day, matter="meetings.topic")}
    chosen = known.get(ground)
    if chosen is None:
        raise Incomplete("请选择不列入议题的情形", field="ground")
    said = line(reason, field="reason", label="理由", required=chosen.needs_reason)
    data = {
        "ground": ground, "document": chosen.statement, "reason": said, "advice": chosen.advice,
        "facts": {"person": ""},
    }  # fmt: skip
    _leave(fresh, "exclude", data, actor, at)
    return fresh
