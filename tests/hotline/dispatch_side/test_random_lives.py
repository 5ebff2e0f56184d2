"""Random lives: whatever people press, in whatever order and however late, the ledger stays whole."""

from __future__ import annotations

import datetime as dt
import io
import random
from collections.abc import Callable
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Application, Dispatch
from luoshi.hotline.selectors.dispatches import allowed_actions
from luoshi.hotline.services import Order
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Refusal
from luoshi.ledger.services import sweep

from .conftest import PAPER

STEPS = 45
Pressed = Callable[[], Any]


class City:
    """One request with its units, and everybody who may press a button on it."""

    def __init__(self, dispatch: Dispatch, actor: Any, bodies: dict[str, Any], seed: int) -> None:
        self.request, self.actor, self.bodies = dispatch.request, actor, bodies
        self.random = random.Random(seed)
        self.at = dispatch.dispatched_at
        self.pressed: list[str] = []
        platform = ("dispatcher", "reviewer", "callback", "platform_leader", "command_centre")
        self.platform = [actor(role) for role in platform]

    def dispatches(self) -> list[Dispatch]:
        rows = Dispatch.objects.filter(request=self.request)
        return list(rows.select_related("matter", "body", "request__matter").order_by("pk"))

    def people(self, dispatch: Dispatch) -> list[Actor]:
        unit = [self.actor(role, dispatch.body) for role in ("liaison", "handler", "unit_leader")]
        return [*unit, *self.platform]

    def other_body(self, dispatch: Dispatch) -> Any:
        codes = [code for code in ("zhujian", "huanbao", "jiaoyu", "shuiwu") if code != dispatch.body.code]
        return self.bodies[self.random.choice(codes)]

    def step(self) -> None:
        """Some time passes, perhaps the worker comes, somebody presses one of the buttons offered or not."""
        self.at += self.random.choice(
            [dt.timedelta(seconds=1), dt.timedelta(minutes=20), dt.timedelta(hours=5), dt.timedelta(days=2)]
        )
        if self.random.random() < 0.3:
            sweep(now=self.at)
        dispatch = self.random.choice(self.dispatches())
        who = self.random.choice(self.people(dispatch))
        offered = [one.action for one in allowed_actions(dispatch=dispatch, actor=who, now=self.at)]
        wild = self.random.random() < 0.15
        choices = list(BUTTONS) if wild or not offered else offered
        action = self.random.choice([one for one in choices if one in BUTTONS] or ["sign"])
        try:
            BUTTONS[action](self, dispatch, who)
            self.pressed.append(action)
        except Refusal as refusal:
            assert refusal.message
            assert wild or not offered or refusal.status != 403, f"{action} was offered: {refusal}"


def pending(dispatch: Dispatch, kind: str) -> Application:
    found = Application.objects.filter(dispatch=dispatch, kind=kind, status="pending").select_related(
        "dispatch__matter", "dispatch__body", "dispatch__request__matter"
    )
    row: Application | None = found.first()
    if row is None:
        raise Refusal("没有待批复的申请")
    return row


def button(service: Any, **values: Any) -> Callable[[City, Dispatch, Actor], Any]:
    def run(city: City, dispatch: Dispatch, who: Actor) -> Any:
        given = {key: value(city, dispatch) if callable(value) else value for key, value in values.items()}
        return service(dispatch=dispatch, actor=who, at=city.at, **given)

    return run


def verdict(service: Any, kind: str, **values: Any) -> Callable[[City, Dispatch, Actor], Any]:
    def run(city: City, dispatch: Dispatch, who: Actor) -> Any:
        given = {key: value(city, dispatch) if callable(value) else value for key, value in values.items()}
        return service(application=pending(dispatch, kind), actor=who, at=city.at, opinion="意见", **given)

    return run


def soon(city: City, dispatch: Dispatch) -> dt.datetime:
    return city.at + dt.timedelta(days=city.random.randint(1, 12))


def assisting(city: City, dispatch: Dispatch) -> list[Order]:
    return [Order(city.other_body(dispatch), "请配合", role="assist")]


def answer(city: City, dispatch: Dispatch, who: Actor) -> Any:
    notice = dispatch.urgings.filter(kind="supervision", answered_at=None).first()
    if notice is None:
        raise Refusal("没有督办通知")
    return services.supervision_answer(urging=notice, answer="已办", actor=who, at=city.at)


def joint(city: City, dispatch: Dispatch, who: Actor) -> Any:
    return services.joint_determine(
        request=dispatch.request,
        lead=dispatch.body,
        assisting=[city.other_body(dispatch)],
        instruction="会办",
        until=soon(city, dispatch),
        actor=who,
        at=city.at,
    )


BUTTONS: dict[str, Callable[[City, Dispatch, Actor], Any]] = {
    "sign": button(services.dispatch_sign),
    "hand_over": button(services.dispatch_hand_over, handler="市政科"),
    "contact": button(services.dispatch_contact, note="属实"),
    "report_preliminary": button(services.dispatch_preliminary, opinion="拟更换"),
    "arrive": button(services.dispatch_arrive, scene="灯不亮"),
    "report_progress": button(services.dispatch_progress, note="施工中"),
    "give_contact_person": button(services.dispatch_contact_person, name="齐书禾", phone="0398-2900000"),
    "draft": button(services.reply_draft, **PAPER),
    "hand_on": button(services.dispatch_hand_on, handler="路灯所", reason="原承办人出差"),
    "take_back": button(services.reply_take_back),
    "send_back": button(services.reply_send_back, opinion="补充"),
    "submit": button(services.reply_submit),
    "pass": button(services.review_pass),
    "order_redo": button(services.review_redo, reason="不合要求"),
    "second_assign": button(services.review_second_assign, reason="敷衍"),
    "request_return": button(services.return_request, reason="非职责", proposed_body=City.other_body),
    "accept_return": verdict(services.return_accept, "return"),
    "reject_return": verdict(services.return_reject, "return"),
    "county_report": button(services.county_report, reason="不属辖区", suggestion="改派"),
    "adopt_report": verdict(services.county_report_adopt, "county_report", orders=assisting),
    "decline_report": verdict(services.county_report_decline, "county_report"),
    "request_assist": button(
        services.assist_request, reason="涉及多家", proposed_bodies=lambda c, d: [c.other_body(d)]
    ),
    "add_assist": verdict(services.assist_add, "assist", orders=assisting),
    "decline_assist": verdict(services.assist_decline, "assist"),
    "request_extension": button(services.extension_request, reason="复杂", basis="条例", until=soon),
    "grant_extension": verdict(services.extension_grant, "extension"),
    "refuse_extension": verdict(services.extension_refuse, "extension"),
    "request_no_redispatch": button(
        services.no_redispatch_request,
        reason="已答复",
        file=lambda c, d: io.BytesIO(b"%PDF-1.4"),
        file_name="意见.pdf",
    ),
    "accept_no_redispatch": verdict(services.no_redispatch_accept, "no_redispatch"),
    "reject_no_redispatch": verdict(services.no_redispatch_reject, "no_redispatch"),
    "request_coordination": button(services.coordination_request, reason="涉及多家"),
    "approve_coordination": verdict(services.coordination_approve, "coordination"),
    "refuse_coordination": verdict(services.coordination_refuse, "coordination"),
    "set_joint": joint,
    "recall": button(services.dispatch_recall, reason="派错"),
    "urge": button(services.dispatch_urge, text="请加快"),
    "supervise": button(services.dispatch_supervise, text="久拖", until=soon),
    "answer_supervision": answer,
    "order_mend": button(services.review_order_mend, reason="仍不亮"),
    "mend": button(services.dispatch_mend, **PAPER),
}


@pytest.mark.parametrize("seed", range(12))
def test_a_random_life_leaves_the_ledger_whole(
    dispatch_of: Any, actor: Any, bodies: Any, clean: Any, settings: Any, tmp_path: Any, seed: int
) -> None:
    settings.MEDIA_ROOT = tmp_path
    choose = random.Random(seed)
    dispatch = dispatch_of(
        choose.choice(["chengguan", "lushi", "hubin"]),
        role=choose.choice(["sole", "sole", "lead", "parallel"]),
        urgency=choose.choice(["routine", "routine", "urgent"]),
        onsite=choose.random() < 0.5,
        assist_extra=choose.random() < 0.5,
    )
    city = City(dispatch, actor, bodies, seed)
    for _ in range(STEPS):
        city.step()
    assert clean() == []
    states = [one.matter.state for one in city.dispatches()]
    city.request.matter.refresh_from_db()
    through = all(state in {"passed", "mending"} for state in states if state != "recalled")
    expected = "in_progress" if not through else "concluded" if set(states) != {"recalled"} else "received"
    assert city.request.matter.state == expected
    for one in city.dispatches():
        if one.matter.state in {"passed", "recalled"}:
            left = one.matter.obligations.filter(state="open", nature="duty").values_list("rule", flat=True)
            assert set(left) <= {"hotline.supervision"}  # a closed dispatch may still be supervised
            assert not one.applications.filter(status="pending").exists()


def test_the_buttons_are_all_that_a_person_can_press() -> None:
    from luoshi.hotline.states import DISPATCHES

    by_the_system = {"deem_overdue", "lapse_report"}
    assert set(BUTTONS) == {edge.action for edge in DISPATCHES.edges} - by_the_system
