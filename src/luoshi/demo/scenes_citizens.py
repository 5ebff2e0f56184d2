"""Scenes between the platform, the leaders and the citizen: refusals, hard cases, call-backs, repeats, calls."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

from luoshi.demo import texts
from luoshi.demo.cast import dispatch_of, request_of
from luoshi.demo.clockwork import Life, Office, Stage, later
from luoshi.demo.script import STAMPED_PAPER, Opened, Scene, Script
from luoshi.hotline import services
from luoshi.ledger.actors import CITIZEN


class CitizenScenes(Script):
    """What the platform does with a request beside dispatching it."""

    def _refusal(self, entry: dict[str, str]) -> Scene:
        def refused(at: datetime) -> Life:
            self.deeds.refuse(at, entry)
            yield timedelta(0)

        return refused

    # ---- no more dispatching, the voluntary list, leaders ----
    def _no_more_asked(self, at: datetime, unit: str) -> Opened:
        request, dispatch = self._begin(at, unit)
        at = yield Office(20)
        self.deeds.sign(at, dispatch)
        at = yield Office(60)
        services.no_redispatch_request(
            dispatch=dispatch_of(dispatch), reason="同一问题已依法终结，来电人没有提出新的情况",
            file=io.BytesIO(STAMPED_PAPER), file_name="书面意见.pdf", actor=self.cast.actor("liaison", unit), at=at,
        )  # fmt: skip
        return at, request, dispatch

    def no_more(self, at: datetime) -> Life:
        """A unit holds in writing that it should go out no more; the platform agrees and tells the citizen."""
        at, request, dispatch = yield from self._no_more_asked(at, "gongshang")
        at = yield Office(200)
        services.no_redispatch_accept(
            application=self.deeds.waiting(dispatch, "no_redispatch"),
            opinion="同意",
            actor=self.cast.dispatcher(),
            at=at,
        )
        at = yield Office(30)
        self.deeds.not_redispatch(at, request, "unit", "调解协议已履行完毕，没有新的事实和理由")

    def go_on(self, at: datetime) -> Life:
        """The platform does not agree: the unit goes on."""
        at, request, dispatch = yield from self._no_more_asked(at, "shiyao")
        at = yield Office(100)
        services.no_redispatch_reject(
            application=self.deeds.waiting(dispatch, "no_redispatch"), opinion="来电人提供了新的购物凭证，请继续办理",
            actor=self.cast.dispatcher(), at=at,
        )  # fmt: skip
        at = yield Office(10)
        self.deeds.hand_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def _offered(self, at: datetime, unit: str, other: str) -> Opened:
        at, request, dispatch = yield from self._returned(at, unit, other)
        at = yield Office(30)
        services.request_offer(
            request=request_of(request), reason="退单理由成立，职责边界不清", acceptable=True,
            unsuitable="涉及单位难以确定主次，不宜指定协办", actor=self.cast.head, at=at,
        )  # fmt: skip
        return at, request, dispatch

    def volunteered(self, at: datetime) -> Life:
        """A unit takes a request from the voluntary list."""
        at, request, _ = yield from self._offered(at, "wenguang", "jiaoyu")
        at = yield Office(200)
        taken = services.request_claim(
            request=request_of(request), actor=self.cast.actor("liaison", "kaifaqu"), at=at
        )
        yield from self.lives.done(at, request, taken.pk)

    def not_claimed(self, at: datetime) -> Life:
        """Nobody takes it: the platform dispatches it."""
        at, request, _ = yield from self._offered(at, "lvyou", "jiaotong")
        at = yield Office(600)
        services.offer_withdraw(
            request=request_of(request), reason="期满无单位领办", actor=self.cast.head, at=at
        )
        at = yield Office(30)
        (dispatch,) = self.deeds.dispatch(at, request, "jiaotong")
        yield from self.lives.done(at, request, dispatch)

    def _escalated(self, at: datetime, request: int, to: str) -> Stage:
        services.request_escalate(
            request=request_of(request), to=to, summary="涉及多个部门，长期未能解决，需领导协调明确责任单位",
            actor=self.cast.head, at=at,
        )  # fmt: skip
        at = yield Office(300)
        services.leader_decide(
            request=request_of(request), decision="请主办单位牵头，限期办结并报告结果", until=later(at, 1900),
            actor=self.cast.actor("city_leader", "shizhengfu"), at=at,
        )  # fmt: skip
        return at

    def hard_case(self, at: datetime) -> Life:
        """Put to a leader before any dispatch, then dispatched with the leader's time."""
        request = self.deeds.receive(at, texts.case_of("kaifaqu"), channel="phone")
        at = yield Office(60)
        at = yield from self._escalated(at, request, "government")
        at = yield Office(30)
        case = request_of(request).escalations.get()
        (dispatch,) = self.deeds.dispatch(at, request, "kaifaqu", due_set=case.until)
        yield from self.lives.done(at, request, dispatch)

    def hard_case_in_work(self, at: datetime) -> Life:
        """Put to a leader while a unit is at work, and taken up again."""
        request, dispatch = self._begin(at, "shifanqu")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self._escalated(at, request, "party")
        at = yield Office(20)
        services.request_resume(request=request_of(request), actor=self.cast.head, at=at)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def instructed(self, at: datetime) -> Life:
        """A leader writes an instruction on a request."""
        request, dispatch = self._begin(at, "renshe", "complaint")
        at = yield Office(60)
        services.leader_instruct(
            request=request_of(request), level="city", leader="副市长", instruction="请认真核实，切实保障务工人员权益",
            actor=self.cast.head, at=at,
        )  # fmt: skip
        yield from self.lives.done(at, request, dispatch)

    # ---- back to the citizen ----
    def mended(self, at: datetime) -> Life:
        """Dissatisfied: the unit mends the result, and the citizen is called again."""
        request, dispatch = self._begin(at, "chengguan", "complaint")
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        at = yield from self.lives.closed(at, request, grades=("basically", "dissatisfied"))
        at = yield Office(20)
        self.deeds.order_mend(at, dispatch, later(at, 960))
        at = yield Office(400)
        self.deeds.mend(at, dispatch)
        at = yield Office(200)
        self.deeds.call_back(at, request, "satisfied", "satisfied")
        at = yield Office(30)
        self.deeds.archive(at, request)

    def out_of_reach(self, at: datetime) -> Life:
        """Three calls in vain: the call-back is given up."""
        request, dispatch = self._begin(at, "ranqi")
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        at = yield Office(20)
        self.deeds.feed_back(at, request)
        for minutes in (60, 200, 200):
            at = yield Office(minutes)
            self.deeds.ring_in_vain(at, request)
        at = yield Office(10)
        services.callback_give_up(
            request=request_of(request), note="三次无人接听", actor=self.cast.caller, at=at
        )
        at = yield Office(10)
        self.deeds.archive(at, request)

    def _internal(self, at: datetime, unit: str, ground: str, *, conduct: bool) -> Stage:
        request = self.deeds.receive(at, texts.case_of(unit), channel="phone", conduct_matter=conduct)
        at = yield Office(20)
        services.request_classify(
            request=request_of(request), handling="internal", ground=ground, note="反映的情况需先行核实",
            actor=self.cast.dispatcher(), at=at,
        )  # fmt: skip
        (dispatch,) = self.deeds.dispatch(at, request, unit)
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        at = yield from self.lives.closed(at, request)
        return at

    def conduct(self, at: datetime) -> Life:
        """About an official's conduct: never in public."""
        yield from self._internal(at, "gongan", "conduct", conduct=True)

    def doubtful(self, at: datetime) -> Life:
        """What may not be so is looked into without the public."""
        yield from self._internal(at, "anjian", "doubtful", conduct=False)

    def published_anew(self, at: datetime) -> Life:
        """Taken off the net and put there again."""
        request, dispatch = self._begin(at, "weiji")
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        at = yield from self.lives.closed(at, request)
        at = yield Office(100)
        services.request_unpublish(
            request=request_of(request),
            reason="答复中的办理时间有误，更正后重发",
            actor=self.cast.reviewer,
            at=at,
        )
        if self.lives.chance.random() < 0.5:
            at = yield Office(60)
            self.deeds.publish(at, request)

    # ---- the same again ----
    def _again(self, at: datetime, request: int, contact: dict[str, str | None]) -> int:
        """The same person about the same, by telephone."""
        place = next(one for one in texts.places() if one.name == (request_of(request).place or one.name))
        case = self.deeds.cases[request]
        return self.deeds.receive(at, case, place=place, contact=contact, channel="phone")

    def _first(self, at: datetime, unit: str) -> tuple[int, int, dict[str, str | None]]:
        contact = texts.person(self.lives.chance)
        pk = self.deeds.receive(at, texts.case_of(unit), contact=contact, channel="phone")
        return pk, self.deeds.dispatch(at, pk, unit)[0], contact

    def same_day_repeat(self, at: datetime) -> Life:
        """The same twice on one working day: the second goes out no more."""
        request, dispatch, contact = self._first(at, "shuiwu")
        at = yield timedelta(minutes=15)
        again = self._again(at, request, contact)
        self.deeds.link(at, again, request)
        self.deeds.not_redispatch(at, again, "same_day", "当日已登记相同诉求，正在办理")
        yield from self.lives.done(at, request, dispatch)

    def repeat_in_progress(self, at: datetime) -> Life:
        """Called again while the unit is at work; a look-alike of somebody else is told apart."""
        request, dispatch, contact = self._first(at, "linye")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield Office(500)
        again = self._again(at, request, contact)
        self.deeds.link(at, again, request)
        self.deeds.not_redispatch(at, again, "in_progress", "承办单位正在规定时限内办理")
        other = self._again(at, request, texts.person(self.lives.chance))
        self.deeds.link(at, other, request, "different", "不同小区，问题相似")
        (second,) = self.deeds.dispatch(at, other, "linye")
        at = yield from self.lives.look_into(at, dispatch)
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        at = yield from self.lives.closed(at, request)
        yield from self.lives.done(at, other, second)

    def answered_thrice(self, at: datetime) -> Life:
        """Answered three times: the fourth goes out no more."""
        request, dispatch, contact = self._first(at, "gongjiao")
        first = request
        for turn in range(3):
            at = yield from self.lives.handled(at, dispatch, wait=20)
            at = yield from self.lives.reviewed(at, dispatch)
            at = yield from self.lives.closed(
                at, request, publish=False, grades=("basically", "dissatisfied")
            )
            at = yield Office(30)
            request = self._again(at, first, contact)
            self.deeds.link(at, request, first)
            if turn < 2:
                (dispatch,) = self.deeds.dispatch(at, request, "gongjiao")
        self.deeds.not_redispatch(at, request, "answered", "已三次答复，没有新的情况")

    def repeat_after_satisfied(self, at: datetime) -> Life:
        """Satisfied at the call-back, and calling again about the same: looked into, and dispatched."""
        request, dispatch, contact = self._first(at, "shiyao")
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        at = yield from self.lives.closed(at, request, grades=("satisfied", "satisfied"))
        at = yield Office(100)
        again = self._again(at, request, contact)
        self.deeds.link(at, again, request, "repeat", "回访时表示满意，现称问题反复")
        (second,) = self.deeds.dispatch(at, again, "shiyao")
        yield from self.lives.done(at, again, second)

    # ---- by telephone ----
    def _connected(self, at: datetime, kind: str, unit: str) -> None:
        request = self.deeds.receive(at, texts.case_of(unit, "consultation"), channel="phone")
        agent, body = self.cast.agent(self.deeds.turn), self.cast.body(unit)
        for connected in (False, True):
            services.request_connect(
                request=request_of(request), kind=kind, body=body, to="咨询台", connected=connected,
                note="" if connected else "占线", actor=agent, at=at,
            )  # fmt: skip
        services.request_answer(
            request=request_of(request), means=kind, body=body, answer=texts.case_of(unit, "consultation").done,
            actor=agent, at=at,
        )  # fmt: skip

    def three_way(self, at: datetime) -> Life:
        """A unit's person answers in a three-way call."""
        self._connected(at, "three_way", "renshe")
        yield timedelta(0)

    def put_through(self, at: datetime) -> Life:
        """The call is put through to the unit."""
        self._connected(at, "transfer", "gongan")
        yield timedelta(0)

    def put_right(self, at: datetime) -> Life:
        """The agent puts right what was registered, and adds a note; the citizen adds words on the portal."""
        request = self.deeds.receive(at, texts.case_of("caizheng"), channel="phone")
        agent = self.cast.agent(self.deeds.turn)
        at = yield timedelta(minutes=3)
        services.request_amend(
            request=request_of(request), category="惠农补贴", place="卢氏县东城大道", actor=agent, at=at
        )
        services.request_note(
            request=request_of(request), note="来电人下午再提供账户名称", actor=agent, at=at
        )
        at = yield timedelta(minutes=20)
        services.request_supplement(
            request=request_of(request),
            text="补贴账户开在农商行东城支行，户主是我父亲。",
            actor=CITIZEN,
            at=at,
        )
        at = yield Office(30)
        (dispatch,) = self.deeds.dispatch(at, request, "caizheng")
        yield from self.lives.done(at, request, dispatch)
