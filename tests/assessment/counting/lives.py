"""Random lives of requests in the small city: people take any step that is open to them, at odd moments, and often at
the very second of a limit. What a rule refuses is not done, and the next step is tried."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from luoshi.assessment import services as records
from luoshi.assessment.services.recount import recount
from luoshi.hotline import services
from luoshi.hotline.models import Application, Dispatch, Request
from luoshi.hotline.services import Grade, Order, Terms
from luoshi.knowledge import services as knowledge
from luoshi.knowledge.models import Entry, SupplyRequest
from luoshi.ledger.errors import Refusal
from luoshi.ledger.models import Obligation
from luoshi.ledger.services import sweep
from tests.assessment.records.conftest import CONTENT, upload
from tests.hotline.conftest import SHANGHAI

BEGIN = dt.datetime(2017, 10, 25, 8, 30, tzinfo=SHANGHAI)
UNITS = ("chengguan", "zhujian", "hubin", "jiaoyu")
REPLY = {"handling": "已到现场处理。", "problems": "无。", "measures": "加强巡查。"}
KINDS = ("consultation", "help", "complaint", "suggestion")
WORDS = ("satisfied", "basically", "dissatisfied")


class City:
    """One run: `chance` decides. worker: comes by now and then between the steps."""

    def __init__(
        self,
        actor: Callable[..., Any],
        bodies: dict[str, Any],
        seed: int,
        *,
        worker: bool = True,
        at_limits: bool = True,
    ) -> None:
        self.at_limits = at_limits  # limits that still run are other ones where no worker came by
        self.actor, self.bodies = actor, bodies
        self.chance, self.worker = random.Random(seed), worker
        self.now = BEGIN
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.deeds: list[tuple[int, Callable[[], Any]]] = [
            (16, self.ask), (2, self.answer), (14, self.sign), (11, self.hand_over), (16, self.reply), (14, self.judge),
            (5, self.send_back), (4, self.decide_return), (2, self.extend), (2, self.instruct), (1, self.recall),
            (2, self.coordinate), (1, self.join), (3, self.redispatch), (2, self.volunteer), (10, self.feed_back),
            (12, self.call_back), (2, self.enter), (1, self.revoke), (2, self.warn), (1, self.supply), (1, self.correct),
            (1, self.base), (1, self.county), (1, self.report),
        ]  # fmt: skip

    def run(self, steps: int) -> None:
        """Take so many steps; then the worker comes by, in any case."""
        for _ in range(steps):
            self.wait()
            weights = [weight for weight, _ in self.deeds]
            deed = self.chance.choices([deed for _, deed in self.deeds], weights)[0]
            try:
                deed()
                self.done[deed.__name__] += 1
            except (Refusal, IndexError):
                self.refused[deed.__name__] += 1
            if self.chance.random() < 0.3 and self.worker:
                self.work()
        self.now += dt.timedelta(days=self.chance.choice([0, 1, 9]))
        self.work()

    def work(self) -> None:
        """The worker's minute."""
        sweep(now=self.now)
        recount(now=self.now)

    def wait(self) -> None:
        """Some time passes: often just to a limit, a second before it or after it."""
        later = self.now + dt.timedelta(seconds=self.chance.choice([1, 60, 3600, 14400, 40000]))
        if self.chance.random() < 0.3 and self.at_limits:
            due = Obligation.objects.filter(state="open", due_at__gt=self.now).order_by(
                "due_at", "matter_id", "rule"
            )
            found = list(due.values_list("due_at", flat=True)[:3])
            if found:
                later = self.chance.choice(found) + dt.timedelta(seconds=self.chance.choice([-1, 0, 0, 1]))
        self.now = max(self.now + dt.timedelta(seconds=1), later)

    def who(self, role: str, unit: Any = None) -> Any:
        return self.actor(role, unit)

    def pick(self, rows: Any) -> Any:
        """One of the rows. IndexError where there is none."""
        found = list(rows)
        return self.chance.choice(found) if found else [][0]

    def dispatch_in(self, *states: str) -> Any:
        rows = Dispatch.objects.filter(matter__state__in=states).select_related(
            "matter", "body", "request__matter"
        )
        return self.pick(rows.order_by("pk"))

    def request_in(self, *states: str) -> Any:
        rows = Request.objects.filter(matter__state__in=states).select_related("matter", "contact")
        return self.pick(rows.order_by("pk"))

    # ---- the platform ----
    def ask(self) -> None:
        request = services.request_receive(
            channel="phone", kind=self.chance.choice(KINDS), title="路灯不亮", content="路灯三天不亮。",
            contact={"name": "虞听澜", "mobile": "19900007001"}, actor=self.who("agent"), at=self.now,
        )  # fmt: skip
        if self.chance.random() < 0.85:
            self.send(request)

    def send(self, request: Any) -> None:
        how = self.chance.choice(["sole", "sole", "sole", "joint", "joint", "parallel"])
        units = self.chance.sample(UNITS, 3 if how == "joint" and self.chance.random() < 0.4 else 2)
        roles = {
            "sole": ["sole"],
            "joint": ["lead", "assist", "assist"],
            "parallel": ["parallel", "parallel"],
        }[how]
        orders = [
            Order(
                self.bodies[unit], "请核实处理", role=role, part="一部分" if role == "parallel" else "",
                due_set=self.now + dt.timedelta(hours=20) if self.chance.random() < 0.1 else None,
            )
            for unit, role in zip(units, roles, strict=False)
        ]  # fmt: skip
        urgent = self.chance.random() < 0.3
        services.request_dispatch(
            request=request, orders=orders,
            terms=Terms("competence", "urgent" if urgent else "routine", "涉及安全" if urgent else "",
                        assist_extra=self.chance.random() < 0.3),
            actor=self.who("dispatcher"), at=self.now,
        )  # fmt: skip

    def redispatch(self) -> None:
        self.send(self.request_in("received"))

    def answer(self) -> None:
        request = services.request_receive(
            channel="phone", kind=self.chance.choice(["consultation", "announcement"]), title="咨询", content="怎么办理?",
            contact={"name": "虞听澜", "mobile": "19900007001"}, actor=self.who("agent"), at=self.now,
        )  # fmt: skip
        body = self.bodies[self.chance.choice(UNITS)]
        services.request_connect(
            request=request, kind="three_way", body=body, to="值班室", connected=True, actor=self.who("agent"), at=self.now
        )  # fmt: skip
        services.request_answer(
            request=request,
            means="three_way",
            answer="按规定办理。",
            body=body,
            actor=self.who("agent"),
            at=self.now,
        )

    def judge(self) -> None:
        dispatch, chance = self.dispatch_in("submitted"), self.chance.random()
        reviewer = self.who("reviewer")
        if chance < 0.65:
            services.review_pass(dispatch=dispatch, actor=reviewer, at=self.now)
        elif chance < 0.9:
            services.review_redo(dispatch=dispatch, reason="不完整", actor=reviewer, at=self.now)
        else:
            services.review_second_assign(dispatch=dispatch, reason="敷衍", actor=reviewer, at=self.now)

    def decide_return(self) -> None:
        asked = self.pick(Application.objects.filter(kind="return", status="pending").order_by("pk"))
        decide = services.return_accept if self.chance.random() < 0.5 else services.return_reject
        decide(application=asked, actor=self.who("dispatcher"), at=self.now, opinion="已核")

    def instruct(self) -> None:
        services.leader_instruct(
            request=self.request_in("in_progress", "received"), level="city", leader="某市长", instruction="抓紧办理",
            actor=self.who("command_centre"), at=self.now,
        )  # fmt: skip

    def recall(self) -> None:
        dispatch = self.dispatch_in("sent", "signed", "handed_over")
        services.dispatch_recall(dispatch=dispatch, reason="派错", actor=self.who("dispatcher"), at=self.now)

    def coordinate(self) -> None:
        dispatch = self.dispatch_in("handed_over", "signed")
        asked = services.coordination_request(
            dispatch=dispatch, reason="涉及多家", actor=self.who("liaison", dispatch.body.code), at=self.now
        )
        until = self.now + dt.timedelta(days=3) if self.chance.random() < 0.5 else None
        services.coordination_approve(
            application=asked, until=until, actor=self.who("platform_leader"), at=self.now
        )

    def join(self) -> None:
        lead, other = self.chance.sample(UNITS, 2)
        services.joint_determine(
            request=self.request_in("in_progress"), lead=self.bodies[lead], assisting=[self.bodies[other]],
            instruction="会办确定", until=self.now + dt.timedelta(days=2) if self.chance.random() < 0.5 else None,
            actor=self.who("command_centre"), at=self.now,
        )  # fmt: skip

    def volunteer(self) -> None:
        request = self.request_in("received", "offered")
        if request.matter.state == "received":
            services.request_offer(
                request=request, reason="退单成立", unsuitable="不宜指定", acceptable=True,
                actor=self.who("dispatcher"), at=self.now,
            )  # fmt: skip
        unit = self.chance.choice(UNITS)
        services.request_claim(request=request, actor=self.who("liaison", unit), at=self.now)

    def feed_back(self) -> None:
        request = self.request_in("concluded")
        services.request_feed_back(request=request, told_now=True, actor=self.who("callback"), at=self.now)

    def call_back(self) -> None:
        request = self.request_in("fed_back", "called_back")
        kept = list(Dispatch.objects.filter(request=request).exclude(matter__state="recalled").order_by("pk"))
        about: list[Any] = (
            [None]
            if self.chance.random() < 0.5
            else self.chance.sample(kept, self.chance.randint(1, len(kept)))
        )
        grades = [
            Grade(self.chance.random() < 0.8, self.chance.choice(WORDS), self.chance.choice(WORDS), dispatch)
            for dispatch in about
        ]
        services.request_call_back(
            request=request,
            grades=grades,
            opinion="无",
            suggestion="无",
            actor=self.who("callback"),
            at=self.now,
        )

    # ---- units ----
    def sign(self) -> None:
        dispatch = self.dispatch_in("sent")
        services.dispatch_sign(dispatch=dispatch, actor=self.who("liaison", dispatch.body.code), at=self.now)

    def hand_over(self) -> None:
        dispatch = self.dispatch_in("signed")
        services.dispatch_hand_over(
            dispatch=dispatch, handler="科室", actor=self.who("liaison", dispatch.body.code), at=self.now
        )

    def reply(self) -> None:
        dispatch = self.dispatch_in("handed_over", "redo")
        code = dispatch.body.code
        services.reply_draft(dispatch=dispatch, **REPLY, actor=self.who("handler", code), at=self.now)
        services.reply_submit(dispatch=dispatch, actor=self.who("unit_leader", code), at=self.now)

    def send_back(self) -> None:
        dispatch = self.dispatch_in("signed", "handed_over")
        other = next(unit for unit in UNITS if unit != dispatch.body.code)
        services.return_request(
            dispatch=dispatch, reason="不属职责", proposed_body=self.bodies[other],
            actor=self.who("liaison", dispatch.body.code), at=self.now,
        )  # fmt: skip

    def extend(self) -> None:
        dispatch = self.dispatch_in("signed", "handed_over")
        asked = services.extension_request(
            dispatch=dispatch, reason="工程量大", basis="某条例第三条", until=self.now + dt.timedelta(days=9),
            actor=self.who("liaison", dispatch.body.code), at=self.now,
        )  # fmt: skip
        decide = services.extension_grant if self.chance.random() < 0.7 else services.extension_refuse
        decide(application=asked, actor=self.who("platform_leader"), at=self.now, opinion="已核")

    def county(self) -> None:
        dispatch = self.pick(
            Dispatch.objects.filter(
                body__code="hubin", matter__state__in=["sent", "signed"], role="sole"
            ).order_by("pk")
        )
        asked = services.county_report(
            dispatch=dispatch, reason="不属本区", suggestion="请市直单位办理", actor=self.who("liaison", "hubin"), at=self.now
        )  # fmt: skip
        orders = (
            [Order(self.bodies["zhujian"], "请配合", role="assist")] if self.chance.random() < 0.6 else []
        )
        services.county_report_adopt(
            application=asked, orders=orders, actor=self.who("dispatcher"), at=self.now
        )

    # ---- records ----
    def enter(self) -> None:
        from luoshi.assessment.rules_records import item_rule

        item = self.chance.choice(
            ["unexecuted_order", "shirked_return", "media_exposed", "late_arrival", "fraud", "duty_phone_failure",
             "award_municipal", "platform_adopted"]
        )  # fmt: skip
        rule = item_rule(item, self.now.date())
        dispatch = self.pick(Dispatch.objects.select_related("body", "request__matter").order_by("pk"))
        on_order = item not in {"duty_phone_failure", "award_municipal", "platform_adopted"}
        entry = records.entry_propose(
            body=dispatch.body, item=item, date=self.now.date(), content=CONTENT.get(item, {"finding": "经核查属实"}),
            conditions=[one.key for one in rule.ground.conditions],
            order_no=dispatch.request.matter.number if on_order else "",
            files=[upload(material) for material in rule.materials or ("证明材料",)],
            actor=self.who("platform_leader"), at=self.now,
        )  # fmt: skip
        records.entry_approve(entry=entry, actor=self.who("command_centre"), at=self.now)

    def revoke(self) -> None:
        from luoshi.assessment.models import Entry as Entered

        entry = self.pick(Entered.objects.filter(matter__state="approved").order_by("pk"))
        records.entry_revoke(entry=entry, reason="登记有误", actor=self.who("command_centre"), at=self.now)

    def warn(self) -> None:
        from luoshi.assessment.models import Opinion

        standing = list(Opinion.objects.filter(matter__state="issued").order_by("pk"))
        if standing and self.chance.random() < 0.5:
            opinion = self.chance.choice(standing)
            records.opinion_confirm(opinion=opinion, actor=self.who("platform_leader"), at=self.now)
            return
        dispatch = self.pick(Dispatch.objects.select_related("body", "request__matter").order_by("pk"))
        records.opinion_issue(
            body=dispatch.body, title="督查", text="请整改", due_at=self.now + dt.timedelta(days=2),
            order_no=dispatch.request.matter.number if self.chance.random() < 0.7 else "",
            actor=self.who("platform_leader"), at=self.now,
        )  # fmt: skip

    def base(self) -> None:
        unit, point = self.chance.choice(UNITS), self.chance.choice(["deputy_leader", "liaison", "team"])
        records.base_judge(
            body=self.bodies[unit],
            verdicts={point: "missing"},
            actor=self.who("platform_leader"),
            at=self.now,
        )

    def report(self) -> None:
        unit = self.chance.choice(UNITS)
        month = (self.now.replace(day=1) - dt.timedelta(days=1)).date()
        owed = records.report_open(body=self.bodies[unit], month=month, at=self.now)
        records.report_file(
            report=owed, text="十月联动工作统计", actor=self.who("liaison", unit), at=self.now
        )

    # ---- knowledge ----
    def supply(self) -> None:
        unit = self.chance.choice(UNITS)
        knowledge.request_open(
            body=self.bodies[unit], form="basic", subject="办证指南", due_at=self.now + dt.timedelta(days=2),
            actor=self.who("platform_leader"), at=self.now,
        )  # fmt: skip
        asked = self.pick(
            SupplyRequest.objects.filter(matter__state="asked").select_related("body").order_by("pk")
        )
        if self.chance.random() < 0.3:
            knowledge.request_cancel(
                request=asked, reason="不再需要", actor=self.who("platform_leader"), at=self.now
            )
        elif self.chance.random() < 0.6:
            from luoshi.knowledge import rules

            knowledge.request_deliver(
                request=asked, question="怎么办证?",
                content={field.key: "按规定办理" for field in rules.fields("basic", self.now)},
                actor=self.who("liaison", asked.body.code), at=self.now,
            )  # fmt: skip

    def correct(self) -> None:
        entry = self.pick(Entry.objects.filter(live=True).order_by("pk"))
        knowledge.entry_correct(entry=entry, what="电话有误", actor=self.who("platform_leader"), at=self.now)
