"""The demo place's appointments: past notices taken over, one in the making, a change of name; all invented."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from luoshi.appointments import rules, services
from luoshi.appointments.imports.load import file_check, file_load
from luoshi.appointments.models import Notice, Probation
from luoshi.appointments.services import ActSpec
from luoshi.decisions.models import Decision
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Begin, Life, Office, later
from luoshi.ledger.actors import SYSTEM

PAST = (
    (700, (("容见微", "appoint", "jiaoyu", "副局长", False), ("丰若水", "appoint", "zhujian", "总工程师", False))),
    (345, (
        ("容见微", "appoint", "zhujian", "副局长", False), ("容见微", "remove", "jiaoyu", "副局长", False),
        ("秋白石", "appoint", "jiaoyu", "副局长", True), ("丰若水", "no_longer", "zhujian", "总工程师", False),
    )),
    (120, (("乐在川", "appoint", "huanbao", "副局长", True), ("于清和", "appoint", "huanbao", "调研员", False))),
)  # fmt: skip
"""Days before the city's present, and the acts: name, action, body, title, on probation."""


class Appointments:
    """The appointments of one place, and their lives."""

    def __init__(self, cast: Cast, start: datetime, end: datetime, *, office: str = "bianban") -> None:
        self.cast, self.start, self.end = cast, start, end
        self.officer = cast.actor("personnel_office", office)
        self.mayor = cast.actor("mayor", "shizhengfu")

    def fill(self, at: datetime) -> None:
        """What the register held before the place's life begins: past notices, two units that gave the posts they owed."""
        checked = file_check(content=self._file(at.date()).encode(), at=at)
        file_load(checked=checked, reason="系统启用前的通知补录", actor=self.officer, at=at)
        for code in ("minzheng", "jiaoyu"):
            owed = services.placement_open(
                unit=self.cast.body(code), document="残工委成员单位名单", actor=self.officer, at=at
            )
            services.placement_report(
                placement=owed,
                placed=owed.minimum,
                on=at.date(),
                evidence="在编人员名册",
                actor=self.officer,
                at=at,
            )

    def _file(self, day: date) -> str:
        """The past notices as a file, numbered by year; only those before `day`."""
        prefix, form = rules.number_form(day)
        serials: dict[int, int] = {}
        rows = ["facts:"]
        for back, acts in PAST:
            dated = self.end.date() - timedelta(days=back)
            if dated > day:
                continue
            serials[dated.year] = serials.get(dated.year, 0) + 1
            number = form.format(prefix=prefix, year=dated.year, serial=serials[dated.year])
            for name, action, code, title, probation in acts:
                trial = ", probation: 1 year" if probation else ""
                rows.append(
                    f"  - {{person: {name}, action: {action}, organisation: {self.cast.body(code).name}, title: {title}, "
                    f"number: {number}, date: {dated}{trial}}}"
                )
        return "\n".join(rows) + "\n"

    def lives(self) -> list[tuple[datetime, Begin]]:
        """Two notices under way, one change of name, and the probations that end soon."""
        length = self.end - self.start
        told: list[tuple[datetime, Begin]] = [
            (later(self.end - timedelta(days=8), 60), self.drafted),
            (later(self.end - timedelta(days=4), 90), self.submitted),
            (later(self.start + length / 2, 120), self.renamed),
        ]
        day = self.start.replace(hour=0, minute=5, second=0, microsecond=0) + timedelta(days=1)
        while day < self.end:
            told.append((day, self.morning))
            day += timedelta(days=7)
        return told

    def morning(self, at: datetime) -> Life:
        """What the worker does in the morning: probations that end soon are called to mind."""
        services.probations_remind(actor=SYSTEM, at=at)
        yield timedelta(minutes=1)
        ended = Probation.objects.filter(result="", ends_on__lt=at.date()).order_by("pk").first()
        if ended is not None:
            services.probation_confirm(
                probation=ended,
                on=ended.ends_on,
                document="考核合格文件（虚构）1号",
                actor=self.officer,
                at=at,
            )

    def _draft(self, acts: tuple[ActSpec, ...], at: datetime) -> Notice:
        notice = services.notice_open(
            closing="行政职务", party_document="党委决定（虚构）12号", actor=self.officer, at=at
        )
        for act in acts:
            services.act_add(notice=notice, spec=act, actor=self.officer, at=at)
        return notice

    def _spec(self, name: str, action: str, code: str, title: str, **more: bool) -> ActSpec:
        return ActSpec(
            name=name, action=action, organisation=self.cast.body(code).name, title=title, probation=more.get("probation", False)
        )  # fmt: skip

    def drafted(self, at: datetime) -> Life:
        """A notice that is still being written."""
        self._draft(
            (
                self._spec("白鹭洲", "appoint", "jiaotong", "副局长", probation=True),
                self._spec("白鹭洲", "remove", "gongan", "警务保障部主任"),
            ),
            at,
        )
        yield timedelta(minutes=1)

    def submitted(self, at: datetime) -> Life:
        """A notice that waits for its signature; where a collective decision was passed it is linked, signed and issued."""
        acts = (self._spec("向南枝", "appoint", "weiji", "副主任", probation=True),)
        notice = self._draft(acts, at)
        services.notice_submit(notice=notice, actor=self.officer, at=at)
        decision = Decision.objects.filter(outcome="passed").order_by("-pk").first()
        if decision is None:
            return
        at = yield Office(60)
        services.decision_link(notice=notice, decision=decision.matter, actor=self.officer, at=at)
        services.notice_sign(notice=notice, actor=self.mayor, at=at)
        at = yield Office(60)
        services.notice_issue(notice=notice, dated=at.date(), actor=self.officer, at=at)
        services.site_publish(notice=notice, on=at.date(), actor=self.officer, at=at)

    def renamed(self, at: datetime) -> Life:
        """A body gets a new name and a plate."""
        body = self.cast.body("jiaotong")
        renaming = services.renaming_open(
            target=body,
            new_name=f"{body.name.removesuffix('局')}和物流局",
            basis=["机构编制文件（虚构）7号"],
            plates=[f"{body.name.removesuffix('运输局')}战备办公室"],
            actor=self.officer,
            at=at,
        )
        at = yield timedelta(days=2)
        services.renaming_announce(
            renaming=renaming,
            number="政府通知（虚构）21号",
            effective_on=at.date(),
            actor=self.officer,
            at=at,
        )
