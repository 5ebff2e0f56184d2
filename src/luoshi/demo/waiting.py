"""What waits in the city's present: work at every stage, so that whoever logs in has something to do.

Each of these begins so many working minutes (or, by night and at weekends too, so much time) before the
present and stops where somebody's next step is wanted.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from luoshi.demo import texts
from luoshi.demo.cast import dispatch_of, request_of
from luoshi.demo.clockwork import Begin, Life, Office, Wait, before, later, later_today
from luoshi.demo.lives import Lives
from luoshi.demo.script import STAMPED_PAPER
from luoshi.hotline import services
from luoshi.hotline.services.dispatching import ASSIST, LEAD
from luoshi.ledger.errors import NotAllowed

Unit = Callable[[datetime, str], Life]
DAY = 480


class Waiting:
    """Scripted lives that are not over at the city's present."""

    def __init__(self, lives: Lives, end: datetime) -> None:
        self.lives, self.deeds, self.cast, self.end = lives, lives.deeds, lives.deeds.cast, end

    def all(self) -> Iterator[tuple[datetime, Begin]]:
        """When each begins."""
        for unit in ("chengguan", "hubin"):
            for minutes, scene in self._of_units():
                yield before(self.end, minutes), self._for(scene, unit)
            yield self.end - timedelta(minutes=10), self._for(self.urgent_unsigned, unit)
            yield self.end - timedelta(hours=20), self._for(self.urgent_today, unit)
        for minutes, begin in self._of_platform():
            yield before(self.end, minutes), begin
        for ago in (60, 25, 8, 2):
            yield self.end - timedelta(minutes=ago), self.undispatched
        yield self.end - timedelta(minutes=40), self.undecided_repeat

    def _for(self, scene: Unit, unit: str) -> Begin:
        return lambda at: scene(at, unit)

    def _of_units(self) -> list[tuple[int, Unit]]:
        return [
            (200, self.unsigned), (330, self.unsigned), (150, self.signed), (430, self.not_contacted),
            (1300, self.due_today), (1100, self.looked_into), (6 * DAY + 200, self.overdue), (1500, self.drafted),
            (900, self.submitted), (1600, self.submitted), (1000, self.to_redo), (1900, self.to_mend),
            (800, self.under_supervision), (1250, self.perfunctory), (1700, self.extended),
        ]  # fmt: skip

    def _of_platform(self) -> list[tuple[int, Begin]]:
        return [
            (700, self.undispatched), (100, self.undispatched), (200, self.return_asked), (900, self.return_asked),
            (1800, self.extension_asked), (180, self.assist_asked), (250, self.no_more_asked), (300, self.coordination_asked),
            (160, self.county_reported), (170, self.assisting), (700, self.on_the_list), (500, self.at_the_leader),
            (900, self.decided_by_leader), (1400, self.to_feed_back), (700, self.to_feed_back), (1500, self.to_call_back),
            (1600, self.rung_once), (1700, self.rung_twice), (1800, self.to_archive), (1400, self.dissatisfied),
            (1300, self.to_publish),
        ]  # fmt: skip

    def _begin(
        self, at: datetime, unit: str, *, due_set: datetime | None = None, urgent: str = ""
    ) -> tuple[int, int]:
        case = self.lives.chance.choice([one for one in texts.cases() if one.unit == unit])
        pk = self.deeds.receive(at, case, channel="phone")
        return pk, self.deeds.dispatch(at, pk, unit, due_set=due_set, urgent=urgent)[0]

    # ---- at a unit ----
    def unsigned(self, at: datetime, unit: str) -> Life:
        """Waits to be signed in; after 240 working minutes it is overdue."""
        self._begin(at, unit)
        yield timedelta(0)

    def urgent_unsigned(self, at: datetime, unit: str) -> Life:
        """Urgent and just sent."""
        self._begin(at, unit, urgent="可能危及人身安全")
        yield timedelta(0)

    def urgent_today(self, at: datetime, unit: str) -> Life:
        """Urgent, taken over at once, to be closed within hours."""
        _, dispatch = self._begin(at, unit, urgent="影响居民基本生活")
        for minutes, deed in ((12, self.deeds.sign), (20, self.deeds.hand_over), (30, self.deeds.contact)):
            at = yield timedelta(minutes=minutes)
            deed(at, dispatch)

    def signed(self, at: datetime, unit: str) -> Life:
        """Signed in, not handed over."""
        _, dispatch = self._begin(at, unit)
        at = yield Office(30)
        self.deeds.sign(at, dispatch)

    def not_contacted(self, at: datetime, unit: str) -> Life:
        """Handed over; nobody has rung the citizen."""
        _, dispatch = self._begin(at, unit)
        yield from self.lives.take_over(at, dispatch)

    def due_today(self, at: datetime, unit: str) -> Life:
        """To be closed today."""
        _, dispatch = self._begin(at, unit, due_set=later_today(self.end, 4))
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield Office(200)
        self.deeds.progress(at, dispatch)

    def looked_into(self, at: datetime, unit: str) -> Life:
        """The citizen was rung; the reply is wanted within days."""
        _, dispatch = self._begin(at, unit)
        at = yield from self.lives.take_over(at, dispatch)
        yield from self.lives.look_into(at, dispatch)

    overdue = looked_into

    def drafted(self, at: datetime, unit: str) -> Life:
        """The reply waits for the unit's leader."""
        _, dispatch = self._begin(at, unit)
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield Office(600)
        self.deeds.draft(at, dispatch)

    def submitted(self, at: datetime, unit: str) -> Life:
        """The reply waits for the reviewer."""
        _, dispatch = self._begin(at, unit)
        yield from self.lives.handled(at, dispatch, wait=500)

    def to_redo(self, at: datetime, unit: str) -> Life:
        """Sent back to be done again."""
        _, dispatch = self._begin(at, unit)
        at = yield from self.lives.handled(at, dispatch)
        at = yield Office(60)
        self.deeds.redo(at, dispatch)

    def perfunctory(self, at: datetime, unit: str) -> Life:
        """Assigned a second time; neither reply nor answer to the supervision yet."""
        _, dispatch = self._begin(at, unit)
        at = yield from self.lives.handled(at, dispatch, weak=True)
        at = yield Office(60)
        self.deeds.second_assign(at, dispatch)

    def to_mend(self, at: datetime, unit: str) -> Life:
        """The citizen is dissatisfied: to be mended."""
        request, dispatch = self._begin(at, unit)
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        at = yield from self.lives.closed(at, request, grades=("basically", "dissatisfied"))
        self.deeds.order_mend(at, dispatch, later_today(self.end, 6))

    def under_supervision(self, at: datetime, unit: str) -> Life:
        """A supervision notice waits for its answer."""
        _, dispatch = self._begin(at, unit)
        at = yield from self.lives.take_over(at, dispatch)
        at = yield Office(400)
        self.deeds.supervise(at, dispatch, max(later_today(self.end, 5), later(at, 60)))

    def extended(self, at: datetime, unit: str) -> Life:
        """More time was granted."""
        _, dispatch = self._begin(at, unit)
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        self._ask_extension(at, dispatch, unit)
        at = yield Office(200)
        services.extension_grant(
            application=self.deeds.waiting(dispatch, "extension"),
            opinion="同意",
            actor=self.cast.reviewer,
            at=at,
        )

    def _ask_extension(self, at: datetime, dispatch: int, unit: str) -> None:
        services.extension_request(
            dispatch=dispatch_of(dispatch), reason="需要委托检测，期限内无法出具结果", basis="行业检测规范规定的检测周期",
            until=later(at, 8 * DAY), actor=self.cast.actor("liaison", unit), at=at,
        )  # fmt: skip

    # ---- at the platform ----
    def undispatched(self, at: datetime) -> Life:
        """Waits for the dispatcher; after a working day it is overdue."""
        self.deeds.receive(at, texts.case_in(at.month, self.lives.chance))
        yield timedelta(0)

    def undecided_repeat(self, at: datetime) -> Life:
        """Two calls of the same person about the same, shortly after each other: somebody must decide."""
        contact, case = texts.person(self.lives.chance), texts.case_of("chengguan")
        place = self.deeds.place_for(case)
        self.deeds.receive(at, case, contact=contact, place=place, channel="phone")
        at = yield timedelta(minutes=20)
        self.deeds.receive(at, case, contact=contact, place=place, channel="phone")

    def return_asked(self, at: datetime) -> Life:
        """A unit asked to return."""
        _, dispatch = self._begin(at, "chengguan")
        at = yield Office(15)
        self.deeds.sign(at, dispatch)
        at = yield Office(30)
        services.return_request(
            dispatch=dispatch_of(dispatch), reason=texts.RETURN_REASON, proposed_body=self.cast.body("zhujian"),
            actor=self.cast.actor("liaison", "chengguan"), at=at,
        )  # fmt: skip

    def extension_asked(self, at: datetime) -> Life:
        """A unit asked for more time."""
        _, dispatch = self._begin(at, "chengguan")
        at = yield from self.lives.take_over(at, dispatch)
        at = yield from self.lives.look_into(at, dispatch)
        at = yield Office(DAY)
        self._ask_extension(at, dispatch, "chengguan")

    def assist_asked(self, at: datetime) -> Life:
        """A leading unit asked for one more."""
        pk = self.deeds.receive(at, texts.case_of("chengguan"), channel="phone")
        orders = [self.deeds.order("chengguan", LEAD), self.deeds.order("zhujian", ASSIST)]
        lead, _ = self.deeds.dispatch(at, pk, orders=orders)
        at = yield Office(60)
        services.assist_request(
            dispatch=dispatch_of(lead), reason="需要电力部门配合停电作业", proposed_bodies=[self.cast.body("gongdian")],
            actor=self.cast.actor("liaison", "chengguan"), at=at,
        )  # fmt: skip

    def no_more_asked(self, at: datetime) -> Life:
        """A unit holds in writing that it should go out no more."""
        _, dispatch = self._begin(at, "chengguan")
        at = yield Office(60)
        services.no_redispatch_request(
            dispatch=dispatch_of(dispatch), reason="同一问题已依法终结，来电人没有提出新的情况",
            file=io.BytesIO(STAMPED_PAPER), file_name="书面意见.pdf",
            actor=self.cast.actor("liaison", "chengguan"), at=at,
        )  # fmt: skip

    def coordination_asked(self, at: datetime) -> Life:
        """A unit asked for coordinated handling."""
        _, dispatch = self._begin(at, "chengguan")
        at = yield from self.lives.take_over(at, dispatch)
        services.coordination_request(
            dispatch=dispatch_of(dispatch), reason="涉及多个产权单位，需平台召集会商", proposal="召集产权单位和街道",
            actor=self.cast.actor("liaison", "chengguan"), at=at,
        )  # fmt: skip

    def county_reported(self, at: datetime) -> Life:
        """A county reported that it needs a city unit; the platform has a working day to answer."""
        _, dispatch = self._begin(at, "hubin")
        at = yield Office(40)
        services.county_report(
            dispatch=dispatch_of(dispatch), reason="涉及市管路段，单靠属地无法解决", suggestion="请增派市级单位协办",
            actor=self.cast.actor("liaison", "hubin"), at=at,
        )  # fmt: skip

    def assisting(self, at: datetime) -> Life:
        """An assisting unit has not named its contact person; the leading one is at work."""
        pk = self.deeds.receive(at, texts.case_of("hubin"), channel="phone")
        orders = [self.deeds.order("hubin", LEAD), self.deeds.order("chengguan", ASSIST)]
        lead, assist = self.deeds.dispatch(at, pk, orders=orders)
        yield from self.lives.take_over(at, lead)
        at = yield Office(5)
        self.deeds.sign(at, assist)

    def on_the_list(self, at: datetime) -> Life:
        """Open on the voluntary list."""
        request, dispatch = self._begin(at, "yima")
        at = yield Office(20)
        self.deeds.sign(at, dispatch)
        services.return_request(
            dispatch=dispatch_of(dispatch), reason=texts.RETURN_REASON, proposed_body=self.cast.body("wenguang"),
            actor=self.cast.actor("liaison", "yima"), at=at,
        )  # fmt: skip
        at = yield Office(60)
        services.return_accept(
            application=self.deeds.waiting(dispatch, "return"),
            opinion="理由成立",
            actor=self.cast.dispatcher(),
            at=at,
        )
        at = yield Office(60)
        services.request_offer(
            request=request_of(request), reason="退单理由成立，职责边界不清", acceptable=True,
            unsuitable="涉及单位难以确定主次，不宜指定协办", actor=self.cast.head, at=at,
        )  # fmt: skip

    def _escalated(self, at: datetime) -> Generator[Wait, datetime, int]:
        request, dispatch = self._begin(at, "shifanqu")
        yield from self.lives.take_over(at, dispatch)
        at = yield Office(60)
        services.request_escalate(
            request=request_of(request), to="government", summary="涉及安置、规划和资金多个方面，需市领导协调",
            actor=self.cast.head, at=at,
        )  # fmt: skip
        return request

    def at_the_leader(self, at: datetime) -> Life:
        """A hard case waits for a leader's decision."""
        yield from self._escalated(at)

    def decided_by_leader(self, at: datetime) -> Life:
        """A leader has decided; the platform takes it up."""
        request = yield from self._escalated(at)
        at = yield Office(200)
        services.leader_decide(
            request=request_of(request), decision="请示范区牵头，一个月内拿出方案", until=later(at, 15 * DAY),
            actor=self.cast.actor("city_leader", "shizhengfu"), at=at,
        )  # fmt: skip

    def to_feed_back(self, at: datetime) -> Life:
        """The result waits to be given back."""
        _, dispatch = self._begin(at, "gongdian")
        at = yield from self.lives.handled(at, dispatch)
        yield from self.lives.reviewed(at, dispatch)

    def _fed_back(self, at: datetime, unit: str, rung: int) -> Life:
        request, dispatch = self._begin(at, unit)
        at = yield from self.lives.handled(at, dispatch)
        yield from self.lives.reviewed(at, dispatch)
        at = yield Office(20)
        self.deeds.feed_back(at, request)
        for _ in range(rung):
            at = yield Office(120)
            self.deeds.ring_in_vain(at, request)

    def to_call_back(self, at: datetime) -> Life:
        """Waits for the call-back."""
        yield from self._fed_back(at, "reli", 0)

    def rung_once(self, at: datetime) -> Life:
        """Rung once in vain."""
        yield from self._fed_back(at, "shuiwu", 1)

    def rung_twice(self, at: datetime) -> Life:
        """Rung twice in vain."""
        yield from self._fed_back(at, "tongxin", 2)

    def to_archive(self, at: datetime) -> Life:
        """Called back, to be filed; the citizen's data was looked at, and once refused."""
        request, dispatch = self._begin(at, "linye")
        at = yield from self.lives.handled(at, dispatch)
        for unit in ("linye", "chengguan"):
            with suppress(NotAllowed):
                services.reveal(
                    matter=request_of(request).matter,
                    actor=self.cast.actor("liaison", unit),
                    reason="联系诉求人",
                    at=at,
                )
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request)

    def dissatisfied(self, at: datetime) -> Life:
        """Dissatisfied; nobody has told the unit to mend it yet."""
        request, dispatch = self._begin(at, "zhujian")
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request, grades=("dissatisfied", "dissatisfied"))

    def to_publish(self, at: datetime) -> Life:
        """Given back and called, not yet on the net."""
        request, dispatch = self._begin(at, "weiji")
        at = yield from self.lives.handled(at, dispatch)
        at = yield from self.lives.reviewed(at, dispatch)
        yield from self.lives.closed(at, request, publish=False)
