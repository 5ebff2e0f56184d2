"""Everything that changes rules: a change is drafted, submitted, approved by another person, in force from a later day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from luoshi.engines.rulebook import Rule
from luoshi.ledger import rules
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, door
from luoshi.ledger.services import act, due_recount, matter_open, record
from luoshi.rulemaking import selectors
from luoshi.rulemaking.models import Change, Edition
from luoshi.rulemaking.states import CHANGE, RECOUNTED, RECOUNTED_BACK, may_edit
from luoshi.rulemaking.texts import TextError, read_entry, rule_text, with_start, written

LOCK = 0x2A11E
WORKTIME = ("holidays", "working_hours")  # kinds of rules that due times are counted with


def _text(text: str, rule: str, valid_from: date) -> str:
    """The text as it is kept. Errors: Incomplete."""
    try:
        entry = read_entry(text)
        if entry["id"] != rule:
            raise TextError(f"规则的id不能改，请保留“id: {rule}”")
        return with_start(text, valid_from)
    except TextError as error:
        raise Incomplete(str(error), field="text") from None


def _check_day(valid_from: date, at: datetime) -> None:
    if valid_from <= at.astimezone(rules.current().worktime.tz).date():
        raise Incomplete(
            "规则不溯及既往，施行日期要在今天之后", mend="请改为明天或以后的日期", field="valid_from"
        )


@transaction.atomic
def change_open(
    *, rule: Rule, valid_from: date, document: str, reason: str, actor: Actor, at: datetime
) -> Change:
    """Draft a change of a rule, from its text as it stands.

    Errors: NotAllowed, Incomplete for a day that is not later than today or a reason or document that is missing.
    """
    if not may_edit(actor, None):
        raise NotAllowed("您不能拟订规则修改", mend="请由规则编辑办理")
    _check_day(valid_from, at)
    _check_said(document, reason)
    kind, text = rule_text(rule, rules.files())
    matter = matter_open(
        kind=CHANGE, title=f"修改“{rule.title}”", actor=actor, at=at, body_id=actor.body_id,
        data={"rule": rule.id, "base_from": rule.valid_from, "valid_from": valid_from, "document": document, "reason": reason},
    )  # fmt: skip
    with door():
        change: Change = Change.objects.create(
            matter=matter,
            rule=rule.id,
            kind=kind,
            base_from=rule.valid_from,
            valid_from=valid_from,
            text=with_start(text, valid_from),
            document=document.strip(),
            reason=reason.strip(),
        )
    return change


@transaction.atomic
def change_draft(
    *,
    rule: Rule,
    entry: Mapping[str, Any],
    valid_from: date,
    document: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Change:
    """Draft a change of a rule with its content at once, where a page of its own asked for it.

    Errors: as change_open; WrongState where another change of the rule is under way.
    """
    other = Change.objects.filter(rule=rule.id, matter__state__in=["drafting", "submitted"]).first()
    if other is not None:
        raise WrongState(f"“{rule.title}”已有一份修改草案在办理", mend="请先办完或撤回那一份")
    change = change_open(
        rule=rule, valid_from=valid_from, document=document, reason=reason, actor=actor, at=at
    )
    return change_edit(
        change=change,
        text=written(entry),
        valid_from=valid_from,
        document=document,
        reason=reason,
        actor=actor,
        at=at,
    )


@transaction.atomic
def worktime_draft(
    *,
    kind: str,
    entry: Mapping[str, Any],
    title: str,
    valid_from: date,
    document: str,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Change:
    """Draft the holidays of a year (kind `holidays`) or working hours (`working_hours`), whether or not a rule stands.

    entry: id and content without title, validity and status. Days before `valid_from` stay as they are counted.
    Errors: as change_draft; Incomplete (field valid_from) where a day before it would change.
    """
    if not may_edit(actor, None):
        raise NotAllowed("您不能拟订规则修改", mend="请由规则编辑办理")
    _check_day(valid_from, at)
    _check_said(document, reason)
    if selectors.change_under_way(entry["id"]) is not None:
        raise WrongState(f"“{title}”已有一份修改草案在办理", mend="请先办完或撤回那一份")
    before = [rule for rule in rules.current().versions(entry["id"]) if rule.status == "in_force"]
    head = {"id": entry["id"], "title": title, "assumption": f"依据{document.strip()}"}
    matter = matter_open(
        kind=CHANGE, title=f"修改“{title}”", actor=actor, at=at, body_id=actor.body_id,
        data={"rule": entry["id"], "valid_from": valid_from, "document": document, "reason": reason},
    )  # fmt: skip
    with door():
        change: Change = Change.objects.create(
            matter=matter,
            rule=entry["id"],
            kind=kind,
            base_from=before[-1].valid_from if before else valid_from,
            valid_from=valid_from,
            text=with_start(written({**head, **entry}), valid_from),
            document=document.strip(),
            reason=reason.strip(),
        )
    _refuse_problems(change)
    _refuse_past(change)
    return change


def _refuse_past(change: Change) -> None:
    """No day before the change begins is worked otherwise than it was counted."""
    book, _ = selectors.checked(change)
    if book is None:
        return
    old = rules.current()
    day = date(change.valid_from.year, 1, 1)
    while day < change.valid_from:
        if old.calendar.is_working(day) != book.calendar.is_working(day):
            raise Incomplete(
                f"{day:%-m月%-d日}在施行日期之前，不能再改",
                mend="已过的日子按原来的安排计算",
                field="valid_from",
            )
        day += timedelta(days=1)


def _check_said(document: str, reason: str) -> None:
    if not document.strip():
        raise Incomplete("没有写依据文件", mend="请写明据以修改的文件名称和文号", field="document")
    if not reason.strip():
        raise Incomplete("没有写修改理由", mend="请写明为什么修改", field="reason")


@transaction.atomic
def change_edit(
    *,
    change: Change,
    text: str,
    valid_from: date,
    document: str,
    reason: str,
    actor: Actor,
    at: datetime,
    version: int | None = None,
) -> Change:
    """Change the draft. Errors: Incomplete (text, valid_from, document, reason), WrongState, NotAllowed."""
    _check_day(valid_from, at)
    _check_said(document, reason)
    kept = _text(text, change.rule, valid_from)
    data = {"text": kept, "valid_from": valid_from, "document": document, "reason": reason}
    act(matter=change.matter, action="edit", actor=actor, at=at, version=version, data=data)
    with door():
        change.text, change.valid_from = kept, valid_from
        change.document, change.reason = document.strip(), reason.strip()
        change.save()
    return change


def _refuse_problems(change: Change) -> None:
    _, problems = selectors.checked(change)
    if problems:
        first = problems[0]
        raise Incomplete(
            f"这条规则还有{len(problems)}处问题：{first.key} {first.message}",
            mend=first.mend or "请改正后再送审",
            field="text",
        )


@transaction.atomic
def change_submit(*, change: Change, actor: Actor, at: datetime, version: int | None = None) -> Event:
    """Ask for approval. Errors: Incomplete where the rulebook would not hold with it."""
    _check_day(change.valid_from, at)
    _refuse_problems(change)
    return act(matter=change.matter, action="submit", actor=actor, at=at, version=version)


@transaction.atomic
def change_send_back(
    *, change: Change, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Event:
    """Give a draft back, with the reason."""
    if not reason.strip():
        raise Incomplete("没有写退回理由", mend="请写明要改什么", field="reason")
    return act(
        matter=change.matter,
        action="send_back",
        actor=actor,
        at=at,
        version=version,
        data={"reason": reason.strip()},
    )


@transaction.atomic
def change_approve(*, change: Change, actor: Actor, at: datetime, version: int | None = None) -> Edition:
    """Put a change in force from its day: a new edition of the rulebook.

    Errors: NotAllowed for whoever drafted it; Incomplete where the day has come or the rulebook would not hold.
    """
    drafted = change.matter.events.filter(kind__in=["rules.change_opened", "rules.change_edited"])
    if actor.user_id is not None and drafted.filter(actor_id=actor.user_id).exists():
        raise NotAllowed("这条修改是您本人拟订的，不能由您批准", mend="请由另一位有权批准的人办理")
    with connection.cursor() as cursor:  # editions are numbered one after another
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rules.forget_edition()
    _check_day(change.valid_from, at)
    _refuse_problems(change)
    number = selectors.next_number()
    act(matter=change.matter, action="approve", actor=actor, at=at, version=version,
        data={"edition": number, "valid_from": change.valid_from, "text": change.text})  # fmt: skip
    with door():
        edition: Edition = Edition.objects.create(number=number, change=change, at=at)
    transaction.on_commit(rules.forget_edition)
    return edition


@transaction.atomic
def change_withdraw(*, change: Change, actor: Actor, at: datetime, version: int | None = None) -> Event:
    """Give a draft up. One that is in force is not withdrawn but changed again."""
    if change.matter.state == "in_force":
        raise WrongState("已批准的修改不能撤回", mend="请另拟一次修改，自新的日期起施行")
    return act(matter=change.matter, action="withdraw", actor=actor, at=at, version=version)


@transaction.atomic
def change_take_back(
    *, change: Change, reason: str, actor: Actor, at: datetime, version: int | None = None
) -> Edition:
    """Undo an approved change before its day has come: an edition without it; due times follow within a minute.

    Errors: NotAllowed; Incomplete (reason); WrongState once it holds, or where a later change builds on it.
    """
    if not reason.strip():
        raise Incomplete("没有写收回理由", mend="请写明为什么收回", field="reason")
    with connection.cursor() as cursor:  # editions are numbered one after another
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rules.forget_edition()
    if change.valid_from <= at.astimezone(rules.current().worktime.tz).date():
        raise WrongState("已经施行，不能收回", mend="请另拟一次修改，自新的日期起施行")
    later = Change.objects.filter(rule=change.rule, matter__state="in_force", base_from=change.valid_from)
    if later.exclude(pk=change.pk).exists():
        raise WrongState("之后还有以它为基础的修改", mend="请先收回后一次修改")
    act(matter=change.matter, action="take_back", actor=actor, at=at, version=version,
        data={"reason": reason.strip(), "edition": selectors.next_number()})  # fmt: skip
    with door():
        edition: Edition = Edition.objects.create(
            number=selectors.next_number(), change=change, undoes=True, at=at
        )
    transaction.on_commit(rules.forget_edition)
    return edition


def recount_pending(*, now: datetime) -> list[tuple[Change, int]]:
    """Count due times anew for each calendar or working hours approved, or taken back, that this was not yet done for.

    Returns the changes with how many due times moved; an event says so on each. Broken off, the next call begins
    that change again, and what is already counted stays as it is.
    """
    rules.forget_edition()
    done = []
    for state, said in (("in_force", RECOUNTED), ("taken_back", RECOUNTED_BACK)):
        waiting = Change.objects.filter(kind__in=WORKTIME, matter__state=state).select_related("matter")
        for change in waiting.exclude(matter__events__kind=said).order_by("pk"):
            counts = [moved for _, moved in due_recount(since=change.valid_from, now=now)]
            moved = counts[-1] if counts else 0
            record(matter=change.matter, kind=said, actor=SYSTEM, at=now, data={"moved": moved})
            done.append((change, moved))
    return done
