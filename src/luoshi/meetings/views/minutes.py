"""The pages of minutes, leave, news, reports to the Party committee and the year's archive."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luoshi.ledger.models import Attachment
from luoshi.ledger.services.attachments import path_of
from luoshi.meetings.models import (
    Archive,
    LeaveRequest,
    Meeting,
    Minutes,
    PressRelease,
    Resolution,
    Submission,
)
from luoshi.meetings.papers_sessions import MAKERS, minutes_paper, record_paper
from luoshi.meetings.policies_papers import (
    may_read_archive,
    may_read_leave,
    may_read_minutes,
    may_read_press,
    may_read_submission,
)
from luoshi.meetings.policies_sessions import may_see_inside, require
from luoshi.meetings.rules_sessions import role_title
from luoshi.meetings.selectors.calendar import readable
from luoshi.meetings.services.archive import archive_stock
from luoshi.meetings.services.following import NAMES
from luoshi.meetings.services.leave import leave_steps
from luoshi.meetings.services.minutes import signing_table, way_of
from luoshi.meetings.views import paper_actions as actions
from luoshi.meetings.views.sessions import crumbs, tone
from luoshi.organisation.pagekit import actor_of, do, offers_for, own_history, page_of, tab_items
from luoshi.organisation.selectors import local_day
from luoshi.supervision.models import Task


def _get(request: HttpRequest, rows: Any, pk: int, allowed: Any, what: str) -> Any:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    require(allowed(actor_of(request), row.matter), what)
    return row


MINUTES = Minutes.objects.select_related("matter", "meeting__matter", "meeting__chair", "meeting__organiser")


@require_safe
def minutes_list(request: HttpRequest) -> HttpResponse:
    """Minutes that the reader may see: what waits for something, and what was issued."""
    actor, which = actor_of(request), request.GET.get("which", "")
    rows = MINUTES.all()
    issues = actor.can("documents.number")
    if not issues:
        rows = rows.filter(meeting__in=readable(actor).values("pk"))
    if issues or not (actor.can("meetings.read_all") or actor.can("meetings.organise")):
        rows = rows.filter(signed_at__isnull=False)
    if not (actor.can("documents.secret") or actor.can("meetings.organise")):
        rows = rows.filter(matter__secrecy="")
    rows = rows.filter(issued_at__isnull=which != "issued") if which in ("", "issued") else rows
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": one, "tone": tone(one.matter.state)} for one in page.items],
        "tabs": tab_items(request, [("", "办理中", None), ("issued", "已印发", None), ("all", "全部", None)]),
        "crumbs": crumbs(("会议纪要", "")),
    }
    return render(request, "meetings/minutes_list.html", context)


def _minutes(request: HttpRequest, pk: int) -> Minutes:
    row: Minutes = _get(request, MINUTES, pk, may_read_minutes, "查看这份纪要")
    return row


@require_safe
def minutes_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Minutes: the text, what was decided, the way to the signature, to whom they go, the tasks that follow."""
    row, actor, now = _minutes(request, pk), actor_of(request), timezone.now()
    day = local_day(now)
    resolutions = list(
        row.resolutions.select_related("item__topic__matter", "lead", "task").prefetch_related("assisting")
    )
    for one in resolutions:
        one.minutes = row
    signers = "、".join(role_title(role) for role in signing_table(row, day).who)
    context = {
        "row": row,
        "tone": tone(row.matter.state),
        "resolutions": [
            {
                "item": one,
                "offers": offers_for(actions.RESOLUTION, one, actor, now, url_name="meeting-resolution-act"),
            }
            for one in resolutions
        ],
        "way": [step.title for step in way_of(row, day)] + [f"{signers}签发", "秘书科编号印发"],
        "reviews": row.reviews.select_related("person"),
        "tasks": Task.objects.filter(source=row.matter).select_related("matter", "body"),
        "offers": offers_for(actions.MINUTES, row, actor, now, url_name="meeting-minutes-act"),
        "entries": own_history(row.matter),
        "crumbs": crumbs((row.meeting.title, reverse("meeting-detail", args=[row.meeting_id])), ("纪要", "")),
    }
    return render(request, "meetings/minutes.html", context)


@require_POST
def minutes_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on minutes."""
    back = reverse("meeting-minutes", args=[pk])
    return do(
        request, actions.MINUTES, action, _minutes(request, pk), back=back, crumbs=crumbs(("纪要", back))
    )


@require_POST
def resolution_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on something decided."""
    row = Resolution.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    row.minutes = _minutes(request, row.minutes_id)
    back = reverse("meeting-minutes", args=[row.minutes_id])
    return do(request, actions.RESOLUTION, action, row, back=back, crumbs=crumbs(("纪要", back)))


def _paper(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def minutes_file(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """Minutes as PDF or DOCX."""
    row = _minutes(request, pk)
    if ending not in MAKERS:
        raise Http404
    make, kind = MAKERS[ending]
    return _paper(make(minutes_paper(row)), kind, f"minutes-{row.pk}.{ending}")


@require_safe
def record_file(request: HttpRequest, pk: int, ending: str) -> HttpResponse:
    """The record of a meeting as PDF or DOCX; only its staff."""
    meeting = Meeting.objects.select_related("matter", "chair").filter(pk=pk, record__isnull=False).first()
    if meeting is None:
        raise Http404
    require(may_see_inside(actor_of(request), meeting), "查看会议记录", mend="会议记录只限会务人员查看")
    if ending not in MAKERS:
        raise Http404
    make, kind = MAKERS[ending]
    return _paper(make(record_paper(meeting)), kind, f"record-{meeting.pk}.{ending}")


@require_safe
def recording_file(request: HttpRequest, pk: int) -> FileResponse:
    """A file of a meeting; only its staff."""
    file = Attachment.objects.select_related("matter").filter(pk=pk, matter__kind="meetings.meeting").first()
    if file is None:
        raise Http404
    meeting = Meeting.objects.select_related("matter").get(pk=file.matter_id)
    require(may_see_inside(actor_of(request), meeting), "查看会议录音")
    path = path_of(file.digest)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=file.name, content_type=file.content_type
    )


LEAVES = LeaveRequest.objects.select_related(
    "matter", "meeting__matter", "meeting__chair", "attendee__person", "attendee__body", "substitute"
)


@require_safe
def leave_list(request: HttpRequest) -> HttpResponse:
    """Requests for leave from meetings: the reader's own, their unit's, and those of meetings they keep or decide on."""
    actor, which = actor_of(request), request.GET.get("which", "")
    rows = LEAVES.filter(meeting__in=readable(actor).values("pk"))
    if not (actor.can("meetings.read_all") or actor.can("meetings.organise")):
        rows = rows.filter(attendee__body_id=actor.body_id) | rows.filter(attendee__person_id=actor.person_id)
    rows = rows.filter(matter__state="asked") if which == "" else rows
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": one, "tone": tone(one.matter.state)} for one in page.items],
        "tabs": tab_items(request, [("", "待批", None), ("all", "全部", None)]),
        "crumbs": crumbs(("会议请假", "")),
    }
    return render(request, "meetings/leave_list.html", context)


@require_safe
def leave_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A request for leave and its way."""
    row, actor, now = (
        _get(request, LEAVES, pk, may_read_leave, "查看这份请假"),
        actor_of(request),
        timezone.now(),
    )
    steps = leave_steps(row.meeting, row.asker, local_day(now))
    context = {
        "row": row,
        "tone": tone(row.matter.state),
        "way": [step.title for step in steps],
        "place": len(steps) + 1 if row.matter.state != "asked" else row.step + 1,
        "offers": offers_for(actions.LEAVE, row, actor, now, url_name="meeting-leave-act"),
        "entries": own_history(row.matter),
        "crumbs": crumbs(("会议请假", reverse("meeting-leaves")), (row.attendee.name, "")),
    }
    return render(request, "meetings/leave.html", context)


@require_POST
def leave_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a request for leave."""
    row = _get(request, LEAVES, pk, may_read_leave, "查看这份请假")
    back = reverse("meeting-leave", args=[pk])
    return do(request, actions.LEAVE, action, row, back=back, crumbs=crumbs(("会议请假", back)))


PRESS = PressRelease.objects.select_related("matter", "meeting__matter", "meeting__chair")


@require_safe
def press_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The news of a meeting."""
    row, actor, now = (
        _get(request, PRESS, pk, may_read_press, "查看新闻稿"),
        actor_of(request),
        timezone.now(),
    )
    context = {
        "row": row, "tone": tone(row.matter.state), "entries": own_history(row.matter),
        "facts": [
            ("会议", row.meeting.title), ("报请市长审定", row.to_head or "否"), ("审定人", row.approved_by or "—"),
        ],
        "offers": offers_for(actions.PRESS, row, actor, now, url_name="meeting-press-act"),
        "crumbs": crumbs((row.meeting.title, reverse("meeting-detail", args=[row.meeting_id])), ("新闻稿", "")),
    }  # fmt: skip
    return render(request, "meetings/paper.html", context)


@require_POST
def press_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on the news of a meeting."""
    row = _get(request, PRESS, pk, may_read_press, "查看新闻稿")
    back = reverse("meeting-press", args=[pk])
    return do(request, actions.PRESS, action, row, back=back, crumbs=crumbs(("新闻稿", back)))


SUBMISSIONS = Submission.objects.select_related(
    "matter", "item__meeting__matter", "item__meeting__chair", "item__topic__matter", "drafter"
)


@require_safe
def submission_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A report of a decision to the Party committee."""
    row = _get(request, SUBMISSIONS, pk, may_read_submission, "查看报党委材料")
    actor, now, meeting = actor_of(request), timezone.now(), row.item.meeting
    context = {
        "row": row, "tone": tone(row.matter.state), "entries": own_history(row.matter),
        "facts": [
            ("会议", meeting.title), ("议题", row.item.topic.matter.title), ("代拟单位", row.drafter.short_name),
            ("报送名义", NAMES[row.in_name_of]), ("审核人", row.reviewed_by or "—"), ("签发人", row.signed_by or "—"),
        ],
        "offers": offers_for(actions.SUBMISSION, row, actor, now, url_name="meeting-submission-act"),
        "crumbs": crumbs((meeting.title, reverse("meeting-detail", args=[meeting.pk])), ("报请党委审议", "")),
    }  # fmt: skip
    return render(request, "meetings/paper.html", context)


@require_POST
def submission_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a report to the Party committee."""
    row = _get(request, SUBMISSIONS, pk, may_read_submission, "查看报党委材料")
    back = reverse("meeting-submission", args=[pk])
    return do(request, actions.SUBMISSION, action, row, back=back, crumbs=crumbs(("报请党委审议", back)))


ARCHIVES = Archive.objects.select_related("matter", "section", "keeper")


@require_safe
def archive_list(request: HttpRequest) -> HttpResponse:
    """The hand-overs of the years' papers."""
    actor = actor_of(request)
    rows = ARCHIVES.all()
    if not actor.can("meetings.read_all"):
        rows = rows.filter(section_id=actor.body_id)
    page = page_of(request, rows)
    context = {
        "page": page,
        "rows": [{"item": one, "tone": tone(one.matter.state)} for one in page.items],
        "crumbs": crumbs(("会议档案", "")),
    }
    return render(request, "meetings/archive_list.html", context)


@require_safe
def archive_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What a section hands over of a year, meeting by meeting."""
    row, actor, now = (
        _get(request, ARCHIVES, pk, may_read_archive, "查看会议档案"),
        actor_of(request),
        timezone.now(),
    )
    said = {entry["meeting"]: entry["reason"] for entry in row.contents}
    stock = [{**entry, "reason": said.get(entry["meeting"], "")} for entry in archive_stock(row)]
    context = {
        "row": row, "tone": tone(row.matter.state), "stock": stock, "entries": own_history(row.matter),
        "due": row.matter.obligations.order_by("pk").first(),
        "offers": offers_for(actions.ARCHIVE, row, actor, now, url_name="meeting-archive-act"),
        "crumbs": crumbs(("会议档案", reverse("meeting-archives")), (f"{row.year}年", "")),
    }  # fmt: skip
    return render(request, "meetings/archive.html", context)


@require_POST
def archive_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a hand-over."""
    row = _get(request, ARCHIVES, pk, may_read_archive, "查看会议档案")
    back = reverse("meeting-archive", args=[pk])
    return do(request, actions.ARCHIVE, action, row, back=back, crumbs=crumbs(("会议档案", back)))
