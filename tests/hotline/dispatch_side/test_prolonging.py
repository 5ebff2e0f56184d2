"""More time: extensions and coordination."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState

from .conftest import Life

DUE, LATER = "2017-10-16 18:00", "2017-10-20 18:00"
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def ask(at: Any) -> Any:
    """ask(life, at=…, until=…): the unit asks for time until 20 October."""

    def run(life: Life, when: Any = None, **changes: Any) -> Any:
        values = {"reason": "须开挖路面", "basis": "城市道路管理条例", "until": at(LATER), **changes}
        return services.extension_request(
            dispatch=life.dispatch, actor=life.by("liaison"), at=life.when(when), **values
        )

    return run


def grant(waiting: Any, life: Life, when: Any = None, **changes: Any) -> Any:
    return services.extension_grant(
        application=waiting, actor=life.by("reviewer"), at=life.when(when), **changes
    )


@pytest.mark.clause("smx-hotline-ops/14.3.a", "smx-hotline-assessment/4.2.2.c")
def test_more_time_is_asked_before_the_limit_runs_out_and_granted_with_a_new_one(
    life_of: Any, at: Any, ask: Any, clean: Any
) -> None:
    life = life_of(state="handed_over")
    for changes, field in (({"reason": ""}, "reason"), ({"basis": ""}, "basis"), ({"until": None}, "until")):
        with pytest.raises(Incomplete) as refusal:
            ask(life, **changes)
        assert refusal.value.field == field
    waiting = ask(life, at(DUE))  # at its very second still
    grant(waiting, life, at("2017-10-17 10:00"))
    row = life.owed("hotline.close")
    assert (row.due_at, row.breached_at, waiting.granted_until) == (at(LATER), None, at(LATER))
    life.reply(at(LATER)).review(at("2017-10-23 09:00"))
    assert life.state_of("hotline.close") == "met"
    assert life.dispatch.matter.events.get(kind="hotline.review_passed").data["on_time"] is True
    too_late = life_of(state="handed_over")
    with pytest.raises(WrongState, match="届满"):
        ask(too_late, at(DUE) + SECOND)
    assert not too_late.dispatch.applications.exists()
    assert clean() == []


def test_the_granted_limit_has_its_own_last_second(life_of: Any, at: Any, ask: Any) -> None:
    life = life_of(state="handed_over")
    grant(ask(life, at("2017-10-10 09:00")), life)
    life.draft().submit(at(LATER) + SECOND)
    assert life.state_of("hotline.close") == "late"
    assert life.owed("hotline.close").breached_at == at(LATER)


def test_what_is_refused_leaves_the_old_limit(life_of: Any, at: Any, ask: Any) -> None:
    life = life_of(state="handed_over")
    waiting = ask(life)
    with pytest.raises(Incomplete) as refusal:
        services.extension_refuse(application=waiting, opinion="", actor=life.by("reviewer"), at=life.at)
    assert refusal.value.field == "opinion"
    services.extension_refuse(
        application=waiting, opinion="并不复杂", actor=life.by("reviewer"), at=life.when(None)
    )
    assert (waiting.status, life.owed("hotline.close").due_at) == ("rejected", at(DUE))


def test_what_is_not_answered_leaves_the_old_limit(life_of: Any, at: Any, ask: Any, swept: Any) -> None:
    life = life_of(state="handed_over")
    ask(life)
    swept(at(DUE) + SECOND)
    assert life.owed("hotline.close").breached_at == at(DUE)


def test_a_grant_after_the_reply_came_late_makes_it_in_time_if_it_reaches_that_far(
    life_of: Any, at: Any, ask: Any, clean: Any
) -> None:
    reaches, falls_short = life_of(state="handed_over"), life_of(state="handed_over")
    for life in (reaches, falls_short):
        life.waiting = ask(life, at("2017-10-16 17:00"))  # type: ignore[attr-defined]
        life.reply(at("2017-10-18 10:00"))
        assert life.state_of("hotline.close") == "late"
    grant(reaches.waiting, reaches, at("2017-10-18 11:00"))  # type: ignore[attr-defined]
    grant(falls_short.waiting, falls_short, at("2017-10-18 11:00"), until=at("2017-10-17 18:00"))  # type: ignore[attr-defined]
    assert reaches.state_of("hotline.close") == "met"
    row = falls_short.owed("hotline.close")
    assert (row.state, row.breached_at) == ("late", at("2017-10-17 18:00"))
    assert clean() == []


@pytest.mark.parametrize("until", ["2017-10-16 18:00", "2017-10-16 17:59"])
def test_a_new_limit_is_later_than_the_old_one(life_of: Any, at: Any, ask: Any, until: str) -> None:
    life = life_of(state="handed_over")
    with pytest.raises(Incomplete) as refusal:
        ask(life, until=at(until))
    assert refusal.value.field == "until"
    with pytest.raises(Incomplete):
        grant(ask(life), life, until=at(until))


def test_the_platform_may_grant_less_than_was_asked(life_of: Any, at: Any, ask: Any) -> None:
    life = life_of(state="handed_over")
    waiting = grant(ask(life), life, until=at("2017-10-17 18:00"))
    assert waiting.granted_until == at("2017-10-17 18:00")
    assert life.owed("hotline.close").due_at == at("2017-10-17 18:00")


@pytest.mark.parametrize("role", ["unit_leader"])
def test_liaison_officer_or_handler_ask_for_time(life_of: Any, at: Any, role: str) -> None:
    life = life_of(state="handed_over")
    with pytest.raises(NotAllowed, match="联络员"):
        services.extension_request(
            dispatch=life.dispatch,
            reason="复杂",
            basis="条例",
            until=at(LATER),
            actor=life.by(role),
            at=life.when(None),
        )


def test_the_limit_for_redoing_cannot_be_extended(life_of: Any, ask: Any) -> None:
    with pytest.raises(WrongState, match="不在计时"):
        ask(life_of(state="redo"))


def test_how_often_and_how_long_the_city_sets(life_of: Any, at: Any, ask: Any, monkeypatch: Any) -> None:
    from luoshi.engines.rulebook import Rulebook

    real = Rulebook.setting

    class Terms:
        values = {"asked_before_due": True, "max_times": 1, "max_working_days": 4}

        def __getitem__(self, name: str) -> Any:
            return self.values[name]

    def setting(self: Rulebook, id: str, on: Any, **more: Any) -> Any:
        return Terms() if id == "hotline.extension_terms" else real(self, id, on, **more)

    monkeypatch.setattr(Rulebook, "setting", setting)
    life = life_of(state="handed_over")
    with pytest.raises(Incomplete, match="4个工作日"):
        ask(life, until=at("2017-10-20 18:00:01"))
    grant(ask(life, until=at("2017-10-20 18:00")), life)
    with pytest.raises(WrongState, match="最多延时1次"):
        ask(life, until=at("2017-10-24 18:00"))


def test_an_extension_may_be_asked_again_before_the_new_limit(life_of: Any, at: Any, ask: Any) -> None:
    life = life_of(state="handed_over")
    grant(ask(life), life)
    grant(ask(life, until=at("2017-10-25 18:00")), life)
    assert life.owed("hotline.close").due_at == at("2017-10-25 18:00")


@pytest.fixture
def coordinate(at: Any) -> Any:
    def run(life: Life, by: str = "platform_leader", **changes: Any) -> Any:
        waiting = services.coordination_request(
            dispatch=life.dispatch,
            reason="涉及产权和管网",
            proposal="请住建、供水会商",
            actor=life.by("liaison"),
            at=life.when(at("2017-10-10 10:00")),
        )
        return services.coordination_approve(
            application=waiting, actor=life.by(by), at=life.when(at("2017-10-10 11:00")), **changes
        )

    return run


@pytest.mark.clause("smx-hotline-ops/14.9.b")
@pytest.mark.parametrize(
    ("until", "due"), [("2017-10-31 12:00", "2017-10-31 12:00"), (None, "2017-10-17 18:00")]
)
def test_coordinated_handling_is_approved_with_a_limit_or_five_working_days(
    life_of: Any, at: Any, coordinate: Any, clean: Any, until: str | None, due: str
) -> None:
    life = life_of(state="handed_over")
    coordinate(life, until=at(until) if until else None)
    assert life.state_of("hotline.close") == "cancelled"
    assert life.owed("hotline.coordination").due_at == at(due)
    life.draft().submit(at(due)).review()
    assert life.state_of("hotline.coordination") == "met"
    assert life.dispatch.matter.events.get(kind="hotline.review_passed").data["on_time"] is True
    assert clean() == []


def test_a_limit_that_was_set_for_the_dispatch_is_not_taken_for_that_of_the_coordination(
    life_of: Any, at: Any, coordinate: Any
) -> None:
    life = life_of(state="handed_over", due_set=at("2017-10-12 18:00"))
    coordinate(life)
    assert life.owed("hotline.coordination").due_at == at("2017-10-17 18:00")


def test_a_limit_that_had_run_out_stays_overdue_when_coordination_is_approved(
    life_of: Any, at: Any, clean: Any
) -> None:
    life = life_of(state="handed_over")
    waiting = services.coordination_request(
        dispatch=life.dispatch, reason="复杂", actor=life.by("liaison"), at=at("2017-10-16 17:00")
    )
    services.coordination_approve(
        application=waiting, actor=life.by("platform_leader"), at=at("2017-10-17 09:00")
    )
    row = life.owed("hotline.close")
    assert (row.state, row.breached_at) == ("breached", at(DUE))
    life.reply(at("2017-10-18 09:00")).review(at("2017-10-18 10:00"))
    assert life.dispatch.matter.events.get(kind="hotline.review_passed").data["on_time"] is False
    assert clean() == []


@pytest.mark.parametrize("role", ["dispatcher", "reviewer"])
def test_only_the_platforms_leader_or_the_command_centre_approve_coordination(
    life_of: Any, coordinate: Any, role: str
) -> None:
    with pytest.raises(NotAllowed):
        coordinate(life_of(state="handed_over"), by=role)


def test_the_command_centre_may_approve_coordination(life_of: Any, coordinate: Any) -> None:
    assert coordinate(life_of(state="handed_over"), by="command_centre").status == "accepted"


def test_refused_coordination_leaves_the_old_limit(life_of: Any, at: Any) -> None:
    life = life_of(state="handed_over")
    waiting = services.coordination_request(
        dispatch=life.dispatch, reason="复杂", actor=life.by("liaison"), at=life.when(None)
    )
    services.coordination_refuse(
        application=waiting, opinion="可自行办理", actor=life.by("platform_leader"), at=life.when(None)
    )
    assert life.owed("hotline.close").due_at == at(DUE)


def test_coordination_is_not_asked_for_once_the_reply_went_back(life_of: Any) -> None:
    life = life_of(state="redo")
    with pytest.raises(WrongState, match="不在计时"):
        services.coordination_request(
            dispatch=life.dispatch, reason="复杂", actor=life.by("liaison"), at=life.when(None)
        )
