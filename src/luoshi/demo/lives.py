"""The lives of the demo city's requests: what people do with them, when, and what goes wrong now and then."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache

from luoshi.demo import texts
from luoshi.demo.clockwork import Clockwork, later
from luoshi.demo.knowledge import entry_for
from luoshi.hotline import services
from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.services.dispatching import ASSIST, LEAD, PARALLEL, SOLE, Order, Terms
from luoshi.hotline.services.refusing import Pointing
from luoshi.ledger.actors import CITIZEN, Actor
from luoshi.organisation.models import Body, Grant
from luoshi.organisation.selectors import actor_for

CHANNELS = ["phone"] * 12 + ["web"] * 4 + ["wechat"] * 3 + ["weibo", "sms", "email", "transfer_110"]


@lru_cache(maxsize=400)
def actor(role: str, code: str, turn: int = 0) -> Actor:
    """The demo account with a role at a body; several agents take turns."""
    grants = Grant.objects.filter(role__code=role, body__code=code).select_related("user").order_by("pk")
    found = list(grants)
    grant = found[turn % len(found)]
    return actor_for(user=grant.user, body_id=grant.body_id)


@lru_cache(maxsize=100)
def body(code: str) -> Body:
    """A body by its code."""
    found: Body = Body.objects.get(code=code)
    return found


class Lives:
    """Begins requests and lets each go its way."""

    def __init__(self, machine: Clockwork, chance: random.Random) -> None:
        self.machine = machine
        self.chance = chance
        self.told = 0
        self.earlier: list[tuple[int, dict[str, str | None]]] = []

    # ---- the platform's first steps ----
    def begin(self, now: datetime) -> None:
        """Somebody calls."""
        self.told += 1
        draw = self.chance.random()
        if draw < 0.06:
            return self._refused(now)
        if draw < 0.10 and self.earlier:
            return self._again(now)
        units, kind, title, content = self.chance.choice(texts.COMPLAINTS)
        place = self.chance.choice(texts.PLACES)
        filled = {"place": place, "n": str(self.chance.randint(3, 12))}
        contact = self._contact()
        request = self._receive(now, kind, title.format(**filled), content.format(**filled), contact, place)
        self.earlier = [*self.earlier[-30:], (request.pk, contact)]
        entry = entry_for(units[0]) if kind == "consultation" else None
        if entry is not None and self.chance.random() < 0.7:
            return self.machine.at(
                now + timedelta(minutes=self.chance.randint(1, 6)), self._answered(request.pk, units[0])
            )
        wait = self.chance.choice([5, 15, 30, 60, 120, 300]) if self.chance.random() < 0.96 else 700
        urgent = "燃气" in title or "窨井" in title
        moment = now + timedelta(minutes=4) if urgent else later(now, wait)
        if self.chance.random() < 0.03:
            return self.machine.at(moment, self._offer(request.pk))
        if self.chance.random() < 0.02:
            return self.machine.at(moment, self._escalate(request.pk, units))
        return self.machine.at(moment, self._dispatch(request.pk, units, urgent))

    def _contact(self) -> dict[str, str | None]:
        name = self.chance.choice(texts.SURNAMES) + self.chance.choice(texts.GIVEN)
        return {"name": name, "mobile": f"199{self.chance.randint(0, 99999999):08d}"}

    def _receive(
        self, now: datetime, kind: str, title: str, content: str, contact: dict[str, str | None], place: str
    ) -> Request:
        channel = self.chance.choice(CHANNELS)
        own = channel in {"web", "wechat", "weibo"}
        return services.request_receive(
            channel=channel,
            kind=kind,
            title=title,
            content=content,
            contact=contact,
            place=place,
            wants_public=self.chance.random() > 0.15,
            transferred_at=now - timedelta(minutes=2) if channel == "transfer_110" else None,
            actor=CITIZEN if own else actor("agent", "platform", self.told),
            at=now,
        )

    def _refused(self, now: datetime) -> None:
        code, title, content, reason = self.chance.choice(texts.REFUSALS)
        place = self.chance.choice(texts.PLACES)
        request = self._receive(
            now, "help", title.format(place=place), content.format(place=place), self._contact(), place
        )

        def refuse(at: datetime) -> None:
            pointing = Pointing("120", transferred=False) if code == "8.10" else None
            route = "诉讼" if code == "8.7" else ""
            services.request_refuse(
                request=Request.objects.select_related("matter", "contact").get(pk=request.pk),
                code=code, reason=reason, route=route, pointing=pointing, actor=actor("agent", "platform", self.told), at=at,
            )  # fmt: skip

        self.machine.at(now + timedelta(minutes=3), refuse)

    def _again(self, now: datetime) -> None:
        """Somebody calls about the same thing again: linked, and dispatched all the same."""
        pk, contact = self.chance.choice(self.earlier)
        first = Request.objects.select_related("matter").get(pk=pk)
        request = self._receive(now, first.kind, first.matter.title, first.content, contact, first.place)

        def link(at: datetime) -> None:
            services.request_link(
                request=_request(request.pk), other=_request(pk), kind="same",
                actor=actor("agent", "platform", self.told), at=at, note="同一人同一问题",
            )  # fmt: skip

        self.machine.at(now + timedelta(minutes=2), link)
        code = first.dispatches.values_list("body__code", flat=True).first() or "chengguan"
        self.machine.at(later(now, 20), self._dispatch(request.pk, (code,), False))

    def _answered(self, pk: int, code: str) -> Callable[[datetime], None]:
        def answer(at: datetime) -> None:
            entry = entry_for(code)
            if entry is None:
                return
            services.request_answer(
                request=_request(pk), means="knowledge", entry=entry.matter, answer=entry.plain_answer,
                actor=actor("agent", "platform", pk), at=at,
            )  # fmt: skip

        return answer

    def _offer(self, pk: int) -> Callable[[datetime], None]:
        def offer(at: datetime) -> None:
            item = services.voluntary_offer(
                request=_request(pk), reason="退单理由成立，职责边界不清", unsuitable="涉及单位无法确定主次，不宜指定协办",
                returned=True, acceptable=True, actor=actor("platform_leader", "platform"), at=at,
            )  # fmt: skip
            if self.chance.random() < 0.7:
                taker = self.chance.choice(["chengguan", "hubin", "zhujian", "shifanqu"])
                self.machine.at(later(at, self.chance.randint(30, 600)), self._claim(item.pk, taker))

        return offer

    def _claim(self, pk: int, code: str) -> Callable[[datetime], None]:
        def claim(at: datetime) -> None:
            from luoshi.hotline.models import Voluntary

            item = Voluntary.objects.select_related("request__matter", "request__contact").get(pk=pk)
            dispatch = services.voluntary_claim(offer=item, actor=actor("liaison", code), at=at)
            self._unit_life(dispatch, at)

        return claim

    def _escalate(self, pk: int, units: tuple[str, ...]) -> Callable[[datetime], None]:
        def escalate(at: datetime) -> None:
            services.request_escalate(
                request=_request(pk), to="government", summary="涉及多个部门，长期未能解决，需领导协调明确责任单位",
                actor=actor("platform_leader", "platform"), at=at,
            )  # fmt: skip
            self.machine.at(later(at, 400), decide)

        def decide(at: datetime) -> None:
            escalation = _request(pk).escalations.order_by("-pk")[0]
            services.escalation_decide(
                escalation=escalation, decision="请主办单位牵头，限期办结并报告结果", until=later(at, 3000),
                actor=actor("city_leader", "shizhengfu"), at=at,
            )  # fmt: skip
            self.machine.at(later(at, 60), self._dispatch(pk, units, False))

        return escalate

    def _dispatch(self, pk: int, units: tuple[str, ...], urgent: bool) -> Callable[[datetime], None]:
        def dispatch(at: datetime) -> None:
            request = _request(pk)
            known = [code for code in units if code != units[0]]
            draw = self.chance.random()
            instruction = "请及时联系诉求人，到现场核实情况，依规办理并按时答复。"
            if known and draw < 0.45:
                orders = [
                    Order(body(units[0]), instruction, LEAD),
                    Order(body(known[0]), instruction, ASSIST),
                ]
            elif known and draw < 0.6:
                orders = [
                    Order(body(units[0]), instruction, PARALLEL, part="现场问题的处理"),
                    Order(body(known[0]), instruction, PARALLEL, part="后续管理责任的落实"),
                ]
            else:
                onsite = body(units[0]).handles_onsite and self.chance.random() < 0.3
                orders = [Order(body(units[0]), instruction, SOLE, onsite=onsite)]
            terms = Terms(
                principle="competence", urgency="urgent" if urgent else "routine",
                urgency_basis="可能危及人身安全" if urgent else "",
            )  # fmt: skip
            opened = services.request_dispatch(
                request=request, orders=orders, terms=terms, actor=actor("dispatcher", "platform", pk), at=at
            )
            for one in opened:
                self._unit_life(one, at)

        return dispatch

    # ---- a unit at work ----
    def _unit_life(self, dispatch: Dispatch, now: datetime) -> None:
        urgent = dispatch.urgency == "urgent"
        late = self.chance.random() < 0.07
        wait = self.chance.randint(3, 25) if urgent and not late else self.chance.randint(10, 220)
        signing = now + timedelta(minutes=wait) if urgent else later(now, wait + (240 if late else 0))
        self.machine.at(signing, self._sign(dispatch.pk))

    def _sign(self, pk: int) -> Callable[[datetime], None]:
        def sign(at: datetime) -> None:
            dispatch, code = _dispatch(pk)
            services.dispatch_sign(dispatch=dispatch, actor=actor("liaison", code), at=at)
            if self.chance.random() < 0.07 and dispatch.role == SOLE:
                return self.machine.at(later(at, self.chance.randint(20, 300)), self._return(pk))
            minutes = 20 if dispatch.urgency == "urgent" else self.chance.randint(15, 270)
            return self.machine.at(later(at, minutes), self._work(pk))

        return sign

    def _return(self, pk: int) -> Callable[[datetime], None]:
        def ask(at: datetime) -> None:
            dispatch, code = _dispatch(pk)
            other = self.chance.choice(["hubin", "chengguan", "zhujian", "jiaotong"])
            proposed = body(other if other != code else "shanzhou")
            services.return_request(
                dispatch=dispatch,
                reason=texts.RETURN_REASON,
                proposed_body=proposed,
                actor=actor("liaison", code),
                at=at,
            )
            self.machine.at(later(at, self.chance.randint(60, 620)), lambda when: decide(when, proposed))

        def decide(at: datetime, proposed: Body) -> None:
            dispatch, _ = _dispatch(pk)
            asked = dispatch.applications.get(kind="return", status="pending")
            decider = actor("dispatcher", "platform")
            if self.chance.random() < 0.6:
                services.return_accept(application=asked, opinion="理由成立", actor=decider, at=at)
                self.machine.at(later(at, 30), self._dispatch(dispatch.request_id, (proposed.code,), False))
            else:
                services.return_reject(
                    application=asked, opinion="属你单位职责，请继续办理", actor=decider, at=at
                )
                self.machine.at(later(at, 30), self._work(pk))

        return ask

    def _work(self, pk: int) -> Callable[[datetime], None]:
        def work(at: datetime) -> None:
            dispatch, code = _dispatch(pk)
            liaison = actor("liaison", code)
            services.dispatch_hand_over(
                dispatch=dispatch, handler="业务科室", opinion="请核实办理", actor=liaison, at=at
            )
            plan: list[tuple[int, Callable[[datetime], object]]] = []
            if dispatch.onsite:
                plan.append(
                    (
                        5,
                        lambda when: services.dispatch_arrive(
                            dispatch=_dispatch(pk)[0],
                            scene="现场情况与反映基本一致",
                            actor=actor("handler", code),
                            at=when,
                        ),
                    )
                )
            if self.chance.random() < 0.92:
                plan.append(
                    (
                        self.chance.randint(20, 200),
                        lambda when: services.dispatch_contact(
                            dispatch=_dispatch(pk)[0],
                            note=self.chance.choice(texts.CONTACT_NOTES),
                            actor=actor("handler", code),
                            at=when,
                        ),
                    )
                )
                plan.append(
                    (
                        30,
                        lambda when: services.dispatch_preliminary(
                            dispatch=_dispatch(pk)[0],
                            opinion=self.chance.choice(texts.PRELIMINARY),
                            actor=liaison,
                            at=when,
                        ),
                    )
                )
            if dispatch.role == ASSIST:
                plan.append(
                    (
                        10,
                        lambda when: services.dispatch_contact_person(
                            dispatch=_dispatch(pk)[0],
                            name="王联络",
                            phone="0398-0000001",
                            actor=liaison,
                            at=when,
                        ),
                    )
                )
            moment = at
            for minutes, deed in plan:
                moment = later(moment, minutes)
                self.machine.at(moment, deed)  # type: ignore[arg-type]
            if dispatch.urgency != "urgent" and self.chance.random() < 0.05:
                self.machine.at(later(moment, 60), self._extension(pk))
            reply = later(
                moment,
                120
                if dispatch.urgency == "urgent"
                else self.chance.choice([300, 700, 1100, 1500, 1800, 2600]),
            )
            self.machine.at(reply, self._reply(pk))

        return work

    def _extension(self, pk: int) -> Callable[[datetime], None]:
        def ask(at: datetime) -> None:
            dispatch, code = _dispatch(pk)
            services.extension_request(
                dispatch=dispatch, reason="需要委托检测，五个工作日内无法出具结果", basis="相关行业检测规范",
                until=later(at, 8 * 60 * 8), actor=actor("liaison", code), at=at,
            )  # fmt: skip
            if self.chance.random() < 0.85:
                self.machine.at(later(at, 200), grant)

        def grant(at: datetime) -> None:
            asked = _dispatch(pk)[0].applications.get(kind="extension", status="pending")
            services.extension_grant(
                application=asked,
                until=asked.until,
                opinion="同意",
                actor=actor("reviewer", "platform"),
                at=at,
            )

        return ask

    def _reply(self, pk: int, *, mending: bool = False) -> Callable[[datetime], None]:
        def draft(at: datetime) -> None:
            dispatch, code = _dispatch(pk)
            weak = self.chance.random() < 0.06 and not mending
            place = dispatch.request.place
            done = texts.WEAK_REPLY if weak else self.chance.choice(texts.DONE).format(place=place)
            services.reply_draft(
                dispatch=dispatch, handling=done, problems=self.chance.choice(texts.PROBLEMS),
                measures=self.chance.choice(texts.PLANS), actor=actor("handler", code), at=at,
            )  # fmt: skip
            self.machine.at(later(at, self.chance.randint(10, 200)), submit)

        def submit(at: datetime) -> None:
            dispatch, code = _dispatch(pk)
            services.reply_submit(dispatch=dispatch, actor=actor("unit_leader", code), at=at)
            self.machine.at(later(at, self.chance.randint(30, 560)), self._review(pk))

        return draft

    def _review(self, pk: int) -> Callable[[datetime], None]:
        def review(at: datetime) -> None:
            dispatch, _ = _dispatch(pk)
            reviewer = actor("reviewer", "platform", pk)
            reply = dispatch.replies.order_by("-round")[0]
            if reply.measures == texts.WEAK_REPLY:
                services.review_second_assign(
                    dispatch=dispatch, reason="没有说明办理过程和结果，属敷衍应付", actor=reviewer, at=at
                )
            elif self.chance.random() < 0.1:
                services.review_redo(
                    dispatch=dispatch, reason="未说明整改时限，请补充后重新答复", actor=reviewer, at=at
                )
            else:
                services.review_pass(dispatch=dispatch, note="审核通过", actor=reviewer, at=at)
                return self.machine.at(
                    later(at, self.chance.randint(20, 400)), self._feed_back(dispatch.request_id)
                )
            return self.machine.at(
                later(at, self.chance.choice([300, 700, 1200, 1700])), self._reply(pk, mending=True)
            )

        return review

    # ---- back to the citizen ----
    def _feed_back(self, pk: int) -> Callable[[datetime], None]:
        def feed_back(at: datetime) -> None:
            request = _request(pk)
            if request.matter.state != "concluded":
                return
            services.request_feed_back(request=request, actor=actor("callback", "platform"), at=at)
            if request.matter.disclosure == "public" and self.chance.random() < 0.8:
                self.machine.at(at + timedelta(minutes=5), publish)
            self.machine.at(later(at, self.chance.randint(60, 900)), self._call_back(pk))

        def publish(at: datetime) -> None:
            services.request_publish(request=_request(pk), actor=actor("reviewer", "platform"), at=at)

        return feed_back

    def _call_back(self, pk: int) -> Callable[[datetime], None]:
        def call(at: datetime) -> None:
            request, caller = _request(pk), actor("callback", "platform")
            if self.chance.random() < 0.1:
                services.callback_try(request=request, note="电话无人接听", actor=caller, at=at)
                self.machine.at(later(at, 480), self._call_back(pk))
                return
            grades = ["satisfied"] * 7 + ["basically"] * 2 + ["dissatisfied"]
            services.request_call_back(
                request=request, contacted=self.chance.random() < 0.93, conduct=self.chance.choice(grades),
                result=self.chance.choice(grades), opinion=self.chance.choice(texts.OPINIONS),
                suggestion=self.chance.choice(texts.SUGGESTIONS), actor=caller, at=at,
            )  # fmt: skip
            if self.chance.random() < 0.6:
                self.machine.at(later(at, 300), archive)

        def archive(at: datetime) -> None:
            services.request_archive(request=_request(pk), actor=actor("callback", "platform"), at=at)

        return call

    def month_end(self, now: datetime) -> None:
        """The notices of the month before are drawn up and issued."""
        last = now.date().replace(day=1) - timedelta(days=1)
        leader = actor("platform_leader", "platform")
        for notice in services.month_close(month=date(last.year, last.month, 1), actor=leader, at=now):
            self.machine.at(
                later(now, 500), lambda at, one=notice: services.notice_issue(notice=one, actor=leader, at=at)
            )


def _request(pk: int) -> Request:
    found: Request = Request.objects.select_related("matter", "contact").get(pk=pk)
    return found


def _dispatch(pk: int) -> tuple[Dispatch, str]:
    found: Dispatch = Dispatch.objects.select_related(
        "matter", "body", "request__matter", "request__contact"
    ).get(pk=pk)
    return found, found.body.code
