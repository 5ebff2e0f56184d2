"""Urging, supervision, and what goes out by itself."""

from __future__ import annotations

from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Urging
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Outbox

from .conftest import Life


def messages(life: Life, word: str) -> list[Any]:
    rows = Outbox.objects.filter(key__startswith=f"{life.dispatch.matter.number}:", key__contains=word)
    return list(rows.order_by("id"))


@pytest.mark.clause("smx-hotline-ops/17.a")
def test_the_platform_follows_a_dispatch_and_urges_liaison_officer_and_leader(
    life_of: Any, at: Any, swept: Any, people: Any
) -> None:
    life = life_of(state="handed_over")
    services.dispatch_urge(
        dispatch=life.dispatch, text="请加快", actor=people["command_centre"], at=at("2017-10-12 09:00")
    )
    told = messages(life, ":urge:")
    assert {one.to_name for one in told} == {life.by("liaison").name, life.by("unit_leader").name}
    assert all("将于10月16日 18:00到期" in one.text for one in told)
    swept(at("2017-10-16 18:00:01"))  # and by itself as soon as something has run out
    automatic = Urging.objects.filter(dispatch=life.dispatch, kind="automatic")
    assert any("办结" in one.text for one in automatic)
    assert len(messages(life, "hotline.close")) == 2
    services.dispatch_urge(
        dispatch=life.dispatch, text="已逾期", actor=people["command_centre"], at=at("2017-10-17 09:00")
    )
    assert "已于10月16日 18:00到期" in messages(life, ":urge:")[-1].text


def test_each_lapse_is_urged_once_however_often_the_worker_comes(life_of: Any, at: Any, swept: Any) -> None:
    life = life_of()
    for minute in (6, 7, 30):
        swept(at(f"2017-10-09 15:{minute:02d}"))
    assert len(messages(life, "hotline.sign_in")) == 2
    assert Urging.objects.filter(dispatch=life.dispatch, kind="automatic").count() == 1
    assert life.dispatch.matter.events.filter(kind="hotline.urged").count() == 1


def test_the_platforms_own_lapses_urge_no_unit(life_of: Any, at: Any, swept: Any) -> None:
    life = life_of(state="submitted")
    before = Outbox.objects.count()
    swept(at("2017-10-10 09:10"))  # the contact's scored 24 hours and others are the unit's
    units = Outbox.objects.count() - before
    swept(at("2017-10-10 18:00:01"))
    assert not messages(life, "hotline.review:")
    assert units >= 0


def test_a_lapse_while_mending_urges_the_unit_too(life_of: Any, at: Any, swept: Any, clean: Any) -> None:
    life = life_of(state="passed").dissatisfied()
    services.review_order_mend(
        dispatch=life.dispatch,
        reason="仍不亮",
        until=at("2017-10-12 18:00"),
        actor=life.by("callback"),
        at=life.when(None),
    )
    swept(at("2017-10-12 18:00:01"))
    assert len(messages(life, "hotline.mend")) == 2
    assert clean() == []


def test_a_supervision_notice_has_a_deadline_and_is_answered(
    life_of: Any, at: Any, people: Any, clean: Any
) -> None:
    life = life_of(state="handed_over")
    for changes, field in (
        ({"text": ""}, "text"),
        ({"until": None}, "until"),
        ({"until": at("2017-10-09 09:00")}, "until"),
    ):
        values = {"text": "久拖不办", "until": at("2017-10-11 12:00"), **changes}
        with pytest.raises(Incomplete) as refusal:
            services.dispatch_supervise(
                dispatch=life.dispatch, actor=people["platform_leader"], at=life.at, **values
            )
        assert refusal.value.field == field
    notice = services.dispatch_supervise(
        dispatch=life.dispatch,
        text="久拖不办",
        until=at("2017-10-11 12:00"),
        actor=people["platform_leader"],
        at=life.when(None),
    )
    life.dispatch.request.refresh_from_db()
    assert life.dispatch.request.supervised
    assert {one.to_name for one in messages(life, ":supervise:")} == {
        life.by("liaison").name,
        life.by("unit_leader").name,
    }
    with pytest.raises(WrongState, match="尚未答复"):
        services.dispatch_supervise(
            dispatch=life.dispatch,
            text="再督办",
            until=at("2017-10-12 12:00"),
            actor=people["platform_leader"],
            at=life.at,
        )
    services.supervision_answer(
        urging=notice, answer="明日完成", actor=life.by("liaison"), at=life.when(None)
    )
    assert life.state_of("hotline.supervision") == "met"
    with pytest.raises(WrongState, match="已经答复"):
        services.supervision_answer(
            urging=notice, answer="完成", actor=life.by("liaison"), at=life.when(None)
        )
    assert clean() == []


@pytest.mark.parametrize("role", ["dispatcher", "reviewer", "agent"])
def test_who_does_not_supervise_cannot(life_of: Any, at: Any, people: Any, role: str) -> None:
    with pytest.raises(NotAllowed):
        services.dispatch_supervise(
            dispatch=life_of().dispatch,
            text="久拖不办",
            until=at("2017-10-11 12:00"),
            actor=people[role],
            at=at("2017-10-09 10:00"),
        )


def test_a_closed_dispatch_is_supervised_but_not_urged(life_of: Any, at: Any, people: Any) -> None:
    life = life_of(state="passed")
    with pytest.raises(WrongState):
        services.dispatch_urge(
            dispatch=life.dispatch, text="请加快", actor=people["platform_leader"], at=life.at
        )
    services.dispatch_supervise(
        dispatch=life.dispatch,
        text="结果不实",
        until=at("2017-10-11 12:00"),
        actor=people["platform_leader"],
        at=life.when(None),
    )
    assert life.state_of("hotline.supervision") == "open"
