"""The demo city's own papers: ten in various states, from a need that waits for a leader to one that is published."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Life, later
from luoshi.documents.models import Outgoing
from luoshi.documents.services import countersigning, drafting, issue, outgoing, review, signing
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import User
from luoshi.organisation.selectors import actor_for

NEED = (
    "not_oral", "not_in_law", "has_substance", "not_upgraded", "beyond_department", "not_routine", "not_repeated",
    "not_relayed", "own_measures",
)  # fmt: skip
CHECK = ("genre", "layout", "rules", "countersigned", "attachments", "consistent", "wording")
TEXT = """现就有关事项通知如下。
一、总体要求
坚持问题导向，突出重点区域，做到有安排、有检查、有结果。
二、重点任务
（一）摸清底数。各单位于本月底前完成排查，建立台账。
（二）分类处置。能立即解决的立即解决；一时不能解决的，列出时限和责任人。
三、工作要求
各单位明确一名负责同志，每月25日前报送进展。"""
PAPERS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("关于加强城市道路占用挖掘管理的通知", "chengguan", {"policy": True}, "archived"),
    ("关于做好冬季供热保障工作的通知", "zhujian", {"issued_as": "office"}, "printed"),
    ("关于表彰环境保护工作先进单位的通报", "huanbao", {"genre": "circular"}, "numbered"),
    ("关于规范校外托管场所管理的意见", "jiaoyu", {"genre": "opinion", "policy": True}, "signed"),
    ("关于申请城市防洪专项补助的请示", "zhujian", {"genre": "request", "addressee": "superior"}, "signing"),
    (
        "关于商请共建跨界河段监测站的函",
        "huanbao",
        {"genre": "letter", "addressee": "unrelated"},
        "presenting",
    ),
    (
        "关于开展老旧小区消防通道整治的通知",
        "gongan",
        {"issued_as": "office", "urgency": "urgent"},
        "proofing",
    ),
    ("关于调整城区停车收费时段的通知", "chengguan", {}, "checking"),
    ("关于户外广告设置管理的规定", "chengguan", {"normative": True}, "reviewed"),
    ("关于印发秋季植树工作安排的通知", "zhujian", {}, "drafting"),
    ("关于开展窗口服务作风检查的通知", "jiaoyu", {"issued_as": "office"}, "proposed"),
)


class Papers:
    """The papers of one city, each brought as far as its state."""

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.desk = cast.actor("secretariat", "mishuke")

    def lives(self) -> list[tuple[datetime, Callable[[datetime], Life]]]:
        """One after the other through the last four weeks."""
        first = max(self.start, self.end - timedelta(days=26))
        step = (self.end - first - timedelta(days=6)) / len(PAPERS)
        return [
            (later(first + step * place, 30 + place), self._life(*row)) for place, row in enumerate(PAPERS)
        ]

    def _life(self, title: str, code: str, given: dict[str, Any], until: str) -> Callable[[datetime], Life]:
        def told(at: datetime) -> Life:
            values = {"genre": "notice", "issued_as": "government", **given}
            paper = outgoing.draft_open(
                title=title, body=self.cast.body(code), purpose="工作需要统一部署", screen=dict.fromkeys(NEED, True),
                actor=self.cast.actor("liaison", code), at=at, **values,
            )  # fmt: skip
            for state, move in self._moves(code):
                if until == state:
                    return
                at = yield at + timedelta(hours=3)
                paper = move(Outgoing.objects.get(pk=paper.pk), at)
            at = yield at + timedelta(hours=1)
            issue.paper_archive(paper=paper, actor=self.desk, at=at)

        return told

    def _moves(self, code: str) -> tuple[tuple[str, Callable[[Outgoing, datetime], Outgoing]], ...]:
        return (
            ("proposed", self._agree),
            ("drafting", lambda paper, at: self._draft(paper, code, at)),
            ("submitted", self._accept),
            ("reviewed", self._slip),
            ("checking", self._check),
            ("proofing", self._proof),
            ("presenting", self._present),
            ("signing", self._sign),
            ("signed", self._number),
            ("numbered", self._print),
            ("printed", self._publish),
        )

    def _section(self, paper: Outgoing) -> Actor:
        body = paper.matter.body
        return self.cast.actor("section_clerk", body.code if body is not None else "zonghe1")

    def _agree(self, paper: Outgoing, at: datetime) -> Outgoing:
        return outgoing.issue_agree(
            paper=paper, opinion="同意发文", actor=self.cast.actor("mayor", "shizhengfu"), at=at
        )

    def _draft(self, paper: Outgoing, code: str, at: datetime) -> Outgoing:
        unit, head = self.cast.actor("liaison", code), self.cast.actor("unit_principal", code)
        values = {
            "text": TEXT, "addressees": "各县（市、区）人民政府，市人民政府各部门", "basis": "市政府年度工作安排",
            "disclosure": "open", "disclosure_reason": "涉及公众，应当公开", "annexes": ["任务分工表"],
        }  # fmt: skip
        if paper.policy:
            values |= {
                "interpretation_plan": "以图文形式解读",
                "interpretation_material": "文件说明了谁来管、怎么管、何时见效。",
            }
        paper = drafting.draft_edit(paper=paper, values=values, actor=unit, at=at)
        parts = ["principal", *(["interpretation_plan", "interpretation_material"] if paper.policy else [])]
        for part in parts:
            paper = drafting.part_approve(paper=paper, part=part, actor=head, at=at)
        other = self.cast.body("gongan" if code != "gongan" else "chengguan")
        row = countersigning.consult_ask(paper=paper, body=other, kind="consult", actor=unit, at=at)
        countersigning.consult_answer(
            row=row, view="agreed", text="无不同意见", actor=self.cast.actor("liaison", other.code),
            at=at + timedelta(minutes=1),
        )  # fmt: skip
        return drafting.draft_submit(paper=paper, actor=unit, at=at + timedelta(minutes=2))

    def _accept(self, paper: Outgoing, at: datetime) -> Outgoing:
        points = {"basis": True, "lawful": True, "consulted": True}
        return review.draft_accept(paper=paper, points=points, actor=self._section(paper), at=at)

    def _slip(self, paper: Outgoing, at: datetime) -> Outgoing:
        return review.slip_fill(
            paper=paper,
            basis="市政府年度工作安排",
            section_head="科室负责人",
            actor=self._section(paper),
            at=at,
        )

    def _check(self, paper: Outgoing, at: datetime) -> Outgoing:
        return review.check_pass(paper=paper, points=dict.fromkeys(CHECK, True), actor=self.desk, at=at)

    def _proof(self, paper: Outgoing, at: datetime) -> Outgoing:
        people = {person.pk: person for person in review.readers_of(paper, at).values()}
        for place, person in enumerate(people.values()):
            who = actor_for(user=User.objects.get(person=person))
            paper = review.proof_read(
                paper=paper, opinion="同意", actor=who, at=at + timedelta(minutes=place)
            )
        return paper

    def _present(self, paper: Outgoing, at: datetime) -> Outgoing:
        secretary = self.cast.actor("secretary_general", "shizhengfu")
        return signing.present(paper=paper, opinion="请审签", actor=secretary, at=at)

    def _sign(self, paper: Outgoing, at: datetime) -> Outgoing:
        person = signing.signers(paper, at=at).people[0].person
        who = actor_for(user=User.objects.get(person=person))
        return signing.sign(paper=paper, actor=who, at=at, opinion="同意")

    def _number(self, paper: Outgoing, at: datetime) -> Outgoing:
        paper = issue.copy_prove(paper=paper, actor=self.desk, at=at)
        return issue.paper_number(paper=paper, actor=self.desk, at=at + timedelta(minutes=1))

    def _print(self, paper: Outgoing, at: datetime) -> Outgoing:
        bodies = [self.cast.body(code) for code in ("hubin", "lushi", "chengguan")]
        paper = issue.paper_print(paper=paper, actor=self.desk, at=at, bodies=bodies)
        row = paper.deliveries.select_related("paper", "body").get(body=bodies[0])
        issue.delivery_receive(
            delivery=row, actor=self.cast.actor("liaison", "hubin"), at=at + timedelta(minutes=1)
        )
        return paper

    def _publish(self, paper: Outgoing, at: datetime) -> Outgoing:
        return issue.paper_publish(
            paper=paper,
            actor=self.desk,
            at=at,
            late_reason="节假日后公开" if paper.printed_on != at.date() else "",
        )
