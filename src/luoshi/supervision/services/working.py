"""What the lead and the assisting bodies do: receive, report, submit; assisting bodies answer to the lead alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, BinaryIO

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, door
from luoshi.supervision import rules
from luoshi.supervision.models import Ask, Part, Report, Task
from luoshi.supervision.services.setting import COMPLETE
from luoshi.supervision.services.shared import (
    ask_open,
    asks_void,
    block,
    due_of,
    line,
    local_text,
    people_of,
    save,
    tell,
)

PROGRESS, SUBMISSION, INSPECTION, VIEWS, EVALUATION = (
    "progress",
    "submission",
    "inspection",
    "views",
    "evaluation",
)
File = tuple[BinaryIO, str]


def attach_files(matter: Matter, files: Sequence[File], actor: Actor, at: dt.datetime) -> list[str]:
    for file, name in files:
        ledger.attachment_add(matter=matter, file=file, name=name, purpose="evidence", actor=actor, at=at)
    return [name for _, name in files]


def report_add(
    task: Task, kind: str, text: str, actor: Actor, at: dt.datetime, *, of_whom: str = ""
) -> Report:
    """Keep a report of a task; call after the step that it belongs to."""
    report = Report(
        task=task, kind=kind, text=text, of_whom=of_whom, at=at, by=actor.name, body_id=actor.body_id
    )
    with door():
        report.save(force_insert=True)
    return report


@transaction.atomic
def task_receive(*, task: Task, actor: Actor, at: dt.datetime, version: int | None = None) -> Task:
    """The lead signs for a task. Errors: NotAllowed, WrongState."""
    fresh, matter = locked(task)
    ledger.act(matter=matter, action="receive", actor=actor, at=at, version=version)
    save(fresh, received_at=at)
    return fresh


@transaction.atomic
def task_progress(
    *,
    task: Task,
    text: str,
    actor: Actor,
    at: dt.datetime,
    files: Sequence[File] = (),
    version: int | None = None,
) -> Report:
    """The lead reports how far a task is, with evidence where there is some; the next report is owed an interval on.

    Errors: Incomplete (text), NotAllowed, WrongState.
    Source: smx-work-rules/22.2
    """
    fresh, matter = locked(task)
    said = block(text, field="text", label="进展情况")
    names = [name for _, name in files]
    ledger.act(
        matter=matter,
        action="progress",
        actor=actor,
        at=at,
        data={"text": said, "files": names},
        version=version,
    )
    attach_files(matter, files, actor, at)
    return report_add(fresh, PROGRESS, said, actor, at)


@transaction.atomic
def task_attach(*, task: Task, files: Sequence[File], actor: Actor, at: dt.datetime) -> Task:
    """The lead adds evidence. Errors: Incomplete (no file, unfit file), NotAllowed, WrongState."""
    fresh, matter = locked(task)
    if not files:
        raise Incomplete("请选择要上传的材料", field="file")
    ledger.act(
        matter=matter, action="attach", actor=actor, at=at, data={"files": [name for _, name in files]}
    )
    attach_files(matter, files, actor, at)
    return fresh


@transaction.atomic
def task_submit(
    *,
    task: Task,
    text: str,
    actor: Actor,
    at: dt.datetime,
    files: Sequence[File] = (),
    version: int | None = None,
    surveyed: bool = False,
) -> Task:
    """The lead says that a task is done: every assisting body has answered, the result is described.

    It then waits for the check of whoever set it; only that check closes it. surveyed: a survey's results stand
    (survey_submit). Errors: Refusal (gate supervision.submit), Incomplete (text), NotAllowed, WrongState.
    """
    fresh, matter = locked(task)
    if matter.facts.get("survey") and not surveyed:
        raise WrongState("排查任务须逐项说明结果后报结", mend="请在“排查报结”中逐项勾选并填写隐患数")
    have = _standing(fresh, text)
    rules.passed("supervision.submit", matter.facts, have, at)
    said = block(text, field="text", label="办理结果")
    ledger.act(
        matter=matter,
        action="submit",
        actor=actor,
        at=at,
        data={"text": said, "files": [name for _, name in files]},
        version=version,
    )
    attach_files(matter, files, actor, at)
    save(fresh, submitted_at=at)
    report_add(fresh, SUBMISSION, said, actor, at)
    asks_void(matter, at, kinds=("extension",))
    ask_open(
        subject=matter,
        kind="check",
        text=said,
        body_id=_setter_body(fresh),
        person_id=fresh.setter_person_id,
        actor=SYSTEM,
        at=at,
    )
    return fresh


def _setter_body(task: Task) -> int | None:
    if task.setter_body_id is not None:
        return int(task.setter_body_id)
    return task.overseer_id


def _standing(task: Task, text: str) -> set[str]:
    """What stands of what the gate asks for: the result described, every part answered or its body unknown yet."""
    have = {"result"} if text.strip() else set()
    open_parts = task.parts.filter(matter__isnull=False).exclude(matter__state__in=["replied", "ended"])
    return have if open_parts.exists() else have | {"parts"}


@transaction.atomic
def extension_ask(
    *,
    task: Task,
    until: dt.date | dt.datetime,
    reason: str,
    actor: Actor,
    at: dt.datetime,
    version: int | None = None,
) -> Ask:
    """The lead asks for more time, before the time is up; whoever set the task decides.

    Errors: Incomplete (reason, until not later than the present end), WrongState (the time is up, one waits).
    """
    fresh, matter = locked(task)
    why = line(reason, field="reason", label="延期理由")
    wished = rules.moment(until)
    due = due_of(matter, COMPLETE) or due_of(matter, "supervision.redo")
    if due is None:
        raise WrongState("这件事项没有办结时限", mend="不需要申请延期")
    if at > due:
        raise WrongState(
            f"办结时限{local_text(due)}已过，不能再申请延期", mend="请抓紧办结，并在报结时说明逾期原因"
        )
    if wished is None or wished <= due:
        raise Incomplete(f"延期须晚于现在的时限{local_text(due)}", field="until")
    ledger.act(
        matter=matter, action="ask_extension", actor=actor, at=at, data={"reason": why, "wished": wished},
        version=version,
    )  # fmt: skip
    return ask_open(
        subject=matter, kind="extension", text=why, until=wished, body_id=_setter_body(fresh),
        person_id=fresh.setter_person_id, actor=SYSTEM, at=at,
    )  # fmt: skip


@transaction.atomic
def problem_report(
    *, task: Task, text: str, actor: Actor, at: dt.datetime, version: int | None = None
) -> Ask:
    """The lead reports upward what stands in the way; the body that oversees the task owes an answer.

    Errors: Incomplete (text), NotAllowed, WrongState (one waits for its answer).
    Source: smx-meeting-organisation/7.2
    """
    fresh, matter = locked(task)
    said = block(text, field="text", label="执行中的问题")
    ledger.act(
        matter=matter, action="report_problem", actor=actor, at=at, data={"text": said}, version=version
    )
    return ask_open(
        subject=matter, kind="problem", text=said, body_id=fresh.overseer_id or _setter_body(fresh),
        person_id=None, actor=SYSTEM, at=at,
    )  # fmt: skip


@transaction.atomic
def views_take(*, task: Task, text: str, of_whom: str, actor: Actor, at: dt.datetime) -> Report:
    """The lead records what those concerned, or the public, say while a decision is carried out.

    Errors: Incomplete (of_whom, text), NotAllowed, WrongState.
    Source: xiping-work-rules/24.7
    """
    fresh, matter = locked(task)
    whose = rules.chosen("supervision.views_of", of_whom, at, field="of_whom")
    said = block(text, field="text", label="意见")
    ledger.act(matter=matter, action="take_views", actor=actor, at=at, data={"of_whom": whose, "text": said})
    return report_add(fresh, VIEWS, said, actor, at, of_whom=whose)


# assisting bodies


@transaction.atomic
def part_receive(*, part: Part, actor: Actor, at: dt.datetime) -> Part:
    """An assisting body signs for its part. Errors: NotAllowed, WrongState."""
    fresh, matter = _part(part)
    ledger.act(matter=matter, action="receive", actor=actor, at=at)
    return fresh


@transaction.atomic
def part_reply(*, part: Part, text: str, actor: Actor, at: dt.datetime, files: Sequence[File] = ()) -> Part:
    """An assisting body answers the lead, and the lead alone.

    Errors: Incomplete (text), NotAllowed (another body), WrongState.
    Source: xiping-work-rules/26.3
    """
    fresh, matter = _part(part)
    said = block(text, field="text", label="回复")
    ledger.act(
        matter=matter, action="reply", actor=actor, at=at,
        data={"text": said, "to": fresh.task.lead_name, "files": [name for _, name in files]},
    )  # fmt: skip
    attach_files(matter, files, actor, at)
    save(fresh, reply=said, replied_at=at, replied_by=actor.name)
    return fresh


@transaction.atomic
def part_send_back(*, part: Part, reason: str, actor: Actor, at: dt.datetime) -> Part:
    """The lead asks an assisting body for more. Errors: Incomplete (reason), NotAllowed, WrongState."""
    fresh, matter = _part(part)
    why = line(reason, field="reason", label="需要补充的内容")
    ledger.act(matter=matter, action="send_back", actor=actor, at=at, data={"reason": why})
    save(fresh, replied_at=None, replied_by="")
    return fresh


@transaction.atomic
def part_urge(*, part: Part, text: str, actor: Actor, at: dt.datetime) -> Part:
    """The lead urges an assisting body; its liaisons are told. Errors: Incomplete (text), NotAllowed, WrongState."""
    fresh, matter = _part(part)
    said = line(text, field="text", label="催促内容")
    body: Any = fresh.body
    event = ledger.act(matter=matter, action="urge", actor=actor, at=at, data={"text": said})
    tell(
        notice="supervision.urging_sms", matter=matter, body=body, people=people_of(body, at),
        key=f"urge{event.seq}", at=at, slots={"due": local_text(fresh.due_at)},
    )  # fmt: skip
    return fresh


def _part(part: Part) -> tuple[Part, Any]:
    """A part as it is now with its matter locked. Errors: WrongState while its body is not known."""
    if part.matter_id is None:
        raise WrongState("配合单位还没有明确", mend="请督查室先明确单位")
    matter = ledger.lock(part.matter_id)
    fresh = Part.objects.select_related("task__matter", "body").get(pk=part.pk)
    return fresh, matter
