"""What the demo city is scored by besides its requests: base work, entries, supervision opinions, reports."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from docx import Document

from luoshi.assessment import rules_records as records
from luoshi.assessment import services
from luoshi.assessment.models import Entry, Opinion, Report
from luoshi.assessment.selectors.candidates import candidate_of, candidate_rows
from luoshi.assessment.services.record_checks import Upload, local_day
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Begin, Life, Office, before, later
from luoshi.hotline.models import Dispatch
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import bodies_assessed

GAPS: dict[str, tuple[str, ...]] = {
    "yima": ("duty_log", "rule_reward"),
    "gongjiao": ("reachable",),
    "tongji": ("team",),
    "lvyou": ("rule_joint", "division"),
    "kaifaqu": ("equipment",),
}
"""Points of base work that the platform found missing, by unit."""
SILENT = "renfang"
"""A unit that has filed nothing yet."""
LATE, FORGETFUL = ("gongxin", "ranqi"), ("lvyou",)
TELLERS = ("chengguan", "hubin", "zhujian", "shuiwu", "gongdian", "huanbao", "jiaotong", "gongan")
PIECES = (
    "夜间施工噪声联合检查", "小区停车秩序整治见成效", "老旧小区水压改造完工", "供水管网夜间抢修",
    "迎峰度冬线路巡查", "扬尘污染联动巡查", "公交线路优化回应群众建议", "路口信号配时优化",
)  # fmt: skip
"""What they tell of, in the same order."""
STORY = "联络员牵头，业务科室和现场队伍分工协作，当日到场核查，次日完成整改并回访诉求人，结果录入系统。"


def paper(title: str, unit: str, purpose: str = "") -> Upload:
    """An invented paper of a unit, as a Word file."""
    document = Document()
    document.add_heading(title, level=1)
    document.add_paragraph(f"{unit}（演示数据，内容均为虚构）")
    held = io.BytesIO()
    document.save(held)
    held.seek(0)
    return Upload(f"{title}.docx", held, purpose or title)


class Assessing:
    """The records of one city, and their lives."""

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.centre: Actor = cast.actor("command_centre", "command-centre")

    def _liaison(self, code: str) -> Actor:
        return self.cast.actor("liaison", code)

    # ---- base work ----
    def fill(self, at: datetime) -> None:
        """Each unit files its material, and the platform judges it."""
        for body in bodies_assessed(local_day(at)):
            if body.code != SILENT:
                self._judged(body, at, GAPS.get(body.code, ()))

    def _judged(self, body: Body, at: datetime, gaps: tuple[str, ...]) -> None:
        day = local_day(at)
        owed = records.base_owed(day, onsite=body.handles_onsite)
        proof, kinds = records.base_proof(day), records.base_materials(day)
        for material in dict.fromkeys(proof[point] for point in owed if point not in gaps):
            files = [paper(kinds.label(material), body.name)]
            services.base_file(
                body=body, material=material, files=files, actor=self._liaison(body.code), at=at
            )
        verdicts = {point: "missing" if point in gaps else "met" for point in owed}
        services.base_judge(body=body, verdicts=verdicts, note="按所报材料认定", actor=self.cast.head, at=at)

    def mended(self, at: datetime) -> Life:
        """A unit puts right what was missing; the platform judges anew."""
        body = self.cast.body("yima")
        for material, title in (("duty_papers", "值班登记台账"), ("rule_papers", "考核奖惩制度")):
            services.base_file(
                body=body, material=material, files=[paper(title, body.name)], actor=self._liaison("yima"), at=at
            )  # fmt: skip
        at = yield Office(200)
        verdicts = {"duty_log": "met", "rule_reward": "met"}
        services.base_judge(
            body=body, verdicts=verdicts, note="补报材料核实无误", actor=self.cast.head, at=at
        )

    # ---- reports ----
    def month_begins(self, at: datetime) -> Life:
        """Reports on the month before become due; most units file in time, some late, some not at all."""
        services.reports_open(at=at)
        month = records.month_before(local_day(at))
        units = [body.code for body in bodies_assessed(local_day(at))]
        prompt = [code for code in units if code not in (*LATE, *FORGETFUL)]
        morning = datetime.combine(at.date(), time(8, 40), tzinfo=at.tzinfo)
        for place, code in enumerate(prompt):
            at = yield morning + timedelta(days=3 * place // len(prompt), minutes=place * 7)
            self._file(code, month, at)
        for code in LATE:
            at = yield datetime.combine(morning.date().replace(day=8), time(9, 30), tzinfo=at.tzinfo)
            self._file(code, month, at)

    def _file(self, code: str, month: Any, at: datetime) -> None:
        report = Report.objects.select_related("matter", "body").get(
            body=self.cast.body(code), month=month, type=Report.Type.MONTHLY
        )
        services.report_file(
            report=report, files=[paper("联动工作统计报表", report.body.name)], text="数据与系统统计一致。",
            actor=self._liaison(code), at=at,
        )  # fmt: skip

    def told(self, code: str, title: str, *, adopted: bool = False) -> Begin:
        """A unit files an item of work information; the platform may adopt it."""

        def life(at: datetime) -> Life:
            body = self.cast.body(code)
            services.information_file(body=body, title=title, text=STORY, actor=self._liaison(code), at=at)
            if adopted:
                at = yield Office(300)
                entry = self._propose("platform_adopted", code, at, title=title)
                at = yield Office(120)
                services.entry_approve(entry=entry, actor=self.centre, at=at)

        return life

    # ---- entries ----
    def _propose(
        self,
        item: str,
        code: str,
        at: datetime,
        *,
        unit: bool = False,
        bare: bool = False,
        order: str = "",
        **content: str,
    ) -> Entry:
        rule = records.item_rule(item, local_day(at))
        if rule is None:
            raise ValueError(item)
        body = self.cast.body(code)
        materials = rule.materials or ("证明材料",)
        return services.entry_propose(
            body=body, item=item, date=local_day(at), content=content, order_no=order,
            conditions=[one.key for one in rule.ground.conditions],
            files=[] if bare else [paper(name, body.name, name) for name in materials],
            actor=self._liaison(code) if unit else self.cast.head, at=at,
        )  # fmt: skip

    def entered(self, item: str, code: str, *, end: str = "approve", **how: Any) -> Begin:
        """An entry proposed and, a day later, decided: approve, reject, revoke (after approval), or left waiting."""

        def life(at: datetime) -> Life:
            entry = self._propose(item, code, at, **how)
            if end == "wait":
                return
            at = yield Office(420)
            if end == "reject":
                services.entry_reject(entry=entry, reason="所附文件不是表彰决定", actor=self.centre, at=at)
                return
            services.entry_approve(entry=entry, opinion="情况属实", actor=self.centre, at=at)
            if end == "revoke":
                at = yield Office(900)
                services.entry_revoke(entry=entry, reason="经复核，当时线路检修", actor=self.centre, at=at)

        return life

    def led(self, at: datetime) -> Life:
        """A unit claims a hard case that its leader led, on one of its own orders."""
        row = Dispatch.objects.filter(body__code="chengguan", closed_at__isnull=False).order_by("-pk").first()
        if row is None:
            return
        entry = self._propose(
            "difficult_led", "chengguan", at, unit=True, order=row.request.matter.number or "",
            leader="分管领导", how="现场会办并批示限期整改", outcome="已整改并回访满意",
        )  # fmt: skip
        at = yield Office(300)
        services.entry_approve(entry=entry, actor=self.centre, at=at)

    def findings(self, at: datetime) -> Life:
        """The platform goes through what the records show: one is entered, one let go, the rest wait."""
        for item in ("shirked_return", "late_arrival"):
            rows = list(candidate_rows(item).order_by("pk")[:2])
            for place, row in enumerate(rows):
                key = candidate_of(item, row).key
                if place == 0:
                    entry = services.candidate_accept(key=key, actor=self.cast.head, at=at)
                    at = yield Office(60)
                    services.entry_approve(entry=entry, actor=self.centre, at=at)
                else:
                    services.candidate_dismiss(
                        key=key, reason="经核查有正当原因", actor=self.cast.head, at=at
                    )

    # ---- opinions ----
    def opinion(
        self, code: str, title: str, *, days: int, answered: int = 0, confirmed: bool = False
    ) -> Begin:
        """An opinion due in so many days; answered after so many (0: not yet), confirmed or still to be."""

        def life(at: datetime) -> Life:
            due = (at + timedelta(days=days)).replace(hour=18, minute=0, second=0)
            made: Opinion = services.opinion_issue(
                body=self.cast.body(code), title=title, due_at=due, actor=self.cast.head, at=at,
                text="请查明原因，落实整改措施，并报整改结果和证明材料。",
            )  # fmt: skip
            if not answered:
                return
            at = yield at + timedelta(days=answered)
            services.opinion_answer(
                opinion=made, text="已整改到位，建立日巡查制度。", files=[paper("整改报告", made.body.name)],
                actor=self._liaison(code), at=at,
            )  # fmt: skip
            if confirmed:
                at = yield Office(240)
                services.opinion_confirm(opinion=made, actor=self.cast.head, at=at)

        return life

    # ---- all ----
    def lives(self) -> list[tuple[datetime, Begin]]:
        """What happens to the records while the city lives, and when each begins."""
        return [*self._months(), *self._pieces(), *self._scenes(), *self._waiting()]

    def _months(self) -> list[tuple[datetime, Begin]]:
        found: list[tuple[datetime, Begin]] = []
        first = self.end.replace(day=1, hour=0, minute=20, second=0)
        while first > self.start:
            found.append((first, self.month_begins))
            first = (first - timedelta(days=1)).replace(day=1)
        return found

    def _pieces(self) -> list[tuple[datetime, Begin]]:
        days = max((self.end - self.start).days // 4, 1)
        return [
            (
                later(self.start + timedelta(days=4 * place), 30 + 11 * place),
                self.told(TELLERS[place % len(TELLERS)], PIECES[place % len(PIECES)], adopted=place % 5 == 0),
            )
            for place in range(days)
        ]

    def _scenes(self) -> list[tuple[datetime, Begin]]:
        phone = {"checked_at": "抽查当晚21:10", "finding": "连续三次拨打无人接听"}
        paper_of = {"giver": "市政府（虚构）", "document": "虚构〔1〕号", "title": "联动工作先进单位"}
        piece = {"title": "热线背后的夜间抢修队", "outlet": "虚构日报", "subject": "news"}
        scenes: list[Callable[[], Begin]] = [
            lambda: self.opinion("gongjiao", "站点候车秩序督查", days=5, answered=3, confirmed=True),
            lambda: self.entered("duty_phone_failure", "tongji", **phone),
            lambda: self.opinion("fagai", "价格投诉办理拖延", days=4),
            lambda: self.entered("award_municipal", "chengguan", unit=True, **paper_of),
            lambda: self.entered("duty_phone_failure", "ranqi", end="revoke", **phone),
            lambda: self.entered("media_municipal", "shuiwu", unit=True, **piece),
            lambda: self.entered("duty_gap", "kaifaqu", checked_at="抽查当日23:40", finding="夜间无队伍在岗"),
            lambda: self.mended,
            lambda: self.entered("media_provincial", "shuiwu", unit=True, **piece),
            lambda: self.entered(
                "unexecuted_order", "gongxin", task="汛期值守指令", finding="未按指令派员值守"
            ),
            lambda: self.entered("award_provincial", "hubin", unit=True, end="reject", **paper_of),
            lambda: self.opinion("zhujian", "物业纠纷处置督查", days=6, answered=8, confirmed=True),
            lambda: self.entered("fraud", "lvyou", kind="false_figures", finding="虚构联系记录，经回访查实"),
            lambda: self.findings,
            lambda: self.led,
        ]
        span = (self.end - self.start) * 0.8
        return [
            (later(self.start + timedelta(days=1) + span * place / len(scenes), 45), make())
            for place, make in enumerate(scenes)
        ]

    def _waiting(self) -> list[tuple[datetime, Begin]]:
        """What waits for somebody at the end: approval, proof, an answer, a confirmation."""
        paper_of = {"giver": "省住建厅（虚构）", "document": "虚构〔2〕号", "title": "优质服务窗口"}
        phone = {"checked_at": "抽查当晚20:30", "finding": "线路故障，无法接通"}
        return [
            (before(self.end, 300), self.entered("award_provincial", "zhujian", end="wait", unit=True, **paper_of)),
            (before(self.end, 280), self.entered("duty_phone_failure", "gongshang", end="wait", **phone)),
            (before(self.end, 260), self.entered("award_municipal", "jiaoyu", end="wait", unit=True, bare=True, **paper_of)),
            (before(self.end, 700), self.opinion("chengguan", "占道经营整治督查", days=9)),
            (before(self.end, 1400), self.opinion("huanbao", "扬尘投诉办理督查", days=6, answered=1)),
        ]  # fmt: skip
