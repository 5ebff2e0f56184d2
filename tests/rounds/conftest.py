"""A round of the small city: two departments and two counties, with a team that may mark them."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from luoshi.engines.assessment import columns
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body, User
from luoshi.rounds import rules, services
from luoshi.rounds.models import Member, Round, RoundUnit
from luoshi.rounds.services.marking import is_marked

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


OPENED = moment("2018-01-02 09:00")
NOTICED = moment("2018-01-10 09:00")
SUBMITTED = moment("2018-11-20 09:00")
MARKED = moment("2019-01-10 09:00")
APPROVED = moment("2019-03-20 09:00")
PUBLISHED = moment("2019-04-02 09:00")
DATES = {
    "start": dt.date(2018, 12, 1),
    "self_due": dt.date(2018, 11, 30),
    "marks_due": dt.date(2019, 2, 28),
    "report_due": dt.date(2019, 3, 1),
    "superior": dt.date(2019, 3, 31),
    "publish_due": dt.date(2019, 4, 30),
}
PDF = b"%PDF-1.4 test"


def even_points(round: Round, class_key: str) -> dict[str, Decimal]:
    """The same points for every item, the last taking what is left of 100."""
    wanted = [one for one in columns(rules.scheme_of(round, class_key)) if one.required]
    each = (Decimal(100) / len(wanted)).quantize(Decimal("0.01"))
    points = {one.id: each for one in wanted}
    points[wanted[-1].id] = Decimal(100) - each * (len(wanted) - 1)
    return points


class City:
    """Drives a round from step to step; each step leaves it where the next begins."""

    def __init__(self, actor: Callable[..., Actor], bodies: dict[str, Body], rule: str) -> None:
        self.actor, self.bodies, self.rule = actor, bodies, rule
        self.office = actor("round_office")
        self.leader = actor("city_leader")
        self.assessor = actor("assessor")

    def opened(self, year: int = 2018) -> Round:
        return services.round_open(
            rule=self.rule, year=year, office=self.bodies["zhengfuban"], actor=self.office, at=OPENED
        )

    def listed(self) -> Round:
        round = self.opened()
        for key, codes in (("departments", ["chengguan", "zhujian"]), ("counties", ["hubin", "lushi"])):
            bodies = [self.bodies[code] for code in codes]
            services.units_set(round=round, class_key=key, bodies=bodies, actor=self.office, at=OPENED)
        return round

    def drafted(self) -> Round:
        round = self.listed()
        rule = rules.rule_of(round)
        services.plan_save(
            round=round,
            texts={one.key: "按年度工作重点执行。" for one in rule.contents},
            dates=DATES,
            figures={one.key: 30 for one in rule.figures if one.required},
            actor=self.office,
            at=OPENED,
        )
        for kind in rule.classes:
            services.points_save(
                round=round,
                class_key=kind.key,
                points=even_points(round, kind.key),
                actor=self.office,
                at=OPENED,
            )
        return Round.objects.get(pk=round.pk)

    def planned(self) -> Round:
        round = self.drafted()
        services.plan_submit(round=round, actor=self.office, at=OPENED)
        return services.plan_approve(round=round, actor=self.leader, at=OPENED)

    def running(self) -> Round:
        return services.notice_issue(
            round=self.planned(), text="请按通知要求自查。", actor=self.office, at=NOTICED
        )

    def unit(self, round: Round, code: str) -> RoundUnit:
        return RoundUnit.objects.select_related("round", "matter", "body").get(round=round, body__code=code)

    def leaves(self, unit: RoundUnit) -> list[Any]:
        return list(rules.full_scheme(unit.round, unit.class_key).leaves())

    def self_assessed(self, unit: RoundUnit) -> RoundUnit:
        me = self.actor("liaison", unit.body.code)
        own = [services.Own(leaf.id, "met", "已完成。", points=0) for leaf in self.leaves(unit)]
        services.self_save(unit=unit, items=own, actor=me, at=SUBMITTED)
        persons = {one.value: "某某" for one in rules.rule_of(unit.round).persons}
        return services.self_submit(unit=unit, report="自查报告。", persons=persons, actor=me, at=SUBMITTED)

    def member(self, round: Round, pool: str, *, body: str = "leading-group") -> Member:
        user = User.objects.get(pk=self.assessor.user_id)
        return services.member_add(
            round=round, user=user, body=self.bodies[body], pool=pool, actor=self.office, at=SUBMITTED
        )

    def team(self, round: Round) -> Member:
        """The assessor, and whoever else the rule needs, each with an account of his own."""
        rule = rules.rule_of(round)
        needed = [pool for pool in rule.team.pools if pool.required]
        for pool in needed[1:]:
            self.second(round, pool.key)
        first = needed[0] if needed else rule.team.pools[0]
        body = "platform" if "platform" in first.kinds else "leading-group"
        member = self.member(round, first.key, body=body)
        for kind in rule.classes:
            services.task_assign(member=member, class_key=kind.key, actor=self.office, at=SUBMITTED)
        return member

    def second(self, round: Round, pool: str, *, body: str = "leading-group") -> Member:
        """Another assessor with an account of his own."""
        user = another_assessor(self.bodies[body], number=Member.objects.count() + 1)
        return services.member_add(
            round=round, user=user, body=self.bodies[body], pool=pool, actor=self.office, at=SUBMITTED
        )

    def marking(self) -> Round:
        round = self.running()
        for code in ("chengguan", "zhujian", "hubin", "lushi"):
            self.self_assessed(self.unit(round, code))
        self.team(round)
        return services.marking_start(round=round, actor=self.office, at=MARKED)

    def mark_unit(self, unit: RoundUnit, share: Decimal, *, actor: Actor | None = None) -> None:
        """Mark every item of a unit with a share of its points."""
        rule = rules.rule_of(unit.round)
        scheme = rules.full_scheme(unit.round, unit.class_key)
        answer = "met" if share >= Decimal("0.8") else "unmet"
        entries = [
            services.Entry(
                leaf.id,
                points=((leaf.max or 0) * share).quantize(Decimal("0.01")),
                answers={key: answer for key in [ask.key for ask in leaf.asks] or ["met"]},
            )
            for leaf in scheme.leaves()
            if is_marked(scheme, leaf) and leaf.id not in unit.exempt
        ]
        services.marks_set(
            unit=unit,
            entries=entries,
            methods=[rule.methods[0].value],
            actor=actor or self.assessor,
            at=MARKED,
        )

    def marked(self) -> Round:
        round = self.marking()
        shares = {"chengguan": "0.95", "zhujian": "0.85", "hubin": "0.9", "lushi": "0.5"}
        for code, share in shares.items():
            self.mark_unit(self.unit(round, code), Decimal(share))
        return round

    def summarised(self) -> Round:
        return services.summarise(round=self.marked(), actor=self.office, at=MARKED)

    def approved(self) -> Round:
        round = self.summarised()
        services.summary_check(round=round, opinion="情况属实。", actor=self.office, at=APPROVED)
        return services.result_approve(round=round, actor=self.leader, at=APPROVED)

    def published(self) -> Round:
        return services.result_publish(
            round=self.approved(),
            texts={"situation": "考核总体情况。"},
            places=["portal"],
            actor=self.office,
            at=PUBLISHED,
        )

    def attach(self, matter: Any, purpose: str = "evidence") -> None:
        ledger.attachment_add(
            matter=matter,
            file=io.BytesIO(PDF),
            name="证据.pdf",
            purpose=purpose,
            actor=self.office,
            at=MARKED,
        )


def another_assessor(body: Body, *, number: int) -> User:
    """An account with the role of an assessor."""
    from luoshi.organisation.models import Grant, Person, Role

    person = Person(name=f"考核员{number}", body=body)
    person.save()
    user = User(username=f"assessor{number}", person=person, created_at=OPENED, password_changed_at=OPENED)
    user.save()
    Grant(user=user, role=Role.objects.get(code="assessor"), body=body, since=dt.date(2017, 1, 1)).save()
    return user


@pytest.fixture
def openness(actor: Callable[..., Actor], bodies: dict[str, Body]) -> City:
    return City(actor, bodies, "rounds.openness")


@pytest.fixture
def website(actor: Callable[..., Actor], bodies: dict[str, Body]) -> City:
    return City(actor, bodies, "rounds.website")
