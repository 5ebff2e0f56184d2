"""Scenes between a unit and the platform: returns, reports, more time, more units, reviews, supervision."""

from __future__ import annotations

from datetime import datetime

from luoshi.demo import texts
from luoshi.demo.cast import dispatch_of, request_of
from luoshi.demo.clockwork import Life, Office, later
from luoshi.demo.script import Opened, Script
from luoshi.hotline import services
from luoshi.hotline.services.dispatching import ASSIST, LEAD


class UnitScenes(Script):
    """What units ask for, and what the platform thinks of their replies."""

    # ---- returns and reports ----
    def returned(self, at: datetime) -> Life:
        """Returned rightly, done by the other unit."""
        at, request, _ = yield from self._returned(at, "gongjiao", "jiaotong")
        at = yield Office(20)
        (dispatch,) = self.deeds.dispatch(at, request, "jiaotong")
        yield from self.lives.done(at, request, dispatch)

    def return_not_agreed(self, at: datetime) -> Life:
        """The platform holds that it is the unit's duty after all."""
        request, dispatch = self._begin(at, "chengguan", "help")
        at = yield Office(15)
        self.deeds.sign(at, dispatch)
        at = yield Office(30)
        services.return_request(
            dispatch=dispatch_of(dispatch), reason=texts.RETURN_REASON, proposed_body=self.cast.body("zhujian"),
            actor=self.cast.actor("liaison", "chengguan"), at=at,
        )  # fmt: skip
        at = yield Office(90)
        services.return_reject(
            application=self.deeds.waiting(dispatch, "return"), opinion="该路段已移交你局养护，请继续办理",
            actor=self.cast.dispatcher(), at=at,
        )  # fmt: skip
        at = yield Office(20)
        self.deeds.hand_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def _county(self, at: datetime, unit: str) -> Opened:
        request, dispatch = self._begin(at, unit)
        at = yield Office(30)
        services.county_report(
            dispatch=dispatch_of(dispatch), reason="涉及市管路段，单靠属地无法解决", suggestion="请增派市级单位协办",
            actor=self.cast.actor("liaison", unit), at=at,
        )  # fmt: skip
        return at, request, dispatch

    def county_joined(self, at: datetime) -> Life:
        """A county reports; a city unit joins in and the county leads."""
        at, request, dispatch = yield from self._county(at, "hubin")
        at = yield Office(120)
        services.county_report_adopt(
            application=self.deeds.waiting(dispatch, "county_report"), opinion="同意增加协办单位",
            orders=[self.deeds.order("chengguan", ASSIST)], actor=self.cast.dispatcher(), at=at,
        )  # fmt: skip
        joined = request_of(request).dispatches.get(body__code="chengguan").pk
        at = yield from self.lives.handled(at, joined, wait=20)
        at = yield from self.lives.reviewed(at, joined)
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def county_right(self, at: datetime) -> Life:
        """A county reports that it is not its territory; another one does it."""
        at, request, dispatch = yield from self._county(at, "mianchi")
        at = yield Office(100)
        services.county_report_adopt(
            application=self.deeds.waiting(dispatch, "county_report"), opinion="经核实属义马市辖区",
            actor=self.cast.dispatcher(), at=at,
        )  # fmt: skip
        at = yield Office(20)
        (other,) = self.deeds.dispatch(at, request, "yima")
        yield from self.lives.done(at, request, other)

    def county_wrong(self, at: datetime) -> Life:
        """The platform does not adopt a county's report."""
        at, request, dispatch = yield from self._county(at, "lingbao")
        at = yield Office(100)
        services.county_report_decline(
            application=self.deeds.waiting(dispatch, "county_report"), opinion="属你市辖区道路，请继续办理",
            actor=self.cast.dispatcher(), at=at,
        )  # fmt: skip
        yield from self.lives.done(at, request, dispatch)

    def county_silence(self, at: datetime) -> Life:
        """The platform is silent for a working day: the county goes on."""
        at, request, dispatch = yield from self._county(at, "lushi")
        at = yield Office(20)
        self.deeds.sign(at, dispatch)
        at = yield Office(20)
        self.deeds.hand_over(at, dispatch)
        at = yield Office(900)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    # ---- more time, more units ----
    def _extension(self, at: datetime, dispatch: int, days: int) -> None:
        services.extension_request(
            dispatch=dispatch_of(dispatch), reason="需要委托检测，期限内无法出具结果", basis="行业检测规范规定的检测周期",
            until=later(at, 480 * (5 + days)), at=at,
            actor=self.cast.actor("liaison", dispatch_of(dispatch).body.code),
        )  # fmt: skip

    def extended(self, at: datetime) -> Life:
        """More time, granted."""
        request, dispatch = self._begin(at, "huanbao")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        self._extension(at, dispatch, 3)
        at = yield Office(200)
        services.extension_grant(
            application=self.deeds.waiting(dispatch, "extension"),
            opinion="同意",
            actor=self.cast.reviewer,
            at=at,
        )
        at = yield from self.lives.answer(at, dispatch, wait=700)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def extension_refused(self, at: datetime) -> Life:
        """More time, refused."""
        request, dispatch = self._begin(at, "zhujian")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        self._extension(at, dispatch, 3)
        at = yield Office(120)
        services.extension_refuse(
            application=self.deeds.waiting(dispatch, "extension"), opinion="情况并不复杂，请按期办结",
            actor=self.cast.reviewer, at=at,
        )  # fmt: skip
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def _led(self, at: datetime, lead: str, assist: str) -> tuple[int, int, int]:
        """A lead with one assisting unit."""
        pk = self.deeds.receive(at, texts.case_of(lead), channel="phone")
        orders = [self.deeds.order(lead, LEAD), self.deeds.order(assist, ASSIST)]
        first, second = self.deeds.dispatch(at, pk, orders=orders)
        return pk, first, second

    def _ask_assist(self, at: datetime, dispatch: int, lead: str, other: str) -> None:
        services.assist_request(
            dispatch=dispatch_of(dispatch), reason="需要查阅登记资料", proposed_bodies=[self.cast.body(other)],
            actor=self.cast.actor("liaison", lead), at=at,
        )  # fmt: skip

    def assist_granted(self, at: datetime) -> Life:
        """The lead asks for one unit more and gets it."""
        request, lead, _ = self._led(at, "shifanqu", "zhujian")
        at = yield Office(30)
        self._ask_assist(at, lead, "shifanqu", "guotu")
        at = yield Office(100)
        services.assist_add(
            application=self.deeds.waiting(lead, "assist"), orders=[self.deeds.order("guotu", ASSIST)],
            actor=self.cast.dispatcher(), at=at,
        )  # fmt: skip
        for code in ("guotu", "zhujian", "shifanqu"):
            pk = request_of(request).dispatches.get(body__code=code).pk
            at = yield from self.lives.handled(at, pk, wait=20)
            at = yield from self.lives.reviewed(at, pk)
        yield from self.lives.closed(at, request)

    def assist_refused(self, at: datetime) -> Life:
        """The lead asks for one unit more in vain."""
        request, lead, assist = self._led(at, "jiaotong", "gongan")
        at = yield Office(30)
        self._ask_assist(at, lead, "jiaotong", "guihua")
        at = yield Office(100)
        services.assist_decline(
            application=self.deeds.waiting(lead, "assist"),
            opinion="现有单位可以解决",
            actor=self.cast.dispatcher(),
            at=at,
        )
        for pk in (assist, lead):
            at = yield from self.lives.handled(at, pk, wait=20)
            at = yield from self.lives.reviewed(at, pk)
        yield from self.lives.closed(at, request)

    def _coordination(self, at: datetime, dispatch: int) -> None:
        services.coordination_request(
            dispatch=dispatch_of(dispatch), reason="涉及多个产权单位，需平台召集会商", proposal="召集产权单位和街道",
            actor=self.cast.actor("liaison", dispatch_of(dispatch).body.code), at=at,
        )  # fmt: skip

    def coordinated(self, at: datetime) -> Life:
        """Coordinated handling with a limit of its own."""
        request, dispatch = self._begin(at, "tongxin")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        self._coordination(at, dispatch)
        at = yield Office(200)
        services.coordination_approve(
            application=self.deeds.waiting(dispatch, "coordination"), until=later(at, 1500), opinion="同意，限期办结",
            actor=self.cast.head, at=at,
        )  # fmt: skip
        at = yield from self.lives.answer(at, dispatch, wait=500)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def coordination_refused(self, at: datetime) -> Life:
        """No coordination: the usual limit holds."""
        request, dispatch = self._begin(at, "shuili")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        self._coordination(at, dispatch)
        at = yield Office(100)
        services.coordination_refuse(
            application=self.deeds.waiting(dispatch, "coordination"), opinion="属本单位职责，可自行解决",
            actor=self.cast.head, at=at,
        )  # fmt: skip
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def more_units(self, at: datetime) -> Life:
        """The dispatcher adds a unit to a request at work."""
        request, dispatch = self._begin(at, "linye")
        at = yield Office(60)
        (added,) = services.request_dispatch_more(
            request=request_of(request), orders=[self.deeds.order("gongdian", ASSIST)],
            terms=services.Terms("competence"), actor=self.cast.dispatcher(), at=at,
        )  # fmt: skip
        for pk in (added.pk, dispatch):
            at = yield from self.lives.handled(at, pk, wait=20)
            at = yield from self.lives.reviewed(at, pk)
        yield from self.lives.closed(at, request)

    def brought_together(self, at: datetime) -> Life:
        """The command centre settles who leads, who assists, and by when."""
        request, _ = self._begin(at, "guotu")
        at = yield Office(100)
        joint = services.joint_determine(
            request=request_of(request), lead=self.cast.body("guotu"), assisting=[self.cast.body("hubin")],
            instruction="会办确定由市国土局主办、湖滨区协办，限期拆除并恢复原状", until=later(at, 1900),
            actor=self.cast.actor("command_centre", "command-centre"), at=at,
        )  # fmt: skip
        for pk in [one.pk for one in reversed(joint)]:
            at = yield from self.lives.handled(at, pk, wait=20)
            at = yield from self.lives.reviewed(at, pk)
        yield from self.lives.closed(at, request)

    # ---- reviews, redoing, supervision ----
    def redone(self, at: datetime) -> Life:
        """Sent back once, done again in time."""
        request, dispatch = self._begin(at, "gongdian")
        at = yield from self.lives.handled(at, dispatch)
        at = yield Office(60)
        self.deeds.redo(at, dispatch)
        at = yield from self.lives.answer(at, dispatch, wait=300)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def perfunctory(self, at: datetime) -> Life:
        """A perfunctory reply: assigned a second time, supervised, answered, done."""
        request, dispatch = self._begin(at, "chengguan", "complaint")
        at = yield from self.lives.handled(at, dispatch, weak=True)
        at = yield Office(60)
        self.deeds.second_assign(at, dispatch)
        at = yield Office(200)
        self.deeds.answer_supervision(at, dispatch)
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request, grades=("basically", "basically"))

    def failed_twice(self, at: datetime) -> Life:
        """Two failed reviews: overdue at once, and done all the same."""
        request, dispatch = self._begin(at, "hubin")
        at = yield from self.lives.handled(at, dispatch, weak=True)
        for weak in (True, False):
            at = yield Office(40)
            self.deeds.redo(at, dispatch)
            at = yield from self.lives.answer(at, dispatch, wait=150, weak=weak)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request, grades=("basically", "basically"))

    def redo_too_late(self, at: datetime) -> Life:
        """Three working days without a new reply: overdue."""
        request, dispatch = self._begin(at, "zhujian")
        at = yield from self.lives.handled(at, dispatch, weak=True)
        at = yield Office(30)
        self.deeds.redo(at, dispatch)
        at = yield from self.lives.answer(at, dispatch, wait=1900)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def sent_back(self, at: datetime) -> Life:
        """The unit's own leader wants the draft better."""
        request, dispatch = self._begin(at, "chengguan", "help")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield Office(60)
        self.deeds.draft(at, dispatch, weak=True)
        at = yield Office(30)
        self.deeds.send_back(at, dispatch)
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def supervised(self, at: datetime) -> Life:
        """Urged, then supervised; the unit answers too late, replies and is supervised no more."""
        request, dispatch = self._begin(at, "lingbao")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield Office(300)
        self.deeds.urge(at, dispatch)
        at = yield Office(60)
        self.deeds.supervise(at, dispatch, later(at, 120))
        at = yield Office(300)
        self.deeds.answer_supervision(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield from self.lives.answer(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def recalled(self, at: datetime) -> Life:
        """The platform takes a dispatch back by itself and sends it elsewhere."""
        request, dispatch = self._begin(at, "gongan")
        at = yield Office(40)
        services.dispatch_recall(
            dispatch=dispatch_of(dispatch),
            reason="派单有误，应由示范区承办",
            actor=self.cast.dispatcher(),
            at=at,
        )
        at = yield Office(10)
        (other,) = self.deeds.dispatch(at, request, "shifanqu")
        yield from self.lives.done(at, request, other)
