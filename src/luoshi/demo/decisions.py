"""The demo city's major matters and normative documents, from their preparation to what follows; all invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from luoshi.decisions import rules, services
from luoshi.decisions.models import Decision, Filing, LegalityReview, Normative, Sitting
from luoshi.decisions.services.preparing import steps_open
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Begin, Life, Office, Stage, later
from luoshi.demo.following import carried_out, taken
from luoshi.demo.meetings import Meetings
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.meetings import services as meetings
from luoshi.meetings.models import AgendaItem, Attendee, Meeting, Topic
from luoshi.meetings.selectors import members_in_post
from luoshi.organisation.models import Person
from luoshi.organisation.selectors import local_day

PDF = b"%PDF-1.4\n%%EOF\n"
FORMS = {"expert": "argument", "hearing": "hearing", "participation": "asking", "prior": "request"}
RECORDS = {
    "by_whom": "规划设计研究单位", "text": "已到现场调研，走访沿线居民和商户", "opinions": "多数赞成，希望缩短施工时间",
    "necessity": "设施老化，确有必要", "feasibility": "资金和施工条件具备", "lawfulness": "符合有关规定",
}  # fmt: skip
VIEWS = ("方案切实可行，同意", "同意，建议错峰施工", "同意，请做好交通疏导", "同意，资金已有安排")


@dataclass(frozen=True, slots=True)
class Plan:
    """A matter of the demo: whose it is, what it is about, which bodies it touches, and its two options."""

    title: str
    unit: str
    subject: str
    summary: str
    involved: tuple[str, ...] = ()
    options: tuple[str, str] = ("分期实施", "一次实施")

    def content(self) -> services.Content:
        """As it is put forward."""
        first, second = self.options
        return services.Content(
            title=self.title, summary=self.summary, subjects=(self.subject,), involved=self.involved,
            basis="城乡规划和市政管理的有关规定", competence="本部门职责规定",
            options=(
                {"title": first, "gains": "影响面小，资金压力小", "drawbacks": "工期较长"},
                {"title": second, "gains": "见效快", "drawbacks": "施工期影响较大"},
            ),
        )  # fmt: skip


PREPARING = Plan(
    "老城区雨污分流改造规划", "zhujian", "city_renewal", "对老城区排水管网分区改造。", ("chengguan",)
)
REVIEWING = Plan(
    "公共停车管理职能调整方案", "chengguan", "city_functions", "理顺路内停车管理职责。", ("gongan",)
)
LISTED = Plan("中小学布点规划", "jiaoyu", "development_plan", "按入学需求调整学校布点。", ("zhujian",))
DECIDED = Plan(
    "中心城区主要路段改造规划", "chengguan", "road_renewal", "改造四条主要道路和人行道。", ("zhujian",)
)


class Decisions:
    """What one city decides collectively, and its normative documents."""

    begun, settled, category = PREPARING, DECIDED, "9"

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.meetings = Meetings(cast, start, end)
        self.mayor = cast.actor("mayor", "shizhengfu")
        self.office = cast.actor("mayor_office", "shizhangban")
        self.legal = cast.actor("legal_office", "fazhiban")

    def lives(self) -> list[tuple[datetime, Begin]]:
        """A matter in preparation, one under review, one listed as a topic, one decided; two normative documents."""
        length, last = self.end - self.start, self.end - timedelta(days=8)
        return [
            (later(self.start + length / 4, 40), self.decided),
            (later(self.start + length / 3, 50), self.in_force),
            (later(last, 30), self.preparing),
            (later(last, 70), self.reviewing),
            (later(last, 100), self.listed),
            (later(last, 130), self.under_legality_review),
        ]

    def _own(self, unit: str) -> Actor:
        return self.cast.actor("unit_principal", unit)

    def _proposed(self, plan: Plan, at: datetime) -> Decision:
        return services.decision_propose(
            content=plan.content(), body=self.cast.body(plan.unit), actor=self._own(plan.unit), at=at
        )

    def _step(self, decision: Decision, key: str, actor: Actor, at: datetime) -> None:
        content = rules.content_or_none(f"decisions.{key}", at)
        fields = content.fields if content else ()
        services.step_record(
            decision=decision, key=key, form=FORMS.get(key, ""), file=BytesIO(PDF), file_name="材料.pdf",
            values={one.key: RECORDS.get(one.key, "已按程序办理，材料附后") for one in fields}, actor=actor, at=at,
        )  # fmt: skip

    def _prepared(self, plan: Plan, at: datetime) -> Stage:
        """Every step of the preparation, the legal review, the bodies that it touches; then it goes to review."""
        decision, own = self._proposed(plan, at), self._own(plan.unit)
        for key, _ in steps_open(decision, at):
            at = yield Office(60)
            self._step(decision, key, own, at)
        services.legality_ask(matter=decision.matter, actor=own, at=at)
        at = yield Office(480)
        self._found_lawful(decision.matter, at)
        for code in plan.involved:
            services.consultation_record(
                decision=decision, body=self.cast.body(code), agrees=True, opinion="", sealed=True,
                signer=self._own(code).name, actor=own, at=at,
            )  # fmt: skip
        services.decision_submit(decision=_now(decision), actor=own, at=at)
        return at

    def _found_lawful(self, matter: Matter, at: datetime) -> None:
        """The legal office answers what it was asked."""
        review = LegalityReview.objects.get(subject=matter, result="")
        services.legality_give(
            review=review, result="lawful", opinion="主体、权限、程序和内容合法。", actor=self.legal, at=at
        )

    def _settled(self, plan: Plan, at: datetime) -> Stage:
        """Reviewed by the vice mayor in charge, settled as a topic by the mayor, and listed for the executive meeting."""
        at = yield from self._prepared(plan, at)
        decision = self._of(plan)
        at = yield Office(120)
        _, leader = self.meetings.chain(decision.body, at)
        services.decision_approve(
            decision=decision, kinds=decision.kinds, opinion="准备充分，同意提请", actor=leader, at=at
        )
        at = yield Office(120)
        services.decision_determine(decision=_now(decision), weight="ordinary", actor=self.mayor, at=at)
        services.decision_list(
            decision=_now(decision),
            kind="executive",
            category=self.category,
            actor=self._own(plan.unit),
            at=at,
        )
        return at

    def _of(self, plan: Plan) -> Decision:
        rows = Decision.objects.select_related("matter", "body").filter(matter__title=plan.title)
        found: Decision = rows.latest("pk")
        return found

    def preparing(self, at: datetime) -> Life:
        """A matter whose preparation has begun: it was looked into and talked over; the rest is missing."""
        decision = self._proposed(self.begun, at)
        at = yield Office(240)
        self._step(decision, "research", self._own(self.begun.unit), at)
        at = yield Office(240)
        services.brewing_add(
            decision=_now(decision), form="会前沟通", people="分管领导、有关部门负责人",
            views="先改造积水严重的片区，再逐步铺开。",
            actor=self.meetings.chain(decision.body, at)[1], at=at,
        )  # fmt: skip

    def reviewing(self, at: datetime) -> Life:
        """A matter that lies with the vice mayor in charge."""
        yield from self._prepared(REVIEWING, at)

    def listed(self, at: datetime) -> Life:
        """A matter that waits for its meeting."""
        yield from self._settled(LISTED, at)

    def decided(self, at: datetime) -> Life:
        """A matter that an executive meeting decided after all had spoken; one who was away wrote. It is carried out."""
        at = yield from self._settled(self.settled, at)
        decision = self._of(self.settled)
        topic = self.meetings.carry(Topic.objects.get(pk=decision.topic_id), self.office, at)
        at = yield Office(60)
        when = later(at, 3 * 480).replace(minute=30, second=0)
        meeting = self.meetings.called([topic], "executive", self.mayor, self.office, at, when)
        vice = self.cast.actor("vice_mayor", "shizhengfu", 2)
        leave = meetings.leave_ask(
            attendee=meeting.attendees.get(person_id=vice.person_id or 0),
            reason="参加省里会议",
            actor=vice,
            at=at,
        )
        meetings.leave_grant(leave=leave, actor=self.mayor, at=at)
        self.meetings.papers_taken_in([topic], self.office, at)
        meetings.materials_deliver(
            meeting=Meeting.objects.get(pk=meeting.pk), actor=self.office, at=later(at, 60)
        )
        at = yield when
        self._sat(decision, Meeting.objects.get(pk=meeting.pk), vice, at)
        at = yield Office(480)
        paper = self.meetings.drafted(meeting.pk, self.office, at)
        at = yield Office(240)
        self.meetings.signed(paper, self.meetings.secretary, self.mayor, at)
        at = yield Office(240)
        taken(self.cast, paper.matter, at)
        at = yield Office(5 * 480)
        services.note_add(
            decision=_now(decision),
            kind="execution",
            text="首批两条道路已完成设计。",
            actor=self._own(self.settled.unit),
            at=at,
        )
        yield from carried_out(self.cast, paper.matter)

    def _sat(self, decision: Decision, meeting: Meeting, absent: Actor, at: datetime) -> None:
        """The meeting on the matter: quorum, a report, each opinion with its reason, the chair's conclusion last."""
        for row in Attendee.objects.filter(meeting=meeting, on_leave=False):
            meetings.attendee_sign_in(attendee=row, discipline=True, actor=self.office, at=at)
        keeper = Person.objects.get(pk=self.office.person_id or 0)
        meetings.meeting_open(meeting=meeting, recorder=keeper, actor=self.office, at=at)
        item: AgendaItem = meeting.items.get()
        meetings.item_call(item=item, actor=self.office, at=at)
        speaker = Attendee.objects.get(meeting=meeting, person_id=item.reporter_id or 0)
        meetings.statement_record(
            item=item, speaker=speaker, text="汇报两个方案的利弊。", minutes=9, actor=self.office, at=at
        )
        at += timedelta(minutes=15)
        sitting = services.sitting_open(
            decision=_now(decision), meeting=Meeting.objects.get(pk=meeting.pk), actor=self.office, at=at,
            recorder=keeper.name,
        )  # fmt: skip
        services.opinion_write_in(
            decision=decision, person=Person.objects.get(pk=absent.person_id or 0), view="agree",
            reason="同意，建议先改造学校周边路段", actor=self.office, at=at,
        )  # fmt: skip
        self._spoken(decision, sitting, at)
        services.decision_conclude(
            decision=decision, outcome="passed", view="agree", conclusion="同意按分期实施方案办理，由城管部门牵头落实。",
            actor=self.mayor, at=at + timedelta(minutes=30),
        )  # fmt: skip
        closing = at + timedelta(minutes=40)
        meetings.meeting_close(meeting=Meeting.objects.get(pk=meeting.pk), actor=self.office, at=closing)

    def _spoken(self, decision: Decision, sitting: Sitting, at: datetime) -> None:
        members = members_in_post("executive", day=local_day(at))
        here = [one for one in members if one.pk in sitting.present and one.pk != sitting.chair_id]
        for place, person in enumerate(here):
            services.opinion_give(
                decision=decision, view="agree", reason=VIEWS[place % len(VIEWS)],
                actor=self.meetings.acting(person), at=at + timedelta(minutes=2 * place),
            )  # fmt: skip

    def _drafted(self, title: str, unit: str, issuer: str, at: datetime) -> Normative:
        own = self._own(unit)
        draft = services.Draft(
            title=title, issuer=issuer, upper_law="国家和省有关规定", competence="本部门职责规定",
            consulted="已征求有关部门和社会意见，采纳三条", explanation="起草背景、经过和主要内容说明",
            draft="第一条 为规范管理，制定本办法。\n第二条 本市行政区域内适用本办法。",
        )  # fmt: skip
        row = services.normative_open(draft=draft, body=self.cast.body(unit), actor=own, at=at)
        services.normative_ask(normative=row, actor=own, at=at)
        return row

    def under_legality_review(self, at: datetime) -> Life:
        """The government's document whose draft lies with the legal office."""
        self._drafted("停车设施建设管理办法", "chengguan", "government", at)
        yield Office(1)

    def in_force(self, at: datetime) -> Life:
        """A bureau's document: reviewed, discussed, issued for two years, filed."""
        unit = "zhujian"
        own = self._own(unit)
        row = self._drafted("物业服务质量评价细则", unit, "department", at)
        at = yield Office(2 * 480)
        self._found_lawful(row.matter, at)
        services.normative_take_review(normative=row, actor=self.legal, at=at)
        at = yield Office(480)
        day = local_day(at)
        services.normative_pass(
            normative=row, meeting="局长办公会议", passed_on=day, executive=False, actor=own, at=at
        )
        services.normative_issue(
            normative=row, document=f"建规〔{day.year}〕3号", issued_on=day, effective_on=day + timedelta(days=5),
            expires_on=day + timedelta(days=735), actor=own, at=at,
        )  # fmt: skip
        at = yield Office(3 * 480)
        filing = Filing.objects.get(normative=row)
        services.filing_send(filing=filing, filed_on=local_day(at), actor=own, at=at)


def _now(decision: Decision) -> Decision:
    """A decision as it is now."""
    found: Decision = Decision.objects.select_related("matter", "body", "topic").get(pk=decision.pk)
    return found
