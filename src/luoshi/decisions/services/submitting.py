"""A decision on its way to the Party committee and the people's congress, and its publication."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from luoshi.decisions import rules, who
from luoshi.decisions.models import Decision, Outcome, Submission
from luoshi.decisions.selectors.blocking import missing_before_issue
from luoshi.decisions.services.checks import block, line
from luoshi.decisions.services.sitting import replace_old
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Disclosure, door

PLACES = {"party": "市委审定", "congress": "市人大常委会审议", "report": "向人大及其常委会报告"}


def next_destination(decision: Decision) -> str:
    """Where the decision goes next; empty when it has been everywhere."""
    sent = set(decision.submissions.exclude(to="report").values_list("to", flat=True))
    return next((one for one in decision.destinations if one not in sent), "")


def submitted_in_the_name_of(decision: Decision, at: dt.datetime) -> str:
    """In whose name it is submitted: what the executive meeting passed in the name of the Party group.

    Source: smx-major-decisions/4.3.0.1
    """
    rule = rules.setting("decisions.submission", at)
    sitting = decision.sittings.exclude(outcome="").order_by("-number").first()
    return str(rule["by_executive" if sitting and sitting.meeting_kind == "executive" else "by_others"])


@transaction.atomic
def submission_send(
    *, decision: Decision, document: str, sent_on: dt.date, actor: Actor, at: dt.datetime
) -> Submission:
    """Submit a decision to where it goes next: the Party committee first, then the people's congress; the mayor signs.

    Errors: NotAllowed (not the mayor), Incomplete, WrongState (an answer is still out, or it has been everywhere).
    Source: smx-major-decisions/2.4.2, smx-major-decisions/4.3.0.2
    """
    fresh, matter = locked(decision)
    who.sign("decisions.submission_sign", actor=actor, at=at)
    if fresh.submissions.exclude(to="report").filter(result="").exists():
        raise WrongState("上一处还没有答复", mend="先市委审定，后人大常委会审议；登记答复后再提交下一处")
    to = next_destination(fresh)
    if not to:
        raise WrongState("没有还须提交的去处", mend="请刷新页面")
    number = line(document, field="document", label="文号", longest=100)
    name = submitted_in_the_name_of(fresh, at)
    data = {"to": to, "what": PLACES[to], "document": number, "issued_as": name}
    ledger.act(matter=matter, action="send_on", actor=actor, at=at, data=data)
    with door():
        made: Submission = Submission.objects.create(
            decision=fresh, to=to, issued_as=name, document=number, signer=actor.name, sent_on=sent_on
        )
    return made


@transaction.atomic
def submission_answer(
    *, decision: Decision, approved: bool, answer: str, answered_on: dt.date, actor: Actor, at: dt.datetime
) -> Decision:
    """Note what the Party committee or the congress said; approved everywhere, the decision is carried out.

    Errors: NotAllowed, Incomplete, WrongState (nothing was submitted).
    """
    fresh, matter = locked(decision)
    sent = fresh.submissions.exclude(to="report").filter(result="").first()
    if sent is None:
        raise WrongState("没有等待答复的提交", mend="请先提交")
    if answered_on < sent.sent_on:
        raise Incomplete("答复日期早于报送日期", field="answered_on")
    said = block(answer, field="answer", label="答复内容", longest=4000)
    last = approved and not next_destination(fresh)
    action = "answer_last" if last else "answer" if approved else "answer_refused"
    ledger.act(matter=matter, action=action, actor=actor, at=at, data={"to": sent.to, "text": said})
    with door():
        sent.result, sent.answer = "approved" if approved else "refused", said
        sent.answered_on = answered_on
        sent.save()
        if not approved:
            fresh.outcome = Outcome.REJECTED
            fresh.save()
    if last:
        replace_old(fresh, at)
    return fresh


@transaction.atomic
def ruling_record(
    *, decision: Decision, approved: bool, document: str, text: str, actor: Actor, at: dt.datetime
) -> Decision:
    """Note how the Party committee ruled on a dispute that was put before it. Errors: NotAllowed, Incomplete, WrongState.

    Source: smx-major-decisions/4.2.2.5
    """
    fresh, matter = locked(decision)
    data = {
        "document": line(document, field="document", label="文号", longest=100),
        "text": block(text, field="text", label="裁决内容", longest=4000),
    }
    ledger.act(
        matter=matter, action="ruled_for" if approved else "ruled_against", actor=actor, at=at,
        data={**data, "to_report": bool(fresh.reports)},
    )  # fmt: skip
    with door():
        fresh.outcome = Outcome.PASSED if approved else Outcome.REJECTED
        fresh.result = data["text"]
        fresh.decided_at = at
        fresh.save()
    if approved:
        replace_old(fresh, at)
    return fresh


@transaction.atomic
def congress_report(
    *, decision: Decision, document: str, reported_on: dt.date, actor: Actor, at: dt.datetime
) -> Submission:
    """Note that a decision was reported to the people's congress, or its standing committee, before it comes out.

    A report needs no answer. Errors: NotAllowed, Incomplete (nothing to report), WrongState.
    Source: smx-major-decisions/4.3.0.3
    """
    fresh, matter = locked(decision)
    if not fresh.reports:
        raise Incomplete("该决定不属于出台前须向人大报告的事项")
    number = line(document, field="document", label="报告文号", longest=100)
    data = {"items": fresh.reports, "document": number, "reported_on": reported_on}
    ledger.act(matter=matter, action="report_congress", actor=actor, at=at, data=data)
    with door():
        made: Submission = Submission.objects.create(
            decision=fresh, to="report", document=number, signer=actor.name, sent_on=reported_on
        )
    return made


@transaction.atomic
def decision_publish(*, decision: Decision, actor: Actor, at: dt.datetime) -> Decision:
    """Make the matter, its basis and the result public; what the members said never is.

    Errors: NotAllowed, Incomplete (something must still happen before it comes out), WrongState (secret).
    Source: smx-major-decisions/2.5
    """
    fresh, matter = locked(decision)
    cite = rules.cite_of("setting", "decisions.publication", at)
    if matter.secrecy:
        raise WrongState("依法依纪应当保密的决策不公开", mend="解密后再公开", cite=cite)
    missing = missing_before_issue(fresh, at=at)
    if missing:
        said = "、".join(need.title for need in missing)
        clauses = tuple(dict.fromkeys(one for need in missing for one in need.cite))
        raise Incomplete(f"不能公开，还缺：{said}", mend=missing[0].mend, cite=clauses)
    if not fresh.basis:
        raise Incomplete("没有决策依据，不能公开", cite=cite)
    ledger.act(
        matter=matter, action="publish", actor=actor, at=at,
        data={"parts": ["matter", "basis", "result"]}, changes={"disclosure": Disclosure.PUBLIC},
    )  # fmt: skip
    with door():
        fresh.published_at = at
        fresh.save()
    return fresh
