"""The demo city's assessment rounds: one on openness that is being marked, one on web sites that is published."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Begin, Life, Office
from luoshi.demo.script import STAMPED_PAPER
from luoshi.engines.assessment import columns
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import User
from luoshi.rounds import rules, services
from luoshi.rounds.models import Member, QuarterNotice, Rectification, Round, RoundUnit
from luoshi.rounds.services.after import Measure, Told
from luoshi.rounds.services.marking import is_marked
from luoshi.rounds.services.records import bounds

OPENNESS = {
    "departments": ("chengguan", "zhujian", "huanbao", "jiaoyu", "minzheng"),
    "counties": ("hubin", "lushi", "lingbao"),
}
SITES = {"departments": ("chengguan", "jiaoyu"), "counties": ("hubin", "lingbao")}
LATE = "minzheng"
"""The unit that has not handed in yet."""
NOTES = {
    "problem": "主动公开目录三个月没有更新，督促后仍未补齐。",
    "achievement": "新开设政策问答栏目，群众来电明显减少。",
}


class Rounds:
    """The rounds of one city. The assessed year is that in which the city's life begins."""

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.first, self.end = cast, start, end
        self.year = start.year
        self.office = cast.actor("round_office", "zhengfuban")
        self.leader = cast.actor("city_leader", "shizhengfu")

    def lives(self) -> Iterator[tuple[datetime, Begin]]:
        """Each round begins with the city."""
        yield self.first + timedelta(hours=1), self._openness
        yield self.first + timedelta(hours=2), self._websites

    # the steps

    def _planned(self, rule: str, units: Mapping[str, Sequence[str]], at: datetime) -> Round:
        """A plan with all that the rulebook asks for, approved at once."""
        round = services.round_open(
            rule=rule, year=self.year, office=self.cast.body("zhengfuban"), actor=self.office, at=at
        )
        kind = rules.rule_of(round)
        for key, codes in units.items():
            bodies = [self.cast.body(code) for code in codes]
            services.units_set(round=round, class_key=key, bodies=bodies, actor=self.office, at=at)
            services.points_save(
                round=round, class_key=key, points=even_points(round, key), actor=self.office, at=at
            )
        services.plan_save(
            round=round,
            texts={
                one.key: f"{one.label}：按年度工作部署执行，以材料和网站记录为准。" for one in kind.contents
            },
            dates=self._dates([one.key for one in kind.dates]),
            figures={one.key: 50 for one in kind.figures if one.required},
            actor=self.office,
            at=at,
        )
        services.plan_submit(round=round, actor=self.office, at=at)
        return services.plan_approve(
            round=round, actor=self.leader, at=at, number=f"演考办〔{self.year}〕3号"
        )

    def _dates(self, keys: Sequence[str]) -> dict[str, date | None]:
        """The dates of a plan: marks begin when a third of the city's life is over."""
        begin = (self.first + (self.end - self.first) / 3).date()
        last = self.end.date()
        found = {
            "start": begin,
            "self_due": last + timedelta(days=3),
            "marks_due": last + timedelta(days=20),
            "report_due": last + timedelta(days=25),
            "superior": last + timedelta(days=40),
            "publish_due": date(self.year + 1, 4, 20),
        }
        return {key: found.get(key) for key in keys}

    def _noticed(self, round: Round, at: datetime) -> Round:
        return services.notice_issue(
            round=round,
            text=f"请对照指标逐项自查，于截止日期前报送自查材料。{round.title}结果将予公布。",
            actor=self.office,
            at=at,
        )

    def _hands_in(self, unit: RoundUnit, at: datetime) -> None:
        """A unit answers every item, adds one file, and hands in."""
        me = self.cast.actor("liaison", unit.body.code)
        items = [
            services.Own(leaf.id, "met", "已按要求完成，材料附后。", points=plain(leaf.max))
            for leaf in rules.full_scheme(unit.round, unit.class_key).leaves()
            if leaf.kind != "formula"
        ]
        services.self_save(unit=unit, items=items, actor=me, at=at)
        ledger.attachment_add(
            matter=unit.matter,
            file=io.BytesIO(STAMPED_PAPER),
            name="佐证材料.pdf",
            purpose="self:report",
            actor=me,
            at=at,
        )
        persons = {one.value: "见名单" for one in rules.rule_of(unit.round).persons}
        services.self_submit(
            unit=unit, report="本单位对照指标逐项自查，情况如下。", persons=persons, actor=me, at=at
        )

    def _member(self, round: Round, code: str, pool: str, at: datetime) -> tuple[Member, Actor]:
        actor = self.cast.actor("assessor", code)
        user = User.objects.get(pk=actor.user_id or 0)
        member = services.member_add(
            round=round, user=user, body=self.cast.body(code), pool=pool, actor=self.office, at=at
        )
        return member, actor

    def _mark(self, unit: RoundUnit, share: str, actor: Actor, at: datetime) -> None:
        """Every item of a unit at a share of its points."""
        scheme = rules.full_scheme(unit.round, unit.class_key)
        answer = "met" if Decimal(share) > Decimal("0.6") else "unmet"
        entries = [
            services.Entry(
                leaf.id,
                points=((leaf.max or 0) * Decimal(share)).quantize(Decimal("0.01")),
                answers=dict.fromkeys([ask.key for ask in leaf.asks] or ["met"], answer),
                note="对照材料和网站记录认定",
            )
            for leaf in scheme.leaves()
            if is_marked(scheme, leaf)
        ]
        first = rules.rule_of(unit.round).methods[0].value
        services.marks_set(unit=unit, entries=entries, methods=[first], actor=actor, at=at)

    def _record(self, unit: RoundUnit, kind: str, at: datetime, **effect: Any) -> None:
        rule = rules.rule_of(unit.round)
        services.record_enter(
            unit=unit,
            kind=kind,
            method=rule.records.methods[1].value,
            day=min(at.date(), date(self.year, 12, 31)),
            text=NOTES[kind],
            actor=self.office,
            at=at,
            **effect,
        )

    # the lives

    def _openness(self, at: datetime) -> Life:
        """Openness: all but one have handed in, records are kept, the team has marked some of the units."""
        round = self._planned("rounds.openness", OPENNESS, at)
        at = yield Office(60)
        self._noticed(round, at)
        at = yield Office(240)
        units = units_of(round)
        leaf = next(one for one in rules.full_scheme(round, "departments").leaves() if one.kind == "mark")
        self._record(units["chengguan"], "problem", at, leaf=leaf.id, points="-0.30")
        self._record(units["hubin"], "achievement", at)
        self._told(round, at)
        for code, unit in units.items():
            at = yield Office(60)
            if code != LATE:
                self._hands_in(unit, at)
        at = yield self._begins(at)
        for code, pool in (("sifa", "supervision"), ("wenguang", "press"), ("zhengfuban", "office")):
            member, _ = self._member(round, code, pool, at)
            for key in OPENNESS:
                services.task_assign(member=member, class_key=key, actor=self.office, at=at)
        services.marking_start(round=round, actor=self.office, at=at)
        for code, share in (("chengguan", "0.94"), ("zhujian", "0.88"), ("hubin", "0.91")):
            at = yield Office(120)
            self._mark(units[code], share, self.cast.actor("assessor", "sifa"), at)
        at = yield Office(60)
        self._mark(units["chengguan"], "0.90", self.cast.actor("assessor", "wenguang"), at)
        for month in (4, 7, 10):
            tenth = at.replace(year=self.year, month=month, day=10, hour=9, minute=30)
            if tenth > at:
                at = yield tenth
                self._told(round, at)

    def _told(self, round: Round, at: datetime) -> None:
        """Every quarter that is over is told of once."""
        told = set(QuarterNotice.objects.filter(round=round).values_list("period", flat=True))
        for period in rules.periods("quarter", self.year):
            if bounds(period)[1] <= at.date() and period not in told:
                services.quarter_tell(
                    round=round, period=period, text="本季度没有登记问题。", actor=self.office, at=at
                )

    def _begins(self, at: datetime) -> datetime:
        """The morning of the day on which marks may begin."""
        begin = (self.first + (self.end - self.first) / 3).date() + timedelta(days=1)
        return max(at, at.replace(year=begin.year, month=begin.month, day=begin.day, hour=9, minute=30))

    def _websites(self, at: datetime) -> Life:
        """Web sites: marked, approved, published; an unqualified site is told what to put right."""
        round = self._planned("rounds.website", SITES, at)
        at = yield Office(60)
        self._noticed(round, at)
        at = yield Office(60)
        now = (at.month + 2) // 3 if at.year == self.year else 4
        for quarter in range(1, now + 1):
            for key in SITES:
                services.spot_draw(
                    round=round, period=f"{self.year}-Q{quarter}", class_key=key, actor=self.office, at=at
                )
        units = units_of(round)
        for unit in units.values():
            at = yield Office(30)
            self._hands_in(unit, at)
        at = yield self._begins(at)
        at = self._marked(round, units, at)
        at = yield Office(30)
        services.summarise(round=round, actor=self.office, at=at)
        services.summary_check(round=round, opinion="经审核，情况属实，报请审定。", actor=self.office, at=at)
        at = yield Office(60)
        services.result_approve(round=round, actor=self.leader, at=at, opinion="同意。")
        at = yield Office(60)
        services.result_publish(
            round=round,
            texts={"situation": "各网站总体运行正常，个别网站栏目更新不及时，须限期整改。"},
            places=["portal"],
            actor=self.office,
            at=at,
            number=f"演考办〔{self.year}〕9号",
        )
        yield from self._put_right(units["lingbao"], at)

    def _marked(self, round: Round, units: dict[str, RoundUnit], at: datetime) -> datetime:
        """People of departments mark the counties' portals, people of counties the departments' sites."""
        turns = (("wenguang", "department", "counties"), ("shanzhou", "county", "departments"))
        actors: dict[str, Actor] = {}
        for code, pool, key in turns:
            member, actors[key] = self._member(round, code, pool, at)
            services.task_assign(member=member, class_key=key, actor=self.office, at=at)
        services.marking_start(round=round, actor=self.office, at=at)
        shares = {"chengguan": "0.95", "jiaoyu": "0.86", "hubin": "0.91", "lingbao": "0.55"}
        for code, unit in units.items():
            self._mark(unit, shares[code], actors[unit.class_key], at)
        return at

    def _put_right(self, unit: RoundUnit, at: datetime) -> Life:
        at = yield Office(30)
        row: Rectification = services.problems_tell(
            unit=unit,
            problems=[Told("“政务公开”栏目两个月没有更新。"), Told("网站搜索打不开。")],
            due=self.end.date() + timedelta(days=14),
            actor=self.office,
            at=at,
        )
        at = yield Office(120)
        me = self.cast.actor("liaison", unit.body.code)
        measures = {number: Measure("明确专人，限期修复并建立每周检查制度。", "办公室") for number in (1, 2)}
        services.rectify_plan(rectification=row, measures=measures, actor=me, at=at)
        at = yield Office(60)
        first = row.problems.get(number=1)
        services.rectify_progress(problem=first, text="栏目已补齐更新。", done=True, actor=me, at=at)


def even_points(round: Round, class_key: str) -> dict[str, str]:
    """The same points for every item, the last taking what is left of 100."""
    wanted = [one for one in columns(rules.scheme_of(round, class_key)) if one.required]
    each = (Decimal(100) / len(wanted)).quantize(Decimal("0.01"))
    points = {one.id: str(each) for one in wanted}
    points[wanted[-1].id] = str(Decimal(100) - each * (len(wanted) - 1))
    return points


def plain(points: Decimal | None) -> str:
    """A unit's own mark: what the item gives at most; 0 where that is not known, as nothing is taken off."""
    return "0" if points is None else str(points)


def units_of(round: Round) -> dict[str, RoundUnit]:
    """The units of a round by the code of their body."""
    rows = round.units.select_related("body", "matter", "round", "round__matter").order_by("body__code")
    return {unit.body.code: unit for unit in rows}
