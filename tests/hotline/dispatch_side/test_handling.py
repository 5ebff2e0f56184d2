"""What a unit does before it replies."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from luoshi.hotline import services
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Outbox

MINUTE = dt.timedelta(minutes=1)


@pytest.mark.clause("smx-hotline-ops/14.1.c")
def test_signing_reports_to_the_responsible_leader_and_puts_the_dispatch_into_handling(life_of: Any) -> None:
    from luoshi.ledger.states import state_label

    life = life_of().sign()
    event = life.dispatch.matter.events.get(kind="hotline.signed")
    assert event.data["reported_to"] == [life.by("unit_leader").name]
    told = Outbox.objects.get(matter=life.dispatch.matter, key__contains=":sign:")
    assert (told.to_name, told.channel) == (life.by("unit_leader").name, "sms")
    assert "请批办" in told.text
    assert state_label("hotline.dispatch", life.dispatch.matter.state).startswith("办理中")
    life.hand_over()
    assert (
        life.dispatch.signed_at < life.dispatch.handed_over_at
    )  # reporting and handing over are timed apart
    assert life.state_of("hotline.sign_in") == "met"


@pytest.mark.clause("smx-hotline-ops/14.1", "smx-hotline-assessment/4.2.1.1")
def test_urgent_signing_runs_by_night_and_routine_signing_in_working_hours(life_of: Any, at: Any) -> None:
    friday_night = at("2017-10-13 22:00")
    urgent = life_of(urgency="urgent", at=friday_night)
    routine = life_of(at=friday_night)
    assert urgent.owed("hotline.sign_in").due_at == at("2017-10-13 22:30")
    assert routine.owed("hotline.sign_in").due_at == at("2017-10-16 12:00")


def test_a_signed_dispatch_cannot_be_signed_again(life_of: Any) -> None:
    life = life_of(state="signed")
    with pytest.raises(WrongState, match="签收"):
        life.sign()


@pytest.mark.parametrize("role", ["handler", "unit_leader"])
def test_only_the_liaison_officer_signs(life_of: Any, role: str) -> None:
    life = life_of()
    with pytest.raises(NotAllowed, match="联络员"):
        services.dispatch_sign(dispatch=life.dispatch, actor=life.by(role), at=life.at + MINUTE)
    assert life.refused() == "sent"


def test_another_units_liaison_officer_cannot_sign(life_of: Any, other_liaison: Any) -> None:
    life = life_of()
    with pytest.raises(NotAllowed):
        services.dispatch_sign(dispatch=life.dispatch, actor=other_liaison, at=life.at + MINUTE)


def test_who_saw_an_older_version_overwrites_nothing(life_of: Any) -> None:
    life = life_of(state="signed")
    seen = life.dispatch.matter.version
    life.contact()
    with pytest.raises(WrongState, match="已有变动"):
        services.dispatch_hand_over(
            dispatch=life.dispatch, handler="市政科", actor=life.by("liaison"), at=life.at, version=seen
        )


def test_a_lapse_recorded_on_the_way_does_not_make_the_version_seen_out_of_date(
    life_of: Any, at: Any
) -> None:
    life = life_of()
    services.dispatch_sign(
        dispatch=life.dispatch,
        actor=life.by("liaison"),
        at=at("2017-10-09 17:00"),
        version=life.dispatch.matter.version,
    )
    assert life.state_of("hotline.sign_in") == "late"


def test_handing_over_names_the_department_and_person(life_of: Any) -> None:
    life = life_of(state="signed")
    with pytest.raises(Incomplete) as refusal:
        services.dispatch_hand_over(dispatch=life.dispatch, handler=" ", actor=life.by("liaison"), at=life.at)
    assert refusal.value.field == "handler"
    life.hand_over()
    assert life.dispatch.handler == "市政科"
    assert life.dispatch.matter.events.get(kind="hotline.handed_over").data["to"] == "市政科"


def test_handing_on_names_another_with_the_reason_and_moves_no_limit(life_of: Any) -> None:
    life = life_of(state="handed_over")
    before = [(one.rule, one.due_at, one.state) for one in life.dispatch.matter.obligations.order_by("pk")]
    handed = life.dispatch.handed_over_at

    def hand_on(handler: str, reason: str) -> Any:
        return services.dispatch_hand_on(
            dispatch=life.dispatch,
            handler=handler,
            reason=reason,
            actor=life.by("liaison"),
            at=life.when(None),
        )

    for handler, reason, field in (("市政科", "出差", "handler"), ("路灯所", "", "reason")):
        with pytest.raises(Incomplete) as refusal:
            hand_on(handler, reason)
        assert refusal.value.field == field
    found = hand_on("路灯所", "原承办人出差")
    assert (found.handler, found.handed_over_at) == ("路灯所", handed)
    assert [(one.rule, one.due_at, one.state) for one in found.matter.obligations.order_by("pk")] == before
    assert found.matter.events.get(kind="hotline.handed_on").data == {
        "to": "路灯所", "before": "市政科", "reason": "原承办人出差",
    }  # fmt: skip


@pytest.mark.clause("smx-hotline-assessment/4.2.1.2")
def test_handing_over_is_timed_from_the_signing_not_from_the_dispatch(life_of: Any, at: Any) -> None:
    life = life_of().sign(at("2017-10-09 14:30"))
    assert life.owed("hotline.hand_over").due_at == at("2017-10-10 08:30")


@pytest.mark.clause("smx-hotline-ops/14.2")
def test_the_contact_is_owed_one_working_day_after_the_dispatch_however_late_the_signing(
    life_of: Any, at: Any
) -> None:
    life = life_of().sign(at("2017-10-10 10:00")).hand_over(at("2017-10-10 16:00"))
    process, scoring = life.owed("hotline.contact"), life.owed("hotline.contact_after_handover")
    assert process.due_at == at("2017-10-10 18:00")
    assert scoring.due_at == at("2017-10-11 16:00")
    assert process.title != scoring.title  # both stand on the page, told apart
    life.contact(at("2017-10-11 09:00"))
    assert life.state_of("hotline.contact") == "late"
    assert life.state_of("hotline.contact_after_handover") == "met"


def test_the_first_contact_counts_and_later_ones_are_added(life_of: Any) -> None:
    life = life_of(state="signed").contact()
    first = life.dispatch.contacted_at
    life.contact()
    assert life.dispatch.contacted_at == first
    assert life.dispatch.contact_note.count("属实") == 2


def test_a_contact_entered_later_counts_from_when_it_was_made(life_of: Any, at: Any, clean: Any) -> None:
    life = life_of(state="signed")
    services.dispatch_contact(
        dispatch=life.dispatch,
        note="属实",
        contacted_at=at("2017-10-10 17:30"),
        actor=life.by("handler"),
        at=at("2017-10-10 18:30"),
    )
    assert life.state_of("hotline.contact") == "met"
    event = life.dispatch.matter.events.get(kind="hotline.contacted")
    assert event.at == at("2017-10-10 17:30")
    assert clean() == []


@pytest.mark.parametrize("when", ["2017-10-09 09:04", "2017-10-10 10:01"])
def test_a_contact_before_the_dispatch_or_in_the_future_is_refused(life_of: Any, at: Any, when: str) -> None:
    life = life_of(state="signed")
    with pytest.raises(Incomplete) as refusal:
        services.dispatch_contact(
            dispatch=life.dispatch,
            note="属实",
            contacted_at=at(when),
            actor=life.by("handler"),
            at=at("2017-10-10 10:00"),
        )
    assert refusal.value.field == "contacted_at"


@pytest.mark.clause("smx-hotline-ops/14.2.b")
def test_the_liaison_officer_reports_the_preliminary_opinion_within_one_working_day(
    life_of: Any, at: Any
) -> None:
    life = life_of(state="signed")
    with pytest.raises(NotAllowed, match="联络员"):
        services.dispatch_preliminary(
            dispatch=life.dispatch, opinion="拟更换", actor=life.by("handler"), at=life.at
        )
    assert life.owed("hotline.preliminary").due_at == at("2017-10-10 18:00")
    life.preliminary(at("2017-10-10 18:00"))
    assert life.state_of("hotline.preliminary") == "met"
    assert life.dispatch.preliminary == "拟更换"


@pytest.mark.clause("smx-hotline-ops/5.3", "smx-hotline-ops/5.4.a")
def test_arrival_is_judged_by_the_time_of_arrival_and_tells_the_scene(
    life_of: Any, at: Any, clean: Any
) -> None:
    town, country = life_of(state="signed", onsite=True), life_of("lushi", state="signed", onsite=True)
    for life, due in ((town, "2017-10-09 09:35"), (country, "2017-10-09 10:05")):
        assert life.owed("hotline.arrival").due_at == at(due)
        services.dispatch_arrive(
            dispatch=life.dispatch,
            arrived_at=at(due),
            scene="灯杆倾斜",
            actor=life.by("handler"),
            at=at("2017-10-09 11:00"),
        )
        assert life.state_of("hotline.arrival") == "met"
        assert (life.dispatch.arrived_at, life.dispatch.scene) == (at(due), "灯杆倾斜")
        event = life.dispatch.matter.events.get(kind="hotline.arrived")
        assert event.at == at(due)
        assert event.data["scene"] == "灯杆倾斜"
    assert clean() == []


@pytest.mark.parametrize(("field", "changes"), [("scene", {"scene": ""}), ("arrived_at", {})])
def test_an_arrival_needs_its_time_and_the_scene(
    life_of: Any, at: Any, field: str, changes: dict[str, Any]
) -> None:
    life = life_of(state="signed", onsite=True)
    values = {"scene": "灯杆倾斜", "arrived_at": at("2017-10-10 12:00"), **changes}
    if field == "scene":
        values["arrived_at"] = at("2017-10-09 09:20")
    with pytest.raises(Incomplete) as refusal:
        services.dispatch_arrive(
            dispatch=life.dispatch, actor=life.by("handler"), at=at("2017-10-09 11:00"), **values
        )
    assert refusal.value.field == field


def test_nobody_need_go_where_the_dispatch_does_not_say_so(life_of: Any) -> None:
    assert not life_of().dispatch.matter.obligations.filter(rule="hotline.arrival").exists()


@pytest.mark.clause("smx-hotline-ops/5.4.b")
def test_progress_is_reported_as_often_as_need_be_and_the_result_by_the_closing_limit_at_the_latest(
    life_of: Any, at: Any, swept: Any
) -> None:
    life = life_of(state="handed_over")
    for note in ("已购灯具", "正在更换"):
        services.dispatch_progress(
            dispatch=life.dispatch, note=note, actor=life.by("handler"), at=life.when(None)
        )
    said = life.dispatch.matter.events.filter(kind="hotline.progress_reported").values_list(
        "data__note", flat=True
    )
    assert list(said) == ["已购灯具", "正在更换"]
    swept(at("2017-10-16 18:00:01"))
    assert life.owed("hotline.close").breached_at == at("2017-10-16 18:00")


@pytest.mark.clause("smx-hotline-ops/14.7.b")
def test_an_assisting_unit_names_its_contact_person_and_how_to_reach_them(life_of: Any) -> None:
    life = life_of(role="assist")
    assert life.owed("hotline.assist_contact_person").state == "open"
    for name, phone, field in (("", "0398-100", "name"), ("齐书禾", " ", "phone")):
        with pytest.raises(Incomplete) as refusal:
            services.dispatch_contact_person(
                dispatch=life.dispatch, name=name, phone=phone, actor=life.by("liaison"), at=life.at
            )
        assert refusal.value.field == field
    services.dispatch_contact_person(
        dispatch=life.dispatch, name="齐书禾", phone="0398-2900000", actor=life.by("liaison"), at=life.at
    )
    assert life.state_of("hotline.assist_contact_person") == "met"
    assert (life.dispatch.contact_person, life.dispatch.contact_phone) == ("齐书禾", "0398-2900000")


def test_a_sole_unit_owes_no_contact_person(life_of: Any) -> None:
    assert not life_of().dispatch.matter.obligations.filter(rule="hotline.assist_contact_person").exists()


def test_no_personal_data_of_the_citizen_gets_into_events(life_of: Any) -> None:
    life = life_of(state="handed_over")
    text = "已致电虞听澜(19900007001),其称属实"
    services.dispatch_contact(dispatch=life.dispatch, note=text, actor=life.by("handler"), at=life.at)
    services.dispatch_progress(dispatch=life.dispatch, note=text, actor=life.by("handler"), at=life.at)
    services.dispatch_preliminary(dispatch=life.dispatch, opinion=text, actor=life.by("liaison"), at=life.at)
    for event in life.dispatch.matter.events.all():
        assert "19900007001" not in str(event.data)
        assert "听澜" not in str(event.data)
    assert "19900007001" in life.dispatch.contact_note  # kept where only those who handle the case see it


@pytest.mark.clause("smx-hotline-ops/14.2.a")
def test_working_days_count_from_the_dispatch_without_its_own_day(life_of: Any, at: Any) -> None:
    early = life_of(at=at("2017-10-09 09:05"))
    late = life_of(at=at("2017-10-09 17:59"))
    weekend = life_of(at=at("2017-10-14 10:00"))
    for life in (early, late):
        assert life.owed("hotline.contact").due_at == at("2017-10-10 18:00")
        assert life.owed("hotline.close").due_at == at("2017-10-16 18:00")
    assert weekend.owed("hotline.contact").due_at == at("2017-10-16 18:00")
    early.sign().hand_over().reply(
        at("2017-10-10 09:00")
    )  # the platform's own limits start with what it receives
    assert early.owed("hotline.review").due_at == at("2017-10-11 18:00")
