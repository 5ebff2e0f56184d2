"""What several people complain of is drawn up, told as rising, and shown where it helps."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline.models import TopicSheet
from luoshi.hotline.selectors.topics import (
    day_numbers,
    sheet_latest,
    sheet_rows,
    topic_of,
    topics_at,
    units_of,
)
from luoshi.hotline.services.topics import topics_draw
from luoshi.ledger.errors import NotAllowed
from tests.hotline.conftest import SHANGHAI

SAID = (
    "崤山花园旁搅拌站噪音扰民",
    "投诉崤山花园附近的搅拌站噪音",
    "崤山花园搅拌站粉尘污染",
    "崤山花园边上搅拌站夜间施工",
)
NIGHT = dt.timedelta(hours=14)


@pytest.fixture
def mixer(request_of, monday):
    """Four people about one mixing plant, one a day from Monday; and a stranger's lamp."""
    found = [
        request_of(
            title=title,
            content=f"{title}，无法休息。",
            contact={"mobile": f"1990000800{number}"},
            at=monday + dt.timedelta(days=number),
        )
        for number, title in enumerate(SAID)
    ]
    request_of(contact={"mobile": "19900009000"})
    return found


def test_same_trouble_of_several_people_is_a_topic_that_rises(mixer, monday):
    thursday = monday + dt.timedelta(days=3) + NIGHT
    (topic,) = topics_at(thursday)

    assert topic.requests == tuple(row.pk for row in mixer)
    assert (topic.count, topic.people, topic.today, topic.week, topic.usual) == (4, 4, 1, 4, 0)
    assert topic.rising and topic.others == 3
    assert any("崤山花园" in word for word in topic.words)


def test_what_comes_as_usual_does_not_rise(request_of, monday):
    for number in range(8):
        request_of(
            title=SAID[0],
            content=SAID[0],
            contact={"mobile": f"1990000800{number}"},
            at=monday + dt.timedelta(days=7 * number),
        )
    (topic,) = topics_at(monday + dt.timedelta(days=49) + NIGHT)

    assert (topic.count, topic.week, topic.usual) == (8, 1, 1.0)
    assert not topic.rising


def test_one_person_who_calls_often_is_no_topic(request_of, monday):
    for number in range(4):
        request_of(title=SAID[number], content=SAID[number], at=monday + dt.timedelta(hours=number))

    assert topics_at(monday + NIGHT) == []


def test_days_sheet_is_replaced_and_earlier_days_stay(mixer, dispatcher, monday):
    for hours in (24, 30, 54):
        topics_draw(actor=dispatcher, at=monday + dt.timedelta(hours=hours))

    assert [row.day.day for row in TopicSheet.objects.order_by("day")] == [10, 11]
    sheet = sheet_latest()
    assert sheet.day == dt.date(2017, 10, 11)
    assert [topic.count for topic in sheet.topics] == [3]
    assert topic_of(mixer[0], sheet_rows()).key == mixer[0].pk
    assert topic_of(mixer[3], sheet_rows()) is None


def test_unit_may_not_draw_topics_up(liaison, monday):
    with pytest.raises(NotAllowed):
        topics_draw(actor=liaison, at=monday)


def test_units_at_work_on_a_topic_are_counted(mixer, dispatch_of, bodies, monday):
    for number in (0, 1):
        dispatch_of("huanbao", request=mixer[number], at=monday + dt.timedelta(days=3))
    dispatch_of("chengguan", request=mixer[2], at=monday + dt.timedelta(days=3))

    names = {code: bodies[code].short_name for code in ("huanbao", "chengguan")}
    assert units_of([row.pk for row in mixer]) == [(names["huanbao"], 2), (names["chengguan"], 1)]


def test_numbers_of_a_day_stand_beside_the_day_before_and_the_week(mixer, dispatch_of, monday):
    dispatch_of("huanbao", request=mixer[1], at=monday + dt.timedelta(days=1, minutes=5))
    day = day_numbers(dt.date(2017, 10, 10), SHANGHAI)

    assert (day.received, day.before, day.usual, day.urgent) == (1, 2, 0.3, 0)
    assert (day.dispatched, day.closed) == (1, 0)
    assert day.channels == (("phone", 1),)
    assert day.units[0][1] == 1
