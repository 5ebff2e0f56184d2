"""Personal data: for those who handle the case, each look recorded, each refused attempt too."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline import services
from luoshi.hotline.selectors.requests import masked_contact, may_read
from luoshi.ledger.errors import NotAllowed
from luoshi.ledger.models import AccessLog


def look(request, somebody, monday):
    return services.reveal(
        matter=request.matter, actor=somebody, reason="回电核实", at=monday, path="/hotline/1"
    )


@pytest.mark.clause("smx-hotline-ops/9.a")
@pytest.mark.parametrize("role", ["agent", "dispatcher", "reviewer", "callback", "platform_leader"])
def test_the_platforms_people_see_it_and_each_look_is_recorded(dispatch_of, actor, monday, role):
    request = dispatch_of().request
    somebody = actor(role)
    assert look(request, somebody, monday).mobile == "19900007001"
    row = AccessLog.objects.get(matter=request.matter)
    assert (row.allowed, row.actor_name, row.at, row.reason) == (True, somebody.name, monday, "回电核实")


@pytest.mark.clause("smx-hotline-ops/9.a")
@pytest.mark.parametrize("role", ["liaison", "handler", "unit_leader"])
def test_the_unit_that_handles_it_sees_it_and_another_one_does_not(dispatch_of, actor, monday, role):
    request = dispatch_of("chengguan").request
    assert look(request, actor(role, "chengguan"), monday).name == "虞听澜"
    with pytest.raises(NotAllowed) as refused:
        look(request, actor(role, "zhujian"), monday)
    assert "第九条" in refused.value.cite[0]
    assert list(AccessLog.objects.order_by("pk").values_list("allowed", flat=True)) == [True, False]


@pytest.mark.clause("smx-hotline-ops/9.a")
@pytest.mark.parametrize("role", ["command_centre", "city_leader", "rule_editor", "administrator", "auditor"])
def test_others_are_refused_and_the_attempt_is_recorded(dispatch_of, actor, monday, role):
    with pytest.raises(NotAllowed):
        look(dispatch_of().request, actor(role), monday)
    assert not AccessLog.objects.get().allowed


@pytest.mark.clause("smx-hotline-ops/9.a")
def test_a_unit_whose_dispatch_was_recalled_sees_it_no_more(dispatch_of, liaison, dispatcher, monday):
    dispatch = dispatch_of()
    assert may_read(liaison, dispatch.request)
    services.dispatch_recall(
        dispatch=dispatch, reason="派错", actor=dispatcher, at=monday + dt.timedelta(hours=1)
    )
    with pytest.raises(NotAllowed):
        look(dispatch.request, liaison, monday)
    assert not may_read(liaison, dispatch.request)


@pytest.mark.clause("smx-hotline-ops/9.a")
def test_what_is_handled_internally_is_read_only_by_platform_and_the_unit_itself(
    dispatch_of, agent, liaison, other_liaison
):
    request = dispatch_of(wants_public=False).request
    assert [may_read(one, request) for one in (agent, liaison, other_liaison)] == [True, True, False]


@pytest.mark.clause("smx-hotline-ops/9.a")
def test_everywhere_else_it_is_masked(request_of):
    shown = masked_contact(
        request_of(contact={"name": "虞听澜", "mobile": "19900007001", "email": "yu@example.com"})
    )
    assert (shown.name, shown.mobile, shown.email) == ("虞**", "199******01", "y***@example.com")
    assert shown.phone == shown.address == ""
