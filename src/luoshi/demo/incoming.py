"""The demo city's incoming papers: a dozen in various states, from one just reported to one in the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Life, Office, before, later
from luoshi.documents import rules
from luoshi.documents.models import Incoming, Instruction, Step, Transfer
from luoshi.documents.services import (
    checks,
    finishing,
    incoming,
    instructions,
    replies,
    sections,
    steps,
    urging,
)
from luoshi.documents.services.incoming import Letterhead
from luoshi.documents.services.instructions import Order
from luoshi.documents.services.sections import Way
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import User
from luoshi.organisation.selectors import actor_for

FUNDS: dict[str, Any] = {"subject": "funds", "amount": Decimal(380000), "applicant": "government"}
PAPERS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("关于实施背街小巷综合整治的请示", "chengguan", {}, "archived"),
    ("关于启用新建小学校区的请示", "jiaoyu", {}, "done"),
    ("关于调整供热管网改造计划的请示", "zhujian", {}, "decided"),
    ("关于划定秸秆禁烧重点区域的请示", "huanbao", {}, "replied"),
    ("关于开展夜间占道施工整治的请示", "gongan", {"urgency": "urgent"}, "instructed"),
    ("关于申请追加路灯维修经费的请示", "chengguan", FUNDS, "funds"),
    ("关于报送校园周边环境整治情况的报告", "jiaoyu", {"genre": "report"}, "format"),
    ("关于湖滨区防汛道路抢修的请示", "hubin", {"source": "county", "urgency": "special"}, "routing"),
    ("关于共建黄河湿地巡护站的函", "huanbao", {"genre": "letter"}, "working"),
    ("关于增设公共自行车站点的请示", "chengguan", {}, "distributed"),
    ("关于老旧小区加装电梯补助办法的请示", "zhujian", {}, "registered"),
    ("关于举办消防开放日活动的请示", "gongan", {}, "submitted"),
)  # fmt: skip


class Desk:
    """The papers of one city, each brought as far as its state, and one that is read by the leaders."""

    papers = PAPERS
    above: ClassVar[dict[str, Any]] = {
        "source": "provincial_government", "sender_name": "河南省人民政府", "reference": "豫政〔{:%Y}〕31号",
    }  # fmt: skip

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        self.cast, self.start, self.end = cast, start, end
        self.desk = cast.actor("secretariat", "mishuke")
        self.clerk = cast.actor("section_clerk", "zonghe1")
        self.office = cast.actor("confidential_office", "jiyaoke")

    def lives(self) -> list[tuple[datetime, Callable[[datetime], Life]]]:
        """One after the other through the last three weeks."""
        first = max(self.start, self.end - timedelta(days=20))
        step = (self.end - first - timedelta(days=1)) / (len(self.papers) + 1)
        lives: list[tuple[datetime, Callable[[datetime], Life]]] = [
            (later(first + step * place, 20 + place), self._life(*row))
            for place, row in enumerate(self.papers)
        ]
        return [
            *lives,
            (later(first + step, 90), self._reading),
            (later(first + timedelta(days=8), 40), self._week),
            (before(self.end, 90), self._last_week),
        ]

    def _life(self, title: str, code: str, given: dict[str, Any], until: str) -> Callable[[datetime], Life]:
        def told(at: datetime) -> Life:
            body, unit = self.cast.body(code), self.cast.actor("liaison", code)
            values = {"source": "department", "form": "online", "genre": "request", **given}
            head = Letterhead(
                title=title,
                content="详见附件。",
                reference=f"{body.short_name}〔{at:%Y}〕{at:%j}号",
                **values,
            )
            paper = incoming.paper_prepare(head=head, body=body, actor=unit, at=at)
            paper = incoming.paper_submit(paper=paper, actor=unit, at=at)
            if until == "submitted":
                return
            at = yield Office(15)
            incoming.paper_accept(paper=paper, actor=self.desk, at=at)
            if until in ("funds", "format"):
                why = {"funds": "资金请示，请走财政部门路径", "format": "没有签发人，附件缺页"}[until]
                checks.paper_return(
                    paper=paper, ground=f"documents.return_{until}", reason=why, actor=self.desk, at=at
                )
                return
            checks.paper_check(paper=paper, found=_passed(at), actor=self.desk, at=at)
            checks.paper_register(
                paper=paper, entry=f"{body.short_name}来文一件", slip=True, actor=self.desk, at=at
            )
            if until == "registered":
                return
            at = yield Office(10)
            yield from self._handled(paper, code, until, at)

        return told

    def _handled(self, paper: Incoming, code: str, until: str, at: datetime) -> Life:
        (row,) = sections.paper_distribute(
            paper=paper,
            sections=[self.cast.body("zonghe1")],
            note="请综合一科研提意见",
            actor=self.desk,
            at=at,
        )
        if until == "distributed":
            return
        at = yield Office(30)
        sections.section_receive(assignment=row, actor=self.clerk, at=at)
        if until == "working":
            return
        at = yield Office(90)
        sections.section_done(
            assignment=row, background="来文单位已实地调研，任务列入年度计划。", opinion="建议原则同意，由来文单位组织实施。",
            actor=self.clerk, at=at,
        )  # fmt: skip
        sections.paper_send_up(paper=paper, way=Way(), actor=self.clerk, at=at)
        if until == "routing":
            return
        at = yield Office(60)
        order = None
        if until in ("instructed", "replied"):
            other = self.cast.body("zhujian" if code != "zhujian" else "chengguan")
            order = Order(text="请有关部门先提出意见", bodies=[other], manner="opinions")
        self._sign(paper, at, order)
        if order is not None:
            yield from self._answered(paper, until)
            return
        while Step.objects.filter(paper_id=paper.pk, matter__state="open").exists():
            at = yield Office(60)
            self._sign(paper, at, None)
        if until == "decided":
            return
        at = yield Office(30)
        finishing.paper_finish(paper=paper, outcome="同意实施，已函告来文单位。", actor=self.clerk, at=at)
        if until == "archived":
            finishing.paper_hand_in(paper=paper, note="材料齐全", actor=self.clerk, at=at)
            finishing.paper_archive(paper=paper, actor=self.desk, at=at)

    def _answered(self, paper: Incoming, until: str) -> Life:
        at = yield Office(20)
        order = Instruction.objects.get(paper=paper)
        instructions.instruction_pass_on(instruction=order, actor=self.clerk, at=at)
        if until == "instructed":
            return
        row = Transfer.objects.select_related("body").get(paper=paper)
        at = yield Office(120)
        replies.unit_receive(transfer=row, actor=self.cast.actor("handler", row.body.code), at=at)
        at = yield Office(300)
        replies.unit_reply(
            transfer=row, reply="经研究，无不同意见，建议同步公示。", letter=f"{row.body.short_name}函1号",
            endorsement="signed", actor=self.cast.actor("unit_principal", row.body.code), at=at,
        )  # fmt: skip

    def _sign(self, paper: Incoming, at: datetime, order: Order | None) -> None:
        step = Step.objects.filter(paper_id=paper.pk, matter__state="open").order_by("pk").first()
        if step is not None:
            steps.step_done(
                step=step,
                actor=_of(step.person_id, at),
                at=at,
                mark="agree",
                opinion="同意拟办意见",
                instruction=order,
            )

    def _reading(self, at: datetime) -> Life:
        head = Letterhead(
            title="关于做好秋冬季安全生产工作的通知", form="confidential", genre="notice", content="请结合实际抓好落实。",
            **{**self.above, "reference": self.above["reference"].format(at)},
        )  # fmt: skip
        paper = incoming.paper_receive(head=head, actor=self.office, at=at)
        checks.paper_register(paper=paper, entry="上级通知一件", slip=True, actor=self.office, at=at)
        sections.reading_direct(paper=paper, actor=self.office, at=at)
        at = yield Office(60)
        self._sign(paper, at, None)
        leaders = [User.objects.get(username=name).person for name in ("mayor", "executive", "vicemayor")]
        sections.reading_circulate(paper=paper, leaders=leaders, actor=self.office, at=at)
        at = yield Office(60)
        self._sign(paper, at, None)

    def _week(self, at: datetime) -> Life:
        urging.urge_run(now=at)
        for notice in urging.notices_open(actor=self.desk, at=at):
            drawn = urging.notice_draw_up(notice=notice, remark="", actor=self.desk, at=at)
            urging.notice_issue(notice=drawn, actor=self.desk, at=at)
        at = yield Office(60)
        urging.urge_run(now=at)

    def _last_week(self, at: datetime) -> Life:
        """The feedback of the week that ended is drawn up and waits to be issued."""
        for notice in urging.notices_open(actor=self.desk, at=at):
            urging.notice_draw_up(notice=notice, remark="", actor=self.desk, at=at)
        yield Office(1)


def _passed(at: datetime) -> dict[str, bool]:
    """Every point of the check answered by yes."""
    return dict.fromkeys(rules.choice("documents.incoming_check", at).values, True)


def _of(person_id: int, at: datetime) -> Actor:
    return actor_for(user=User.objects.get(person_id=person_id), at=at)
