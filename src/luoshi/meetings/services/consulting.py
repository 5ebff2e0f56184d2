"""Other units are consulted on a topic, answer under signature and seal, and differences are set out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor, ActorKind
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, door
from luoshi.meetings import rules_sessions, states_topics
from luoshi.meetings.models import Consultation, Topic
from luoshi.meetings.policies_topics import is_own, require
from luoshi.meetings.services.checks_sessions import block
from luoshi.meetings.services.checks_topics import locked_topic, require_state
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

PREPARING = ("draft", "returned", "coordinating")


@transaction.atomic
def consultation_ask(
    *, topic: Topic, bodies: Iterable[Body], actor: Actor, at: dt.datetime
) -> list[Consultation]:
    """Ask other units (departments, or governments of counties) to countersign a topic before the meeting.

    A unit that was asked already is not asked twice. Errors: WrongState, NotAllowed, Incomplete (the proposer itself).
    Source: smx-meeting-organisation/3.2
    """
    fresh, matter = locked_topic(topic)
    known = set(fresh.consultations.exclude(matter__state="cancelled").values_list("body_id", flat=True))
    asked = [body for body in bodies if body.pk not in known]
    if any(body.pk == fresh.body_id for body in asked):
        raise Incomplete("主办单位不向自己征求会签意见", mend="请选择其他单位", field="bodies")
    if not asked:
        raise Incomplete("请选择还没有征求过的单位", field="bodies")
    ledger.act(
        matter=matter, action="consult", actor=actor, at=at, data={"bodies": [body.code for body in asked]}
    )
    return [_open(fresh, matter, body, actor, at) for body in asked]


def _open(topic: Topic, matter: Matter, body: Body, actor: Actor, at: dt.datetime) -> Consultation:
    own = ledger.matter_open(
        kind=states_topics.CONSULTATION,
        title=f"会签：{matter.title}",
        body_id=body.pk,
        parent=matter,
        secrecy=matter.secrecy,
        actor=actor,
        at=at,
        facts={"topic": topic.pk},
    )
    with door():
        Consultation.objects.filter(topic=topic, body=body, matter__state="cancelled").delete()
        row: Consultation = Consultation.objects.create(
            matter=own, jurisdiction=own.jurisdiction, topic=topic, body=body
        )
    return row


@transaction.atomic
def consultation_answer(
    *,
    consultation: Consultation,
    reply: str,
    sealed: bool,
    actor: Actor,
    at: dt.datetime,
    text: str = "",
    grounds: str = "",
) -> Consultation:
    """Countersign a topic: the unit's principal leader signs, and its seal stands beside; both or nothing.

    reply: agree, amend (with the changes asked for in `text`) or disagree (with the unit's grounds).
    Errors: NotAllowed (another unit; anybody but the principal leader), Incomplete (no seal, no grounds), WrongState.
    Source: smx-meeting-organisation/3.3
    """
    fresh, matter = locked(consultation)
    rule = rules_sessions.table("meetings.countersign", {}, local_day(at))
    if actor.kind is not ActorKind.SYSTEM and not (
        actor.body_id == fresh.body_id and actor.has_role(*rule.who)
    ):
        titles = "、".join(rules_sessions.role_title(role) for role in rule.who)
        raise NotAllowed(f"会签意见须由会签单位{titles}签字", mend="其他人签字无效", cite=rule.cite)
    if reply not in Consultation.Reply.values:
        raise Incomplete("请选择会签意见", field="reply")
    if not sealed:
        raise Incomplete("会签意见须加盖单位公章", mend="请盖章后再报", field="sealed", cite=rule.cite)
    said = block(text, field="text", label="修改意见", required=reply == Consultation.Reply.AMEND)
    why = block(grounds, field="grounds", label="理由和依据", required=reply == Consultation.Reply.DISAGREE)
    ledger.act(
        matter=matter, action="answer", actor=actor, at=at,
        data={"reply": reply, "opinion": said or why, "sealed": True},
    )  # fmt: skip
    fresh.reply, fresh.text, fresh.grounds = reply, said, why
    fresh.signed_by, fresh.signed_at, fresh.sealed = actor.name, at, True
    with door():
        fresh.save()
        _note_disagreement(fresh.topic_id)
    return fresh


def _note_disagreement(topic_id: int) -> None:
    """A topic on which a unit disagrees differs at least somewhat; how far, the vice mayor in charge says."""
    topic = Topic.objects.get(pk=topic_id)
    replies = topic.consultations.exclude(matter__state="cancelled").values_list("reply", flat=True)
    against = Consultation.Reply.DISAGREE in set(replies)
    levels = Topic.Disagreement
    if against and topic.disagreement == levels.NONE:
        topic.disagreement = levels.SOME
        topic.save(update_fields=["disagreement"])
    if not against and topic.disagreement != levels.NONE:
        topic.disagreement = levels.NONE
        topic.save(update_fields=["disagreement"])


@transaction.atomic
def consultation_discuss(
    *,
    consultation: Consultation,
    discussed: str,
    own_grounds: str,
    again: bool,
    actor: Actor,
    at: dt.datetime,
) -> Consultation:
    """Write down how one talked with a unit that disagrees, and the proposer's own grounds; ask it again if wished.

    Errors: NotAllowed, WrongState (the topic is under review, or the unit has not answered), Incomplete.
    Source: smx-executive-meeting/4.5.4
    """
    fresh, matter = locked(consultation)
    _, topic_matter = locked_topic(fresh.topic_id)
    require(is_own(actor, topic_matter), "登记协商经过")
    require_state(topic_matter, PREPARING, "议题正在审查，不能再改协商情况", "请等待退回后再办")
    fresh.discussed = block(discussed, field="discussed", label="协商经过")
    fresh.own_grounds = block(own_grounds, field="own_grounds", label="主办部门理据")
    require_state(matter, ("answered",), "对方还没有答复", "请等待对方会签")
    ledger.act(
        matter=topic_matter, action="set_out", actor=actor, at=at,
        data={"consultation": fresh.pk, "text": fresh.discussed},
    )  # fmt: skip
    if again:
        ledger.act(matter=matter, action="ask_again", actor=actor, at=at, data={"text": fresh.discussed})
        fresh.reply, fresh.signed_by, fresh.signed_at, fresh.sealed = "", "", None, False
    with door():
        fresh.save()
    return fresh


@transaction.atomic
def consultation_cancel(
    *, consultation: Consultation, reason: str, actor: Actor, at: dt.datetime
) -> Consultation:
    """Drop a consultation that was asked for by mistake, before the unit has answered.

    Errors: NotAllowed, WrongState (answered: an opinion once given stays with the topic), Incomplete.
    """
    fresh, matter = locked(consultation)
    _, topic_matter = locked_topic(fresh.topic_id)
    require(is_own(actor, topic_matter), "撤销会签")
    require_state(matter, ("asked",), "已经会签的意见随议题保留，不能撤销", "不一致的，请列明分歧")
    said = block(reason, field="reason", label="理由", longest=300)
    ledger.act(matter=matter, action="cancel", actor=actor, at=at, data={"reason": said})
    return fresh


@transaction.atomic
def differences_set_out(
    *, topic: Topic, proposal: str, inclination: str, actor: Actor, at: dt.datetime
) -> Topic:
    """Where units could not agree: the proposer's constructive proposal and the way to which it inclines.

    Errors: WrongState, NotAllowed, Incomplete. Source: smx-meeting-organisation/3.4, smx-executive-meeting/4.3.3
    """
    fresh, matter = locked_topic(topic)
    fresh.proposal = block(proposal, field="proposal", label="建设性意见")
    fresh.inclination = block(inclination, field="inclination", label="倾向性意见")
    ledger.act(
        matter=matter, action="set_out", actor=actor, at=at,
        data={"text": fresh.proposal, "advice": fresh.inclination},
    )  # fmt: skip
    with door():
        fresh.save()
    return fresh
