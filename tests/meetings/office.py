"""A topic on its way, for tests: proposed, consulted, reviewed, determined, its papers approved, put on an agenda."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from luoshi.agenda.selectors import assistant_of, in_charge_of
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.meetings import services
from luoshi.meetings.models import Consultation, Material, Meeting, Topic
from luoshi.organisation.models import Body, Grant, Person
from luoshi.organisation.selectors import actor_for, local_day

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2017, 10, 16, 9, 0, tzinfo=SHANGHAI)
WHEN = dt.datetime(2017, 10, 23, 9, 0, tzinfo=SHANGHAI)
"""A Monday morning: the working day before it is Friday, 20 October."""
LATER = dt.datetime(2020, 4, 20, 9, 0, tzinfo=SHANGHAI)
PDF = b"%PDF-1.4\n%%EOF\n"
REPORT = {
    "present": "供水管网老化", "problems": "漏损率高", "measures": "分三年改造", "requests": "安排资金",
    "suggestions": "先改老城区",
}  # fmt: skip


class Office:
    """The office with everybody who has a part in a topic, at one moment."""

    def __init__(self, actor: Callable[..., Actor], bodies: dict[str, Body], at: dt.datetime = NOW) -> None:
        self.actor, self.bodies, self.at = actor, bodies, at

    def as_person(self, person: Person) -> Actor:
        """Somebody by their account."""
        grant = Grant.objects.filter(user__person=person).select_related("user").order_by("id").first()
        assert grant is not None
        return actor_for(user=grant.user, body_id=grant.body_id, at=self.at)

    def leader(self, body: Body) -> Actor:
        """The leader in charge of a body."""
        charged = in_charge_of(body, day=local_day(self.at))
        assert charged is not None
        return self.as_person(charged.person)

    def deputy(self, body: Body) -> Actor:
        """The deputy secretary-general who assists the leader in charge of a body."""
        charged = in_charge_of(body, day=local_day(self.at))
        assert charged is not None
        deputy = assistant_of(charged, day=local_day(self.at))
        assert deputy is not None
        return self.as_person(deputy.person)

    def propose(
        self, kind: str = "executive", category: str = "9", *, unit: str = "chengguan", **given: Any
    ) -> Topic:
        """A topic of a unit, with all that a plain one needs."""
        own = {
            "brief": "老城区供水管网改造", "research": "已走访三个社区", "points": ["是否列入明年计划"],
            "title": "关于供水管网的议题",
        } | given  # fmt: skip
        return services.topic_propose(
            kind=kind, category=category, body=self.bodies[unit], actor=self.actor("unit_principal", unit),
            at=self.at, **own,
        )  # fmt: skip

    def proposer(self, topic: Topic) -> Actor:
        """Who proposed a topic."""
        return self.actor("unit_principal", topic.body.code)

    def answer(self, topic: Topic, unit: str = "zhujian", reply: str = "agree", **given: Any) -> Consultation:
        """Another unit is asked, unless it was, and countersigns."""
        row = topic.consultations.filter(body=self.bodies[unit]).first()
        if row is None:
            row = services.consultation_ask(
                topic=topic, bodies=[self.bodies[unit]], actor=self.proposer(topic), at=self.at
            )[0]
        return services.consultation_answer(
            consultation=row, reply=reply, sealed=True, actor=self.actor("unit_principal", unit), at=self.at, **given
        )  # fmt: skip

    def submit(self, topic: Topic) -> Topic:
        """Put it up."""
        return services.topic_submit(topic=topic, actor=self.proposer(topic), at=self.at)

    def step(self, topic: Topic, **given: Any) -> Topic:
        """The next stop passes it."""
        fresh = self.fresh(topic)
        who = {
            "check": self.deputy(fresh.body), "examine": self.actor("secretary_general"), "lead": self.leader(fresh.body),
        }[fresh.stop]  # fmt: skip
        kind = {} if fresh.stop == "check" else {"kind": fresh.kind}
        return services.topic_pass(topic=fresh, opinion="同意", actor=who, at=self.at, **{**kind, **given})

    def review(self, topic: Topic, **given: Any) -> Topic:
        """All stops pass it, until it waits to be determined."""
        fresh = self.fresh(topic)
        while fresh.stop and not fresh.stop.startswith("determine"):
            fresh = self.fresh(self.step(fresh, **(given if fresh.stop == "lead" else {})))
        return fresh

    def determined(self, kind: str = "executive", category: str = "9", **given: Any) -> Topic:
        """A topic that the mayor has determined."""
        topic = self.review(self.submit(self.propose(kind, category, **given)))
        return services.topic_determine(
            topic=topic, opinion="同意列入", actor=self.actor("mayor"), at=self.at
        )

    def keeper(self, topic: Topic) -> Actor:
        """Who takes it in."""
        return (
            self.actor("mayor_office")
            if topic.kind in ("plenary", "executive")
            else self.actor("section_clerk", "zonghe1")
        )

    def keep(self, topic: Topic) -> Material:
        """The office takes it in; the proposer names who should attend."""
        row = services.topic_keep(topic=topic, actor=self.keeper(topic), at=self.at)
        services.attendance_suggest(
            topic=topic, bodies=[self.bodies["zhujian"]], actor=self.proposer(topic), at=self.at
        )
        return row

    def papers(self, topic: Topic, **given: Any) -> Material:
        """Papers written, sent, checked and approved."""
        row = self.keep(topic)
        services.material_draft(material=row, report=REPORT, actor=self.proposer(topic), at=self.at, **given)
        services.material_submit(material=row, actor=self.proposer(topic), at=self.at)
        for who in (self.deputy(topic.body), self.leader(topic.body)):
            services.material_pass(material=row, opinion="可以", actor=who, at=self.at)
        return Material.objects.select_related("matter").get(pk=row.pk)

    def ready(self, **given: Any) -> Topic:
        """A topic that may go on an agenda."""
        topic = self.determined(**given)
        self.papers(topic)
        services.topic_classify(topic=topic, treatment="decide", actor=self.keeper(topic), at=self.at)
        return self.fresh(topic)

    def meeting(
        self, kind: str = "executive", *, chair: str = "mayor", when: dt.datetime | None = None
    ) -> Meeting:
        """A meeting being planned."""
        staff = {"executive": self.actor("mayor_office"), "plenary": self.actor("mayor_office")}
        return services.meeting_plan(
            kind=kind, planned_at=when or self.at + dt.timedelta(days=7), place="第一会议室", at=self.at,
            chair=Person.objects.get(pk=self.actor(chair).person_id),
            actor=staff.get(kind) or self.actor("section_clerk", "zonghe1"),
        )  # fmt: skip

    def attach(self, topic: Topic, *purposes: str) -> None:
        """Papers of a draft."""
        for purpose in purposes:
            services.topic_attach(
                topic=topic, file=BytesIO(PDF), name=f"{purpose}.pdf", purpose=purpose,
                actor=self.proposer(topic), at=self.at,
            )  # fmt: skip

    @staticmethod
    def fresh(topic: Topic) -> Topic:
        """As it is now."""
        rows = Topic.objects.select_related("matter", "body", "leader", "studied_in__matter")
        return rows.get(pk=topic.pk)

    @staticmethod
    def state(row: Any) -> str:
        """The state of a matter."""
        state: str = Matter.objects.get(pk=row.pk).state
        return state
