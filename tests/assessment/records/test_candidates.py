"""What the hotline's records already show: confirmed with one press, or let go with the reason."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.assessment import services
from luoshi.assessment.selectors.candidates import (
    SOURCES,
    candidate_counts,
    candidate_get,
    candidate_of,
    candidate_rows,
)
from luoshi.hotline import services as hotline
from luoshi.hotline.models import Callback, RequestLink
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Matter, door
from luoshi.ledger.services import sweep

from .conftest import MONDAY

SENT = MONDAY + dt.timedelta(minutes=5)
SOON = MONDAY + dt.timedelta(hours=5)  # before the dispatch itself is overdue
LATER = MONDAY + dt.timedelta(days=2)


def found(item):
    return [candidate_of(item, row) for row in candidate_rows(item)]


@pytest.fixture
def onsite(dispatch_of, liaison):
    """onsite(minutes): a dispatch to a unit in the city, which arrived so many minutes after it was told to."""

    def make(minutes):
        dispatch = dispatch_of(urgency="urgent", onsite=True)
        hotline.dispatch_sign(dispatch=dispatch, actor=liaison, at=SENT)
        at = SENT + dt.timedelta(minutes=minutes)
        hotline.dispatch_arrive(dispatch=dispatch, scene="现场已围挡", actor=liaison, at=at)
        return dispatch

    return make


@pytest.mark.clause("smx-hotline-assessment-annex/3.2.2")
@pytest.mark.parametrize(("minutes", "shown"), [(30, 0), (31, 1)])
def test_an_arrival_after_its_limit_is_shown_one_within_it_is_not(onsite, minutes, shown):
    dispatch = onsite(minutes)
    late = found("late_arrival")
    assert len(late) == shown
    assert all((one.matter.pk, one.order.pk) == (dispatch.pk, dispatch.request_id) for one in late)


def test_who_has_not_arrived_at_all_is_shown_too(dispatch_of):
    dispatch_of(urgency="urgent", onsite=True)
    sweep(now=LATER)
    assert "至今未登记到场" in found("late_arrival")[0].shows


def test_one_press_makes_an_entry_with_the_case_and_takes_it_off_the_list(
    onsite, platform_leader, command, live
):
    dispatch = onsite(45)
    key = found("late_arrival")[0].key
    entry = services.candidate_accept(key=key, actor=platform_leader, at=SOON)
    assert (entry.item, entry.order_id, entry.body_id) == (
        "late_arrival",
        dispatch.request_id,
        dispatch.body_id,
    )
    assert candidate_get(key) is None
    with pytest.raises(WrongState):
        services.candidate_accept(key=key, actor=platform_leader, at=SOON)
    services.entry_approve(entry=entry, actor=command, at=SOON)
    assert live(now=SOON)["points"]["3.2.2"] == 2


def test_what_is_let_go_is_recorded_on_its_case_with_the_reason_and_not_shown_again(onsite, platform_leader):
    dispatch = onsite(45)
    key = found("late_arrival")[0].key
    with pytest.raises(Incomplete):
        services.candidate_dismiss(key=key, reason=" ", actor=platform_leader, at=LATER)
    services.candidate_dismiss(key=key, reason="道路中断", actor=platform_leader, at=LATER)
    assert found("late_arrival") == []
    event = Event.objects.get(matter=dispatch.pk, kind="assessment.candidate_dismissed")
    assert event.data["reason"] == "道路中断"
    with pytest.raises(WrongState):
        services.candidate_dismiss(key=key, reason="道路中断", actor=platform_leader, at=LATER)


def test_only_the_platform_decides_on_findings(onsite, liaison):
    onsite(45)
    key = found("late_arrival")[0].key
    with pytest.raises(NotAllowed):
        services.candidate_accept(key=key, actor=liaison, at=LATER)
    with pytest.raises(NotAllowed):
        services.candidate_dismiss(key=key, reason="道路中断", actor=liaison, at=LATER)


def test_a_return_that_was_not_accepted_is_shown(bodies, dispatch_of, liaison, dispatcher):
    dispatch = dispatch_of()
    hotline.dispatch_sign(dispatch=dispatch, actor=liaison, at=SENT)
    asked = hotline.return_request(
        dispatch=dispatch, reason="不属本单位职责", proposed_body=bodies["zhujian"], actor=liaison, at=SENT
    )
    assert found("shirked_return") == []
    hotline.return_reject(application=asked, opinion="属你单位职责", actor=dispatcher, at=LATER)
    assert [one.order.pk for one in found("shirked_return")] == [dispatch.request_id]


def test_a_supervision_left_unanswered_is_shown(dispatch_of, platform_leader):
    dispatch = dispatch_of()
    hotline.dispatch_supervise(
        dispatch=dispatch,
        text="请加快办理",
        until=SENT + dt.timedelta(days=1),
        actor=platform_leader,
        at=SENT,
    )
    sweep(now=SENT + dt.timedelta(days=1))
    assert found("unexecuted_order") == []
    sweep(now=SENT + dt.timedelta(days=1, seconds=1))
    assert [one.matter.pk for one in found("unexecuted_order")] == [dispatch.pk]


@pytest.mark.clause("smx-hotline-assessment-annex/3.1.3")
def test_a_new_complaint_after_satisfaction_is_shown_against_who_handled_the_first_one(
    dispatch_of, request_of, dispatcher, agent, platform_leader
):
    dispatch = dispatch_of()
    with door():
        Callback.objects.create(
            request=dispatch.request,
            dispatch=dispatch,
            round=1,
            answered=True,
            result="satisfied",
            by="甲",
            at=SENT,
        )
    again = request_of(at=LATER)
    hotline.request_link(request=again, other=dispatch.request, kind="repeat", actor=agent, at=LATER)
    repeats = found("repeat_complaint")
    assert [(one.body.pk, one.order.pk) for one in repeats] == [(dispatch.body_id, dispatch.request_id)]
    entry = services.candidate_accept(key=repeats[0].key, actor=platform_leader, at=LATER)
    assert entry.order_id == dispatch.request_id
    assert RequestLink.objects.count() == 1


def test_unknown_keys_are_no_findings(db):
    for key in ("", "late_arrival:", "late_arrival:abc", "fraud:1", "late_arrival:999"):
        assert candidate_get(key) is None
    assert candidate_counts() == dict.fromkeys(SOURCES, 0)
    assert not Matter.objects.filter(kind="assessment.entry").exists()
