"""The year's papers of meetings go to the keeper: owed when the year has ended, handed over, received."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.db import transaction

from luoshi.ledger import rules as books
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.inputs import locked
from luoshi.ledger.models import Matter, door
from luoshi.meetings import rules_sessions, states_sessions
from luoshi.meetings.models import Archive, Meeting
from luoshi.meetings.policies_sessions import may_staff, require
from luoshi.meetings.services.checks_sessions import line, locked_meeting
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import local_day

HELD = ("closed", "minuted", "archived")
MINUTES, MATERIALS, RECORD, SOUND = "会议纪要", "会议材料", "会议记录", "会议录音"


@transaction.atomic
def archive_open(*, year: int, section: Body, actor: Actor, at: dt.datetime) -> Archive:
    """Open the hand-over of a year's papers of a section. Errors: WrongState (the year runs still; open already).

    Source: smx-meeting-organisation/6.7
    """
    day = local_day(at)
    if day.year <= year:
        raise WrongState(f"{year}年还没有结束", mend="请在年度终了后移交")
    if Archive.objects.filter(year=year, section=section).exists():
        raise WrongState(f"{section.short_name}{year}年的移交已经建立")
    rule = rules_sessions.setting("meetings.archive", day)
    keeper = Body.objects.filter(code=rule["keeper"], active=True).first() or section
    zone = books.current().worktime.tz
    due = dt.datetime(year + 1, int(rule["month"]), int(rule["day"]), 23, 59, 59, tzinfo=zone)
    matter = ledger.matter_open(
        kind=states_sessions.ARCHIVE, title=f"{section.short_name}{year}年会议档案移交", body_id=section.pk,
        actor=actor, at=at, facts={"due_set": due.isoformat()},
    )  # fmt: skip
    with door():
        made: Archive = Archive.objects.create(
            matter=matter, jurisdiction=matter.jurisdiction, year=year, section=section, keeper=keeper
        )
    return made


def archives_due(*, at: dt.datetime) -> list[Archive]:
    """Open the hand-overs of the year that has ended, for every section that held a meeting in it.

    Source: smx-meeting-organisation/6.7
    """
    year = local_day(at).year - 1
    held = Meeting.objects.filter(year=year, matter__state__in=HELD).values_list("organiser", flat=True)
    done = Archive.objects.filter(year=year).values_list("section", flat=True)
    sections = Body.objects.filter(pk__in=set(held) - set(done))
    return [archive_open(year=year, section=one, actor=SYSTEM, at=at) for one in sections]


def archive_stock(archive: Archive) -> list[dict[str, Any]]:
    """By meeting, which of the items of the rule are there.

    Source: smx-executive-meeting/6.5, smx-meeting-organisation/6.7, smx-major-decisions/4.2.4.3
    """
    rows = Meeting.objects.filter(year=archive.year, organiser=archive.section, matter__state__in=HELD)
    stock = []
    for meeting in rows.select_related("matter", "record", "minutes_paper").order_by("opened_at"):
        paper = getattr(meeting, "minutes_paper", None)
        there = {
            MINUTES: bool(paper is not None and paper.signed_at) or bool(meeting.minutes_waived),
            MATERIALS: not meeting.items.exclude(topic__material__approved_at__isnull=False).exists(),
            RECORD: hasattr(meeting, "record"),
            SOUND: meeting.matter.attachments.filter(purpose="recording").exists(),
        }
        stock.append(
            {"meeting": meeting.pk, "title": meeting.title, "ordinal": meeting.ordinal, "there": there}
        )
    return stock


@transaction.atomic
def recording_add(*, meeting: Meeting, file: BinaryIO, name: str, actor: Actor, at: dt.datetime) -> None:
    """Keep the sound recording that the office itself made of a meeting. Errors: NotAllowed, Incomplete."""
    fresh, matter = locked_meeting(meeting)
    require(
        may_staff(actor, matter),
        "上传会议录音",
        cite=rules_sessions.cite_of("setting", "meetings.discipline", local_day(at)),
    )
    if fresh.opened_at is None:
        raise WrongState("会议还没有开始")
    ledger.attachment_add(matter=matter, file=file, name=name, purpose="recording", actor=actor, at=at)
    ledger.record(matter=matter, kind="meetings.recording_added", actor=actor, at=at, data={"name": name})


@transaction.atomic
def archive_hand_over(
    *, archive: Archive, wanting: Mapping[int, str], actor: Actor, at: dt.datetime
) -> Archive:
    """Hand the year's papers to the keeper. What is not there is named with its reason, meeting by meeting.

    wanting: meeting id -> why something is not handed over. Minutes that the rule asks for cannot be missing.
    Errors: NotAllowed, WrongState, Incomplete. Source: smx-meeting-organisation/6.7, smx-executive-meeting/6.5
    """
    row, matter = locked(archive)
    rule = rules_sessions.setting("meetings.archive", local_day(at))
    contents = []
    for entry in archive_stock(row):
        lacks = [name for name in rule["items"] if not entry["there"][name]]
        reason = line(wanting.get(entry["meeting"], ""), field="wanting", label="说明", required=False)
        if MINUTES in lacks:
            raise WrongState(f"“{entry['title']}”的纪要还没有签发", mend="请先签发纪要，或由主持人确定不编印")
        if lacks and not reason:
            raise Incomplete(f"“{entry['title']}”缺少{'、'.join(lacks)}，请写明原因", field="wanting")
        contents.append(
            {"meeting": entry["meeting"], "title": entry["title"], "lacks": lacks, "reason": reason}
        )
    if not contents:
        raise WrongState(f"{row.year}年没有需要移交的会议档案")
    ledger.act(matter=matter, action="hand_over", actor=actor, at=at, data={"count": len(contents)})
    row.contents, row.handed_by, row.handed_at = contents, actor.name, at
    with door():
        row.save()
    return row


def _require_keeper(row: Archive, actor: Actor) -> None:
    if actor.body_id not in (None, row.keeper_id):
        raise NotAllowed(f"由{row.keeper.short_name}接收保存", mend=f"请联系{row.keeper.short_name}")


@transaction.atomic
def archive_return(*, archive: Archive, reason: str, actor: Actor, at: dt.datetime) -> Archive:
    """Give a hand-over back to be completed. Errors: NotAllowed, WrongState, Incomplete."""
    row, matter = locked(archive)
    _require_keeper(row, actor)
    said = line(reason, field="reason", label="理由")
    ledger.act(matter=matter, action="return", actor=actor, at=at, data={"reason": said})
    row.handed_by, row.handed_at = "", None
    with door():
        row.save()
    return row


@transaction.atomic
def archive_receive(*, archive: Archive, actor: Actor, at: dt.datetime) -> Archive:
    """Receive a year's papers; its meetings are thereby archived. Errors: NotAllowed, WrongState.

    Source: smx-meeting-organisation/6.7, smx-executive-meeting/6.5, smx-major-decisions/4.2.4.3
    """
    row, matter = locked(archive)
    _require_keeper(row, actor)
    ledger.act(matter=matter, action="receive", actor=actor, at=at)
    row.received_by, row.received_at = actor.name, at
    with door():
        row.save()
    ids = [entry["meeting"] for entry in row.contents]
    for one in Matter.objects.filter(pk__in=ids, state__in=("closed", "minuted")):
        ledger.act(matter=one, action="archive", actor=actor, at=at, data={"year": row.year})
    return row


__all__ = [
    "archive_hand_over",
    "archive_open",
    "archive_receive",
    "archive_return",
    "archive_stock",
    "archives_due",
    "recording_add",
]
