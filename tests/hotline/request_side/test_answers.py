"""Direct answers: from the knowledge base or by a connected call, counted to the unit that gave them."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline import services
from luoshi.hotline.models import Call, DirectAnswer
from luoshi.knowledge.models import Entry, Use
from luoshi.knowledge.services import bulletin_create, bulletin_issue, entry_create, entry_publish
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event, Outbox


@pytest.fixture
def entry(actor, bodies, monday):
    """A published entry of jiaoyu."""
    content = {
        "service": "学籍转接", "process": "向转入学校申请", "materials": "户口簿", "time_limit": "五日", "commitment": "一次办结"
    }  # fmt: skip
    author = actor("liaison", "jiaoyu")
    made: Entry = entry_create(
        form="basic",
        title="转学手续",
        question="孩子怎么转学",
        content=content,
        body=bodies["jiaoyu"],
        actor=author,
        at=monday,
    )
    entry_publish(entry=made, actor=author, at=monday)
    return made


@pytest.fixture
def answer(agent, monday):
    def make(request, **more):
        values = {"means": "knowledge", "answer": "带户口簿到转入学校申请。", "actor": agent, "at": monday}
        return services.request_answer(request=request, **{**values, **more})

    return make


@pytest.mark.clause("smx-hotline-ops/7.2.a")
def test_a_consultation_is_answered_at_once_from_the_knowledge_base(
    request_of, answer, entry, bodies, monday
):
    request = request_of(kind="consultation")
    given = answer(request, entry=entry.matter)
    assert (given.body, given.means, given.answered_at) == (bodies["jiaoyu"], "knowledge", monday)
    assert request.matter.state == "answered"
    assert request.matter.obligations.get(rule="hotline.dispatch").state == "met"
    assert Use.objects.get(matter=entry.matter).count == 1


@pytest.mark.clause("smx-hotline-ops/7.2.a")
def test_an_answer_from_the_knowledge_base_names_its_entry(request_of, answer, entry, bodies):
    with pytest.raises(Incomplete, match="知识条目"):
        answer(request_of(kind="consultation"))
    with pytest.raises(Incomplete, match="计入提供知识的单位"):
        answer(request_of(kind="consultation"), entry=entry.matter, body=bodies["hubin"])


@pytest.mark.clause("smx-hotline-ops/7.1")
def test_an_announcement_is_replied_to_at_once(request_of, answer, actor, bodies, monday):
    author = actor("liaison", "shuiwu")
    draft = bulletin_create(
        body=bodies["shuiwu"],
        topic="announcement",
        title="停水公告",
        text="周二停水",
        valid_from=monday,
        actor=author,
        at=monday,
    )
    told = bulletin_issue(bulletin=draft, actor=author, at=monday)
    request = request_of(kind="announcement", content="听说要停水,是哪天?")
    given = answer(request, answer="周二停水。", entry=told.matter)
    assert (given.body.code, request.matter.state, given.answered_at) == (
        "shuiwu",
        "answered",
        request.received_at,
    )


@pytest.mark.parametrize("kind", ["help", "complaint", "suggestion"])
@pytest.mark.clause("smx-hotline-ops/7.3")
def test_what_asks_for_more_than_an_answer_is_not_closed_with_one(request_of, answer, entry, kind):
    with pytest.raises(Incomplete, match="须登记转办"):
        answer(request_of(kind=kind), entry=entry.matter)


@pytest.mark.parametrize("means", ["three_way", "transfer"])
def test_an_answer_by_call_needs_a_connected_call_to_the_unit(
    request_of, answer, agent, bodies, monday, means
):
    request = request_of(kind="consultation")
    with pytest.raises(Incomplete, match="接通"):
        answer(request, means=means, body=bodies["jiaoyu"])
    for connected in (False, True):
        with pytest.raises(Incomplete, match="接通"):
            answer(request, means=means, body=bodies["jiaoyu"])
        services.request_connect(
            request=request,
            kind=means,
            body=bodies["jiaoyu"],
            to="基教科",
            connected=connected,
            actor=agent,
            at=monday,
        )
    given = answer(request, means=means, body=bodies["jiaoyu"])
    assert given.body == bodies["jiaoyu"]
    assert list(Call.objects.filter(request=request).values_list("connected", flat=True)) == [False, True]


def test_every_call_stands_in_the_record_with_its_time(request_of, agent, bodies, monday):
    request = request_of()
    later = monday + dt.timedelta(minutes=3)
    services.request_connect(
        request=request,
        kind="three_way",
        body=bodies["hubin"],
        to="值班室",
        connected=True,
        actor=agent,
        at=later,
    )
    event = Event.objects.get(matter=request.matter, kind="hotline.connected")
    assert (event.at, event.data) == (
        later,
        {"kind": "three_way", "body": bodies["hubin"].pk, "connected": True},
    )
    with pytest.raises(Incomplete):
        services.request_connect(
            request=request,
            kind="letter",
            body=bodies["hubin"],
            to="值班室",
            connected=True,
            actor=agent,
            at=later,
        )


def test_an_answer_that_was_not_said_in_the_call_is_sent(request_of, answer, entry):
    request = request_of(kind="consultation", channel="web")
    answer(request, entry=entry.matter, told_now=False)
    assert Outbox.objects.get(matter=request.matter, key__endswith=":answer").channel == "web"


def test_it_is_answered_once(request_of, answer, entry):
    request = request_of(kind="consultation")
    answer(request, entry=entry.matter)
    with pytest.raises(WrongState):
        answer(request, entry=entry.matter)
    assert DirectAnswer.objects.count() == 1


def test_a_dispatcher_does_not_answer(request_of, answer, entry, dispatcher):
    with pytest.raises(NotAllowed):
        answer(request_of(kind="consultation"), entry=entry.matter, actor=dispatcher)


def test_a_note_holds_no_personal_data(request_of, agent, monday):
    request = request_of()
    services.request_note(request=request, note="虞听澜再次来电,19900007001", actor=agent, at=monday)
    assert Event.objects.get(matter=request.matter, kind="hotline.noted").data["note"] == "某某再次来电,***"
