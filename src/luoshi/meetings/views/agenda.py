"""The page on which the agenda of a meeting is arranged: topics that may be put on it, and what each still lacks."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from luoshi.ledger.actors import Actor
from luoshi.meetings import forms_topics as forms
from luoshi.meetings import services
from luoshi.meetings.models import AgendaItem, Meeting, Topic
from luoshi.meetings.policies_sessions import may_staff, require
from luoshi.meetings.selectors.ready import material_of, ready_of
from luoshi.meetings.selectors.topics import candidates, meeting_for_agenda
from luoshi.meetings.services.agenda import attends, marks_of
from luoshi.meetings.services.seating import head_of
from luoshi.meetings.views.topics import ATTENDING
from luoshi.organisation.models import Person
from luoshi.organisation.pagekit import Action, Offer, actor_of, do, offers_for, today

Data = dict[str, Any]
OPEN = ("planned", "reviewed")
LOCKED = ("approved", "convened")


def _inside(actor: Actor, meeting: Meeting) -> bool:
    """The office, leaders and whoever presides see the whole agenda; others see their own topics on the meeting's page."""
    return may_staff(actor, meeting.matter) or actor.can("meetings.read_all") or _is_chair(meeting, actor)


def _meeting(request: HttpRequest, pk: int) -> Meeting:
    meeting = meeting_for_agenda(pk)
    if meeting is None:
        raise Http404
    require(_inside(actor_of(request), meeting), "编排或查看议程", mend="与本单位有关的议题在会议页查看")
    return meeting


def _reporter_field(topic: Topic) -> django_forms.ModelChoiceField[Person]:
    people = Person.objects.filter(body=topic.body, active=True).order_by("name")
    return django_forms.ModelChoiceField(
        label="汇报人", queryset=people, required=False, initial=head_of(topic.body, today()),
        help_text="由承办部门主要负责人亲自汇报；列入议程后即在参会名单上",
    )  # fmt: skip


def _add_form(pair: Pair) -> type[django_forms.Form]:
    return forms.make(
        minutes=django_forms.IntegerField(
            label="汇报时间（分钟）", required=False, min_value=1, max_value=600
        ),
        longer=forms.text("延长汇报的理由", required=False),
        reporter=_reporter_field(pair.topic),
    )


def _admit_form(pair: Pair) -> type[django_forms.Form]:
    return forms.make(
        consent=forms.text("同意意见"),
        urgent_reason=forms.text("紧急事由", required=False, help_text="“三重一大”事项须标明紧急并写明事由"),
    )


class Pair:
    """A topic beside the meeting that it may go to; its key is the topic's."""

    def __init__(self, meeting: Meeting, topic: Topic) -> None:
        self.meeting, self.topic, self.pk = meeting, topic, topic.pk


def _add(pair: Pair, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.item_add(meeting=pair.meeting, topic=pair.topic, actor=actor, at=at, **data)


def _admit(pair: Pair, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.item_admit(meeting=pair.meeting, topic=pair.topic, actor=actor, at=at, **data)


def _is_chair(meeting: Meeting, actor: Actor) -> bool:
    return actor.person_id == meeting.chair_id


TOPIC = {
    one.code: one
    for one in (
        Action("add", "列入议程", "plus", _add,
               lambda p, a, at: p.meeting.matter.state in OPEN and may_staff(a, p.meeting.matter), _add_form, done="已列入议程"),
        Action("admit", "会前增列", "flag", _admit,
               lambda p, a, at: p.meeting.matter.state in LOCKED and _is_chair(p.meeting, a), _admit_form, done="已增列"),
    )
}  # fmt: skip


def _move(item: AgendaItem, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.item_move(item=item, to=data["to"], actor=actor, at=at)


def _remove(item: AgendaItem, data: Data, actor: Actor, at: dt.datetime) -> None:
    services.item_remove(item=item, reason=data["reason"], actor=actor, at=at)


ITEM = {
    one.code: one
    for one in (
        Action("move", "调整次序", "sort-ascending", _move,
               lambda i, a, at: i.meeting.matter.state in OPEN and may_staff(a, i.meeting.matter),
               lambda i: forms.make(to=django_forms.IntegerField(label="移到第几项", min_value=1))),
        Action("remove", "移出议程", "trash", _remove,
               lambda i, a, at: (i.meeting.matter.state in OPEN and may_staff(a, i.meeting.matter))
               or (i.meeting.matter.state in LOCKED and _is_chair(i.meeting, a)),
               lambda i: forms.make(reason=forms.text("理由")), "danger"),
    )
}  # fmt: skip


@require_safe
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """The agenda with its order and windows, and the determined topics that may still be put on it."""
    meeting, actor, now = _meeting(request, pk), actor_of(request), timezone.now()
    items = list(
        meeting.items.select_related("topic__matter", "topic__body", "reporter").order_by("position")
    )
    for item in items:
        item.meeting = meeting
    rows = []
    arranging = may_staff(actor, meeting.matter) or _is_chair(meeting, actor)
    for topic in candidates(meeting, actor=actor) if arranging else ():
        rows.append(
            {
                "topic": topic,
                "missing": _missing(topic, now),
                "offers": _offers(Pair(meeting, topic), actor, now),
            }
        )
    context = {
        "meeting": meeting,
        "items": [
            {
                "item": item,
                "secret": bool(item.topic.matter.secrecy) and not actor.can("documents.secret"),
                "marks": marks_of(item.topic, at=now),
                "attends": [(body, ATTENDING[how]) for body, how in attends(item.topic, at=now)],
                "offers": offers_for(ITEM, item, actor, now, url_name="meeting-agenda-item"),
            }
            for item in items
        ],
        "rows": rows,
        "locked": meeting.matter.state not in OPEN,
        "crumbs": [
            ("会议", reverse("meeting-list")), (meeting.title, reverse("meeting-detail", args=[pk])), ("议程", ""),
        ],
    }  # fmt: skip
    return render(request, "meetings/agenda.html", context)


def _offers(pair: Pair, actor: Actor, at: dt.datetime) -> list[Offer]:
    """What may be done with a topic beside the meeting, each posted to the meeting's own address."""
    found = offers_for(TOPIC, pair, actor, at, url_name="meeting-agenda-item")
    for offer in found:
        offer.url = reverse("meeting-agenda-topic", args=[pair.meeting.pk, pair.pk, offer.action.code])
    return found


def _missing(topic: Topic, at: dt.datetime) -> list[str]:
    """The titles of what a topic still lacks before it may be put on an agenda."""
    material = material_of(topic)
    found = [need.title for need in ready_of("meetings.table", topic, at=at).missing]
    if material is not None:
        more = ready_of("meetings.material_advance", topic, at=at, facts={"complex": material.complex})
        found += [need.title for need in more.missing]
    return found


@require_POST
def topic_act(request: HttpRequest, pk: int, topic: int, action: str) -> HttpResponse:
    """Put a topic on the agenda, or admit it late."""
    meeting = _meeting(request, pk)
    row = Topic.objects.select_related("matter", "body").filter(pk=topic).first()
    if row is None:
        raise Http404
    back = reverse("meeting-agenda", args=[pk])
    return do(request, TOPIC, action, Pair(meeting, row), back=back, crumbs=[("议程", back)])


@require_POST
def item_act(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Move an item, or take it off."""
    item = AgendaItem.objects.select_related("meeting__matter", "topic__matter").filter(pk=pk).first()
    if item is None:
        raise Http404
    require(_inside(actor_of(request), item.meeting), "编排议程")
    back = reverse("meeting-agenda", args=[item.meeting_id])
    return do(request, ITEM, action, item, back=back, crumbs=[("议程", back)])
