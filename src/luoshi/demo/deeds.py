"""Single deeds of the demo city: each calls one service with texts of the demo, by whoever may do it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from luoshi.demo import texts
from luoshi.demo.cast import Cast, dispatch_of, request_of
from luoshi.demo.texts import Case, Place
from luoshi.hotline import services
from luoshi.hotline.models import Application, Dispatch, Request, Urging
from luoshi.hotline.services import Grade, Order, Pointing, Terms
from luoshi.hotline.services.dispatching import ASSIST, SOLE
from luoshi.ledger.actors import CITIZEN

CHANNELS = (
    ["phone"] * 12 + ["web"] * 4 + ["wechat"] * 3 + ["weibo", "sms", "email", "fax", "transfer_110", "other"]
)
SELF_SERVICE = {"web", "wechat", "weibo"}


class Deeds:
    """What people of the city do; `chance` draws what they say."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.cast, self.chance = cast, chance
        self.cases: dict[int, Case] = {}
        self.turn = 0

    # ---- requests ----
    def receive(
        self,
        at: datetime,
        case: Case,
        *,
        place: Place | None = None,
        contact: dict[str, str | None] | None = None,
        channel: str = "",
        **more: Any,
    ) -> int:
        """Somebody gets in touch; the request's id."""
        self.turn += 1
        where = place or self.place_for(case)
        by = channel or self.chance.choice(CHANNELS)
        filled = {"place": where.name, "n": str(self.chance.randint(3, 12))}
        who = texts.person(self.chance) if contact is None else contact
        request = services.request_receive(
            channel=by,
            kind=case.kind,
            title=case.title.format(**filled),
            content=case.content.format(**filled),
            contact=texts.reached_by(by, who, self.chance) if who else {},
            place=where.name if "{place}" in case.title + case.content else "",
            area=self.cast.body(where.area),
            category=case.category,
            transferred_at=at - timedelta(minutes=2) if by == "transfer_110" else None,
            actor=CITIZEN if by in SELF_SERVICE else self.cast.agent(self.turn),
            at=at,
            **more,
        )
        self.cases[request.pk] = case
        return int(request.pk)

    def place_for(self, case: Case) -> Place:
        """A place of the city; for a county's own case one that lies there."""
        own = [place for place in texts.places() if place.area == case.unit]
        return self.chance.choice(own or list(texts.places()))

    def dispatch(
        self,
        at: datetime,
        pk: int,
        *units: str,
        orders: Sequence[Order] = (),
        urgent: str = "",
        due_set: datetime | None = None,
        onsite: bool = False,
        handling: str = "",
        internal_ground: str = "",
    ) -> list[int]:
        """Dispatch to one unit, or as the orders say; the dispatches' ids."""
        given = orders or [
            Order(self.cast.body(code), texts.INSTRUCTION, SOLE, due_set=due_set, onsite=onsite)
            for code in units
        ]
        terms = Terms("territory" if given[0].body.kind == "county" else "competence", *_urgency(urgent))
        opened = services.request_dispatch(
            request=request_of(pk), orders=given, terms=terms, handling=handling, internal_ground=internal_ground,
            actor=self.cast.dispatcher(pk), at=at,
        )  # fmt: skip
        return [one.pk for one in opened]

    def order(self, code: str, role: str, part: str = "") -> Order:
        """An order to one unit among several."""
        return Order(self.cast.body(code), texts.INSTRUCTION, role, part=part)

    def refuse(self, at: datetime, entry: dict[str, str]) -> int:
        """Somebody asks for what must be refused, and is told so."""
        case = Case((), "help", "其他", entry["title"], entry["content"], "", "", "")
        anonymous = entry["code"] == "8.6"
        pk = self.receive(
            at, case, place=texts.places()[0], channel="phone",
            contact={} if anonymous else None, rights_matter=anonymous,
        )  # fmt: skip
        services.request_refuse(
            request=request_of(pk), code=entry["code"], reason=entry["reason"], route=entry.get("route", ""),
            conditions={"own_rights": True, "no_identity": True, "cannot_verify": True} if anonymous else None,
            pointing=Pointing(entry["number"]) if "number" in entry else None, told_now=True,
            actor=self.cast.agent(self.turn), at=at,
        )  # fmt: skip
        return pk

    def link(self, at: datetime, pk: int, other: int, kind: str = "same", note: str = "") -> None:
        """An agent decides how a request stands to an earlier one."""
        services.request_link(
            request=request_of(pk), other=request_of(other), kind=kind, note=note,
            actor=self.cast.agent(pk), at=at,
        )  # fmt: skip

    def not_redispatch(self, at: datetime, pk: int, ground: str, reason: str) -> None:
        """The dispatcher decides that a repeat goes out no more."""
        services.request_not_redispatch(
            request=request_of(pk), ground=ground, reason=reason, actor=self.cast.dispatcher(), at=at
        )

    # ---- a unit's people ----
    def sign(self, at: datetime, pk: int) -> None:
        """The liaison officer signs in."""
        dispatch, code = _with_code(pk)
        services.dispatch_sign(dispatch=dispatch, actor=self.cast.actor("liaison", code), at=at)

    def hand_over(self, at: datetime, pk: int) -> None:
        """The liaison officer hands over to those who handle it."""
        dispatch, code = _with_code(pk)
        services.dispatch_hand_over(
            dispatch=dispatch, handler=self.chance.choice(texts.SECTIONS), opinion="请核实办理",
            actor=self.cast.actor("liaison", code), at=at,
        )  # fmt: skip

    def arrive(self, at: datetime, pk: int) -> None:
        """Somebody is on the spot."""
        dispatch, code = _with_code(pk)
        services.dispatch_arrive(
            dispatch=dispatch,
            scene=self.chance.choice(texts.SCENES),
            actor=self.cast.actor("handler", code),
            at=at,
        )

    def contact(self, at: datetime, pk: int) -> None:
        """The handler rings the citizen."""
        dispatch, code = _with_code(pk)
        services.dispatch_contact(
            dispatch=dispatch, note=self.chance.choice(texts.CONTACT_NOTES),
            actor=self.cast.actor("handler", code, pk), at=at,
        )  # fmt: skip

    def preliminary(self, at: datetime, pk: int) -> None:
        """The liaison officer reports the preliminary opinion."""
        dispatch, code = _with_code(pk)
        services.dispatch_preliminary(
            dispatch=dispatch, opinion=self.chance.choice(texts.PRELIMINARY),
            actor=self.cast.actor("liaison", code), at=at,
        )  # fmt: skip

    def contact_person(self, at: datetime, pk: int) -> None:
        """An assisting unit names whom the lead may ring."""
        dispatch, code = _with_code(pk)
        services.dispatch_contact_person(
            dispatch=dispatch, name=self.cast.actor("handler", code).name, phone="0398-0000100",
            actor=self.cast.actor("liaison", code), at=at,
        )  # fmt: skip

    def progress(self, at: datetime, pk: int) -> None:
        """The handler says how it goes."""
        dispatch, code = _with_code(pk)
        services.dispatch_progress(
            dispatch=dispatch,
            note=self.chance.choice(texts.PROGRESS),
            actor=self.cast.actor("handler", code),
            at=at,
        )

    def _reply(self, dispatch: Dispatch) -> dict[str, str]:
        case = self.cases[dispatch.request_id]
        if dispatch.role == ASSIST:
            return {
                "handling": "配合主办单位到现场核实，提供了相关资料。",
                "problems": "无。",
                "measures": "继续配合主办单位做好后续工作。",
            }
        done = case.done.format(place=dispatch.request.place or "现场", n="多")
        return {"handling": done, "problems": case.problem, "measures": case.plan}

    def draft(self, at: datetime, pk: int, *, weak: bool = False) -> None:
        """The handler drafts the reply; a weak one says nothing."""
        dispatch, code = _with_code(pk)
        nothing = {"handling": texts.WEAK_REPLY, "problems": texts.WEAK_PROBLEM, "measures": texts.WEAK_PLAN}
        parts = nothing if weak else self._reply(dispatch)
        actor = self.cast.actor("handler", code, pk)
        services.reply_draft(
            dispatch=dispatch, handling=parts["handling"], problems=parts["problems"], measures=parts["measures"],
            actor=actor, at=at,
        )  # fmt: skip

    def submit(self, at: datetime, pk: int) -> None:
        """The responsible leader approves and sends it."""
        dispatch, code = _with_code(pk)
        services.reply_submit(dispatch=dispatch, actor=self.cast.actor("unit_leader", code), at=at)

    def send_back(self, at: datetime, pk: int) -> None:
        """The responsible leader wants the draft better."""
        dispatch, code = _with_code(pk)
        services.reply_send_back(
            dispatch=dispatch, opinion="请写明整改完成时间", actor=self.cast.actor("unit_leader", code), at=at
        )

    def mend(self, at: datetime, pk: int) -> None:
        """The responsible leader reports the mended result."""
        dispatch, code = _with_code(pk)
        services.dispatch_mend(
            dispatch=dispatch, handling="再次到现场核查，对遗留问题逐项整改，整改前后照片已留存。",
            problems="首次处理不够彻底。", measures="增加复查频次，一周后再次回访。",
            actor=self.cast.actor("unit_leader", code), at=at,
        )  # fmt: skip

    def answer_supervision(self, at: datetime, pk: int) -> None:
        """The unit answers the supervision notice that waits."""
        urging = Urging.objects.select_related(
            "dispatch__matter", "dispatch__body", "dispatch__request__matter"
        ).get(dispatch=pk, kind="supervision", answered_at__isnull=True)
        services.supervision_answer(
            urging=urging, answer="已约谈责任科室，明确专人负责，限期办结。",
            actor=self.cast.actor("liaison", urging.dispatch.body.code), at=at,
        )  # fmt: skip

    # ---- the platform on a dispatch ----
    def passed(self, at: datetime, pk: int) -> None:
        """The reviewer lets the reply pass."""
        services.review_pass(dispatch=dispatch_of(pk), note="审核通过", actor=self.cast.reviewer, at=at)

    def redo(self, at: datetime, pk: int) -> None:
        """The reviewer sends it back to be done again."""
        services.review_redo(
            dispatch=dispatch_of(pk),
            reason="未说明整改时限，请补充后重新答复",
            actor=self.cast.reviewer,
            at=at,
        )

    def second_assign(self, at: datetime, pk: int) -> None:
        """The reviewer assigns it a second time and has it supervised."""
        services.review_second_assign(
            dispatch=dispatch_of(pk),
            reason="没有说明办理过程和结果，属敷衍应付",
            actor=self.cast.reviewer,
            at=at,
        )

    def order_mend(self, at: datetime, pk: int, until: datetime | None) -> None:
        """After a dissatisfied call-back the unit is to mend the result."""
        services.review_order_mend(
            dispatch=dispatch_of(pk), reason="来电人反映问题又出现，请核实整改", until=until,
            actor=self.cast.caller, at=at,
        )  # fmt: skip

    def urge(self, at: datetime, pk: int) -> None:
        """The platform's leader urges the unit."""
        services.dispatch_urge(
            dispatch=dispatch_of(pk), text="请加快办理，按时答复", actor=self.cast.head, at=at
        )

    def supervise(self, at: datetime, pk: int, until: datetime) -> None:
        """The platform's leader puts the dispatch under supervision."""
        services.dispatch_supervise(
            dispatch=dispatch_of(pk), text="诉求人多次来电，请说明进展和办结时间", until=until,
            actor=self.cast.head, at=at,
        )  # fmt: skip

    def waiting(self, pk: int, kind: str) -> Application:
        """The application of a kind that waits on a dispatch."""
        rows = Application.objects.select_related(
            "dispatch__matter", "dispatch__body", "dispatch__request__matter", "proposed_body"
        )
        found: Application = rows.get(dispatch=pk, kind=kind, status="pending")
        return found

    # ---- back to the citizen ----
    def feed_back(self, at: datetime, pk: int) -> None:
        """The result is given back."""
        services.request_feed_back(request=request_of(pk), actor=self.cast.caller, at=at)

    def publish(self, at: datetime, pk: int) -> None:
        """The result is put on the net, after a look for personal data."""
        request = request_of(pk)
        text = services.publication_suggest(request)
        services.request_publish(
            request=request, title=text.title, content=text.content, reply=text.reply, confirmed=True,
            actor=self.cast.reviewer, at=at,
        )  # fmt: skip

    def call_back(self, at: datetime, pk: int, *grades: str, contacted: bool = True) -> None:
        """A call-back that was answered. grades: conduct and result; drawn where left out."""
        draw = ["satisfied"] * 7 + ["basically"] * 2
        conduct, result = grades if grades else (self.chance.choice(draw), self.chance.choice(draw))
        services.request_call_back(
            request=request_of(pk), grades=[Grade(contacted, conduct, result)],
            opinion=self.chance.choice(texts.OPINIONS), suggestion=self.chance.choice(texts.SUGGESTIONS),
            actor=self.cast.caller, at=at,
        )  # fmt: skip

    def ring_in_vain(self, at: datetime, pk: int) -> None:
        """Nobody answers the call-back."""
        services.callback_try(request=request_of(pk), note="电话无人接听", actor=self.cast.caller, at=at)

    def archive(self, at: datetime, pk: int) -> None:
        """The request is filed."""
        services.request_archive(request=request_of(pk), actor=self.cast.caller, at=at)


def _urgency(basis: str) -> tuple[str, str]:
    return ("urgent", basis) if basis else ("routine", "")


def _with_code(pk: int) -> tuple[Dispatch, str]:
    dispatch = dispatch_of(pk)
    return dispatch, dispatch.body.code


def is_public(request: Request) -> bool:
    """Whether a request is handled in public."""
    return bool(request.matter.disclosure == "public")
