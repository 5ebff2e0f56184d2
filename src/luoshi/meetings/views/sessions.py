"""The pages of meetings: the calendar with its reminders, a meeting with its agenda and list, and what is done there."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from luoshi.ledger.actors import Actor
from luoshi.ledger.once import keep
from luoshi.meetings import hooks, rules_sessions, services
from luoshi.meetings.models import AgendaItem, Attendee, Meeting, NumberedCopy
from luoshi.meetings.policies_sessions import may_organise, may_read, may_see_inside, require
from luoshi.meetings.selectors import full_name, quorum
from luoshi.meetings.selectors.calendar import readable, reminders
from luoshi.meetings.selectors.members import holds_major
from luoshi.meetings.selectors.ready import dossier_of, dossiers_of, ready_of
from luoshi.meetings.selectors.sessions import (
    copies_out,
    hidden,
    items_for,
    meeting_get,
    minuted_texts,
    papers_warning,
    results_shown,
    speaking_over,
)
from luoshi.meetings.selectors.sitting import sitting
from luoshi.meetings.views import session_actions as actions
from luoshi.meetings.views import session_forms as forms
from luoshi.organisation.pagekit import (
    actor_of,
    answer_page,
    do,
    files_of,
    offers_for,
    own_history,
    page_of,
    run,
    tab_items,
)
from luoshi.organisation.selectors import local_day

TONES = {
    "planned": "neutral", "reviewed": "info", "approved": "info", "convened": "warning", "in_session": "progress",
    "closed": "warning", "minuted": "success", "archived": "muted", "cancelled": "muted", "asked": "warning",
    "granted": "success", "refused": "danger", "withdrawn": "muted", "drafting": "neutral", "submitted": "info",
    "checked": "info", "opined": "info", "signed": "success", "issued": "success", "drafted": "info", "sent_up": "info",
    "owed": "warning", "handed": "info", "received": "success",
}  # fmt: skip
ITEM_TONES = {
    "waiting": "neutral",
    "running": "progress",
    "done": "success",
    "cancelled": "muted",
    "postponed": "warning",
}
WHICH = (("", "近期"), ("held", "已召开"), ("all", "全部"))
HELD = ("closed", "minuted", "archived")
GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the calendar."""
    return [("会议", reverse("meeting-list")), *more]


def tone(state: str) -> str:
    """The tone of a state."""
    return TONES.get(state, "info")


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The calendar: what comes, what was held, and what the rhythm asks for."""
    actor, now = actor_of(request), timezone.now()
    which, kind = request.GET.get("which", ""), request.GET.get("kind", "")
    rows = readable(actor)
    if which == "":
        rows = rows.exclude(matter__state__in=(*HELD, "cancelled"))
    elif which == "held":
        rows = rows.filter(matter__state__in=HELD)
    kinds = {one.value: one.label for one in rules_sessions.kinds(local_day(now)).options}
    if kind in kinds:
        rows = rows.filter(kind=kind)
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(title__icontains=words)
    page = page_of(request, rows, keys=("-planned_at", "-matter_id"))
    context = {
        "page": page,
        "rows": [{"meeting": one, "tone": tone(one.matter.state)} for one in page.items],
        "kinds": kinds,
        "tabs": tab_items(request, [(value, label, None) for value, label in WHICH]),
        "reminders": reminders(at=now)
        if actor.can("meetings.organise") or actor.can("meetings.decide")
        else [],
        "may_plan": may_organise(actor),
    }
    return render(request, "meetings/meeting_list.html", context)


@GET_OR_POST
def new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting."""
    actor, now = actor_of(request), timezone.now()
    form = forms.MeetingForm(request.POST or None)
    made: list[Meeting] = []
    if request.method == "POST" and run(
        form, lambda data: made.append(services.meeting_plan(actor=actor, at=now, **data))
    ):
        return redirect("meeting-detail", made[0].pk)
    context = {
        "form": form, "title": "拟定会议方案", "button": "拟定", "back": reverse("meeting-list"),
        "crumbs": crumbs(("拟定会议方案", "")),
    }  # fmt: skip
    return answer_page(request, "kit/form.html", context, form)


def meeting_or_404(request: HttpRequest, pk: int) -> Meeting:
    """The meeting, if the actor may know of it. Errors: 404, NotAllowed."""
    meeting = meeting_get(pk)
    if meeting is None:
        raise Http404
    require(may_read(actor_of(request), meeting.matter), "查看这次会议", mend="参会人员和会务人员可以查看")
    return meeting


def _people(meeting: Meeting, actor: Actor, *, inside: bool) -> list[Attendee]:
    """The list of those who attend: for the office and leaders whole, for others their own lines."""
    found = list(sitting(meeting).attendees)
    if not (inside or actor.can("meetings.read_all")):
        own = [one for one in found if one.person_id == actor.person_id]
        found = own + [
            one for one in found if one not in own and one.body_id == actor.body_id and one.body_id
        ]
    for one in found:
        one.meeting = meeting
    return found


def _items_of(meeting: Meeting) -> dict[int, list[AgendaItem]]:
    """The topics for which each attendee is listed."""
    found: dict[int, list[AgendaItem]] = {}
    for seat in sitting(meeting).seats:
        found.setdefault(seat.attendee_id, []).append(seat.item)
    return found


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A meeting: its plan and quorum, agenda with windows, list, papers out, and what may be done now."""
    meeting, actor, now = meeting_or_404(request, pk), actor_of(request), timezone.now()
    inside = may_see_inside(actor, meeting)
    agenda = items_for(meeting, actor, all_of_them=inside or actor.can("meetings.read_all"))
    labels = dict(forms.options_of("meetings.outcome"))
    _prepare(meeting)
    for window in agenda:
        window.item.meeting = meeting
    said = minuted_texts(meeting)
    people, listed_for = _people(meeting, actor, inside=inside), _items_of(meeting)
    context = {
        "meeting": meeting,
        "name": full_name(meeting),
        "tone": tone(meeting.matter.state),
        "kind_label": rules_sessions.kinds(local_day(meeting.planned_at)).label(meeting.kind),
        "quorum": quorum(meeting),
        "major": holds_major(meeting, at=now),
        "papers_by": papers_warning(meeting, at=now) if meeting.matter.state == "convened" else None,
        "agenda": [
            {
                "window": one, "tone": ITEM_TONES[one.item.status], "outcome": labels.get(one.item.outcome, ""),
                "offers": offers_for(actions.ITEM, one.item, actor, now, url_name="meeting-item-act"),
                "hidden": hidden(one.item, actor, inside=inside),
                "missing": _missing(one.item, now) if inside else [],
                "texts": _texts(one.item, said, actor, inside=inside),
            }
            for one in agenda
        ],
        "shown": results_shown(meeting, actor),
        "people": [
            {
                "row": one, "items": listed_for.get(one.pk, []),
                "offers": offers_for(actions.ATTENDEE, one, actor, now, url_name="meeting-attendee-act"),
            }
            for one in people
        ],
        "copies": [
            {"row": one, "offers": offers_for(actions.COPY, one, actor, now, url_name="meeting-copy-act")}
            for one in (copies_out(meeting) if inside else [])
        ],
        "over": speaking_over(meeting) if inside else [],
        "statements": sitting(meeting).statements if inside else [],
        "inside": inside,
        "minutes": getattr(meeting, "minutes_paper", None),
        "press": getattr(meeting, "press_release", None),
        "discipline": rules_sessions.setting("meetings.discipline", local_day(meeting.planned_at))["text"],
        "offers": offers_for(actions.MEETING, meeting, actor, now, url_name="meeting-act"),
        "files": files_of(meeting.matter, "meeting-file") if inside else [],
        "entries": own_history(meeting.matter) if inside else [],
        "crumbs": crumbs((meeting.title, "")),
    }  # fmt: skip
    return render(request, "meetings/meeting.html", context)


def _prepare(meeting: Meeting) -> None:
    """Read together what is asked of each topic."""
    topics = [item.topic for item in sitting(meeting).items]
    hooks.prepare(topics)
    for topic, dossier in zip(topics, dossiers_of(topics).values(), strict=True):
        keep(dossier_of, dossier, topic)


def _texts(item: AgendaItem, said: dict[int, list[str]], actor: Actor, *, inside: bool) -> list[str]:
    """What a reader sees of a result: the staff what was entered, others what the signed minutes say."""
    if inside:
        return [item.text] if item.text else []
    return [] if hidden(item, actor, inside=inside) else said.get(item.pk, [])


def _missing(item: AgendaItem, now: Any) -> list[str]:
    """The steps that a topic has not gone through, for the chair to judge.

    Source: smx-executive-meeting/5.5.2
    """
    if item.status not in (AgendaItem.Status.WAITING, AgendaItem.Status.RUNNING):
        return []
    return [need.title for need in ready_of("meetings.table", item.topic, at=now).missing]


def _way(meeting: Meeting) -> dict[str, Any]:
    """Where an action leads back to."""
    back = reverse("meeting-detail", args=[meeting.pk])
    return {"back": back, "crumbs": crumbs((meeting.title, back))}


@require_POST
def act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a meeting."""
    meeting = meeting_or_404(request, pk)
    return do(request, actions.MEETING, action, meeting, **_way(meeting))


def _part(request: HttpRequest, rows: Any, pk: int) -> Any:
    """A row of a meeting, if the actor may know of the meeting. Errors: 404, NotAllowed."""
    row = rows.select_related("meeting__matter", "meeting__chair", "meeting__organiser").filter(pk=pk).first()
    if row is None:
        raise Http404
    require(may_read(actor_of(request), row.meeting.matter), "查看这次会议")
    return row


@require_POST
def item_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a topic of the agenda."""
    row = _part(request, AgendaItem.objects.select_related("topic__matter"), pk)
    return do(
        request,
        actions.ITEM,
        action,
        row,
        **_way(row.meeting),
    )


@require_POST
def attendee_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on somebody on the list."""
    row = _part(request, Attendee.objects.select_related("person", "body"), pk)
    return do(
        request,
        actions.ATTENDEE,
        action,
        row,
        **_way(row.meeting),
    )


@require_POST
def copy_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Carry out an action on a numbered copy."""
    row = _part(request, NumberedCopy.objects.select_related("holder"), pk)
    return do(
        request,
        actions.COPY,
        action,
        row,
        **_way(row.meeting),
    )
