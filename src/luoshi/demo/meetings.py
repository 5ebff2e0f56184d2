"""The demo city's meetings: topics that become an agenda, meetings held, minutes signed and issued; all invented."""

from __future__ import annotations

from datetime import datetime, timedelta

from luoshi.agenda.selectors import assistant_of, in_charge_of
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Begin, Life, Office, before, later
from luoshi.demo.following import carried_out, taken
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.meetings import services
from luoshi.meetings.models import AgendaItem, Attendee, Material, Meeting, Minutes, Topic
from luoshi.organisation.models import Body, Grant, Person
from luoshi.organisation.selectors import actor_for, local_day

HALL = "市政府第一会议室"
TOPICS = (
    (("城区冬季供热保障工作情况", "zhujian"), ("背街小巷环境整治安排", "chengguan")),
    (("秋季扬尘污染防治措施", "huanbao"), ("城区停车设施建设情况", "chengguan")),
    (("学校周边交通秩序整治", "jiaoyu"),),
    (("老旧小区改造进展情况", "zhujian"),),
)
REPORT = {
    "present": "有关工作已按计划推进", "problems": "部分路段进度偏慢", "measures": "分片包干、每周调度", "requests": "协调施工时段",
    "suggestions": "先易后难、分期实施",
}  # fmt: skip


class Meetings:
    """The government's meetings of one city, and their lives."""

    hall = HALL

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.mayor = cast.actor("mayor", "shizhengfu")
        self.secretary = cast.actor("secretary_general", "shizhengfu")
        self.office = cast.actor("mayor_office", "shizhangban")
        self.clerk = cast.actor("section_clerk", "zonghe1")

    def lives(self) -> list[tuple[datetime, Begin]]:
        """Three executive meetings, of which the last one's minutes wait, a coordination meeting, one that is called."""
        length = self.end - self.start
        told: list[tuple[datetime, Begin]] = []
        for place, topics in enumerate(TOPICS[:2]):
            moment = later(self.start + length * (place + 1) / 6, 30)
            told.append((moment, self._executive(topics)))
        told.append((later(self.start + length / 2, 90), self.coordination))
        told.append((before(self.end, 6 * 480), self._executive(TOPICS[2], stops_at="submitted")))
        told.append((before(self.end, 480), self._executive(TOPICS[3], stops_at="convened")))
        return told

    def acting(self, person: Person) -> Actor:
        """The account of a person."""
        grant = Grant.objects.filter(user__person=person).select_related("user").order_by("id")[0]
        return actor_for(user=grant.user, body_id=grant.body_id)

    def chain(self, body: Body, at: datetime) -> tuple[Actor, Actor]:
        """The deputy secretary and the leader through whom what a body proposes goes up."""
        leader = in_charge_of(body, day=local_day(at))
        if leader is None:
            raise ValueError(f"nobody is in charge of {body}")
        deputy = assistant_of(leader, day=local_day(at))
        return self.acting((deputy or leader).person), self.acting(leader.person)

    def topic(self, title: str, unit: str, kind: str, category: str, keeper: Actor, at: datetime) -> Topic:
        """A topic on its way to an agenda: proposed, examined, determined, its papers approved."""
        body, own = self.cast.body(unit), self.cast.actor("unit_principal", unit)
        topic = services.topic_propose(
            title=title, kind=kind, category=category, body=body, actor=own, at=at, brief=f"{title}汇报",
            research="已到现场了解情况", points=["是否同意所提安排"],
        )  # fmt: skip
        return self.carry(topic, keeper, at)

    def carry(self, topic: Topic, keeper: Actor, at: datetime) -> Topic:
        """A proposed topic goes the whole way to an agenda, by the stops that the rulebook has for it."""
        kind, own = topic.kind, self.cast.actor("unit_principal", topic.body.code)
        services.topic_submit(topic=topic, actor=own, at=at)
        deputy, leader = self.chain(topic.body, at)
        turns = {"check": deputy, "examine": self.secretary, "lead": leader}
        while (stop := _topic(topic).stop) in turns:
            services.topic_pass(topic=_topic(topic), opinion="同意", kind=kind, actor=turns[stop], at=at)
        head = self.mayor if kind == "executive" else leader
        services.topic_determine(topic=_topic(topic), opinion="同意列入", actor=head, at=at)
        readers = {"section": keeper, "deputy": deputy, "deputy_approves": deputy, "leader": leader}
        self._papers(topic, keeper, readers, at)
        if kind in rules.current().setting("meetings.topics", local_day(at)).values["classified"]:
            services.topic_classify(topic=_topic(topic), treatment="decide", actor=keeper, at=at)
        return _topic(topic)

    def _papers(self, topic: Topic, keeper: Actor, turns: dict[str, Actor], at: datetime) -> None:
        """A determined topic is taken in; its report is written and approved, stop by stop."""
        own = self.cast.actor("unit_principal", topic.body.code)
        paper = services.topic_keep(topic=_topic(topic), actor=keeper, at=at)
        services.attendance_suggest(topic=_topic(topic), bodies=[self.cast.body("gongan")], actor=own, at=at)
        services.material_draft(material=paper, report=REPORT, actor=own, at=at)
        services.material_submit(material=paper, actor=own, at=at)
        while (fresh := Material.objects.get(pk=paper.pk)).stop:
            services.material_pass(material=fresh, opinion="可以", actor=turns[fresh.stop], at=at)

    def called(
        self, topics: list[Topic], kind: str, chair: Actor, staff: Actor, at: datetime, when: datetime
    ) -> Meeting:
        """A meeting with its agenda, its plan fixed and its notice sent."""
        meeting = services.meeting_plan(
            kind=kind,
            planned_at=when,
            place=self.hall,
            chair=_person(chair),
            actor=staff,
            at=at,
        )
        for topic in topics:
            own = _person(self.cast.actor("unit_principal", topic.body.code))
            item = services.item_add(
                meeting=meeting, topic=topic, minutes=10, reporter=own, actor=staff, at=at
            )
            services.attendee_add(
                meeting=meeting,
                part="reporter",
                items=[item],
                person=own,
                body=topic.body,
                actor=staff,
                at=at,
            )
        first = self.secretary if kind == "executive" else self.chain(topics[0].body, at)[0]
        services.plan_review(meeting=meeting, opinion="可行", actor=first, at=at)
        services.plan_approve(meeting=meeting, actor=chair, at=at)
        return services.meeting_convene(meeting=meeting, actor=staff, at=at)

    def papers_taken_in(self, topics: list[Topic], staff: Actor, at: datetime) -> None:
        """The units hand in their printed papers in time."""
        for topic in topics:
            paper = Material.objects.get(topic=topic)
            services.material_deliver(material=paper, late="", actor=staff, at=at)

    def _held(self, pk: int, staff: Actor, at: datetime) -> Meeting:
        """The meeting: people sign in, topics are settled one by one, it closes."""
        meeting = Meeting.objects.get(pk=pk)
        for row in Attendee.objects.filter(meeting=meeting, on_leave=False):
            services.attendee_sign_in(attendee=row, discipline=True, actor=staff, at=at)
        services.meeting_open(meeting=meeting, recorder=_person(staff), actor=staff, at=at)
        for number, item in enumerate(meeting.items.order_by("position"), start=1):
            began = at + timedelta(minutes=15 * number)
            services.item_call(item=item, actor=staff, at=began)
            speaker = Attendee.objects.get(meeting=meeting, person_id=item.reporter_id)
            services.statement_record(
                item=item, speaker=speaker, text="按会议材料作了汇报。", minutes=9, actor=staff, at=began
            )
            fresh = AgendaItem.objects.select_related("topic__matter").get(pk=item.pk)
            services.item_result(
                item=fresh, outcome="passed", text=f"原则同意{fresh.topic.matter.title}的安排，由提出单位抓好落实。",
                actor=staff, at=began + timedelta(minutes=10),
            )  # fmt: skip
        return services.meeting_close(meeting=meeting, actor=staff, at=at + timedelta(minutes=100))

    def drafted(self, pk: int, staff: Actor, at: datetime) -> Minutes:
        """The minutes of a meeting, written and handed in."""
        paper = services.minutes_open(meeting=Meeting.objects.get(pk=pk), actor=staff, at=at)
        services.minutes_edit(
            minutes=paper,
            title=paper.title,
            text="会议听取了有关汇报，研究了下一步工作。",
            actor=staff,
            at=at,
        )
        helpers = [self.cast.body("gongan")] if paper.meeting.kind == "executive" else []
        for row in paper.resolutions.all():
            services.resolution_edit(
                resolution=row, text=row.text, lead=row.lead, assisting=helpers,
                due_on=local_day(at + timedelta(days=30)), actor=staff, at=at,
            )  # fmt: skip
        return services.minutes_submit(minutes=paper, actor=staff, at=at)

    def signed(self, paper: Minutes, checker: Actor, signer: Actor, at: datetime) -> None:
        """Minutes checked, signed and issued."""
        services.minutes_check(minutes=paper, opinion="同意", actor=checker, at=at)
        services.minutes_sign(minutes=paper, actor=signer, at=at)
        services.minutes_issue(minutes=paper, actor=self.cast.actor("secretariat", "mishuke"), at=at)

    def _executive(self, topics: tuple[tuple[str, str], ...], *, stops_at: str = "") -> Begin:
        """An executive meeting from its topics to its minutes, or as far as it has come."""

        def told(at: datetime) -> Life:
            ready = [self.topic(title, unit, "executive", "9", self.office, at) for title, unit in topics]
            at = yield Office(60)
            when = later(at, 3 * 480).replace(minute=30, second=0)
            meeting = self.called(ready, "executive", self.mayor, self.office, at, when)
            vice = self.cast.actor("vice_mayor", "shizhengfu", 2)
            seat = meeting.attendees.get(person=_person(vice))
            leave = services.leave_ask(attendee=seat, reason="赴外地开会", actor=vice, at=at)
            if stops_at == "convened":
                return
            services.leave_grant(leave=leave, actor=self.mayor, at=at)
            at = yield Office(120)
            self.papers_taken_in(ready, self.office, at)
            services.materials_deliver(meeting=Meeting.objects.get(pk=meeting.pk), actor=self.office, at=at)
            at = yield when
            self._held(meeting.pk, self.office, at)
            at = yield Office(480)
            paper = self.drafted(meeting.pk, self.office, at)
            if stops_at == "submitted":
                return
            at = yield Office(240)
            self.signed(paper, self.secretary, self.mayor, at)
            at = yield Office(240)
            taken(self.cast, paper.matter, at)
            yield from carried_out(self.cast, paper.matter)

        return told

    def coordination(self, at: datetime) -> Life:
        """A vice mayor settles a matter of their own field; the mayor takes note of the minutes."""
        topic = self.topic("道路施工与管线迁改衔接", "chengguan", "coordination", "1", self.clerk, at)
        deputy, leader = self.chain(topic.body, at)
        at = yield Office(60)
        when = later(at, 2 * 480).replace(minute=30, second=0)
        meeting = self.called([topic], "coordination", leader, self.clerk, at, when)
        self.papers_taken_in([topic], self.clerk, at)
        at = yield when
        self._held(meeting.pk, self.clerk, at)
        at = yield Office(480)
        paper = self.drafted(meeting.pk, self.clerk, at)
        self.signed(paper, deputy, leader, at)
        at = yield Office(240)
        taken(self.cast, paper.matter, at)
        yield from carried_out(self.cast, paper.matter)


def _topic(topic: Topic) -> Topic:
    """A topic as it is now."""
    found: Topic = Topic.objects.select_related("matter", "body", "leader").get(pk=topic.pk)
    return found


def _person(actor: Actor) -> Person:
    """Who an actor is."""
    return Person.objects.get(pk=actor.person_id or 0)
