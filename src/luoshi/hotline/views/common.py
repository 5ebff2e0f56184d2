"""What the hotline's pages share: the actor, labels with tones, and a matter drawn as timeline and clocks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from luoshi.hotline.models import Callback, RequestLink
from luoshi.hotline.policies import may_read_request
from luoshi.hotline.selectors.requests import masked_contact
from luoshi.hotline.services.refusing import grounds_on
from luoshi.hotline.services.shared import label_of
from luoshi.hotline.states import DISPATCH, REQUEST
from luoshi.ledger.actors import Actor
from luoshi.ledger.addresses import address
from luoshi.ledger.models import Attachment, Event, Matter, Obligation
from luoshi.ledger.states import event_label, state_label

TONES = {
    "received": "warning", "in_progress": "progress", "offered": "info", "escalated": "info", "concluded": "warning",
    "fed_back": "info", "called_back": "success", "answered": "success", "refused": "muted",
    "not_redispatched": "muted", "archived": "muted", "sent": "warning", "signed": "progress",
    "handed_over": "progress", "drafted": "info", "submitted": "info", "redo": "danger", "passed": "success",
    "mending": "danger", "recalled": "muted",
}  # fmt: skip
EVENT_TONES = {
    "ledger.overdue": ("danger", "alarm"), "hotline.deemed_overdue": ("danger", "alarm"),
    "hotline.redo_ordered": ("danger", "arrow-back-up"), "hotline.second_assigned": ("danger", "arrow-back-up"),
    "hotline.review_passed": ("success", "check"), "hotline.refused": ("muted", "x"),
    "hotline.received": ("info", "phone"), "hotline.dispatched": ("info", "send"), "hotline.signed": ("progress", "check"),
    "hotline.handed_over": ("neutral", "users"), "hotline.contacted": ("neutral", "phone"),
    "hotline.preliminary_reported": ("neutral", "message"), "hotline.arrived": ("neutral", "map-pin"),
    "hotline.reply_drafted": ("neutral", "pencil"), "hotline.urged": ("warning", "bell"),
    "hotline.supervised": ("warning", "eye"), "hotline.return_requested": ("warning", "flag"),
    "hotline.extension_requested": ("warning", "flag"), "hotline.assist_requested": ("warning", "flag"),
    "hotline.dispatched_out": ("info", "send"), "hotline.concluded": ("success", "check"),
    "hotline.fed_back": ("info", "message"), "hotline.published": ("info", "world"),
    "hotline.answered": ("success", "message"), "hotline.citizen_commented": ("info", "star"),
    "hotline.supplemented": ("warning", "message-plus"),
    "hotline.classified": ("neutral", "lock"), "hotline.linked": ("neutral", "link"),
    "hotline.replied": ("info", "message"), "hotline.called_back": ("success", "phone"),
}  # fmt: skip
SAID = (
    "note",
    "reason",
    "text",
    "opinion",
    "summary",
    "decision",
    "measures",
    "scene",
    "handler",
    "preliminary",
    "answer",
    "comment",
    "suggestion",
    "unsuitable",
    "instruction",
)


def actor_of(request: HttpRequest) -> Actor:
    """The actor of the request itself, not the proxy that reads it late: services may copy an actor."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    if isinstance(actor, SimpleLazyObject):
        actor = actor.__reduce__()[1][0]
    found: Actor = actor
    return found


def tone(state: str) -> str:
    """The tone of a state's badge."""
    return TONES.get(state, "neutral")


def badge(matter: Matter) -> dict[str, str]:
    """Label and tone of a matter's state."""
    return {"label": state_label(matter.kind, matter.state), "tone": tone(matter.state)}


def labels(request: Any, at: datetime | None = None) -> dict[str, str]:
    """The Chinese labels of a request's choices."""
    moment = at or timezone.now()
    found = {
        name: label_of(f"hotline.{name}", getattr(request, name), moment)
        for name in ("channel", "kind", "urgency")
    }
    found["handling"] = label_of("hotline.handling", request.matter.disclosure, moment)
    if request.matter.disclosure == "undecided":
        found["handling"] = "未划分"
    return found


def timeline_of(matter: Matter, events: QuerySet[Event]) -> list[dict[str, Any]]:
    """A matter's events and those of its dispatches as entries of the timeline component, newest first."""
    entries = []
    for event in reversed(events):
        shade, icon = EVENT_TONES.get(event.kind, ("neutral", ""))
        title = event_label(event.kind)
        if event.kind == "ledger.overdue":
            title = f"到期未办：{event.data.get('title', '')}"
        unit = event.matter.body.short_name if event.matter_id != matter.pk and event.matter.body else ""
        said = _said(event)
        late = (event.recorded_at - event.at).total_seconds() > 120
        entries.append(
            {
                "title": f"{unit}：{title}" if unit else title,
                "at": event.at,
                "actor": event.actor_name,
                "body": event.body.short_name if event.body else "",
                "text": "\n".join(said),
                "tone": shade,
                "icon": icon,
                "recorded_at": event.recorded_at if late else None,
            }
        )
    return entries


GRADED = {"rating": "对结果", "results": "对结果", "conducts": "对作风"}


def _said(event: Any) -> list[str]:
    """What an event says, in words: texts as they stand, grades by their labels."""
    said = [str(event.data[key]) for key in SAID if isinstance(event.data.get(key), str) and event.data[key]]
    for key, about in GRADED.items():
        value = event.data.get(key)
        for grade in value if isinstance(value, list) else [value]:
            if grade:
                said.append(f"{about}：{label_of('hotline.satisfaction', str(grade), event.at)}")
    return said


@dataclass(slots=True)
class Clocks:
    """The obligations of a matter: those that run, and those that are over."""

    running: list[Obligation] = field(default_factory=list)
    over: list[Obligation] = field(default_factory=list)


def clocks_of(obligations: Iterable[Obligation]) -> defaultdict[int, Clocks]:
    """Obligations by matter: those that run, and those that are over."""
    now = timezone.now()
    found: defaultdict[int, Clocks] = defaultdict(Clocks)
    for row in obligations:
        mine = found[row.matter_id]
        lapsed = row.nature == "window" and row.due_at is not None and row.due_at < now
        (mine.over if lapsed or row.state not in {"open", "paused"} else mine.running).append(row)
    return found


CONTACT = (
    ("name", "姓名"), ("mobile", "手机"), ("phone", "电话"), ("email", "邮箱"), ("account", "账号"), ("address", "住址"),
)  # fmt: skip


def contact_rows(request: Any) -> list[dict[str, str]]:
    """The citizen's data, masked, as rows of the page; name and mobile always, the others where given."""
    masked = masked_contact(request)
    rows = [{"key": key, "label": label, "value": getattr(masked, key)} for key, label in CONTACT]
    return [row for row in rows if row["value"] or row["key"] in {"name", "mobile"}]


def file_rows(files: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Attachments for the component; one whose content was erased says so and leads nowhere."""
    return [
        {
            "name": f"{file.name}（{file.erased_under}，{timezone.localtime(file.erased_at):%Y年%-m月%-d日}）"
            if file.erased_at
            else file.name,
            "size": file.size,
            "added_by": file.added_by,
            "added_at": file.added_at,
            "url": "" if file.erased_at else reverse("attachment", args=[file.pk]),
        }
        for file in files
    ]


def callback_rows(callbacks: Iterable[Callback]) -> list[dict[str, Any]]:
    """What the citizen said at each call-back, in the rulebook's words."""
    grade = "hotline.satisfaction"
    return [
        {
            "item": row,
            "conduct": label_of(grade, row.conduct, row.at) if row.conduct else "",
            "result": label_of(grade, row.result, row.at) if row.result else "",
        }
        for row in callbacks
    ]


def link_rows(links: Iterable[RequestLink]) -> list[dict[str, Any]]:
    """The requests that persons judged against this one, with the judgement in words."""
    return [{"item": row, "kind": label_of("hotline.link_kind", row.kind, row.decided_at)} for row in links]


def refusal_title(request: Any) -> str:
    """The ground on which a request was refused, in words; "" when it was not."""
    if not request.refusal_code:
        return ""
    grounds = grounds_on(request.received_at)
    return next((ground.title for ground in grounds if ground.code == request.refusal_code), "其他")


def may_read(actor: Actor, matter: Matter) -> bool:
    """Whether the actor may read a request or a dispatch: the platform all, a unit its own."""
    if actor.can("hotline.read_all"):
        return True
    if matter.kind == DISPATCH:
        return may_read_request(actor, {matter.body_id} if matter.body_id else set())
    bodies = set(Matter.objects.filter(parent=matter).values_list("body_id", flat=True))
    return may_read_request(actor, {body for body in bodies if body})


def matter_link(matter: Matter) -> str:
    """The page of a matter of the hotline."""
    if matter.kind == REQUEST:
        return address("request-detail", matter.pk)
    return address("dispatch-detail", matter.pk) if matter.kind == DISPATCH else reverse("notice-list")
