"""Appeals: submitted in time with everything that belongs to them, drafted, approved or sent back, carried out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import transaction

from luoshi.assessment.models import Appeal, Sheet, SheetRevision, SheetUnit
from luoshi.assessment.policies_sheets import may_appeal, may_decide, require, require_authority
from luoshi.assessment.selectors.sheets import case_of, engine_sheet, period_of, unit_row
from luoshi.assessment.services.revising import Correction, changed_rows, check
from luoshi.assessment.services.sheets import APPEALABLE
from luoshi.assessment.states_sheets import APPEAL
from luoshi.engines.assessment.explain import period_words
from luoshi.engines.obligations import past
from luoshi.hotline.services.shared import local_text, tell_liaisons
from luoshi.ledger import chain, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.models import door
from luoshi.ledger.services import act, attachment_add, lock, matter_open, number_next
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

File = tuple[BinaryIO, str]
PENDING = ("submitted", "drafted")


def _cited(*clauses: str) -> tuple[str, ...]:
    book = rules.current()
    return tuple(book.clause(clause) for clause in clauses)


@transaction.atomic
def appeal_submit(
    *,
    sheet: Sheet,
    items: Sequence[str],
    reason: str,
    basis: str,
    demand: str,
    files: Sequence[File],
    actor: Actor,
    at: datetime,
) -> Appeal:
    """A unit appeals against items of a published month, or against a year's result. Submitted is accepted.

    Within five working days of publication (that day not counted; up to the close of business of the fifth);
    later it is refused. items: at least one for a month; none for a year means the whole result. Reason, basis,
    demand and files are all required. A year's result only a responsible leader appeals against.
    Errors: NotAllowed, WrongState (not published, not appealable, too late, appealed against before), Incomplete.
    Source: smx-hotline-assessment/4.4.1, smx-hotline-assessment/4.4.2, smx-hotline-assessment/4.4.2.a,
    smx-hotline-assessment-annex/2.3.1.c
    """
    require(may_appeal(actor), "提出申诉")
    require_authority("assessment.appeal_by", actor, at, period=sheet.kind)
    lock(sheet.matter_id)
    sheet = Sheet.objects.select_related("matter").get(pk=sheet.pk)
    _check_window(sheet, at)
    body = _own_body(sheet, actor)
    chosen = _chosen(sheet, items)
    texts = _filled(reason, basis, demand, files, at)
    _check_once(sheet, body, chosen)
    matter = matter_open(
        kind=APPEAL,
        number=number_next("appeal", at),
        title=f"{body.short_name}对{period_words(period_of(sheet))}考核成绩的申诉",
        body_id=body.pk,
        actor=actor,
        at=at,
        facts={"period": sheet.kind},
        data={"sheet": sheet.pk, "revision": sheet.revision, "items": chosen},
    )
    with door():
        appeal: Appeal = Appeal.objects.create(
            matter=matter,
            jurisdiction=matter.jurisdiction,
            body=body,
            sheet=sheet,
            items=chosen,
            submitted_at=at,
            submitted_by=actor.name,
            **texts,
        )
    for file, name in files:
        attachment_add(matter=matter, file=file, name=name, purpose="appeal", actor=actor, at=at)
    return appeal


def _check_window(sheet: Sheet, at: datetime) -> None:
    if sheet.published_at is None:
        raise WrongState("成绩尚未公布", mend="公布后方可申诉")
    if sheet.kind not in APPEALABLE or sheet.appeal_until is None:
        raise WrongState(
            "季度成绩不在申诉范围内",
            mend="可对月度单项指标成绩或年度考评结果申诉",
            cite=_cited("smx-hotline-assessment/4.4.1"),
        )
    if past(sheet.appeal_until, at):
        raise WrongState(
            f"申诉期已于{local_text(sheet.appeal_until)}届满，超期不再受理",
            mend=f"成绩于{local_text(sheet.published_at)}公布，申诉期为公布之日起5个工作日",
            cite=_cited("smx-hotline-assessment/4.4.1"),
        )


def _own_body(sheet: Sheet, actor: Actor) -> Body:
    row = unit_row(sheet, actor.body_id) if actor.body_id else None
    if row is None:
        raise WrongState("贵单位不在这份成绩单上", mend="请核对考核期")
    return row.body


def _chosen(sheet: Sheet, items: Sequence[str]) -> list[str]:
    known = [leaf.id for leaf in engine_sheet(sheet).scheme.leaves() if sheet.kind in leaf.periods]
    unknown = [item for item in items if item not in known]
    if unknown:
        raise Incomplete(f"没有这个考核项：{'、'.join(unknown)}", field="items")
    if sheet.kind == "month" and not items:
        raise Incomplete(
            "请选择要申诉的单项指标", mend="月度总分和名次不能单独申诉", field="items",
            cite=_cited("smx-hotline-assessment/4.4.1"),
        )  # fmt: skip
    return [item for item in known if item in set(items)]


def _filled(reason: str, basis: str, demand: str, files: Sequence[File], at: datetime) -> dict[str, str]:
    values = {"reason": reason.strip(), "basis": basis.strip(), "demand": demand.strip()}
    rule = rules.current().content("assessment.appeal_paper", local_day(at))
    missing = rule.missing({**values, "attachments": "、".join(name for _, name in files)})
    if missing:
        labels = "、".join(field.label for field in missing)
        raise Incomplete(f"申诉缺少{labels}", field=missing[0].key, cite=_cited(*rule.cite))
    return values


def _check_once(sheet: Sheet, body: Body, items: Sequence[str]) -> None:
    for other in Appeal.objects.filter(sheet=sheet, body=body).exclude(matter__state="withdrawn"):
        same = sorted(set(other.items) & set(items)) or (not other.items or not items)
        if same:
            what = "、".join(same) if isinstance(same, list) else "年度考评结果"
            raise WrongState(
                f"贵单位已就{what}提出过申诉（{local_text(other.submitted_at)}）", mend="请查看已有的申诉"
            )


def _locked(appeal: Appeal) -> Appeal:
    lock(appeal.matter_id)
    fresh: Appeal = Appeal.objects.select_related("matter", "body", "sheet__matter").get(pk=appeal.pk)
    return fresh


@transaction.atomic
def appeal_draft(
    *,
    appeal: Appeal,
    accepts: bool,
    corrections: Sequence[Correction],
    opinion: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Appeal:
    """The platform drafts the decision: the inputs to be corrected with case and reason, or why not; never points.

    A correction that would also change an item not appealed against is refused.
    Errors: NotAllowed, WrongState, Incomplete (opinion, corrections).
    """
    require(may_decide(actor), "提出申诉处理意见")
    require_authority("assessment.appeal_drafted_by", actor, at)
    appeal = _locked(appeal)
    if not opinion.strip():
        raise Incomplete("请填写处理意见", mend="写明查明的事实和理由", field="opinion")
    wanted = list(corrections) if accepts else []
    if appeal.matter.state == "submitted" and accepts:
        check(appeal.sheet, appeal.body.code, appeal.items, wanted)
        _check_cases(appeal, wanted)
    act(
        matter=appeal.matter,
        action="draft",
        actor=actor,
        at=at,
        version=version,
        data={"accepts": accepts, "corrections": _event_form(wanted)},
    )
    with door():
        appeal.accepts, appeal.corrections = accepts, [one.as_dict() for one in wanted]
        appeal.opinion, appeal.drafted_at, appeal.drafted_by = opinion.strip(), at, actor.name
        appeal.sent_back = ""
        appeal.save()
    return appeal


def _check_cases(appeal: Appeal, corrections: Sequence[Correction]) -> None:
    for one in corrections:
        if one.case and case_of(one.case, appeal.body_id) is None:
            raise Incomplete(
                f"没有编号为{one.case}、属于{appeal.body.short_name}的工单或登记",
                mend="请核对编号",
                field="corrections",
            )


def _event_form(corrections: Sequence[Correction]) -> list[dict[str, object]]:
    """Corrections as an event carries them: figures and numbers, no free text."""
    return [{key: value for key, value in one.as_dict().items() if key != "why"} for one in corrections]


@transaction.atomic
def appeal_send_back(
    *, appeal: Appeal, opinion: str, actor: Actor, at: datetime, version: int | None = None
) -> Appeal:
    """The command centre does not agree with the draft; the platform drafts anew, its clock never stopped.

    Errors: Incomplete (opinion), NotAllowed, WrongState.
    """
    require_authority("assessment.appeal_approved_by", actor, at)
    if not opinion.strip():
        raise Incomplete("请填写退回意见", field="opinion")
    appeal = _locked(appeal)
    act(matter=appeal.matter, action="send_back", actor=actor, at=at, version=version)
    with door():
        appeal.sent_back = opinion.strip()
        appeal.save(update_fields=["sent_back"])
    return appeal


@transaction.atomic
def appeal_approve(*, appeal: Appeal, actor: Actor, at: datetime, version: int | None = None) -> Appeal:
    """The command centre approves the draft; the system carries it out and tells the unit.

    Where the appeal succeeds the inputs are corrected and the sheet gets its next revision: only the items
    appealed against change, averages stay frozen, ranks follow; the earlier revision stays readable. Where it
    does not, the points stand. Errors: NotAllowed, WrongState, Incomplete (the inputs changed since the draft).
    Source: smx-hotline-assessment/4.4.3, smx-hotline-assessment/4.4.4.a, smx-hotline-assessment/4.4.4.b,
    smx-hotline-assessment/4.4.4.c, smx-hotline-assessment/4.4.4.d
    """
    require_authority("assessment.appeal_approved_by", actor, at)
    appeal = _locked(appeal)
    accepts = bool(appeal.accepts)
    wanted = [Correction.read(row) for row in appeal.corrections] if accepts else []
    event = act(
        matter=appeal.matter,
        action="accept" if accepts else "reject",
        actor=actor,
        at=at,
        version=version,
        data={"sheet": appeal.sheet_id, "corrections": _event_form(wanted)},
    )
    revision = _revise(appeal, wanted, actor, at) if accepts else None
    with door():
        appeal.decided_at, appeal.decided_by, appeal.revision = at, actor.name, revision
        appeal.save(update_fields=["decided_at", "decided_by", "revision"])
    text = (
        rules.current()
        .notice("assessment.appeal_result", local_day(at))
        .render(
            {
                "period": period_words(period_of(appeal.sheet)),
                "result": "申诉成立，成绩已修正" if accepts else "申诉不成立，维持原分值",
            }
        )
    )
    tell_liaisons(
        body=appeal.body, text=text, key=f"{appeal.pk}:{event.seq}:decided", at=at, matter=appeal.matter
    )
    return appeal


def _revise(appeal: Appeal, corrections: Sequence[Correction], actor: Actor, at: datetime) -> int:
    """Write the sheet's next revision."""
    lock(appeal.sheet_id)
    sheet = Sheet.objects.select_related("matter").get(pk=appeal.sheet_id)
    check(sheet, appeal.body.code, appeal.items, corrections)
    number: int = sheet.revision + 1
    rows = changed_rows(sheet, appeal.body.code, corrections, revision=number)
    digest = chain.sm3(chain.canonical([[row.body_id, row.inputs, row.result, str(row.total), row.rank,
                                         row.grade] for row in rows]))  # fmt: skip
    act(
        matter=sheet.matter,
        action="revise",
        actor=actor,
        at=at,
        data={"revision": number, "appeal": appeal.pk, "body": appeal.body_id, "digest": digest},
    )
    with door():
        SheetUnit.objects.bulk_create(rows)
        SheetRevision.objects.create(
            sheet=sheet,
            number=number,
            at=at,
            by=actor.name,
            reason=f"{appeal.body.short_name}申诉成立",
            appeal=appeal,
            digest=digest,
        )
        sheet.revision = number
        sheet.save(update_fields=["revision"])
    return number


@transaction.atomic
def appeal_withdraw(*, appeal: Appeal, actor: Actor, at: datetime, version: int | None = None) -> Appeal:
    """The unit takes its appeal back before it is decided. Errors: NotAllowed, WrongState."""
    appeal = _locked(appeal)
    act(matter=appeal.matter, action="withdraw", actor=actor, at=at, version=version)
    return appeal


__all__ = [
    "PENDING",
    "appeal_approve",
    "appeal_draft",
    "appeal_send_back",
    "appeal_submit",
    "appeal_withdraw",
]
