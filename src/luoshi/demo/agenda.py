"""The demo city's leaders: who goes away, who approves it, who stands in, and what is asked for beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from luoshi.agenda import services
from luoshi.agenda.models import Clearance, Leader, Leave, Step
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Life, later
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.organisation.models import Person

AT_GOVERNMENT = "shizhengfu"


class Agenda:
    """Leave, absence, commissions and speeches of one city's leaders."""

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.office = cast.actor("mayor_office", "shizhangban")

    def lives(self) -> list[tuple[datetime, Any]]:
        """What happens when: most is over, some waits for somebody at the end."""
        span = self.end - self.start
        return [
            (later(self.start + span / 5, 30), self.commission),
            (later(self.start + span / 4, 60), self.training),
            (later(self.start + span / 3, 90), self.visit),
            (later(self.start + span / 2, 45), self.speeches),
            (later(self.end - timedelta(days=3), 40), self.both_away),
            (later(self.end - timedelta(days=2), 50), self.waiting),
        ]

    def _leader(self, role: str, turn: int = 0) -> Actor:
        return self.cast.actor(role, AT_GOVERNMENT, turn)

    def _person(self, actor: Actor) -> Person:
        return Person.objects.select_related("body").get(pk=actor.person_id or 0)

    def _agree(self, paper: Matter, actor: Actor, at: datetime, *, opinion: str = "同意") -> None:
        step = Step.objects.filter(paper=paper, person_id=actor.person_id or 0, matter__state="open").first()
        if step is not None:
            services.step_agree(step=step, opinion=opinion, actor=actor, at=at)

    def _ask(self, actor: Actor, at: datetime, days: tuple[int, int], **values: Any) -> Leave:
        first, last = (at.date() + timedelta(days=number) for number in days)
        return services.leave_apply(
            person=self._person(actor),
            starts_on=first,
            ends_on=last,
            leaves_seat=True,
            actor=actor,
            at=at,
            **values,
        )

    def commission(self, at: datetime) -> Life:
        """The mayor commissions a vice mayor with a task beyond the division of work."""
        mayor = self._leader("mayor")
        services.delegation_add(
            by=_leader_row(mayor), to=self._person(self._leader("vice_mayor")), kind="commission",
            scope="牵头老旧小区改造专项工作", powers=["represent"], since=at.date(),
            until=max(self.end.date(), at.date()) + timedelta(days=60), document="市长批示", actor=self.office, at=at,
        )  # fmt: skip
        yield timedelta(minutes=1)

    def training(self, at: datetime) -> Life:
        """The secretary-general goes to a training: both approve, it is filed, and the return is entered in time."""
        secretary = self._leader("secretary_general")
        leave = self._ask(
            secretary,
            at,
            _weekend(at),
            kind="business",
            reason="参加全省政府秘书长周末培训",
            destination="郑州市",
        )
        for role in ("executive_vice_mayor", "mayor"):
            at = yield timedelta(hours=2)
            self._agree(leave.matter, self._leader(role), at)
        at = yield timedelta(hours=1)
        services.leave_file(leave=leave, to="party_office", actor=secretary, at=at)
        back = datetime.combine(leave.ends_on, at.timetz()) + timedelta(days=1)
        at = yield back.replace(hour=9, minute=20)
        services.leave_return(leave=leave, returned_on=leave.ends_on, actor=secretary, at=at)

    def visit(self, at: datetime) -> Life:
        """The mayor is away over a weekend; the executive vice mayor presides."""
        leave = self._away(self._leader("mayor"), at, _weekend(at), "赴省参加会议")
        back = datetime.combine(leave.ends_on, at.timetz())
        at = yield back.replace(hour=18, minute=5)
        services.leave_return(leave=leave, returned_on=at.date(), actor=self.office, at=at)

    def _away(self, actor: Actor, at: datetime, days: tuple[int, int], reason: str) -> Leave:
        first, last = (at.date() + timedelta(days=number) for number in days)
        return services.leave_register(
            person=self._person(actor), kind="business", reason=reason, destination="郑州市", leaves_seat=True,
            starts_on=first, ends_on=last, actor=self.office, at=at,
        )  # fmt: skip

    def speeches(self, at: datetime) -> Life:
        """One speech is approved, one sent back for its figures."""
        section = self.cast.actor("section_clerk", "zonghe1")
        vice, secretary = self._leader("vice_mayor"), self._leader("secretary_general")
        good = self._speech(vice, section, at, "在全省城市更新现场会上的发言")
        poor = self._speech(vice, section, at, "在黄河生态论坛上的致辞")
        at = yield timedelta(hours=3)
        self._agree(good.matter, secretary, at, opinion="拟同意，请市长审定")
        step = Step.objects.get(paper=poor.matter, person_id=secretary.person_id or 0)
        services.step_refuse(step=step, reason="所引数据请与统计部门核对后再报", actor=secretary, at=at)
        at = yield timedelta(hours=2)
        self._agree(good.matter, self._leader("mayor"), at)

    def _speech(self, actor: Actor, section: Actor, at: datetime, subject: str) -> Clearance:
        return services.clearance_apply(
            person=self._person(actor), kind="speech_government", subject=subject,
            text="一、主要做法\n二、工作成效\n三、下一步打算", on=at.date() + timedelta(days=8), actor=section, at=at,
        )  # fmt: skip

    def both_away(self, at: datetime) -> Life:
        """Both of a pair are to go away at the same time; the secretary-general arranges beforehand."""
        self._away(self._leader("vice_mayor", 1), at, (5, 8), "带队招商")
        self._away(self._leader("vice_mayor", 2), at, (6, 9), "参加全省教育工作会议")
        at = yield timedelta(hours=2)
        overlap = Matter.objects.filter(kind="agenda.overlap", state="found").first()
        if overlap is not None:
            executive = self._person(self._leader("executive_vice_mayor"))
            services.overlap_arrange(
                overlap=overlap, arrangement="重叠期间急件由常务副市长处理，其他事项待返回后办理",
                stand_ins={overlap.facts["other"]: executive}, actor=self._leader("secretary_general"), at=at,
            )  # fmt: skip

    def waiting(self, at: datetime) -> Life:
        """At the present a deputy's leave and a speech wait for approval."""
        self._ask(
            self._leader("deputy_secretary_general"),
            at,
            (6, 8),
            kind="vacation",
            reason="年休假",
            destination="洛阳市",
        )
        self._speech(
            self._leader("vice_mayor"),
            self.cast.actor("section_clerk", "zonghe1"),
            at,
            "在住建系统会议上的讲话",
        )
        yield timedelta(minutes=1)


def _weekend(at: datetime) -> tuple[int, int]:
    """Days from now to a Saturday and Sunday, at least four ahead: the office's work does not wait for anybody."""
    ahead = 4 + (5 - (at.weekday() + 4)) % 7
    return ahead, ahead + 1


def _leader_row(actor: Actor) -> Leader:
    """The office that somebody leads in."""
    row: Leader = Leader.objects.select_related("person").get(person_id=actor.person_id, until__isnull=True)
    return row
