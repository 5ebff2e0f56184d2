"""Giving results back and calling back: only what passed, all units in one answer, everything kept."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Callback, Request
from luoshi.hotline.selectors.requests import callback_again, callback_queue, feedback_queue
from luoshi.hotline.services import Grade
from luoshi.ledger.actors import CITIZEN
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Outbox

GOOD = Grade(contacted=True, conduct="satisfied", result="satisfied")
HOURS = dt.timedelta(hours=3)


def call(request, caller, at, *grades, **more):
    values = {"opinion": "无", "suggestion": "多装几盏", **more}
    return services.request_call_back(
        request=request, grades=list(grades) or [GOOD], actor=caller, at=at, **values
    )


@pytest.mark.clause("smx-hotline-ops/15.a")
@pytest.mark.parametrize("stage", ["sent", "submitted", "redo"])
def test_what_has_not_passed_the_review_is_not_given_back(dispatch_of, actor, caller, monday, stage):
    dispatch = dispatch_of()
    people = {role: actor(role, "chengguan") for role in ("liaison", "handler", "unit_leader")}
    later = monday + dt.timedelta(minutes=30)
    if stage != "sent":
        services.dispatch_sign(dispatch=dispatch, actor=people["liaison"], at=later)
        services.dispatch_hand_over(dispatch=dispatch, handler="市政科", actor=people["liaison"], at=later)
        services.reply_draft(
            dispatch=dispatch,
            handling="已修",
            problems="无",
            measures="巡查",
            actor=people["handler"],
            at=later,
        )
        services.reply_submit(dispatch=dispatch, actor=people["unit_leader"], at=later)
    if stage == "redo":
        services.review_redo(dispatch=dispatch, reason="不具体", actor=actor("reviewer"), at=later)
    request = Request.objects.select_related("matter", "contact").get(pk=dispatch.request_id)
    with pytest.raises(WrongState):
        services.request_feed_back(request=request, text="已修", actor=caller, at=later)
    assert request.answers == 0


@pytest.mark.clause("smx-hotline-ops/15.a")
def test_what_passed_is_given_back_by_the_channel_it_came_by(concluded, caller, monday):
    request = concluded()
    assert list(feedback_queue()) == [request]
    services.request_feed_back(request=request, actor=caller, at=monday + HOURS)
    assert (request.matter.state, request.answers) == ("fed_back", 1)
    told = Outbox.objects.get(matter=request.matter, key__endswith=":result")
    assert (told.channel, told.to) == ("sms", "19900007001")
    assert "已更换灯具" in told.text and "三门峡市城市管理局" in told.text


@pytest.mark.clause("smx-hotline-ops/14.8.a")
def test_the_results_of_several_units_are_given_back_together(dispatch_of, finish, caller, monday):
    first = dispatch_of(role="parallel")
    finish(first, measures="垃圾已清")
    request = Request.objects.select_related("matter", "contact").get(pk=first.request_id)
    with pytest.raises(WrongState):
        services.request_feed_back(request=request, actor=caller, at=monday + HOURS)
    finish(request.dispatches.exclude(pk=first.pk).get(), measures="水管已修")
    request = Request.objects.select_related("matter", "contact").get(pk=first.request_id)
    services.request_feed_back(request=request, actor=caller, at=monday + HOURS)
    assert "三门峡市城市管理局(关于第一个问题):垃圾已清" in request.outcome
    assert "三门峡市住房和城乡建设局(关于第二个问题):水管已修" in request.outcome


@pytest.mark.clause("smx-hotline-ops/15.c")
def test_the_result_of_an_internal_request_is_given_back_directly(concluded, caller, monday):
    request = concluded(wants_public=False)
    services.request_feed_back(request=request, actor=caller, at=monday + HOURS)
    assert Outbox.objects.filter(matter=request.matter, key__endswith=":result").exists()


def test_only_the_call_back_clerk_gives_back(concluded, agent, reviewer, monday):
    for somebody in (agent, reviewer):
        with pytest.raises(NotAllowed):
            services.request_feed_back(request=concluded(), actor=somebody, at=monday + HOURS)


@pytest.mark.clause("smx-hotline-ops/17.b")
def test_every_request_given_back_waits_to_be_called_back(fed_back, caller, monday):
    requests = [fed_back(), fed_back(kind="complaint"), fed_back(wants_public=False)]
    assert set(callback_queue()) == set(requests)
    for request in requests:
        assert request.matter.obligations.get(rule="hotline.callback").state == "open"
    call(requests[0], caller, monday + HOURS)
    assert set(callback_queue()) == set(requests[1:])
    assert requests[0].matter.obligations.get(rule="hotline.callback").state == "met"


@pytest.mark.clause("smx-hotline-ops/17.b")
def test_who_was_not_reached_counts_in_no_rate(fed_back, caller, monday):
    request = fed_back()
    for n in range(3):
        services.callback_try(request=request, actor=caller, at=monday + HOURS * (n + 1))
    services.callback_give_up(request=request, actor=caller, at=monday + HOURS * 4)
    assert request.matter.obligations.get(rule="hotline.callback").state == "cancelled"
    assert not Callback.objects.filter(request=request, answered=True).exists()


@pytest.mark.clause("smx-hotline-ops/17.c")
def test_opinion_suggestion_and_satisfaction_are_recorded(fed_back, caller, monday):
    request = fed_back()
    [row] = call(request, caller, monday + HOURS, opinion="修得快", suggestion="多装几盏")
    stored = Callback.objects.get(pk=row.pk)
    assert (stored.opinion, stored.suggestion, stored.conduct, stored.result, stored.contacted) == (
        "修得快",
        "多装几盏",
        "satisfied",
        "satisfied",
        True,
    )
    assert (stored.by, stored.at, request.matter.state) == (caller.name, monday + HOURS, "called_back")


@pytest.mark.clause("smx-hotline-ops/17.c")
@pytest.mark.parametrize(
    ("grade", "more", "field"),
    [
        (GOOD, {"opinion": " "}, "opinion"),
        (GOOD, {"suggestion": ""}, "suggestion"),
        (Grade(True, "", "satisfied"), {}, "conduct"),
        (Grade(True, "satisfied", ""), {}, "result"),
        (Grade(True, "satisfied", "delighted"), {}, "result"),
    ],
)
def test_a_call_back_that_lacks_something_is_refused(fed_back, caller, monday, grade, more, field):
    with pytest.raises(Incomplete) as refused:
        call(fed_back(), caller, monday + HOURS, grade, **more)
    assert refused.value.field == field


def test_each_unit_may_be_asked_about_on_its_own(dispatch_of, finish, caller, monday):
    first = dispatch_of(role="lead")
    second = first.request.dispatches.exclude(pk=first.pk).get()
    finish(first)
    finish(second)
    request = Request.objects.select_related("matter", "contact").get(pk=first.request_id)
    services.request_feed_back(request=request, actor=caller, at=monday + HOURS)
    bad = Grade(False, "basically", "dissatisfied", dispatch=second)
    call(request, caller, monday + HOURS, Grade(True, "satisfied", "satisfied", dispatch=first), bad)
    assert {row.dispatch_id: row.result for row in Callback.objects.all()} == {
        first.pk: "satisfied",
        second.pk: "dissatisfied",
    }
    with pytest.raises(Incomplete, match="只登记一次"):
        call(request, caller, monday + HOURS, bad, bad)


def test_a_unit_of_another_request_is_not_asked_about(fed_back, dispatch_of, caller, monday):
    with pytest.raises(Incomplete, match="不属于"):
        call(
            fed_back(), caller, monday + HOURS, Grade(True, "satisfied", "satisfied", dispatch=dispatch_of())
        )


def test_nobody_answering_it_is_tried_again_and_given_up_after_three_times(fed_back, caller, monday):
    request = fed_back()
    for n in range(2):
        services.callback_try(request=request, actor=caller, at=monday + HOURS, note="无人接听")
        with pytest.raises(WrongState, match=f"只拨打过{n + 1}次"):
            services.callback_give_up(request=request, actor=caller, at=monday + HOURS)
    assert list(callback_queue()) == [request]
    services.callback_try(request=request, actor=caller, at=monday + HOURS)
    services.callback_give_up(request=request, actor=caller, at=monday + HOURS)
    assert request.matter.state == "called_back"
    assert [row.round for row in Callback.objects.order_by("round")] == [1, 2, 3]


def test_after_a_mended_result_it_is_called_back_again_and_both_are_kept(called_back, actor, caller, monday):
    request = called_back(result="dissatisfied")
    dispatch = request.dispatches.get()
    later = monday + HOURS
    services.review_order_mend(dispatch=dispatch, reason="仍有一盏不亮", actor=caller, at=later)
    with pytest.raises(WrongState, match="正在整改"):
        services.request_archive(request=request, actor=caller, at=later)
    assert list(callback_again()) == []
    services.dispatch_mend(
        dispatch=dispatch,
        handling="已全部更换",
        problems="无",
        measures="每周巡查",
        actor=actor("unit_leader", "chengguan"),
        at=later + HOURS,
    )
    assert list(callback_again()) == [request]
    call(request, caller, later + 2 * HOURS)
    assert list(callback_again()) == []
    results = Callback.objects.order_by("round").values_list("round", "result")
    assert list(results) == [(1, "dissatisfied"), (2, "satisfied")]
    services.request_archive(request=request, actor=caller, at=later + 3 * HOURS)
    assert request.matter.state == "archived"


def test_the_citizens_own_rating_stands_beside_the_call_back(fed_back, caller, monday):
    request = fed_back()
    services.request_comment(
        request=request,
        rating="basically",
        comment="虞听澜:还行,19900007001",
        actor=CITIZEN,
        at=monday + HOURS,
    )
    event = Event.objects.get(matter=request.matter, kind="hotline.citizen_commented")
    assert event.data == {"rating": "basically", "comment": "某某:还行,***"}
    assert request.matter.state == "fed_back"
    with pytest.raises(NotAllowed):
        services.request_comment(
            request=request, rating="basically", comment="", actor=caller, at=monday + HOURS
        )


def test_what_was_not_given_back_is_not_rated(request_of, monday):
    with pytest.raises(Incomplete):
        services.request_comment(
            request=request_of(), rating="basically", comment="", actor=CITIZEN, at=monday
        )
