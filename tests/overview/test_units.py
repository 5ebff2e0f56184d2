"""A unit over all functions: numbers equal to their lists, who may see it, and urging everything overdue."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from luoshi.agenda.models.roster import Charge
from luoshi.hotline.models import Urging
from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.ledger.models import Matter, Outbox, door
from luoshi.overview.policies import may_see_unit
from luoshi.overview.selectors.city import Figure
from luoshi.overview.selectors.lists import number, parsed, rows
from luoshi.overview.selectors.units import Unit, unit
from luoshi.overview.services import overdue_of, unit_urge
from tests.hotline.conftest import MONDAY

LATE = MONDAY + dt.timedelta(days=30)


def figures(found: Unit) -> Iterator[Figure]:
    """Every figure of a unit's page."""
    for kind in found.kinds:
        yield from (kind.open, kind.overdue)
    for one in found.rates:
        yield from (one.met, one.missed)
    yield from (figure for _, figure in found.steps)
    for month in found.months:
        yield from (month.met, month.missed)


@pytest.fixture
def laden(life_of: Callable[..., Any], set_task: Callable[..., Any]) -> dt.datetime:
    """A unit with a dispatch that it let run out, one closed in time and returned once, and a task; a month later."""
    life_of()
    life_of(state="redo")
    set_task()
    return LATE


def test_every_number_of_a_unit_equals_the_list_behind_it(
    laden: dt.datetime, actor: Callable[..., Any], bodies: dict[str, Any]
):
    mayor = actor("mayor")
    for day in (MONDAY, laden):
        found = unit(body=bodies["chengguan"], actor=mayor, at=laden, today=day.date())
        for figure in figures(found):
            listed = rows(figure.asked, actor=mayor, at=laden)[0]
            assert figure.value == listed.count() == number(figure.asked, actor=mayor, at=laden), figure
    assert found.overdue >= 3
    assert {kind.code for kind in found.kinds} >= {"hotline.dispatch", "supervision.task"}


def test_a_unit_shows_score_leader_and_whether_it_can_be_reached(
    laden: dt.datetime, actor: Callable[..., Any], bodies: dict[str, Any]
):
    found = unit(body=bodies["chengguan"], actor=actor("mayor"), at=laden, today=laden.date())
    assert found.score is not None
    assert found.score.score.unit == "chengguan"
    assert found.reachable
    again = unit(body=bodies["chengguan"], actor=actor("supervision_office"), at=laden, today=laden.date())
    for post in again.posts:
        post.person.mobile = ""
    assert not again.reachable
    assert again.score is None, "the supervision office reads no scores"


def test_secret_tasks_are_left_out_of_numbers_and_lists_of_those_who_may_not_know(
    laden: dt.datetime, actor: Callable[..., Any], bodies: dict[str, Any]
):
    with door():
        Matter.objects.filter(kind="supervision.task").update(secrecy="secret")
    office = unit(body=bodies["chengguan"], actor=actor("supervision_office"), at=laden, today=laden.date())
    mayor = unit(body=bodies["chengguan"], actor=actor("mayor"), at=laden, today=laden.date())
    assert "supervision.task" not in {kind.code for kind in office.kinds}
    assert "supervision.task" in {kind.code for kind in mayor.kinds}


def test_a_unit_is_seen_by_supervisors_its_leaders_and_the_leader_in_charge(
    actor: Callable[..., Any], bodies: dict[str, Any]
):
    day, chengguan, zhujian = MONDAY.date(), bodies["chengguan"], bodies["zhujian"]
    for role in ("mayor", "secretary_general", "command_centre", "supervision_office"):
        assert may_see_unit(actor(role), chengguan, day=day)
    own = actor("unit_leader", "chengguan")
    assert may_see_unit(own, chengguan, day=day)
    assert not may_see_unit(own, zhujian, day=day)
    assert not may_see_unit(actor("liaison", "chengguan"), chengguan, day=day)
    vice = actor("vice_mayor")
    charged = set(
        Charge.objects.filter(leader__person=vice.person_id, until=None).values_list("body__code", flat=True)
    )
    assert charged
    for code in ("chengguan", "zhujian", "jiaoyu", "gongan", "shuiwu"):
        assert may_see_unit(vice, bodies[code], day=day) is (code in charged), code


def test_urging_goes_through_each_functions_own_service(
    laden: dt.datetime, people: dict[str, Any], office: Any, bodies: dict[str, Any], clean: Any
):
    leader, chengguan = people["platform_leader"], bodies["chengguan"]
    seen = overdue_of(body=chengguan, actor=leader, at=laden)
    dispatches = [one.matter.pk for one in seen if one.matter.kind == "hotline.dispatch"]
    tasks = [one.matter.pk for one in seen if one.matter.kind == "supervision.task"]
    assert dispatches
    assert tasks
    assert {one.matter.pk for one in seen if one.may} == set(dispatches), "the platform urges dispatches only"
    sent = Outbox.objects.count()
    done = unit_urge(body=chengguan, matters=dispatches, text="请抓紧办理", actor=leader, at=laden)
    assert (done.done, done.refused) == (len(dispatches), ())
    assert Urging.objects.filter(kind="urging", text="请抓紧办理").count() == len(dispatches)
    assert Outbox.objects.count() > sent
    mixed = unit_urge(
        body=chengguan, matters=[*tasks, *dispatches], text="请抓紧办理", actor=office, at=laden
    )
    assert mixed.done == len(tasks)
    assert {matter.pk for matter, _ in mixed.refused} == set(dispatches)
    assert Matter.objects.get(pk=tasks[0]).events.filter(kind="supervision.urged").count() == 1
    assert clean() == []


def test_urging_is_refused_in_plain_words(laden: dt.datetime, people: dict[str, Any], bodies: dict[str, Any]):
    leader, chengguan = people["platform_leader"], bodies["chengguan"]
    overdue = [one.matter.pk for one in overdue_of(body=chengguan, actor=leader, at=laden) if one.may]
    for text, matters in (("  ", overdue), ("字" * 301, overdue), ("请办理", []), ("请办理", [999_999_999])):
        with pytest.raises(Incomplete):
            unit_urge(body=chengguan, matters=matters, text=text, actor=leader, at=laden)
    with pytest.raises(NotAllowed):
        unit_urge(body=chengguan, matters=overdue, text="请办理", actor=people["agent"], at=laden)
    with pytest.raises(Incomplete):
        unit_urge(body=bodies["zhujian"], matters=overdue, text="请办理", actor=leader, at=laden)


@pytest.fixture
def opened(
    laden: dt.datetime, browser_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Client]:
    """opened("mayor"): a browser a month after everything was set."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: laden)
    return browser_of


def test_the_pages_of_a_unit(
    opened: Callable[..., Client], bodies: dict[str, Any], django_assert_max_num_queries: Any
):
    mayor, chengguan = opened("mayor"), bodies["chengguan"]
    page = reverse("overview-unit", args=[chengguan.pk])
    mayor.get(page)
    with django_assert_max_num_queries(12):
        html = mayor.get(page).content.decode()
    assert chengguan.name in html
    assert "催办全部逾期" not in html, "a mayor does not urge units from here"
    assert mayor.get(page, {"as": "csv", "table": "rates"}).status_code == 200
    assert mayor.get(page, {"as": "xlsx"}).content[:2] == b"PK"
    with django_assert_max_num_queries(12):
        listed = mayor.get(reverse("overview-units")).content.decode()
    assert listed.index(chengguan.name) < listed.index(bodies["jiaoyu"].name), "most overdue first"


def test_a_units_leader_sees_the_own_unit_and_its_lists_only(
    opened: Callable[..., Client], bodies: dict[str, Any]
):
    leader, own, other = opened("unit_leader", "chengguan"), bodies["chengguan"].pk, bodies["zhujian"].pk
    assert leader.get(reverse("overview-units")).headers["Location"] == reverse("overview-unit", args=[own])
    assert leader.get(reverse("overview-unit", args=[own])).status_code == 200
    assert leader.get(reverse("overview-unit", args=[other])).status_code == 403
    overdue = reverse("overview-list", args=["overdue"])
    assert "路灯不亮" in leader.get(overdue, {"body": own}).content.decode()
    assert leader.get(overdue, {"body": other}).status_code == 403
    assert leader.get(overdue).status_code == 403


@pytest.mark.parametrize("what", ["received", "graded"])
def test_what_the_whole_city_received_is_no_list_of_a_unit(
    what: str, opened: Callable[..., Client], bodies: dict[str, Any]
):
    own, listed = bodies["chengguan"].pk, reverse("overview-list", args=[what])
    for given in ({"body": own}, {"body": own, "as": "csv"}):
        assert opened("unit_leader", "chengguan").get(listed, given).status_code == 404
        assert opened("mayor").get(listed, given).status_code == 404
    assert opened("unit_leader", "chengguan").get(listed).status_code == 403
    assert opened("mayor").get(listed).status_code == 200


@pytest.mark.parametrize("what", ["open", "overdue", "met", "events"])
def test_a_units_list_holds_what_is_the_units(
    what: str, laden: dt.datetime, life_of: Callable[..., Any], bodies: dict[str, Any], actor: Any
):
    life_of("jiaoyu")
    life_of("jiaoyu", state="redo")
    given = {"from": "2017-10-01", "event": "hotline.signed"}
    whose = []
    for one in ({}, {"body": str(bodies["chengguan"].pk)}):
        asked = parsed(what, {**given, **one}, laden.date())
        assert asked is not None
        found = rows(asked, actor=actor("mayor"), at=laden)[0]
        whose.append({row.matter.body_id if what == "events" else row.body_id for row in found})
    assert whose[0] >= {bodies["chengguan"].pk, bodies["jiaoyu"].pk}
    assert whose[1] == {bodies["chengguan"].pk}


def test_urging_on_the_page_shows_first_and_keeps_what_was_typed(
    opened: Callable[..., Client], bodies: dict[str, Any]
):
    platform, url = opened("platform_leader"), reverse("overview-urge", args=[bodies["chengguan"].pk])
    html = platform.get(url).content.decode()
    assert 'name="matters"' in html
    assert "由督查室催办" in html
    refused = platform.post(url, {"text": "请立即办理", "matters": []})
    assert refused.status_code == 422
    assert "请立即办理" in refused.content.decode()
    picked = [
        pk
        for pk in Matter.objects.filter(kind="hotline.dispatch", body=bodies["chengguan"]).values_list(
            "pk", flat=True
        )
    ]
    done = platform.post(url, {"text": "请立即办理", "matters": picked}, follow=True)
    assert "已催办" in done.content.decode()
    assert Urging.objects.filter(text="请立即办理").exists()
