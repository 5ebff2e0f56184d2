"""The eleven grounds of refusal: what each needs, what is recorded, what the citizen is told."""

from __future__ import annotations

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Call, Request
from luoshi.hotline.services.refusing import Pointing, grounds_on
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Outbox

PLAIN = ["8.1", "8.2", "8.3", "8.4", "8.5", "8.8", "8.9"]
ALL_THREE = {"own_rights": True, "no_identity": True, "cannot_verify": True}


@pytest.fixture
def refuse(agent, monday):
    def make(request, code, **more):
        return services.request_refuse(request=request, code=code, actor=agent, at=monday, **more)

    return make


@pytest.mark.clause("smx-hotline-ops/8")
def test_there_are_eleven_grounds_in_the_regulations_order(monday):
    assert [ground.code for ground in grounds_on(monday)] == [f"8.{n}" for n in range(1, 12)]


@pytest.mark.clause(
    "smx-hotline-ops/8",
    "smx-hotline-ops/8.1",
    "smx-hotline-ops/8.2",
    "smx-hotline-ops/8.3",
    "smx-hotline-ops/8.4",
    "smx-hotline-ops/8.5",
    "smx-hotline-ops/8.8",
    "smx-hotline-ops/8.9",
)
@pytest.mark.parametrize("code", PLAIN)
def test_ground_person_and_time_are_recorded_and_the_citizen_is_told_why(
    request_of, refuse, agent, monday, code
):
    request = refuse(request_of(), code, reason="不在受理范围内")
    event = Event.objects.get(matter=request.matter, kind="hotline.refused")
    assert (event.data["code"], event.actor_name, event.at) == (code, agent.name, monday)
    assert Request.objects.get(pk=request.pk).refusal_code == code
    assert request.matter.state == "refused"
    told = Outbox.objects.get(matter=request.matter, key__endswith=":refused")
    title = next(ground.title for ground in grounds_on(monday) if ground.code == code)
    assert told.to == "19900007001" and title in told.text and "不在受理范围内" in told.text


@pytest.mark.parametrize("code", ["", "8", "8.12", "9.1"])
def test_no_other_ground_refuses(request_of, refuse, code):
    with pytest.raises(Incomplete, match="不予受理的依据"):
        refuse(request_of(), code)


@pytest.mark.clause("smx-hotline-ops/8.6")
@pytest.mark.parametrize("missing", ["own_rights", "no_identity", "cannot_verify"])
def test_one_of_the_three_conditions_missing_the_ground_does_not_hold(request_of, refuse, missing):
    request = request_of(contact=None, rights_matter=missing != "own_rights")
    with pytest.raises(Incomplete, match="不符合条件") as refused:
        refuse(request, "8.6", conditions={**ALL_THREE, missing: False})
    assert "第八条(六)" in refused.value.cite[0]
    assert request.matter.state == "received"


@pytest.mark.clause("smx-hotline-ops/8.6")
@pytest.mark.parametrize(
    "contact", [None, {"name": "虞听澜"}, {"mobile": "19900007001"}, {"name": "匿名", "phone": "2812345"}]
)
def test_all_three_conditions_together_refuse_also_when_only_name_or_number_is_missing(
    request_of, refuse, contact
):
    request = refuse(request_of(contact=contact, rights_matter=True), "8.6", conditions=ALL_THREE)
    assert request.matter.state == "refused"


@pytest.mark.clause("smx-hotline-ops/8.6")
def test_whoever_left_name_and_number_is_not_refused_as_unknown(request_of, refuse):
    with pytest.raises(Incomplete, match="没有提供实名"):
        refuse(request_of(rights_matter=True), "8.6", conditions=ALL_THREE)


@pytest.mark.clause("smx-hotline-ops/8.6")
def test_an_anonymous_request_about_others_is_not_refused_for_that(request_of, refuse):
    with pytest.raises(Incomplete, match="属维护自身权益"):
        refuse(request_of(contact=None), "8.6", conditions={"no_identity": True, "cannot_verify": True})


@pytest.mark.clause("smx-hotline-ops/8.7")
@pytest.mark.parametrize("route", ["诉讼", "仲裁", "行政复议", "其他法定途径"])
def test_the_legal_way_to_take_is_named(request_of, refuse, route):
    request = request_of()
    with pytest.raises(Incomplete, match="法定途径"):
        refuse(request, "8.7")
    refuse(request, "8.7", route=route)
    assert route in Outbox.objects.get(matter=request.matter, key__endswith=":refused").text


@pytest.mark.clause("smx-hotline-ops/8.11")
def test_the_last_ground_needs_a_reason_of_its_own(request_of, refuse):
    request = request_of()
    with pytest.raises(Incomplete, match="具体理由") as refused:
        refuse(request, "8.11", reason="  ")
    assert refused.value.field == "reason"
    refuse(request, "8.11", reason="属重复测试来电")
    assert request.refusal_reason == "属重复测试来电"


@pytest.mark.clause("smx-hotline-ops/8.10", "smx-hotline-ops/5.a")
@pytest.mark.parametrize("number", ["110", "119", "120"])
def test_an_emergency_is_pointed_to_its_own_number_at_once_and_the_time_is_recorded(
    request_of, refuse, monday, number
):
    request = refuse(request_of(), "8.10", pointing=Pointing(number), told_now=True)
    call = Call.objects.get(request=request)
    assert (call.kind, call.to, call.at, call.connected) == ("pointed", number, monday, False)
    assert request.matter.state == "refused"
    assert not request.dispatches.exists()


@pytest.mark.clause("smx-hotline-ops/8.10", "smx-hotline-ops/5.a")
def test_an_emergency_call_is_put_through_and_whether_it_got_there_is_recorded(request_of, refuse):
    for connected in (True, False):
        request = refuse(
            request_of(), "8.10", pointing=Pointing("110", transferred=True, connected=connected)
        )
        call = Call.objects.get(request=request)
        assert (call.kind, call.connected) == ("transfer", connected)


@pytest.mark.clause("smx-hotline-ops/8.10")
@pytest.mark.parametrize("pointing", [None, Pointing("12345")])
def test_an_emergency_is_not_refused_without_pointing_somewhere(request_of, refuse, pointing):
    with pytest.raises(Incomplete, match="110、120、119"):
        refuse(request_of(), "8.10", pointing=pointing)


@pytest.mark.clause("smx-hotline-ops/5.a")
def test_what_is_no_matter_of_the_police_goes_to_the_unit_directly(dispatch_of):
    dispatch = dispatch_of()
    assert Outbox.objects.filter(matter=dispatch.matter, body=dispatch.body).exists()


def test_what_was_said_in_the_call_is_recorded_and_not_sent(request_of, refuse):
    request = refuse(request_of(), "8.4", reason="属外市事项", told_now=True)
    assert not Outbox.objects.filter(matter=request.matter, key__endswith=":refused").exists()
    assert Event.objects.get(matter=request.matter, kind="hotline.refused").data["means"] == "spoken"


def test_the_event_holds_no_personal_data(request_of, refuse):
    request = refuse(request_of(), "8.11", reason="虞听澜(19900007001)已撤回来电")
    data = str(Event.objects.get(matter=request.matter, kind="hotline.refused").data)
    assert "虞听澜" not in data and "19900007001" not in data


def test_a_refused_request_is_neither_dispatched_nor_refused_again(request_of, refuse, dispatch_of):
    request = refuse(request_of(), "8.4")
    with pytest.raises(WrongState):
        refuse(request, "8.5")
    with pytest.raises(WrongState):
        dispatch_of(request=request)


def test_a_unit_does_not_refuse_requests(request_of, liaison, monday):
    with pytest.raises(NotAllowed):
        services.request_refuse(request=request_of(), code="8.4", actor=liaison, at=monday)
