"""Rosters: every unit has a liaison and a responsible leader; each change is known, dated and reported."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Outbox
from luoshi.organisation import services
from luoshi.organisation.models import Person, Post, User
from luoshi.organisation.selectors import deputy_leaders_on, liaisons_on, missing_roster
from luoshi.organisation.services.journal import body_matter

DAY = dt.date(2017, 10, 9)
BEFORE = DAY - dt.timedelta(days=1)


@pytest.fixture
def now(at):
    return at("2017-10-09 09:00")


@pytest.fixture
def newcomer(bodies, now):
    return services.person_create(
        body=bodies["chengguan"], name="邱以宁", mobile="199 0000 9999", actor=SYSTEM, at=now
    )


def start(person, now, kind="liaison", since=DAY, actor=SYSTEM, **more):
    return services.post_start(
        person=person, body=person.body, kind=kind, since=since, actor=actor, at=now, **more
    )


def current(body, kind):
    return Post.objects.get(body=body, kind=kind, until=None)


def end(post, now, until=DAY, actor=SYSTEM):
    return services.post_end(post=post, until=until, actor=actor, at=now)


@pytest.mark.clause("smx-hotline-ops/14.1.a")
def test_a_unit_designates_a_liaison_who_can_read_the_requests_on_line(bodies, newcomer, now):
    """Without one the unit is listed; the last leaves once a successor came; one without account is a gap."""
    body = bodies["chengguan"]
    assert missing_roster(DAY) == []
    with pytest.raises(WrongState) as refusal:
        end(current(body, "liaison"), now)
    assert "将没有联络员" in str(refusal.value)
    before = current(body, "liaison")
    start(newcomer, now)
    end(before, now)
    assert liaisons_on(body, BEFORE) == [before.person]
    assert liaisons_on(body, DAY) == [newcomer]
    assert [gap.words for gap in missing_roster(DAY)] == [["联络员没有可用账号"]]
    bare = services.body_create(
        code="bare", kind="other", name="某单位", jurisdiction="sanmenxia", since=DAY, takes_requests=True,
        actor=SYSTEM, at=now,
    )  # fmt: skip
    gaps = {gap.body: gap for gap in missing_roster(DAY)}
    assert gaps[bare].no_liaison


@pytest.mark.clause("smx-hotline-ops/16.a")
def test_each_county_and_unit_names_a_responsible_leader_and_a_liaison(bodies, newcomer, now):
    """All units have both; neither post can be left empty; a unit without them is listed."""
    for body in bodies.values():
        if body.takes_requests:
            assert len(deputy_leaders_on(body, DAY)) == len(liaisons_on(body, DAY)) == 1
    body = bodies["chengguan"]
    leader = current(body, "deputy_leader")
    with pytest.raises(WrongState) as refusal:
        end(leader, now)
    assert "将没有分管领导" in str(refusal.value)
    start(newcomer, now, kind="deputy_leader")
    end(leader, now)
    assert deputy_leaders_on(body, DAY) == [newcomer]
    bare = services.body_create(
        code="bare", kind="county", name="某县", jurisdiction="sanmenxia", since=DAY, takes_requests=True,
        actor=SYSTEM, at=now,
    )  # fmt: skip
    gaps = {gap.body: gap.words for gap in missing_roster(DAY)}
    assert gaps == {bare: ["未指定联络员", "未确定分管领导"]}


@pytest.mark.clause("smx-hotline-ops/16.c")
@pytest.mark.parametrize("kind", ["liaison", "deputy_leader"])
def test_a_changed_liaison_or_leader_is_reported_to_the_platform_at_once_with_its_dates(
    bodies, newcomer, actor, now, kind
):
    body = bodies["chengguan"]
    own = actor("liaison", "chengguan")
    before = current(body, kind)
    told = sum("名单更新" in row.text for row in Outbox.objects.filter(matter=body_matter(body)))
    start(newcomer, now, kind=kind, actor=own)
    end(before, now, actor=own)
    events = list(body_matter(body).events.order_by("-seq")[:2])
    assert [event.kind for event in events] == ["organisation.post_ended", "organisation.post_started"]
    assert events[0].data["until"] == events[1].data["since"] == "2017-10-09"
    assert {event.actor_name for event in events} == {own.name}
    messages = Outbox.objects.filter(matter=body_matter(body)).order_by("id")[told:]
    receiver = liaisons_on(bodies["platform"], DAY)[0]
    assert [(message.channel, message.to) for message in messages] == [("sms", receiver.mobile)] * 2
    assert body.name in messages[0].text
    assert newcomer.name in messages[0].text
    assert before.person.name in messages[1].text
    history = Post.objects.filter(body=body, kind=kind).order_by("since")
    assert [(post.person, post.since, post.until) for post in history] == [
        (before.person, before.since, DAY),
        (newcomer, DAY, None),
    ]


def test_a_changed_handler_is_recorded_but_not_reported(bodies, newcomer, now):
    told = Outbox.objects.count()
    start(newcomer, now, kind="handler")
    assert Outbox.objects.count() == told


@pytest.mark.parametrize(("since", "enough"), [(DAY, True), (DAY + dt.timedelta(days=1), False)])
def test_the_successor_is_in_office_on_the_day_on_which_the_last_one_leaves(
    bodies, newcomer, now, since, enough
):
    before = current(bodies["chengguan"], "liaison")
    start(newcomer, now, since=since)
    if enough:
        assert end(before, now).until == DAY
    else:
        with pytest.raises(WrongState):
            end(before, now)


def test_a_post_is_held_on_its_first_day_and_not_on_the_day_it_ends(bodies, newcomer, now):
    post = start(newcomer, now, kind="handler")
    end(post, now, until=DAY + dt.timedelta(days=3))
    on = [day for day in range(7, 15) if Post.objects.on(dt.date(2017, 10, day)).filter(pk=post.pk).exists()]
    assert on == [9, 10, 11]


def test_a_post_does_not_end_before_it_began_or_twice(bodies, newcomer, now):
    post = start(newcomer, now, kind="handler")
    with pytest.raises(Incomplete) as refusal:
        end(post, now, until=BEFORE)
    assert refusal.value.field == "until"
    end(post, now, until=DAY)
    with pytest.raises(WrongState):
        end(post, now, until=DAY)


def test_nobody_holds_the_same_post_twice_at_a_time(bodies, newcomer, now):
    start(newcomer, now)
    with pytest.raises(Incomplete):
        start(newcomer, now, since=DAY + dt.timedelta(days=30))


def test_a_body_has_one_principal_leader_at_a_time(bodies, newcomer, now):
    with pytest.raises(WrongState) as refusal:
        start(newcomer, now, kind="principal_leader")
    held = current(bodies["chengguan"], "principal_leader")
    assert held.person.name in str(refusal.value)
    end(held, now)
    assert start(newcomer, now, kind="principal_leader").pk


def test_a_liaison_has_a_mobile_number_to_which_notices_go(bodies, now):
    person = services.person_create(body=bodies["chengguan"], name="纪砚秋", actor=SYSTEM, at=now)
    with pytest.raises(Incomplete) as refusal:
        start(person, now)
    assert refusal.value.field == "person"
    services.person_update(person=person, mobile="19900009998", actor=SYSTEM, at=now)
    start(person, now)
    with pytest.raises(Incomplete):
        services.person_update(person=person, mobile="", actor=SYSTEM, at=now)


@pytest.mark.parametrize(
    ("contact", "field"),
    [
        ({"mobile": "1990000999"}, "mobile"),
        ({"mobile": "199000099990"}, "mobile"),
        ({"mobile": "29900009999"}, "mobile"),
        ({"mobile": "19900009999", "office_phone": "找他"}, "office_phone"),
        ({"mobile": "19900009999", "email": "someone"}, "email"),
    ],
)
def test_a_malformed_number_or_address_is_refused(newcomer, now, contact, field):
    with pytest.raises(Incomplete) as refusal:
        services.person_update(person=newcomer, **contact, actor=SYSTEM, at=now)
    assert refusal.value.field == field


def test_events_name_people_and_never_their_numbers(newcomer, now):
    services.person_update(person=newcomer, mobile="19900008888", actor=SYSTEM, at=now)
    text = str([event.data for event in body_matter(newcomer.body).events.all()])
    assert newcomer.name in text
    assert "19900008888" not in text
    assert "19900009999" not in text


@pytest.mark.parametrize(
    ("role", "body", "may"),
    [
        ("liaison", "chengguan", True),
        ("unit_leader", "chengguan", True),
        ("liaison", "zhujian", False),
        ("handler", "chengguan", False),
        ("agent", None, False),
        ("platform_leader", None, True),
        ("administrator", None, True),
        ("auditor", None, False),
    ],
)
def test_a_unit_keeps_its_own_roster_and_only_its_own(bodies, actor, now, role, body, may):
    who = actor(role, body)
    if may:
        assert services.person_create(body=bodies["chengguan"], name="佟怀瑾", actor=who, at=now).pk
    else:
        with pytest.raises(NotAllowed):
            services.person_create(body=bodies["chengguan"], name="佟怀瑾", actor=who, at=now)


def test_who_has_left_takes_up_nothing_and_cannot_log_in(bodies, newcomer, now):
    held = current(bodies["chengguan"], "liaison")
    with pytest.raises(WrongState):
        services.person_leave(person=held.person, actor=SYSTEM, at=now)
    start(newcomer, now)
    end(held, now)
    services.person_leave(person=held.person, actor=SYSTEM, at=now)
    account = User.objects.get(person=held.person)
    assert (account.is_active, account.blocked_at) == (False, now)
    with pytest.raises(WrongState):
        start(Person.objects.get(pk=held.person_id), now, kind="handler")


def test_finding_the_gaps_takes_one_query(bodies, django_assert_num_queries):
    with django_assert_num_queries(1):
        missing_roster(DAY)
