"""Bulletins: copied to the platform as they are issued, valid for their time, read by the platform."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.knowledge import rules, selectors, services
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState
from luoshi.ledger.models import Event

from .conftest import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=2)


def edit(bulletin, actor=SYSTEM, at=LATER, **changes):
    names = ("topic", "title", "text", "valid_from", "valid_until")
    values = {name: getattr(bulletin, name) for name in names} | changes
    return services.bulletin_edit(bulletin=bulletin, actor=actor, at=at, **values)


@pytest.mark.clause("smx-hotline-ops/6.c")
@pytest.mark.parametrize("topic", ["emergency", "major", "plan", "announcement"])
def test_what_a_unit_issues_is_with_the_platform_in_the_same_step(new_bulletin, actor, topic):
    bulletin = new_bulletin(topic=topic, body="chengguan", actor=actor("liaison", "chengguan"))
    assert bulletin.announced_at == bulletin.copied_at == NOW
    assert not bulletin.late_copy
    assert [row.pk for row in selectors.bulletins_unseen()] == [bulletin.pk]
    assert [hit.pk for hit in selectors.bulletins_search("河东停水", at=NOW)] == [bulletin.pk]


def test_the_three_kinds_of_important_information_are_there():
    assert {"突发事件", "重大事件", "应急预案"} <= {option.label for option in rules.topics(NOW).options}


@pytest.mark.parametrize(("minutes", "late"), [(0, False), (60, False), (61, True)])
def test_a_copy_long_after_the_public_was_told_is_marked_as_late(new_bulletin, minutes, late):
    told = NOW - dt.timedelta(minutes=minutes)
    bulletin = services.bulletin_issue(
        bulletin=new_bulletin(issue=False), announced_at=told, actor=SYSTEM, at=NOW
    )
    assert (bulletin.announced_at, bulletin.copied_at, bulletin.late_copy) == (told, NOW, late)
    assert Event.objects.get(kind="knowledge.bulletin_issued").data["late_copy"] is late


def test_the_public_cannot_have_been_told_in_the_future(new_bulletin):
    with pytest.raises(Incomplete) as refused:
        services.bulletin_issue(bulletin=new_bulletin(issue=False), announced_at=LATER, actor=SYSTEM, at=NOW)
    assert refused.value.field == "announced_at"


def test_a_draft_is_neither_found_nor_with_the_platform(new_bulletin):
    new_bulletin(issue=False)
    assert not selectors.bulletins_unseen().exists()
    assert selectors.bulletins_search("停水", at=NOW) == []


def test_the_platform_notes_that_it_has_read_once(new_bulletin, actor):
    bulletin, leader = new_bulletin(), actor("platform_leader")
    for at in (LATER, LATER + dt.timedelta(hours=1)):
        seen = services.bulletin_see(bulletin=bulletin, actor=leader, at=at)
    assert (seen.seen_at, seen.seen_by) == (LATER, leader.name)
    assert Event.objects.filter(kind="knowledge.bulletin_seen").count() == 1
    assert not selectors.bulletins_unseen().exists()


def test_a_changed_bulletin_goes_to_the_platform_again_and_keeps_what_it_said(new_bulletin):
    bulletin = new_bulletin()
    services.bulletin_see(bulletin=bulletin, actor=SYSTEM, at=NOW)
    bulletin.refresh_from_db()
    edit(bulletin, text="停水提前到九点。")
    assert selectors.bulletins_unseen().count() == 1
    data = Event.objects.get(kind="knowledge.bulletin_edited").data
    assert "十点" in data["before"]["text"] and "九点" in data["after"]["text"]


def test_an_edit_without_a_change_leaves_no_trace(new_bulletin):
    edit(new_bulletin())
    assert not Event.objects.filter(kind="knowledge.bulletin_edited").exists()


def test_a_withdrawn_bulletin_is_found_no_more_and_cannot_be_changed(new_bulletin):
    bulletin = new_bulletin()
    services.bulletin_withdraw(bulletin=bulletin, reason="已提前恢复供水", actor=SYSTEM, at=LATER)
    assert selectors.bulletins_search("停水", at=NOW) == []
    with pytest.raises(WrongState):
        edit(bulletin, title="改")


@pytest.mark.parametrize("minutes", [0, -1])
def test_a_bulletin_ends_after_it_begins(new_bulletin, minutes):
    with pytest.raises(Incomplete) as refused:
        new_bulletin(valid_until=NOW + dt.timedelta(minutes=minutes))
    assert refused.value.field == "valid_until"


def test_a_bulletin_without_an_end_holds_until_it_is_withdrawn(new_bulletin):
    new_bulletin(topic="plan", valid_until=None)
    assert selectors.bulletins_in_force(NOW + dt.timedelta(days=900)).count() == 1


@pytest.mark.parametrize(("field", "value"), [("title", " "), ("text", " "), ("topic", "gossip")])
def test_kind_title_and_text_are_needed(new_bulletin, field, value):
    with pytest.raises(Incomplete) as refused:
        new_bulletin(**{field: value})
    assert refused.value.field == field


@pytest.mark.parametrize("doing", ["create", "edit", "issue", "withdraw", "see"])
def test_a_unit_touches_only_its_own_bulletins_and_reads_for_the_platform_never(new_bulletin, actor, doing):
    stranger = actor("liaison", "jiaoyu")
    bulletin = new_bulletin(body="chengguan", issue=doing != "issue")
    steps = {
        "create": lambda: new_bulletin(body="chengguan", actor=stranger),
        "edit": lambda: edit(bulletin, stranger, title="改"),
        "issue": lambda: services.bulletin_issue(bulletin=bulletin, actor=stranger, at=LATER),
        "withdraw": lambda: services.bulletin_withdraw(
            bulletin=bulletin, reason="x", actor=stranger, at=LATER
        ),
        "see": lambda: services.bulletin_see(
            bulletin=bulletin, actor=actor("liaison", "chengguan"), at=LATER
        ),
    }
    with pytest.raises(NotAllowed):
        steps[doing]()


def test_a_bulletin_in_force_serves_an_answer_and_is_counted(new_bulletin, actor):
    bulletin = new_bulletin()
    services.entry_use(entry=bulletin, actor=actor("agent"), at=NOW)
    assert selectors.use_count(bulletin.pk) == 1
    with pytest.raises(WrongState):
        services.entry_use(entry=bulletin, actor=actor("agent"), at=NOW + dt.timedelta(hours=12))
