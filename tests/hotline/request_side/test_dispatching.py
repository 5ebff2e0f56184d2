"""Dispatching: roles, what an instruction must hold, SMS to liaison officers, clocks of each unit."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from luoshi.hotline import services
from luoshi.hotline.models import Dispatch
from luoshi.hotline.selectors.requests import units_without_liaison
from luoshi.hotline.services import Order, Terms
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Outbox
from luoshi.ledger.verify import Report, verify
from luoshi.organisation.models import Body, Post

ROUTINE = Terms("competence")


def send(request, orders, dispatcher, at, terms=ROUTINE, **more):
    return services.request_dispatch(
        request=request, orders=orders, terms=terms, actor=dispatcher, at=at, **more
    )


def test_one_unit_gets_its_dispatch_under_the_requests_number(dispatch_of, monday):
    dispatch = dispatch_of()
    assert dispatch.matter.number == "20171009-0001-01"
    assert (dispatch.matter.state, dispatch.request.matter.state) == ("sent", "in_progress")
    assert dispatch.matter.facts == {
        "urgency": "routine",
        "role": "sole",
        "onsite": False,
        "area": "urban",
        "body_class": "department",
        "assist_extra": False,
        "kind": "help",
        "leader": False,
        "request": "20171009-0001",
    }


@pytest.mark.clause("smx-hotline-ops/5.2")
def test_the_instruction_holds_unit_order_and_due_time(dispatch_of, bodies):
    dispatch = dispatch_of()
    opening = Event.objects.get(matter=dispatch.matter, seq=1)
    assert dispatch.body == bodies["chengguan"]
    assert dispatch.instruction == "请核实处理并答复"
    assert opening.data["due"] == "2017-10-16T18:00:00+08:00"
    assert (
        dispatch.matter.obligations.get(rule="hotline.close").due_at.isoformat()
        == "2017-10-16T10:00:00+00:00"
    )


@pytest.mark.clause("smx-hotline-ops/5.2")
def test_without_unit_or_order_nothing_is_dispatched(request_of, dispatcher, bodies, monday):
    request = request_of()
    with pytest.raises(Incomplete, match="请选择承办单位"):
        send(request, [], dispatcher, monday)
    with pytest.raises(Incomplete, match="处置指令"):
        send(request, [Order(bodies["chengguan"], "  ")], dispatcher, monday)
    assert not Dispatch.objects.filter(request=request).exists()


def test_another_due_time_must_lie_ahead_and_replaces_the_rules(dispatch_of, monday):
    sooner = monday + dt.timedelta(days=1)
    dispatch = dispatch_of(due_set=sooner)
    assert dispatch.matter.obligations.get(rule="hotline.close").due_at == sooner
    with pytest.raises(Incomplete, match="晚于派单时间"):
        dispatch_of(due_set=monday + dt.timedelta(minutes=5))


@pytest.mark.clause("smx-hotline-ops/7.2.b")
def test_a_consultation_without_a_ready_answer_goes_to_the_unit_with_a_limit(dispatch_of, monday):
    ordinary = dispatch_of(kind="consultation")
    assert (
        ordinary.matter.obligations.get(rule="hotline.close").due_at.isoformat()
        == "2017-10-16T10:00:00+00:00"
    )
    shorter = monday + dt.timedelta(days=2)
    dispatch = dispatch_of(kind="consultation", due_set=shorter)
    assert dispatch.matter.obligations.get(rule="hotline.close").due_at == shorter


def test_a_longer_time_than_the_rules_is_not_set_at_dispatch(dispatch_of, monday):
    with pytest.raises(Incomplete, match="只能早于"):
        dispatch_of(due_set=monday + dt.timedelta(days=30))


@pytest.mark.clause("smx-hotline-ops/10.b")
@pytest.mark.parametrize("principle", ["competence", "territory"])
def test_the_basis_of_the_choice_of_unit_is_recorded(request_of, dispatcher, bodies, monday, principle):
    [dispatch] = send(request_of(), [Order(bodies["hubin"], "请办理")], dispatcher, monday, Terms(principle))
    assert dispatch.principle == principle
    assert Event.objects.get(matter=dispatch.matter, seq=1).data["principle"] == principle


@pytest.mark.clause("smx-hotline-ops/10.b")
def test_without_a_basis_nothing_is_dispatched(request_of, dispatcher, bodies, monday):
    with pytest.raises(Incomplete) as refused:
        send(request_of(), [Order(bodies["hubin"], "请办理")], dispatcher, monday, Terms(""))
    assert refused.value.field == "principle"


def test_urgency_needs_its_basis(request_of, dispatcher, bodies, monday):
    order = [Order(bodies["chengguan"], "请办理")]
    with pytest.raises(Incomplete, match="紧急的认定依据"):
        send(request_of(), order, dispatcher, monday, Terms("competence", "urgent", " "))
    [dispatch] = send(request_of(), order, dispatcher, monday, Terms("competence", "urgent", "有人被困"))
    assert dispatch.matter.facts["urgency"] == "urgent"
    assert dispatch.request.urgency_basis == "有人被困"


@pytest.mark.clause("smx-hotline-ops/14.1.b")
def test_the_liaison_officer_is_told_by_sms_at_the_same_moment(dispatch_of, bodies):
    dispatch = dispatch_of()
    liaison = Post.objects.get(body=bodies["chengguan"], kind="liaison").person
    message = Outbox.objects.get(matter=dispatch.matter)
    assert (message.channel, message.to, message.queued_at) == ("sms", liaison.mobile, dispatch.dispatched_at)
    assert "20171009-0001-01" in message.text and "10月9日 15:05" in message.text


@pytest.mark.clause("smx-hotline-ops/14.1.b")
def test_each_units_liaison_officer_is_told_of_its_own_dispatch(dispatch_of):
    lead = dispatch_of(role="lead")
    told = Outbox.objects.filter(matter__parent=lead.request.matter).order_by("pk")
    assert [one.matter.number for one in told] == ["20171009-0001-01", "20171009-0001-02"]
    assert len({one.to for one in told}) == 2


def test_a_unit_without_a_liaison_officer_is_dispatched_to_and_the_gap_shows(
    request_of, dispatcher, bodies, monday
):
    Post.objects.filter(body=bodies["chengguan"], kind="liaison")._raw_delete("default")
    assert units_without_liaison([bodies["chengguan"], bodies["zhujian"]], monday.date()) == [
        bodies["chengguan"]
    ]
    [dispatch] = send(request_of(), [Order(bodies["chengguan"], "请办理")], dispatcher, monday)
    assert Event.objects.get(matter=dispatch.matter, seq=1).data["told"] == 0
    assert not Outbox.objects.filter(matter=dispatch.matter).exists()


@pytest.mark.clause("smx-hotline-ops/14.7.a")
def test_one_lead_and_at_least_one_assisting_unit_handle_one_problem(request_of, dispatcher, bodies, monday):
    lead, assist = Order(bodies["chengguan"], "牵头办理", "lead"), Order(bodies["zhujian"], "配合", "assist")
    opened = send(request_of(), [lead, assist], dispatcher, monday)
    assert [one.role for one in opened] == ["lead", "assist"]
    assert {one.matter.obligations.get(rule="hotline.close").due_at.isoformat() for one in opened} == {
        "2017-10-18T10:00:00+00:00"  # five working days and two more
    }


@pytest.mark.clause("smx-hotline-ops/14.7.a")
@pytest.mark.parametrize("roles", [["lead"], ["assist"], ["assist", "assist"], ["lead", "lead", "assist"]])
def test_a_lead_without_assisting_units_or_the_reverse_or_two_leads_are_refused(
    request_of, dispatcher, bodies, monday, roles
):
    units = [bodies[code] for code in ("chengguan", "zhujian", "huanbao")]
    orders = [Order(body, "请办理", role) for body, role in zip(units, roles, strict=False)]
    with pytest.raises(Incomplete) as refused:
        send(request_of(), orders, dispatcher, monday)
    assert "第十四条(七)" in refused.value.cite[0]


@pytest.mark.clause("smx-hotline-ops/14.8.a")
def test_several_problems_go_to_several_units_at_once_each_with_its_own_clocks(
    request_of, dispatcher, bodies, finish, monday
):
    parts = [
        Order(bodies["chengguan"], "请清理垃圾", "parallel", part="垃圾堆积"),
        Order(bodies["shuiwu"], "请检修水管", "parallel", part="水管漏水"),
    ]
    one, two = send(request_of(), parts, dispatcher, monday)
    assert one.dispatched_at == two.dispatched_at
    assert one.matter.obligations.count() == two.matter.obligations.count() > 0
    finish(one)
    one.request.matter.refresh_from_db()
    assert one.request.matter.state == "in_progress", "one unit is not all"
    assert two.matter.obligations.get(rule="hotline.sign_in").state == "open"


@pytest.mark.clause("smx-hotline-ops/14.8.a")
def test_each_of_several_units_must_have_its_part(request_of, dispatcher, bodies, monday):
    parts = [
        Order(bodies["chengguan"], "办", "parallel", part="一"),
        Order(bodies["shuiwu"], "办", "parallel"),
    ]
    with pytest.raises(Incomplete, match="所办的问题"):
        send(request_of(), parts, dispatcher, monday)
    with pytest.raises(Incomplete, match="两个以上"):
        send(request_of(), parts[:1], dispatcher, monday)


def test_several_units_alone_and_mixed_roles_are_refused(request_of, dispatcher, bodies, monday):
    for roles in (["sole", "sole"], ["sole", "assist"], ["lead", "parallel"]):
        orders = [
            Order(bodies[code], "办", role, part="甲")
            for code, role in zip(["hubin", "lushi"], roles, strict=True)
        ]
        with pytest.raises(Incomplete):
            send(request_of(), orders, dispatcher, monday)


def test_a_role_that_is_given_by_claiming_is_not_dispatched(request_of, dispatcher, bodies, monday):
    with pytest.raises(Incomplete):
        send(request_of(), [Order(bodies["hubin"], "办", "volunteer")], dispatcher, monday)


def test_the_same_unit_twice_is_refused(request_of, dispatcher, bodies, monday):
    orders = [Order(bodies["hubin"], "办", "lead"), Order(bodies["hubin"], "办", "assist")]
    with pytest.raises(Incomplete, match="重复"):
        send(request_of(), orders, dispatcher, monday)


@pytest.mark.parametrize("code", ["platform", "leading-group"])
def test_a_body_that_takes_no_requests_is_refused(request_of, dispatcher, bodies, monday, code):
    with pytest.raises(Incomplete, match="不承办诉求件"):
        send(request_of(), [Order(bodies[code], "办")], dispatcher, monday)


def test_a_closed_body_is_refused(request_of, dispatcher, bodies, monday):
    closed = bodies["reli"]
    closed.active, closed.until = False, dt.date(2017, 9, 30)
    with pytest.raises(Incomplete, match="已撤销"):
        send(request_of(), [Order(closed, "办")], dispatcher, monday)


def test_only_a_dispatcher_dispatches(request_of, agent, liaison, bodies, monday):
    for somebody in (agent, liaison):
        with pytest.raises(NotAllowed):
            send(request_of(), [Order(bodies["hubin"], "办")], somebody, monday)


def test_a_request_is_dispatched_once(dispatch_of, dispatcher, bodies, monday):
    dispatch = dispatch_of()
    with pytest.raises(WrongState):
        send(dispatch.request, [Order(bodies["hubin"], "办")], dispatcher, monday)


def test_units_join_later_under_the_next_numbers(dispatch_of, dispatcher, bodies, monday):
    first = dispatch_of()
    before = first.matter.obligations.get(rule="hotline.close").due_at
    later = monday + dt.timedelta(hours=1)
    [more] = services.request_dispatch_more(
        request=first.request,
        orders=[Order(bodies["huanbao"], "请配合", "assist")],
        terms=ROUTINE,
        actor=dispatcher,
        at=later,
    )
    assert more.matter.number == "20171009-0001-02"
    assert more.matter.obligations.get(rule="hotline.sign_in").opened_at == later
    assert first.matter.obligations.get(rule="hotline.close").due_at == before


def test_a_unit_that_is_at_work_is_not_added_again(dispatch_of, dispatcher, bodies, monday):
    first = dispatch_of()
    with pytest.raises(Incomplete, match="正在办理"):
        services.request_dispatch_more(
            request=first.request,
            orders=[Order(bodies["chengguan"], "再办", "assist")],
            terms=ROUTINE,
            actor=dispatcher,
            at=monday,
        )


def test_a_request_goes_to_the_same_unit_again_after_it_was_recalled(dispatch_of, dispatcher, monday):
    first = dispatch_of()
    services.dispatch_recall(
        dispatch=first, reason="派错", actor=dispatcher, at=monday + dt.timedelta(minutes=9)
    )
    request = type(first.request).objects.select_related("matter", "contact").get(pk=first.request_id)
    assert request.matter.state == "received"
    second = dispatch_of(request=request, at=monday + dt.timedelta(minutes=10))
    assert (first.turn, second.turn, second.matter.number) == (1, 2, "20171009-0001-02")


@pytest.mark.clause("smx-hotline-ops/13.b")
def test_dispatching_on_the_next_working_day_is_in_time_and_a_minute_later_is_not(
    request_of, dispatch_of, at
):
    in_time = request_of(at=at("2017-10-09 09:00"))
    dispatch_of(request=in_time, at=at("2017-10-10 18:00"))
    late = request_of(at=at("2017-10-09 09:00"))
    dispatch_of(request=late, at=at("2017-10-10 18:01"))
    states = [one.matter.obligations.get(rule="hotline.dispatch").state for one in (in_time, late)]
    assert states == ["met", "late"]


def test_the_ledger_agrees_with_itself_after_dispatching(dispatch_of):
    dispatch_of(role="parallel")
    dispatch_of(role="lead", urgency="urgent", assist_extra=True)
    report = Report()
    assert list(verify(report=report)) == []
    assert report.matters > 4


def test_dispatching_costs_few_queries(request_of, dispatcher, bodies, monday):
    request = request_of()
    with CaptureQueriesContext(connection) as queries:
        send(request, [Order(bodies["chengguan"], "办")], dispatcher, monday)
    assert len(queries) <= 21


def test_the_test_city_has_a_liaison_officer_everywhere(bodies, monday):
    units = [body for body in bodies.values() if body.takes_requests]
    assert units_without_liaison(units, monday.date()) == []
    assert Body.objects.filter(takes_requests=True).count() == len(units)


@pytest.mark.clause("smx-hotline-ops/5.1.a")
@pytest.mark.parametrize("night", ["2017-10-01 02:00", "2017-10-09 23:50", "2017-10-14 12:30"])
def test_requests_are_taken_in_and_dispatched_at_any_hour_and_urgent_clocks_run(
    request_of, dispatch_of, at, night
):
    request = request_of(at=at(night))
    dispatch = dispatch_of(request=request, urgency="urgent", at=at(night))
    owed = dispatch.matter.obligations.get(rule="hotline.sign_in")
    assert owed.due_at == at(night) + dt.timedelta(minutes=30)


def test_the_version_seen_counts_also_when_dispatching_decides_on_the_handling(
    request_of, dispatcher, agent, bodies, monday
):
    request = request_of()
    seen = request.matter.version
    [dispatch] = send(request, [Order(bodies["hubin"], "办")], dispatcher, monday, version=seen)
    assert dispatch.matter.disclosure == "public"
    other = request_of()
    seen = other.matter.version
    services.request_note(request=other, note="又来电", actor=agent, at=monday)
    with pytest.raises(WrongState, match="已有变动"):
        send(other, [Order(bodies["hubin"], "办")], dispatcher, monday, version=seen)


def test_what_somebody_decided_meanwhile_is_not_undone_by_dispatching(request_of, dispatcher, bodies, monday):
    request = request_of()
    stale = type(request).objects.select_related("matter", "contact").get(pk=request.pk)
    services.request_classify(
        request=request, handling="internal", ground="platform", note="待核实", actor=dispatcher, at=monday
    )
    [dispatch] = send(stale, [Order(bodies["hubin"], "办")], dispatcher, monday)
    assert dispatch.matter.disclosure == "internal"


def test_a_hard_case_that_was_never_classified_is_classified_when_it_is_dispatched(
    request_of, dispatch_of, platform_leader, city_leader, monday
):
    request = request_of(wants_public=False)
    services.request_escalate(request=request, to="party", summary="疑难", actor=platform_leader, at=monday)
    services.leader_decide(request=request, decision="速办", actor=city_leader, at=monday)
    assert dispatch_of(request=request).matter.disclosure == "internal"
