"""The trial city is complete, invented where it must be, and can be changed like any other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from luoshi.ledger.actors import SYSTEM
from luoshi.organisation import services
from luoshi.organisation.models import Body, Post, User
from luoshi.organisation.seed import city_data, invented_names

DAY = dt.date(2017, 9, 22)
GAZETTES = Path(__file__).parents[3] / "shared" / "regulations"


def holders(body, kind, day=DAY):
    return [post.title for post in Post.objects.on(day).filter(body=body, kind=kind).order_by("id")]


@pytest.mark.clause("smx-hotline-ops/4.a")
def test_the_leading_group_has_a_head_two_deputies_and_the_principal_leaders_of_all_units(bodies, at):
    """Who they are is data that changes by date, as for every post."""
    group = bodies["leading-group"]
    assert holders(group, "group_head") == ["副市长"]
    assert holders(group, "group_deputy_head") == ["市政府副秘书长"] * 2
    chiefs = Post.objects.on(DAY).filter(kind="principal_leader", body__takes_requests=True)
    members = Post.objects.on(DAY).filter(body=group, kind="group_member")
    assert {post.person_id for post in members} == {post.person_id for post in chiefs}
    head = Post.objects.get(body=group, kind="group_head", until=None)
    now, day = at("2017-11-01 09:00"), dt.date(2017, 11, 1)
    services.post_end(post=head, until=day, actor=SYSTEM, at=now)
    next_head = services.person_create(body=bodies["shizhengfu"], name="晏听澜", actor=SYSTEM, at=now)
    services.post_start(
        person=next_head, body=group, kind="group_head", title="副市长", since=day, actor=SYSTEM, at=now
    )
    on = [Post.objects.on(when).get(body=group, kind="group_head").person for when in (DAY, day)]
    assert on == [head.person, next_head]


@pytest.mark.clause("smx-hotline-ops/4.b")
def test_the_groups_office_has_its_head_and_deputy_and_runs_platform_and_command_centre(bodies):
    """Platform and command centre are two bodies under one office, with roles of their own."""
    office = bodies["group-office"]
    assert office.parent == bodies["leading-group"]
    head = Post.objects.on(DAY).get(body=office, kind="office_head")
    assert head.person in [
        post.person
        for post in Post.objects.on(DAY).filter(body=bodies["leading-group"], kind="group_deputy_head")
    ]
    assert holders(office, "office_deputy_head") == ["市政府办公室副主任"]
    assert bodies["platform"].parent == bodies["command-centre"].parent == office
    roles = {
        code: set(User.objects.filter(grants__body=bodies[code]).values_list("grants__role__code", flat=True))
        for code in ("platform", "command-centre")
    }
    assert roles["command-centre"] == {"command_centre"}
    assert {"agent", "dispatcher", "reviewer", "callback"} <= roles["platform"]
    assert not roles["platform"] & roles["command-centre"]


def test_the_whole_city_names_its_counties_committees_departments_and_enterprises():
    kinds = [entry["kind"] for entry in city_data()["bodies"]]
    assert kinds.count("county") == 6
    assert kinds.count("committee") == 2
    assert kinds.count("enterprise") == 6
    assert kinds.count("department") + kinds.count("public_security") >= 25
    codes = [entry["code"] for entry in city_data()["bodies"]]
    assert len(codes) == len(set(codes))


def test_all_demo_accounts_are_marked_as_such(bodies):
    assert User.objects.exists()
    assert not User.objects.filter(is_demo=False).exists()


def test_invented_names_are_never_the_same():
    names = list(invented_names())
    assert len(names) == len(set(names)) > 300


@pytest.mark.skipif(not GAZETTES.is_dir(), reason="the gazettes lie outside the repository")
def test_no_invented_name_is_that_of_somebody_in_the_gazettes():
    text = "".join(path.read_text(encoding="utf-8") for path in GAZETTES.glob("*.txt"))
    assert [name for name in invented_names() if name in text] == []


def test_a_limited_seed_brings_the_parents_along(bodies):
    assert bodies["platform"].parent is not None
    assert Body.objects.filter(code="tongxin").count() == 0
