"""The ordinary lives of requests: from the call to the archive, with what goes wrong now and then."""

from __future__ import annotations

from datetime import datetime, timedelta

from luoshi.demo import texts
from luoshi.demo.cast import dispatch_of, request_of
from luoshi.demo.clockwork import Clockwork, Life, Office, Stage
from luoshi.demo.deeds import Deeds, is_public
from luoshi.demo.knowledge import Library
from luoshi.demo.texts import Case
from luoshi.hotline import services
from luoshi.hotline.services import Order
from luoshi.hotline.services.dispatching import ASSIST, LEAD, PARALLEL
from luoshi.ledger.actors import CITIZEN


class Lives:
    """Lives that the clockwork lets go on; a stage is a part of a life that several lives share."""

    def __init__(self, machine: Clockwork, deeds: Deeds, library: Library) -> None:
        self.machine, self.deeds, self.library = machine, deeds, library
        self.chance = deeds.chance

    # ---- stages ----
    def take_over(self, at: datetime, pk: int, *, wait: int = 10) -> Stage:
        """Sign in and hand over."""
        at = yield Office(wait)
        self.deeds.sign(at, pk)
        at = yield Office(self.chance.randint(8, 20))
        self.deeds.hand_over(at, pk)
        return at

    def look_into(self, at: datetime, pk: int, *, contact: bool = True) -> Stage:
        """Be on the spot, ring the citizen, report the preliminary opinion."""
        dispatch = dispatch_of(pk)
        if dispatch.onsite:
            at = yield timedelta(minutes=8)
            self.deeds.arrive(at, pk)
        if contact:
            at = yield Office(self.chance.randint(15, 40))
            self.deeds.contact(at, pk)
        at = yield Office(10)
        self.deeds.preliminary(at, pk)
        if dispatch.role == ASSIST:
            self.deeds.contact_person(at, pk)
        return at

    def answer(self, at: datetime, pk: int, *, wait: int = 60, weak: bool = False) -> Stage:
        """Draft the reply and send it."""
        at = yield Office(wait)
        self.deeds.draft(at, pk, weak=weak)
        at = yield Office(20)
        self.deeds.submit(at, pk)
        return at

    def handled(self, at: datetime, pk: int, *, wait: int = 60, weak: bool = False) -> Stage:
        """A unit's whole work, briskly: half a day."""
        at = yield from self.take_over(at, pk)
        at = yield from self.look_into(at, pk)
        at = yield from self.answer(at, pk, wait=wait, weak=weak)
        return at

    def reviewed(self, at: datetime, pk: int) -> Stage:
        """The reviewer lets it pass."""
        at = yield Office(self.chance.randint(20, 60))
        self.deeds.passed(at, pk)
        return at

    def closed(self, at: datetime, pk: int, *, publish: bool = True, grades: tuple[str, ...] = ()) -> Stage:
        """The result given back, put on the net, the citizen called."""
        at = yield Office(20)
        self.deeds.feed_back(at, pk)
        if publish and is_public(request_of(pk)):
            at = yield timedelta(minutes=5)
            self.deeds.publish(at, pk)
        at = yield Office(40)
        self.deeds.call_back(at, pk, *grades)
        return at

    def done(self, at: datetime, request: int, dispatch: int) -> Stage:
        """From a dispatch to the archive, briskly: one working day."""
        at = yield from self.handled(at, dispatch)
        at = yield from self.reviewed(at, dispatch)
        at = yield from self.closed(at, request)
        at = yield Office(30)
        self.deeds.archive(at, request)
        return at

    # ---- whole lives ----
    def ordinary(self, at: datetime) -> Life:
        """Somebody calls about something usual."""
        case = texts.case_in(at.month, self.chance)
        private = self.chance.random() < 0.12
        pk = self.deeds.receive(at, case, wants_public=not private)
        entry = self.library.entry_for(case) if case.kind == "consultation" else None
        if entry is not None and self.chance.random() < 0.75:
            at = yield timedelta(minutes=self.chance.randint(1, 6))
            services.request_answer(
                request=request_of(pk), means="knowledge", entry=entry.matter, answer=entry.answer,
                actor=self.deeds.cast.agent(self.deeds.turn), at=at,
            )  # fmt: skip
            return
        if case.urgent:
            at = yield timedelta(minutes=self.chance.randint(2, 5))
        else:
            at = yield Office(self.chance.choice([5, 10, 15, 30, 60, 120, 240]))
        orders = self._orders(case)
        units = self.deeds.dispatch(at, pk, orders=orders, urgent=case.urgent)
        for one in units:
            self.machine.start(at, lambda when, unit=one: self.unit(when, unit))  # type: ignore[misc]

    def _orders(self, case: Case) -> list[Order]:
        deeds, draw = self.deeds, self.chance.random()
        others = case.units[1:]
        if others and draw < 0.35:
            return [deeds.order(case.unit, LEAD), *(deeds.order(code, ASSIST) for code in others)]
        if others and draw < 0.5:
            return [
                deeds.order(case.unit, PARALLEL, "现场问题的处理"),
                *(deeds.order(code, PARALLEL, "后续管理责任的落实") for code in others),
            ]
        body = deeds.cast.body(case.unit)
        onsite = body.handles_onsite and (bool(case.urgent) or self.chance.random() < 0.15)
        return [Order(body, texts.INSTRUCTION, onsite=onsite)]

    def unit(self, at: datetime, pk: int) -> Life:
        """One unit's work on its dispatch; the last one to be ready lets the request go on."""
        dispatch = dispatch_of(pk)
        if dispatch.urgency == "urgent" or dispatch.onsite:
            yield from self._hurried(at, pk)
        else:
            yield from self._unhurried(at, pk)
        if self.chance.random() < 0.08:
            at = yield Office(60)
            self.deeds.redo(at, pk)
            yield from self.answer(at, pk, wait=self.chance.choice([200, 400, 700, 1000]))
        at = yield Office(self.chance.choice([30, 60, 120, 240, 400, 520]))
        self.deeds.passed(at, pk)
        request = dispatch_of(pk).request
        if request.matter.state == "concluded":
            yield from self.back_to_citizen(at, request.pk)

    def _unhurried(self, at: datetime, pk: int) -> Stage:
        late = self.chance.random() < 0.06
        at = yield from self.take_over(at, pk, wait=260 if late else self.chance.randint(10, 200))
        at = yield from self.look_into(at, pk, contact=self.chance.random() < 0.95)
        if self.chance.random() < 0.1:
            at = yield Office(200)
            self.deeds.progress(at, pk)
        wait = 2500 if self.chance.random() < 0.06 else self.chance.choice([200, 500, 800, 1100, 1400, 1700])
        at = yield from self.answer(at, pk, wait=wait)
        return at

    def _hurried(self, at: datetime, pk: int) -> Stage:
        """Urgent, or wanted on the spot: at once, day and night, within hours."""
        for minutes, deed in ((self.chance.randint(3, 20), self.deeds.sign), (5, self.deeds.hand_over)):
            at = yield timedelta(minutes=minutes)
            deed(at, pk)
        if dispatch_of(pk).onsite and self.chance.random() < 0.9:
            at = yield timedelta(minutes=3)
            self.deeds.arrive(at, pk)
        for minutes, deed in ((10, self.deeds.contact), (10, self.deeds.preliminary)):
            at = yield timedelta(minutes=minutes)
            deed(at, pk)
        if dispatch_of(pk).role == ASSIST:
            self.deeds.contact_person(at, pk)
        at = yield timedelta(minutes=self.chance.randint(90, 400))
        self.deeds.draft(at, pk)
        at = yield timedelta(minutes=20)
        self.deeds.submit(at, pk)
        return at

    def back_to_citizen(self, at: datetime, pk: int) -> Life:
        """Feedback, publication, call-back, archive."""
        at = yield Office(self.chance.choice([20, 60, 150, 300]))
        self.deeds.feed_back(at, pk)
        if is_public(request_of(pk)) and self.chance.random() < 0.8:
            at = yield timedelta(minutes=5)
            self.deeds.publish(at, pk)
        at = yield Office(self.chance.choice([60, 200, 400, 700]))
        if self.chance.random() < 0.08:
            self.deeds.ring_in_vain(at, pk)
            at = yield Office(480)
        grades = ("basically", "dissatisfied") if self.chance.random() < 0.05 else ()
        self.deeds.call_back(at, pk, *grades, contacted=self.chance.random() < 0.94)
        if self.chance.random() < 0.15:
            services.request_comment(
                request=request_of(pk), rating=self.chance.choice(["satisfied", "satisfied", "basically"]),
                comment=self.chance.choice(texts.COMMENTS), actor=CITIZEN, at=at,
            )  # fmt: skip
        at = yield Office(self.chance.choice([60, 300, 900]))
        self.deeds.archive(at, pk)
