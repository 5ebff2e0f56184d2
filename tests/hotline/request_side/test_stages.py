"""The seven stages of a request, in order."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Request
from luoshi.hotline.selectors.stages import stages_of

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
LABELS = ("受理", "派单", "处置", "反馈", "审核", "数据分析", "考评")


def reached(pk: int) -> int:
    """How many stages a request has reached."""
    found = stages_of(Request.objects.select_related("matter").get(pk=pk))
    assert found is not None
    assert found.labels == LABELS
    return found.reached


@pytest.mark.clause("smx-hotline-ops/5.b")
def test_a_request_passes_seven_stages_one_after_the_other(
    request_of, dispatch_of, liaison, unit_leader, reviewer, platform_leader, monday, at
):
    request = request_of()
    assert reached(request.pk) == 1
    dispatch = dispatch_of(request=request)
    assert reached(request.pk) == 2
    services.dispatch_sign(dispatch=dispatch, actor=liaison, at=monday + HOUR)
    assert reached(request.pk) == 3
    services.dispatch_hand_over(dispatch=dispatch, handler="市政科", actor=liaison, at=monday + HOUR)
    services.reply_draft(
        dispatch=dispatch,
        handling="已更换灯具",
        problems="无",
        measures="加强巡查",
        actor=liaison,
        at=monday + 2 * HOUR,
    )
    assert reached(request.pk) == 3
    services.reply_submit(dispatch=dispatch, actor=unit_leader, at=monday + 2 * HOUR)
    assert reached(request.pk) == 4
    services.review_pass(dispatch=dispatch, actor=reviewer, at=monday + 3 * HOUR)
    assert reached(request.pk) == 5
    later = (monday.replace(day=1) + dt.timedelta(days=32)).replace(day=2, hour=9)
    statistics, callbacks = services.month_close(month=monday.date(), actor=platform_leader, at=later)
    services.notice_issue(notice=callbacks, actor=platform_leader, at=later)
    assert reached(request.pk) == 5, "assessment comes after analysis, never before it"
    services.notice_issue(notice=statistics, actor=platform_leader, at=later)
    assert reached(request.pk) == 7


def test_a_request_that_is_refused_passes_no_stages(request_of, agent, monday):
    request = request_of()
    services.request_refuse(request=request, code="8.4", reason="不在本市", actor=agent, at=monday)
    assert stages_of(Request.objects.select_related("matter").get(pk=request.pk)) is None


@pytest.mark.clause("smx-hotline-ops/5.1.a")
@pytest.mark.parametrize(
    "moment", ["2017-10-01 03:17", "2017-10-05 23:59", "2017-10-09 12:30", "2017-10-15 00:00"]
)
def test_requests_are_taken_in_at_any_hour_of_any_day(request_of, at, moment):
    request = request_of(at=at(moment))
    assert request.matter.state == "received"
    assert request.received_at == at(moment)


@pytest.mark.clause("smx-hotline-ops/5.1.a")
def test_an_urgent_request_dispatched_at_night_must_be_signed_within_natural_minutes(
    dispatch_of, request_of, at
):
    night = at("2017-10-05 23:50")
    dispatch = dispatch_of(request=request_of(at=night), urgency="urgent", at=night)
    owed = dispatch.matter.obligations.get(rule="hotline.sign_in")
    assert owed.due_at == at("2017-10-06 00:20")
