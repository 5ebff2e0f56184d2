"""Internal and public handling: public is the rule; what must be internal; telling the citizen."""

from __future__ import annotations

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Request
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import Event, Outbox


def stored(request):
    return Request.objects.select_related("matter").get(pk=request.pk)


@pytest.mark.clause("smx-hotline-ops/13.a")
def test_a_request_is_handled_in_public_unless_something_else_is_decided(dispatch_of):
    dispatch = dispatch_of()
    assert stored(dispatch.request).matter.disclosure == "public"
    assert dispatch.matter.disclosure == "public"
    assert Event.objects.filter(matter=dispatch.request.matter, kind="hotline.classified").count() == 1


@pytest.mark.clause("smx-hotline-ops/12.1")
def test_officials_conduct_goes_the_internal_way_and_never_the_public_one(
    request_of, dispatch_of, dispatcher, monday
):
    request = request_of(conduct_matter=True)
    with pytest.raises(Incomplete, match="内部批转") as refused:
        services.request_classify(request=request, handling="public", actor=dispatcher, at=monday)
    assert "第十二条(一)" in refused.value.cite[0]
    dispatch = dispatch_of(request=request)
    assert (dispatch.matter.disclosure, stored(request).internal_reason) == ("internal", "conduct")


@pytest.mark.clause("smx-hotline-ops/12.2")
@pytest.mark.parametrize("ground", ["doubtful", "platform"])
def test_the_platform_may_choose_the_internal_way_and_says_why(request_of, dispatcher, monday, ground):
    request = request_of()
    with pytest.raises(Incomplete, match="理由"):
        services.request_classify(
            request=request, handling="internal", ground=ground, actor=dispatcher, at=monday
        )
    services.request_classify(
        request=request, handling="internal", ground=ground, note="与现场不符", actor=dispatcher, at=monday
    )
    assert (stored(request).matter.disclosure, stored(request).internal_reason) == ("internal", ground)


@pytest.mark.clause("smx-hotline-ops/12.3")
def test_whoever_chose_not_to_be_public_is_handled_internally(request_of, dispatch_of, dispatcher, monday):
    request = request_of(wants_public=False)
    with pytest.raises(Incomplete, match="不得改为公开") as refused:
        services.request_classify(request=request, handling="public", actor=dispatcher, at=monday)
    assert "第十二条(三)" in refused.value.cite[0]
    dispatch = dispatch_of(request=request)
    assert (dispatch.matter.disclosure, stored(request).internal_reason) == ("internal", "citizen")


def test_the_citizens_choice_is_no_ground_when_the_citizen_chose_otherwise(request_of, dispatcher, monday):
    with pytest.raises(Incomplete, match="没有选择不公开"):
        services.request_classify(
            request=request_of(), handling="internal", ground="citizen", actor=dispatcher, at=monday
        )


def test_what_the_platform_chose_may_be_made_public_before_it_is_dispatched(
    request_of, dispatch_of, dispatcher, monday
):
    request = request_of()
    services.request_classify(
        request=request, handling="internal", ground="platform", note="待核实", actor=dispatcher, at=monday
    )
    services.request_classify(request=request, handling="public", actor=dispatcher, at=monday)
    dispatch = dispatch_of(request=request)
    assert (dispatch.matter.disclosure, stored(request).internal_reason) == ("public", "")


def test_an_agent_does_not_classify(request_of, agent, monday):
    with pytest.raises(NotAllowed):
        services.request_classify(request=request_of(), handling="public", actor=agent, at=monday)


@pytest.mark.clause("smx-hotline-ops/12.a")
@pytest.mark.parametrize(
    ("channel", "contact", "way"),
    [
        ("phone", {"mobile": "19900007001"}, ("sms", "19900007001")),
        ("email", {"email": "a@example.com"}, ("email", "a@example.com")),
        ("wechat", {"account": "weixin-a"}, ("wechat", "weixin-a")),
        ("web", {}, ("web", "20171009-0001")),
    ],
)
def test_the_citizen_is_told_at_dispatch_which_unit_handles_it_internally(
    request_of, dispatch_of, channel, contact, way
):
    request = request_of(channel=channel, contact=contact, wants_public=False)
    dispatch = dispatch_of(request=request)
    told = Outbox.objects.get(matter=request.matter, key__endswith=":internal")
    assert told.text == f"您所反映的问题已转由{dispatch.body.name}内部办理"
    assert (told.channel, told.to) == way
    assert told.queued_at == dispatch.dispatched_at


@pytest.mark.clause("smx-hotline-ops/12.a")
def test_a_public_request_brings_no_such_notice(dispatch_of):
    dispatch = dispatch_of()
    assert not Outbox.objects.filter(matter=dispatch.request.matter, key__endswith=":internal").exists()


@pytest.mark.clause("smx-hotline-ops/10.a")
def test_internal_and_public_requests_alike_are_decided_on_within_a_working_day(request_of, dispatch_of, at):
    for public in (True, False):
        request = request_of(wants_public=public, at=at("2017-10-09 09:00"))
        owed = request.matter.obligations.get(rule="hotline.dispatch")
        assert owed.due_at == at("2017-10-10 18:00")
        dispatch_of(request=request, at=at("2017-10-10 18:00"))
        owed.refresh_from_db()
        assert owed.state == "met"
        assert stored(request).matter.disclosure in {"public", "internal"}
