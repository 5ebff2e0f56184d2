"""The demo city's tasks: a dozen in various states, a survey with its dangers, a letter, a month's notice."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Life, Office, later
from luoshi.demo.following import signed_for, taken
from luoshi.organisation.models import Person
from luoshi.supervision import services
from luoshi.supervision.models import Letter, Task
from luoshi.supervision.services import Found, Item, Responsible

TASKS = (
    ("整治三条示范路占道经营", "minutes", "chengguan", ("gongan",), 20, "closed", 28),
    ("完成老旧小区供热改造", "minutes", "reli", ("zhujian",), 45, "progress", 20),
    ("核实城区积水点并提出方案", "instruction", "zhujian", ("shuiwu", "chengguan"), 12, "submitted", 7),
    ("落实秋冬季大气污染防治措施", "document", "huanbao", (), 8, "overdue", 15),
    ("新增公共停车泊位六百个", "minutes", "chengguan", (), 60, "received", 9),
    ("规范校园周边秩序", "leader", "jiaoyu", ("gongan",), 25, "extended", 6),
    ("推进污水管网普查", "report", "shuiwu", (), 30, "problem", 5),
)
"""Title, what set it, lead, helpers, days given, how far it comes, days before the present on which it is set."""


class Seeing:
    """What the supervision office of one city follows."""

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.office = cast.actor("supervision_office", "duchashi")

    def lives(self) -> list[tuple[datetime, Any]]:
        """Tasks are set through the last weeks; each goes its own way; a survey and a letter besides."""
        first = max(self.start, self.end - timedelta(days=28))
        told: list[tuple[datetime, Any]] = []
        for number, (title, kind, lead, helpers, days, way, back) in enumerate(TASKS):
            set_on = max(first, self.end - timedelta(days=back))
            told.append((later(set_on, 45 + 37 * number), self._task(title, kind, lead, helpers, days, way)))
        told += [
            (later(first, 120), self.survey),
            (later(self.end - timedelta(days=3), 10), self.letter),
            (later(first, 260), self.listed),
        ]
        return told

    def _unit(self, code: str) -> Any:
        return self.cast.actor("liaison", code)

    def _task(self, title: str, kind: str, lead: str, helpers: tuple[str, ...], days: int, way: str) -> Any:
        def told(at: datetime) -> Life:
            task = services.task_set(
                title=title, content=f"{title}，按期见效并报送结果。", lead=self.cast.body(lead),
                assisting=[self.cast.body(code) for code in helpers], setter_body=self.cast.body("duchashi"),
                due_on=(at + timedelta(days=days)).date(), source=None, source_kind=kind, reference="演示会议纪要1号",
                actor=self.office, at=at,
            )  # fmt: skip
            at = yield Office(200)
            signed_for(self.cast, task, at)
            if way in {"received", "overdue"}:
                return
            at = yield Office(2 * 480)
            yield from self._worked(task, lead, helpers, way, at)

        return told

    def _worked(self, task: Task, lead: str, helpers: tuple[str, ...], way: str, at: datetime) -> Life:
        unit = self._unit(lead)
        services.task_progress(task=task, text="方案已定，完成约四成。", actor=unit, at=at)
        if way == "problem":
            services.problem_report(task=task, text="两处管线权属不清，请协调。", actor=unit, at=at)
        if way == "extended":
            until = (at + timedelta(days=40)).date()
            services.extension_ask(task=task, until=until, reason="需与放假时间衔接", actor=unit, at=at)
        if way not in {"submitted", "closed"}:
            return
        for part in task.parts.select_related("body").order_by("pk"):
            at = yield Office(180)
            services.part_reply(part=part, text="已按要求配合。", actor=self._unit(part.body.code), at=at)
        at = yield Office(480)
        services.task_submit(task=task, text="已完成，现场照片备查。", actor=unit, at=at)
        if way == "closed":
            at = yield Office(480)
            services.task_close(task=task, opinion="现场核查属实", actor=self.office, at=at)

    def survey(self, at: datetime) -> Life:
        """A special inspection finds two dangers: one is put right, one is under way."""
        made = services.survey_open(
            kind="inspection", title="人员密集场所消防督查", text="逐项检查，查出问题列入台账。", sector="fire",
            bodies=[self.cast.body("hubin"), self.cast.body("gongan")], due_on=(at + timedelta(days=20)).date(),
            actor=self.office, at=at,
        )  # fmt: skip
        at = yield Office(2 * 480)
        for text, item in (("安全出口上锁", "大型商场超市"), ("住宿与仓储混用", "三合一")):
            services.danger_enter(
                found=Found(text, "示例街商铺", "management", "fire", item, major=item == "三合一"), source="inspection",
                body=self.cast.body("hubin"), campaign=made, actor=self.office, at=at,
            )  # fmt: skip
        taken(self.cast, made.matter, at)
        at = yield Office(480)
        unit = self._unit("hubin")
        for place, danger in enumerate(made.dangers.order_by("pk")):
            services.danger_plan(
                danger=danger, cause="管理松懈", crux="责任不清", measure="立行立改，落实值守",
                territorial=Responsible(self.cast.body("hubin"), "属地负责人"),
                supervisory=Responsible(self.cast.body("gongan"), "监管负责人"),
                principal=Responsible("示例商铺", "经营者"), road=[((at + timedelta(days=4 + 9 * place)).date(), "整改到位")],
                in_place={"organisation": "专人负责", "funds": "自筹", "inspection": "每周复查", "accountability": "明确责任"},
                actor=unit, at=at,
            )  # fmt: skip
        at = yield Office(480)
        danger = made.dangers.earliest("pk")
        services.danger_step(danger=danger, position=1, actor=unit, at=at)
        services.danger_report(danger=danger, text="出口已开通", actor=unit, at=at)
        at = yield Office(480)
        services.danger_recheck(
            danger=danger, passed=True, opinion="现场复查合格", actor=self._unit("gongan"), at=at
        )

    def letter(self, at: datetime) -> Life:
        """An important letter waits for the mayor."""
        row: Letter = services.letter_register(
            kind="letter", title="建议完善夜间公交", from_whom="某居民", received_on=at.date(), text="夜班职工出行不便。",
            important=True, actor=self.office, at=at,
        )  # fmt: skip
        at = yield Office(120)
        mayor = Person.objects.get(pk=self.cast.actor("mayor", "shizhengfu").person_id or 0)
        services.letter_refer(letter=row, leader=mayor, actor=self.office, at=at)

    def listed(self, at: datetime) -> Life:
        """An audit's findings become a rectification list."""
        due: date = (at + timedelta(days=30)).date()
        made = services.list_open(
            title="示例审计问题整改清单", origin="audit", document="演审1号",
            items=[Item("固定资产台账不全", "补齐台账并盘点", self.cast.body("chengguan"), due)], actor=self.office, at=at,
        )  # fmt: skip
        at = yield Office(200)
        taken(self.cast, made.matter, at)
