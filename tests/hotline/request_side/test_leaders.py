"""Hard cases to the leaders, leaders' instructions, and the voluntary list."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Escalation, Request, Voluntary
from luoshi.hotline.selectors.requests import offers_open
from luoshi.hotline.services import Order, Terms
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def fresh(request):
    return Request.objects.select_related("matter", "contact").get(pk=request.pk)


@pytest.fixture
def escalate(platform_leader, monday):
    def make(request, **changes):
        values = {
            "to": "government",
            "summary": "涉及三个部门,协调未果",
            "actor": platform_leader,
            "at": monday + HOUR,
        }
        return services.request_escalate(request=request, **{**values, **changes})

    return make


@pytest.fixture
def decide(city_leader, monday):
    def make(request, **changes):
        values = {"decision": "由市城管局牵头十日内办结", "actor": city_leader, "at": monday + 2 * HOUR}
        return services.leader_decide(request=request, **{**values, **changes})

    return make


@pytest.mark.clause("smx-hotline-ops/14.9.a")
@pytest.mark.parametrize("to", ["party", "government"])
def test_a_hard_case_is_summed_up_and_put_to_a_leader_in_charge(dispatch_of, escalate, decide, to, monday):
    request = dispatch_of().request
    case = escalate(request, to=to)
    assert (case.to, case.put_at, fresh(request).matter.state) == (to, monday + HOUR, "escalated")
    limit = monday + 10 * DAY
    decided = decide(fresh(request), until=limit)
    assert (decided.decision, decided.until, decided.decided_at) == (
        "由市城管局牵头十日内办结",
        limit,
        monday + 2 * HOUR,
    )


@pytest.mark.clause("smx-hotline-ops/14.9.a")
def test_without_summing_up_or_to_nobody_it_is_not_put(dispatch_of, escalate):
    request = dispatch_of().request
    with pytest.raises(Incomplete, match="综合汇总"):
        escalate(request, summary=" ")
    with pytest.raises(Incomplete):
        escalate(request, to="neighbour")


@pytest.mark.clause("smx-hotline-ops/14.9.a")
def test_only_the_platform_puts_it_and_only_a_leader_decides(
    dispatch_of, escalate, decide, dispatcher, platform_leader, liaison
):
    request = dispatch_of().request
    for somebody in (dispatcher, liaison):
        with pytest.raises(NotAllowed):
            escalate(request, actor=somebody)
    escalate(request)
    for somebody in (platform_leader, dispatcher, liaison):
        with pytest.raises(NotAllowed):
            decide(fresh(request), actor=somebody)


def test_it_is_decided_once_and_not_with_a_time_that_is_over(dispatch_of, escalate, decide, monday):
    request = dispatch_of().request
    escalate(request)
    with pytest.raises(Incomplete, match="限期"):
        decide(fresh(request), until=monday)
    decide(fresh(request))
    with pytest.raises(WrongState, match="批示"):
        decide(fresh(request))


def test_after_the_decision_the_units_go_on(dispatch_of, escalate, decide, platform_leader, finish, monday):
    dispatch = dispatch_of()
    request = dispatch.request
    escalate(request)
    with pytest.raises(WrongState, match="尚未批示"):
        services.request_resume(request=fresh(request), actor=platform_leader, at=monday + 3 * HOUR)
    finish(dispatch)
    assert fresh(request).matter.state == "escalated"
    decide(fresh(request))
    services.request_resume(request=fresh(request), actor=platform_leader, at=monday + 3 * HOUR)
    assert fresh(request).matter.state == "concluded", "what was finished meanwhile counts"


def test_what_nobody_handles_is_dispatched_with_the_leaders_time(
    request_of, escalate, decide, platform_leader, dispatcher, bodies, monday
):
    request = request_of()
    escalate(request)
    limit = monday + 30 * DAY
    decide(fresh(request), until=limit)
    with pytest.raises(WrongState, match="没有单位"):
        services.request_resume(request=fresh(request), actor=platform_leader, at=monday + 3 * HOUR)
    [dispatch] = services.request_dispatch(
        request=fresh(request),
        orders=[Order(bodies["chengguan"], "按批示办理", due_set=limit)],
        terms=Terms("competence"),
        actor=dispatcher,
        at=monday + 3 * HOUR,
    )
    assert dispatch.matter.obligations.get(rule="hotline.close").due_at == limit
    assert Escalation.objects.get().request_id == request.pk


def test_an_instruction_of_a_leader_marks_the_request_and_its_dispatches(
    dispatch_of, command, dispatcher, bodies, monday
):
    dispatch = dispatch_of()
    services.leader_instruct(
        request=dispatch.request,
        level="province",
        leader="省领导",
        instruction="请速办,答复虞听澜",
        actor=command,
        at=monday + HOUR,
    )
    dispatch.matter.refresh_from_db()
    assert dispatch.matter.facts["leader"] is True
    assert fresh(dispatch.request).leader_level == "province"
    event = Event.objects.get(matter_id=dispatch.request_id, kind="hotline.leader_instructed")
    assert event.data["instruction"] == "请速办,答复某某"
    [more] = services.request_dispatch_more(
        request=fresh(dispatch.request),
        orders=[Order(bodies["huanbao"], "配合", "assist")],
        terms=Terms("competence"),
        actor=dispatcher,
        at=monday + 2 * HOUR,
    )
    assert more.matter.facts["leader"] is True


@pytest.fixture
def returned(dispatch_of, liaison, dispatcher, bodies, monday):
    """A request that chengguan returned in the regular way, waiting again."""
    dispatch = dispatch_of()
    services.dispatch_sign(dispatch=dispatch, actor=liaison, at=monday + HOUR)
    asked = services.return_request(
        dispatch=dispatch,
        reason="不属本单位职责",
        proposed_body=bodies["zhujian"],
        actor=liaison,
        at=monday + HOUR,
    )
    services.return_accept(application=asked, actor=dispatcher, at=monday + 2 * HOUR)
    return fresh(dispatch.request)


@pytest.fixture
def offer(dispatcher, monday):
    def make(request, **changes):
        values = {"reason": "职责确有交叉", "unsuitable": "各单位均非主责", "acceptable": True}
        return services.request_offer(
            request=request, **{**values, "actor": dispatcher, "at": monday + 3 * HOUR, **changes}
        )

    return make


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.2.a")
def test_what_was_rightly_returned_and_suits_nobody_is_offered_to_all(returned, offer):
    offered = offer(returned)
    assert list(offers_open()) == [offered]
    assert (offered.reason, offered.unsuitable) == ("职责确有交叉", "各单位均非主责")
    assert returned.matter.state == "offered"


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.2.a")
@pytest.mark.parametrize(
    ("lacking", "field"),
    [({"reason": ""}, "reason"), ({"unsuitable": " "}, "unsuitable"), ({"acceptable": False}, "acceptable")],
)
def test_one_condition_missing_it_is_not_offered(returned, offer, lacking, field):
    with pytest.raises(Incomplete) as refused:
        offer(returned, **lacking)
    assert refused.value.field == field
    assert not Voluntary.objects.exists()


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.2.a")
def test_what_no_unit_returned_is_not_offered(request_of, offer):
    with pytest.raises(Incomplete, match="正常退单"):
        offer(request_of())


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.2.a")
def test_a_unit_takes_it_and_its_clocks_start_then(returned, offer, actor, bodies, at):
    offer(returned)
    taken_at = at("2017-10-10 10:00")
    dispatch = services.request_claim(request=returned, actor=actor("liaison", "huanbao"), at=taken_at)
    assert (dispatch.role, dispatch.body, dispatch.dispatched_at) == (
        "volunteer",
        bodies["huanbao"],
        taken_at,
    )
    assert dispatch.matter.obligations.get(rule="hotline.close").due_at == at("2017-10-17 18:00")
    assert dispatch.matter.obligations.get(rule="hotline.sign_in").due_at == at("2017-10-10 16:00")
    offered = Voluntary.objects.get()
    assert (offered.claimed_by, offered.claimed_at) == (bodies["huanbao"], taken_at)
    assert list(offers_open()) == []
    with pytest.raises(WrongState, match="已被其他单位领办"):
        services.request_claim(request=fresh(returned), actor=actor("liaison", "zhujian"), at=taken_at)


def test_only_a_unit_takes_it(returned, offer, dispatcher, monday):
    offer(returned)
    with pytest.raises(NotAllowed):
        services.request_claim(request=returned, actor=dispatcher, at=monday + 4 * HOUR)


@pytest.mark.clause("smx-hotline-assessment-annex/4.3.2.a")
def test_what_nobody_takes_is_taken_off_and_dispatched_by_the_platform(
    returned, offer, dispatcher, dispatch_of, monday
):
    offer(returned)
    services.offer_withdraw(request=returned, reason="无单位领办", actor=dispatcher, at=monday + DAY)
    assert fresh(returned).matter.state == "received"
    assert list(offers_open()) == []
    assert dispatch_of("zhujian", request=fresh(returned), at=monday + DAY).matter.state == "sent"
