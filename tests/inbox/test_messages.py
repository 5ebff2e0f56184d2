"""Messages: who hears of what, once, and not of what is secret or their own doing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from luoshi.engines.obligations import Happened
from luoshi.hotline import services as hotline
from luoshi.inbox.models import Message
from luoshi.inbox.selectors import messages_for, unread_count, unread_for
from luoshi.inbox.services import (
    MESSAGES,
    message_read,
    messages_due,
    messages_read_all,
    readers_begin,
    topics_choose,
)
from luoshi.inbox.writing import hear
from luoshi.ledger import notices
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.followers import _listeners
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.ledger.services import sweep
from luoshi.ledger.services.derive import owed_from
from luoshi.ledger.states import tables
from luoshi.organisation.models import Body, Grant
from luoshi.supervision import services as supervision

pytestmark = pytest.mark.django_db

MakeLife = Callable[..., Any]


def told(actor: Actor) -> list[tuple[str, str]]:
    return [(one.topic, one.event) for one in messages_for(actor).order_by("pk")]


def test_a_unit_hears_of_a_dispatch_with_all_its_duties_in_one_message(
    dispatch_of: MakeLife, liaison: Actor, other_unit: Actor
) -> None:
    dispatch_of()
    message = messages_for(liaison).get()
    assert (message.topic, message.event) == ("duty", "hotline.dispatched")
    assert "签收" in message.said.split("、")
    assert not messages_for(other_unit).exists()


@pytest.fixture
def other_unit(actor: Callable[..., Actor]) -> Actor:
    return actor("liaison", "zhujian")


def test_nobody_is_told_of_their_own_doing(life_of: MakeLife, liaison: Actor, handler: Actor) -> None:
    """Signing opens the duty to hand over; the unit that signed knows."""
    life_of(state="signed")
    assert [event for _, event in told(handler)] == ["hotline.dispatched"]


def test_what_the_platform_decides_on_a_reply_comes_back_to_the_unit(
    life_of: MakeLife, handler: Actor, reviewer: Actor
) -> None:
    life = life_of(state="submitted")
    life.redo()
    assert told(handler)[-1] == ("returned", "hotline.redo_ordered")
    assert "hotline.redo_ordered" not in [event for _, event in told(reviewer)]


def test_the_platform_is_not_told_of_the_duties_that_each_call_opens(
    request_of: MakeLife, dispatcher: Actor
) -> None:
    request_of()
    assert told(dispatcher) == []


def test_an_answer_to_an_application_is_told(
    life_of: MakeLife, liaison: Actor, people: dict[str, Actor]
) -> None:
    life = life_of(state="handed_over")
    at = life.when(None)
    asked = hotline.return_request(
        dispatch=life.dispatch,
        reason="不属本单位职责",
        actor=people["liaison"],
        at=at,
        proposed_body=Body.objects.get(code="zhujian"),
    )
    hotline.return_reject(
        application=asked, opinion="属职责范围", actor=people["dispatcher"], at=at + dt.timedelta(minutes=5)
    )
    assert told(liaison)[-1] == ("decided", "hotline.return_rejected")


def test_a_limit_that_passes_is_told_once_however_often_the_worker_comes(
    dispatch_of: MakeLife, liaison: Actor
) -> None:
    late = dispatch_of().dispatched_at + dt.timedelta(days=60)
    sweep(now=late)
    first = [one for one in messages_for(liaison) if one.topic == "overdue"]
    sweep(now=late + dt.timedelta(minutes=1))
    again = [one for one in messages_for(liaison) if one.topic == "overdue"]
    assert first == again
    assert "签收" in {one.said for one in first}


def test_urging_and_closing_of_a_task_are_told_to_its_lead(
    set_task: MakeLife, unit: MakeLife, office: Actor
) -> None:
    task = set_task()
    supervision.task_urge(task=task, text="请抓紧", actor=office, at=on_time(task))
    assert [topic for topic, _ in told(unit("chengguan"))][:2] == ["duty", "urged"]


def on_time(task: Any) -> dt.datetime:
    return task.set_at + dt.timedelta(hours=2)


def test_the_same_event_shown_again_gives_no_second_message(dispatch_of: MakeLife, liaison: Actor) -> None:
    matter = dispatch_of().matter
    event = matter.events.get(seq=1)
    happened = Happened(seq=1, kind=event.kind, at=event.at, data=event.data)
    before = Message.objects.count()

    owed = [owed_from(row) for row in Obligation.objects.filter(matter=matter)]
    hear(matter, happened, owed, Actor(kind=liaison.kind, name="别人"))
    assert Message.objects.count() == before


def test_a_secret_matter_is_told_to_who_is_cleared_alone(actor: Callable[..., Actor], at: Any) -> None:
    desk, clerk = actor("confidential_office"), actor("handler", "chengguan")
    matter = ledger.matter_open(
        kind="supervision.task", title="一件密件", body_id=clerk.body_id, secrecy="secret", actor=desk,
        at=at("2017-10-09 09:00"),
    )  # fmt: skip
    ledger.record(matter=matter, kind="supervision.urged", actor=desk, at=at("2017-10-09 10:00"))
    assert Message.objects.filter(matter=matter, body_id=clerk.body_id, secret=True).exists()
    assert not messages_for(clerk).exists()
    cleared = Actor(**{**slots(clerk), "permissions": clerk.permissions | {"documents.secret"}})
    assert messages_for(cleared).count() == Message.objects.filter(body_id=clerk.body_id).count()


def slots(actor: Actor) -> dict[str, Any]:
    return {name: getattr(actor, name) for name in Actor.__slots__}


def test_a_message_keeps_no_words_of_the_citizen(dispatch_of: MakeLife) -> None:
    matter = dispatch_of().matter
    for message in Message.objects.filter(matter=matter):
        assert "虞听澜" not in message.said
        assert "路灯" not in message.said


def test_reading_one_leaves_the_others_and_reading_all_leaves_none(
    dispatch_of: MakeLife, liaison: Actor, handler: Actor
) -> None:
    for _ in range(3):
        dispatch_of()
    newest = unread_for(liaison).order_by("-pk").first()
    message_read(message=newest, actor=liaison)
    message_read(message=newest, actor=liaison)
    assert unread_count(liaison) == 2
    assert messages_read_all(actor=liaison) == 2
    assert unread_count(liaison) == 0
    assert unread_count(handler) == 3


def test_what_was_read_in_person_is_read_whatever_body_one_acts_for(
    liaison: Actor, dispatch_of: MakeLife
) -> None:
    matter = dispatch_of().matter
    Message.objects.all().delete()
    Message.objects.create(
        matter=matter, seq=9, event="agenda.leave_granted", topic="decided", person_id=liaison.person_id,
        at=matter.opened_at,
    )  # fmt: skip
    messages_read_all(actor=liaison)
    elsewhere = Actor(**{**slots(liaison), "body_id": None})
    assert unread_count(elsewhere) == 0


def test_topics_that_somebody_turned_off_are_told_to_others_alone(
    dispatch_of: MakeLife, liaison: Actor, handler: Actor
) -> None:
    dispatch_of()
    topics_choose(actor=liaison, wanted=[code for code in notices.TOPICS if code != "duty"])
    assert unread_count(liaison) == 0
    assert unread_count(handler) == 1
    topics_choose(actor=liaison, wanted=notices.TOPICS)
    assert unread_count(liaison) == 1
    with pytest.raises(Incomplete):
        topics_choose(actor=liaison, wanted=["nonsense"])


def test_old_messages_leave_when_they_are_read_or_their_matter_is_over(
    dispatch_of: MakeLife, liaison: Actor
) -> None:
    matter = dispatch_of().matter
    much_later = matter.opened_at + dt.timedelta(days=1)
    assert messages_due(much_later).count() == 0
    message_read(message=messages_for(liaison).get(), actor=liaison)
    assert messages_due(matter.opened_at - dt.timedelta(days=1)).count() == 0
    read = messages_due(much_later).get()
    MESSAGES.erase([read.pk], much_later, "")
    assert messages_due(much_later).count() == 0
    other = dispatch_of().matter
    with door():
        Matter.objects.filter(pk=other.pk).update(closed_at=much_later)
    assert messages_due(much_later).count() == 1


def test_a_reader_may_begin_at_a_moment(dispatch_of: MakeLife, liaison: Actor) -> None:
    matter = dispatch_of().matter
    readers_begin(
        before=matter.opened_at + dt.timedelta(days=1), readers=[(liaison.user_id or 0, liaison.body_id or 0)]
    )
    assert unread_count(liaison) == 0
    assert messages_for(liaison).count() == 1


def test_who_is_new_to_a_body_is_not_told_what_it_was_told_before(
    dispatch_of: MakeLife, liaison: Actor, handler: Actor
) -> None:
    told_at = timezone.localtime(dispatch_of().matter.opened_at)
    grants = Grant._base_manager.filter(user_id=liaison.user_id, body_id=liaison.body_id)
    grants.update(since=told_at.date() + dt.timedelta(days=1))
    assert unread_count(liaison) == 0
    assert not messages_for(liaison).exists()
    assert unread_count(handler) == 1
    grants.update(since=told_at.date())
    assert unread_count(liaison) == 1


def test_the_bell_costs_one_query_and_a_message_one_statement(
    dispatch_of: MakeLife, liaison: Actor, django_assert_num_queries: Any
) -> None:
    matter = dispatch_of().matter
    unread_count(liaison)
    with django_assert_num_queries(1):
        unread_count(liaison)
    happened = Happened(seq=77, kind="hotline.urged", at=matter.opened_at, data={})
    with django_assert_num_queries(1):
        hear(matter, happened, [], liaison)


def test_every_event_that_is_told_can_happen() -> None:
    known = {event for table in tables().values() for event in table.event_kinds()}
    assert notices._notices.keys() <= known


def test_an_unknown_topic_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown topic"):
        notices.tell("hotline.urged", topic="gossip", to=notices.to_body)


def test_the_inbox_hears_of_every_event() -> None:
    assert hear in _listeners
