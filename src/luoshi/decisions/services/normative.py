"""Normative documents: drafted, reviewed, discussed, issued, filed, and out of force again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db import transaction

from luoshi.decisions import rules, states
from luoshi.decisions.models import Filing, Issuer, LegalityReview, Normative
from luoshi.decisions.policies import may_order, may_prepare, may_record, require
from luoshi.decisions.selectors.blocking import normative_missing
from luoshi.decisions.services.checks import block, bodies_by_code, line, stands
from luoshi.decisions.services.legality import legality_ask
from luoshi.decisions.standing import legality_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Disclosure, Matter, door
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

TEXTS = {
    "upper_law": "上位法依据",
    "competence": "职权依据",
    "consulted": "征求意见情况",
    "explanation": "起草说明",
    "draft": "待审稿",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What is said of a normative document. departments: how many bodies' powers it touches; joint: their codes."""

    title: str
    issuer: str
    form: str = "normative"
    important: bool = False
    departments: int = 1
    joint: Sequence[str] = ()
    sensitive: Sequence[str] = ()
    prior: str = ""
    upper_law: str = ""
    competence: str = ""
    consulted: str = ""
    explanation: str = ""
    draft: str = ""


def _values(draft: Draft, at: dt.datetime) -> dict[str, Any]:
    if draft.issuer not in Issuer.values:
        raise Incomplete("请选择制定机关", field="issuer")
    if draft.form not in rules.choice("decisions.normative_form", at).values:
        raise Incomplete("没有这个文种", mend="请从列出的文种中选择", field="form")
    if any(one not in rules.choice("decisions.sensitive", at).values for one in draft.sensitive):
        raise Incomplete("敏感事项不在规定的范围内", field="sensitive")
    if draft.departments < 1:
        raise Incomplete("涉及职权的部门数至少为1", field="departments")
    values = asdict(draft)
    values.pop("title")
    for name, label in TEXTS.items():
        values[name] = block(values[name], field=name, label=label, longest=60000, required=False)
    values["prior"] = line(draft.prior, field="prior", label="事先请示文号", longest=100, required=False)
    values["joint"] = list(bodies_by_code(draft.joint, field="joint"))
    values["sensitive"] = list(draft.sensitive)
    values["departments"] = max(draft.departments, len(values["joint"]))
    return values


@transaction.atomic
def normative_open(*, draft: Draft, body: Body, actor: Actor, at: dt.datetime) -> Normative:
    """Begin a normative document. Errors: NotAllowed, Incomplete, WrongState (before the rules were in force)."""
    own = may_prepare(actor) and actor.body_id == body.pk
    require(own or may_record(actor), "为其他单位起草规范性文件")
    values = _values(draft, at)
    matter = ledger.matter_open(
        kind=states.NORMATIVE, title=line(draft.title, field="title", label="文件名称"), body_id=body.pk,
        actor=actor, at=at, data={"issuer": draft.issuer},
    )  # fmt: skip
    with door():
        made: Normative = Normative.objects.create(
            matter=matter, jurisdiction=matter.jurisdiction, body=body, **values
        )
    return made


@transaction.atomic
def normative_edit(*, normative: Normative, draft: Draft, actor: Actor, at: dt.datetime) -> Normative:
    """Change a draft before the legal office has found it lawful. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(normative)
    values = _values(draft, at)
    title = line(draft.title, field="title", label="文件名称")
    ledger.act(
        matter=matter, action="edit", actor=actor, at=at, data={"title": title}, changes={"title": title}
    )
    with door():
        for name, value in values.items():
            setattr(fresh, name, value)
        if values["important"] != normative.important:
            fresh.importance_checked = ""
        fresh.save()
    return fresh


def _require(normative: Normative, name: str, doing: str, at: dt.datetime) -> None:
    missing = normative_missing(normative, name, at=at)
    if missing:
        said = "、".join(dict.fromkeys(need.title for need in missing))
        cite = tuple(dict.fromkeys(one for need in missing for one in need.cite))
        raise Incomplete(f"不能{doing}，还缺：{said}", mend=missing[0].mend, cite=cite)


@transaction.atomic
def normative_ask(*, normative: Normative, actor: Actor, at: dt.datetime) -> LegalityReview:
    """Send a draft to the legal office, once conformity, competence, joint making and asking beforehand are settled.

    Errors: NotAllowed, Incomplete (naming what is missing, with the clauses), WrongState.
    Source: smx-work-rules/25.1, smx-work-rules/25.4, smx-work-rules/25.5
    """
    fresh, matter = locked(normative)
    stands(matter, "ask")
    _require(fresh, "decisions.normative_review", "送合法性审查", at)
    ledger.act(matter=matter, action="ask", actor=actor, at=at)
    handed = "、".join(label for name, label in TEXTS.items() if getattr(fresh, name))
    return legality_ask(matter=matter, actor=actor, at=at, materials=handed)


@transaction.atomic
def normative_take_review(*, normative: Normative, actor: Actor, at: dt.datetime) -> Normative:
    """What the legal office said counts: lawful drafts go on, others go back. Errors: NotAllowed, WrongState."""
    fresh, matter = locked(normative)
    review = legality_of(fresh.pk)
    if review is None or not review.result:
        raise WrongState("还没有出具审查意见", mend="请先出具合法性审查意见")
    lawful = review.result == LegalityReview.Result.LAWFUL
    ledger.act(
        matter=matter, action="reviewed" if lawful else "faulted", actor=actor, at=at,
        data={"opinion": review.opinion},
    )  # fmt: skip
    return fresh


@transaction.atomic
def normative_pass(
    *,
    normative: Normative,
    meeting: str,
    passed_on: dt.date,
    executive: bool,
    actor: Actor,
    at: dt.datetime,
    topic: Matter | None = None,
) -> Normative:
    """Note the meeting that discussed and passed it; the legal review comes first.

    executive: it was the executive (or plenary) meeting of the government; then only the office may note it, or the
    meeting's own record (topic). Errors: NotAllowed, Incomplete (one of the four papers is missing), WrongState.
    Source: smx-executive-meeting/4.3.5, smx-work-rules/25.3
    """
    fresh, matter = locked(normative)
    stands(matter, "pass")
    if executive and topic is None:
        require(may_record(actor), "登记常务会议审议结果", mend="请由政府办公室按会议记录登记")
    place = line(meeting, field="meeting", label="审议会议", longest=120)
    if passed_on > local_day(at):
        raise Incomplete("审议日期在将来", field="passed_on")
    _require(fresh, "decisions.normative_table", "提交审议", at)
    ledger.act(matter=matter, action="pass", actor=actor, at=at, data={"what": place, "passed_on": passed_on})
    with door():
        fresh.passed_by, fresh.passed_on, fresh.passed_executive = place, passed_on, executive
        fresh.topic = topic or fresh.topic
        fresh.save()
    return fresh


@transaction.atomic
def normative_check(*, normative: Normative, important: bool, actor: Actor, at: dt.datetime) -> Normative:
    """The office checks whether a document is important. Errors: NotAllowed, WrongState."""
    fresh, matter = locked(normative)
    ledger.act(matter=matter, action="check", actor=actor, at=at, data={"important": important})
    with door():
        fresh.important, fresh.importance_checked = important, actor.name
        fresh.save()
    return fresh


@transaction.atomic
def normative_approve(*, normative: Normative, document: str, actor: Actor, at: dt.datetime) -> Normative:
    """Note that the government approved what departments make together. Errors: NotAllowed, Incomplete, WrongState.

    Source: xiping-work-rules/20.4
    """
    fresh, matter = locked(normative)
    number = line(document, field="document", label="批准文号", longest=100)
    ledger.act(matter=matter, action="approve", actor=actor, at=at, data={"document": number})
    with door():
        fresh.approval = number
        fresh.save()
    return fresh


@transaction.atomic
def normative_judge(*, normative: Normative, text: str, actor: Actor, at: dt.datetime) -> Normative:
    """Whoever signs says why a document that is not important need not go to the meeting.

    Errors: NotAllowed, Incomplete, WrongState.
    """
    fresh, matter = locked(normative)
    said = block(text, field="text", label="签发人判断", longest=2000)
    ledger.act(matter=matter, action="judge", actor=actor, at=at, data={"text": said})
    with door():
        fresh.judgement = said
        fresh.save()
    return fresh


@transaction.atomic
def normative_issue(
    *,
    normative: Normative,
    document: str,
    issued_on: dt.date,
    effective_on: dt.date,
    actor: Actor,
    at: dt.datetime,
    expires_on: dt.date | None = None,
) -> Normative:
    """Issue a document that was reviewed, discussed and, where asked for, passed by the executive meeting.

    effective_on, expires_on: both days included. What departments and lower governments issue is owed for filing.
    Errors: NotAllowed, Incomplete (naming what is missing, with the clauses), WrongState.
    Source: smx-document-flow/20.1.5, smx-work-rules/25.6, smx-work-rules/26.1
    """
    fresh, matter = locked(normative)
    stands(matter, "issue")
    number = line(document, field="document", label="文号", longest=100)
    if effective_on < issued_on:
        raise Incomplete("施行日期早于印发日期", field="effective_on")
    if expires_on is not None and expires_on < effective_on:
        raise Incomplete("有效期止于施行之前", field="expires_on")
    if Normative.objects.filter(jurisdiction=fresh.jurisdiction, document=number).exists():
        raise Incomplete(f"文号“{number}”已经使用", field="document")
    _require(fresh, "decisions.normative_issue", "印发", at)
    ledger.act(
        matter=matter, action="issue", actor=actor, at=at,
        data={"document": number, "effective_on": effective_on, "expires_on": expires_on},
        changes={"disclosure": Disclosure.PUBLIC},
    )  # fmt: skip
    with door():
        fresh.document, fresh.issued_on = number, issued_on
        fresh.effective_on, fresh.expires_on = effective_on, expires_on
        fresh.save()
    if fresh.issuer in rules.setting("decisions.filing", at)["issuers"]:
        _filing_open(fresh, actor, at)
    return fresh


def _filing_open(normative: Normative, actor: Actor, at: dt.datetime) -> Filing:
    matter = ledger.matter_open(
        kind=states.FILING, title=f"备案：{normative.matter.title}", body_id=normative.body_id,
        parent=normative.matter, actor=actor, at=at, data={"document": normative.document},
    )  # fmt: skip
    with door():
        made: Filing = Filing.objects.create(
            matter=matter, jurisdiction=matter.jurisdiction, normative=normative
        )
    return made


@transaction.atomic
def normatives_expire(*, actor: Actor, at: dt.datetime) -> int:
    """End the validity of every document whose last day is over; returns how many."""
    rows = Normative.objects.filter(
        jurisdiction=settings.JURISDICTION, matter__state="in_force", expires_on__lt=local_day(at)
    ).select_related("matter")
    count = 0
    for row in rows:
        ledger.act(matter=row.matter, action="expire", actor=actor, at=at)
        with door():
            row.ended_on, row.ended_by = row.expires_on, "有效期满"
            row.save()
        count += 1
    return count


def _end(row: Normative, day: dt.date, by: str) -> None:
    with door():
        row.ended_on, row.ended_by = day, by
        row.save()


@transaction.atomic
def normative_repeal(
    *, normative: Normative, document: str, ended_on: dt.date, actor: Actor, at: dt.datetime
) -> Normative:
    """Whoever made a document repeals it. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(normative)
    by = line(document, field="document", label="废止依据", longest=200)
    ledger.act(matter=matter, action="repeal", actor=actor, at=at, data={"document": by})
    _end(fresh, ended_on, by)
    return fresh


@transaction.atomic
def normative_drop(*, normative: Normative, reason: str, actor: Actor, at: dt.datetime) -> Normative:
    """Stop making a document. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(normative)
    why = line(reason, field="reason", label="原因", longest=500)
    ledger.act(matter=matter, action="drop", actor=actor, at=at, data={"reason": why})
    return fresh


@transaction.atomic
def filing_send(*, filing: Filing, filed_on: dt.date, actor: Actor, at: dt.datetime) -> Filing:
    """A department or lower government files what it issued. Errors: NotAllowed, WrongState.

    Source: smx-work-rules/26.1, xiping-work-rules/20.7
    """
    fresh, matter = locked(filing)
    ledger.act(matter=matter, action="file", actor=actor, at=at, data={"filed_on": filed_on})
    with door():
        fresh.filed_on = filed_on
        fresh.save()
    return fresh


@transaction.atomic
def filing_review(
    *, filing: Filing, grounds: Sequence[str], opinion: str, actor: Actor, at: dt.datetime
) -> Filing:
    """The legal office reviews what was filed: no ground found, it is on file; else the grounds are named.

    Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-work-rules/26.1, xiping-work-rules/20.8
    """
    fresh, matter = locked(filing)
    known = rules.choice("decisions.filing_fault", at).values
    if any(one not in known for one in grounds):
        raise Incomplete("问题不在规定的范围内", field="grounds")
    said = block(opinion, field="opinion", label="审查意见", longest=4000)
    ledger.act(
        matter=matter, action="fault" if grounds else "accept", actor=actor, at=at,
        data={"grounds": list(grounds), "opinion": said},
    )  # fmt: skip
    with door():
        fresh.grounds, fresh.opinion = list(grounds), said
        fresh.save()
    return fresh


@transaction.atomic
def filing_measure(*, filing: Filing, measure: str, text: str, actor: Actor, at: dt.datetime) -> Filing:
    """The legal office orders the maker to correct a faulty document; the government changes or revokes it.

    A revoked document is out of force from that day. Errors: NotAllowed, Incomplete, WrongState.
    Source: smx-work-rules/26.2, xiping-work-rules/20.9
    """
    fresh, matter = locked(filing)
    actions = {"ordered": "order", "changed": "change", "revoked": "revoke"}
    if measure not in rules.setting("decisions.filing", at)["measures"]:
        raise Incomplete("处理方式不在规定的范围内", field="measure")
    said = block(text, field="text", label="处理内容", longest=4000)
    if measure != "ordered":
        require(may_order(actor), "改变或撤销规范性文件", mend="由政府作出")
    ledger.act(matter=matter, action=actions[measure], actor=actor, at=at, data={"text": said})
    with door():
        fresh.measure, fresh.outcome = measure, said
        fresh.save()
    if measure == "revoked":
        row: Normative = Normative.objects.get(pk=fresh.normative_id)
        ledger.act(matter=row.matter, action="revoke", actor=actor, at=at, data={"text": said})
        _end(row, local_day(at), "备案审查撤销")
    return fresh


@transaction.atomic
def filing_correct(*, filing: Filing, text: str, actor: Actor, at: dt.datetime) -> Filing:
    """The maker says how it corrected the document. Errors: NotAllowed, Incomplete, WrongState."""
    fresh, matter = locked(filing)
    said = block(text, field="text", label="纠正情况", longest=4000)
    ledger.act(matter=matter, action="correct", actor=actor, at=at, data={"text": said})
    with door():
        fresh.outcome = said
        fresh.save()
    return fresh
