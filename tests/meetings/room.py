"""A meeting for tests: topics on its agenda, people signed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.models import door
from luoshi.meetings import services
from luoshi.meetings.models import AgendaItem, Attendee, Meeting, Topic
from luoshi.organisation.models import Body, Person

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2017, 10, 16, 9, 0, tzinfo=SHANGHAI)
WHEN = dt.datetime(2017, 10, 20, 9, 0, tzinfo=SHANGHAI)
LATER = dt.datetime(2020, 4, 20, 9, 0, tzinfo=SHANGHAI)


def person(actor: Actor) -> Person:
    """The person behind an actor."""
    return Person.objects.get(pk=actor.person_id)


def topic(
    title: str = "关于供水的议题", *, body: Body, kind: str = "executive", at: dt.datetime = NOW, **own: Any
) -> Topic:
    """A topic that has been determined and listed, without its way there."""
    matter = ledger.matter_open(
        kind="meetings.topic", title=title, body_id=body.pk, actor=SYSTEM, at=at, facts={"kind": kind}
    )
    with door():
        matter.state = "listed"
        matter.save()
        made: Topic = Topic.objects.create(
            matter=matter, jurisdiction=matter.jurisdiction, body=body, kind=kind, category="9",
            treatment=own.pop("treatment", "decide"), determined_by="市长", determined_at=at, **own,
        )  # fmt: skip
    return made


def item(meeting: Meeting, one: Topic, *, reporter: Person | None = None) -> AgendaItem:
    """The topic on the agenda of the meeting."""
    with door():
        made: AgendaItem = AgendaItem.objects.create(
            meeting=meeting, topic=one, position=meeting.items.count() + 1, treatment=one.treatment, minutes=10,
            reporter=reporter,
        )  # fmt: skip
    return made


class Room:
    """A meeting with what it takes to carry it through."""

    def __init__(self, actor: Callable[..., Actor], bodies: dict[str, Body]) -> None:
        self.actor, self.bodies = actor, bodies

    def plan(
        self, kind: str = "executive", *, chair: str = "mayor", staff: tuple[str, str] = ("mayor_office", "shizhangban"),
        now: dt.datetime = NOW, when: dt.datetime = WHEN, **own: Any,
    ) -> Meeting:  # fmt: skip
        """A planned meeting with one topic of the city management, reported by its principal."""
        self.staff = self.actor(*staff)
        self.when, self.now = when, now
        self.meeting = services.meeting_plan(
            kind=kind, planned_at=when, place="第一会议室", chair=person(self.actor(chair)), actor=self.staff, at=now,
            **own,
        )  # fmt: skip
        return self.meeting

    def add(self, title: str = "关于供水的议题", *, unit: str = "chengguan", **own: Any) -> AgendaItem:
        """A topic with its reporter on the list."""
        principal = person(self.actor("unit_principal", unit))
        made = item(
            self.meeting,
            topic(title, body=self.bodies[unit], kind=self.meeting.kind, at=self.now, **own),
            reporter=principal,
        )
        services.attendee_add(
            meeting=self.meeting, part="reporter", items=[made], person=principal, body=self.bodies[unit],
            actor=self.staff, at=self.now,
        )  # fmt: skip
        return made

    def call(self) -> Meeting:
        """Fixed and convened, whatever the way of its plan."""
        from luoshi.meetings.services.planning import plan_steps

        steps = plan_steps(self.meeting, self.now.date())
        if len(steps) > 1:
            services.plan_review(
                meeting=self.meeting, opinion="", actor=self.actor(steps[0].who[0]), at=self.now
            )
        services.plan_approve(meeting=self.meeting, actor=self.chair(), at=self.now)
        return services.meeting_convene(meeting=self.meeting, actor=self.staff, at=self.now)

    def chair(self) -> Actor:
        """The one in the chair."""
        return self.actor(Meeting.objects.get(pk=self.meeting.pk).chair_office)

    def seat(self, one: Actor | Person) -> Attendee:
        """Somebody's line on the list."""
        pk = one.person_id if isinstance(one, Actor) else one.pk
        return Attendee.objects.select_related("person", "meeting__matter").get(
            meeting=self.meeting, person_id=pk
        )

    def sign_in(self, *but: int | None) -> None:
        """Everybody on the list, except those named."""
        for row in self.meeting.attendees.filter(on_leave=False, signed_in_at__isnull=True).exclude(
            person_id__in=but
        ):
            services.attendee_sign_in(attendee=row, discipline=True, actor=self.staff, at=self.when)

    def open(self) -> Meeting:
        """Opened, with its record kept by the staff."""
        return services.meeting_open(
            meeting=self.meeting, recorder=person(self.staff), actor=self.staff, at=self.when
        )

    def pass_items(self, outcome: str = "passed") -> None:
        """Every topic is taken up and passed."""
        for one in self.meeting.items.filter(status="waiting").order_by("position"):
            services.item_call(item=one, actor=self.staff, at=self.when)
            services.item_result(item=one, outcome=outcome, text="同意", actor=self.staff, at=self.when)

    def close(self) -> Meeting:
        """Closed."""
        return services.meeting_close(
            meeting=self.meeting, actor=self.staff, at=self.when + dt.timedelta(hours=2)
        )

    def held(self, kind: str = "executive", **own: Any) -> Meeting:
        """A meeting from plan to close, with one topic passed."""
        self.plan(kind, **own)
        if not self.meeting.items.exists():
            self.add()
        self.call()
        self.sign_in()
        self.open()
        self.pass_items()
        return self.close()
