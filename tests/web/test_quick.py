"""Steps taken from the worklist: what is offered to whom, that it goes through the functions' own doors, and back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from luoshi.agenda.pages import LEAVE_QUICK
from luoshi.agenda.selectors import acting_for
from luoshi.decisions.pages import QUICK as DECISIONS
from luoshi.documents.services.steps import route_begin
from luoshi.hotline import services as hotline
from luoshi.hotline.views.quick import DECIDE, DISPATCH_STEPS
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.ledger.services import matter_open
from luoshi.ledger.states import table_for
from luoshi.meetings.quick import QUICK as MEETINGS
from luoshi.organisation.access import POLICIES
from luoshi.organisation.models import Body, Person
from luoshi.supervision.models import Part
from luoshi.web.worklist import done_today, worklist
from tests.agenda.conftest import leaders, signed
from tests.agenda.test_signing import away
from tests.inbox.conftest import (
    agent,
    caller,
    dispatch_of,
    dispatcher,
    handler,
    liaison,
    life_of,
    office,
    people,
    request_of,
    reviewer,
    set_task,
    unit,
    unit_leader,
)  # fmt: skip

__all__ = [
    "agent", "away", "caller", "dispatch_of", "dispatcher", "handler", "leaders", "liaison", "life_of", "office",
    "people", "request_of", "reviewer", "set_task", "signed", "unit", "unit_leader",
]  # fmt: skip

pytestmark = pytest.mark.django_db

Make = Callable[..., Any]
BY_ROLE = {"sent": "liaison", "signed": "liaison", "drafted": "unit_leader", "submitted": "reviewer"}


def offered(actor: Actor, matter: Matter) -> dict[str, Any]:
    matter.refresh_from_db()
    return {one.code: one for one in links.quick_actions(actor, [matter], timezone.now()).get(matter.pk, ())}


@pytest.mark.parametrize(
    ("state", "codes"),
    [
        ("sent", ["sign"]),
        ("signed", ["contact", "hand_over"]),
        ("drafted", ["contact", "submit"]),
        ("submitted", ["pass", "order_redo"]),
    ],
)
def test_a_dispatch_offers_its_next_steps_to_those_who_take_them(
    life_of: Make, people: dict[str, Actor], state: str, codes: list[str]
) -> None:
    life = life_of(state=state)
    found = offered(people[BY_ROLE[state]], life.dispatch.matter)
    assert [code for code in found if code in codes] == [code for code in codes if code in found]
    assert set(codes) - {"contact"} <= set(found)
    other = people["reviewer"] if state != "submitted" else people["liaison"]
    assert not set(codes) & set(offered(other, life.dispatch.matter))


def test_every_quick_action_leads_to_a_page_with_a_policy(life_of: Make, people: dict[str, Actor]) -> None:
    for state, role in BY_ROLE.items():
        matter = life_of(state=state).dispatch.matter
        for one in offered(people[role], matter).values():
            match = resolve(one.url.partition("?")[0].partition("#")[0])
            assert match.url_name in POLICIES


def test_an_application_that_waits_is_offered_to_who_decides_it(
    life_of: Make, people: dict[str, Actor]
) -> None:
    life = life_of(state="handed_over")
    matter = life.dispatch.matter
    assert "accept_return" not in offered(people["dispatcher"], matter)
    hotline.return_request(
        dispatch=life.dispatch, reason="不属本单位职责", actor=people["liaison"], at=life.when(None),
        proposed_body=Body.objects.get(code="zhujian"),
    )  # fmt: skip
    found = offered(people["dispatcher"], matter)
    assert found["accept_return"].form
    assert len({one.key for one in found.values()}) == len(found)
    assert "accept_return" not in offered(people["liaison"], matter)


@pytest.fixture
def unit_page(browser_of: Callable[..., Client]) -> Client:
    return browser_of("liaison", "chengguan")


@pytest.fixture
def today(dispatch_of: Make, request_of: Make) -> Make:
    """today(): a dispatch of twenty minutes ago."""

    def make() -> Any:
        now = timezone.now()
        return dispatch_of(
            request=request_of(at=now - dt.timedelta(minutes=30)), at=now - dt.timedelta(minutes=20)
        )

    return make


@pytest.fixture
def sent(today: Make) -> Any:
    return today()


def test_a_row_signs_without_javascript_and_comes_back(unit_page: Client, sent: Any) -> None:
    page = unit_page.get("/work/?function=hotline").content.decode()
    assert 'data-key="s"' in page
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    response = unit_page.post(
        f"/dispatches/{sent.pk}/do/sign/", {"version": version[1], "return": "/work/?function=hotline"}
    )
    assert response.headers["Location"] == "/work/?function=hotline"
    assert "已签收" in unit_page.get("/work/?function=hotline").content.decode()
    sent.matter.refresh_from_db()
    assert sent.matter.state == "signed"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/work/", "//evil.example/work/", "/users/", "javascript:alert(1)"]
)
def test_only_the_worklist_is_returned_to(unit_page: Client, sent: Any, elsewhere: str) -> None:
    response = unit_page.post(f"/dispatches/{sent.pk}/do/sign/", {"return": elsewhere})
    assert response.headers["Location"] == f"/dispatches/{sent.pk}/"


def test_a_step_that_somebody_else_took_meanwhile_is_refused_in_words(
    unit_page: Client, sent: Any, people: dict[str, Actor]
) -> None:
    hotline.dispatch_sign(dispatch=sent, actor=people["liaison"], at=timezone.now())
    response = unit_page.post(f"/dispatches/{sent.pk}/do/sign/", {"return": "/work/"})
    assert response.status_code == 409
    assert "不能“签收”" in response.content.decode()


def test_who_may_not_is_refused_as_on_the_page_of_the_matter(
    browser_of: Callable[..., Client], sent: Any
) -> None:
    response = browser_of("liaison", "zhujian").post(f"/dispatches/{sent.pk}/do/sign/", {"return": "/work/"})
    assert response.status_code == 403


def test_with_htmx_the_answer_holds_the_list_the_counts_and_what_was_done(
    unit_page: Client, sent: Any
) -> None:
    htmx = {"HX-Request": "true", "HX-Target": "worklist"}
    part = unit_page.post(
        f"/dispatches/{sent.pk}/do/sign/", {"return": "/work/"}, headers=htmx, follow=True
    ).content.decode()
    assert 'hx-swap-oob="innerHTML:#messages"' in part
    assert 'id="worklist-tabs" hx-swap-oob="true"' in part
    assert "已签收" in part
    assert "<html" not in part


@pytest.mark.parametrize("count", [1, 12])
def test_quick_actions_cost_no_query_per_row(
    today: Make, liaison: Actor, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        today()
    now = timezone.now()
    worklist(actor=liaison, query={}, now=now)
    with django_assert_max_num_queries(5):
        shown = worklist(actor=liaison, query={}, now=now)
    assert shown.keys["s"] == ["签收"]


def test_what_meets_the_duty_of_the_row_stands_first(life_of: Make, liaison: Actor) -> None:
    life_of(state="signed")
    shown = worklist(actor=liaison, query={}, now=timezone.now())
    rows = {row["item"].rule: row["quick"] for row in shown.rows if "item" in row}
    assert rows["hotline.hand_over"][0].code == "hand_over"
    assert rows["hotline.contact"][0].code == "contact"


def test_the_list_is_filtered_by_function(dispatch_of: Make, set_task: Make, liaison: Actor) -> None:
    dispatch_of()
    set_task()
    shown = worklist(actor=liaison, query={"function": "supervision"}, now=timezone.now())
    assert {row["item"].matter_kind for row in shown.rows if "item" in row} == {"supervision.task"}
    assert [code for code, _, _ in shown.functions] == ["hotline", "supervision"]


def test_tasks_and_parts_are_signed_for_and_answered(set_task: Make, unit: Make, office: Actor) -> None:
    task = set_task(assisting=["gongan"])
    assert list(offered(unit("chengguan"), task.matter)) == ["receive"]
    part = Part.objects.get(task=task).matter
    assert part is not None
    found = offered(unit("gongan"), part)
    assert list(found) == ["receive", "reply"]
    assert offered(office, part) == {}


def test_a_readers_turn_is_read_at_once_and_an_opinion_opens_its_form(actor: Make, at: Any) -> None:
    mayor, clerk = actor("mayor"), actor("section_clerk", "zonghe1")
    named = {"leaders": [Person.objects.get(pk=mayor.person_id)]}
    turn = _turn(clerk, at, "documents.reading", {"purpose": "reading"}, named)
    assert offered(mayor, turn)["circle"].fields == {"mark": "circle"}
    assert offered(clerk, turn) == {}
    deputy = actor("deputy_secretary_general")
    people = {
        "deputy": [Person.objects.get(pk=deputy.person_id)],
        "vice_mayor": [Person.objects.get(pk=actor("vice_mayor").person_id)],
    }
    asked = offered(deputy, _turn(clerk, at, "documents.approval", {"purpose": "approval"}, people))
    assert list(asked) == ["done"]
    assert asked["done"].form


def _turn(clerk: Actor, at: Any, route: str, facts: dict[str, Any], people: Any) -> Matter:
    """A paper on its way along a route: the first step's matter."""
    now = at("2017-10-09 09:00")
    paper = matter_open(
        kind="documents.incoming", title="一件公文", body_id=clerk.body_id, actor=clerk, at=now
    )
    course = route_begin(paper=paper, route_id=route, facts=facts, people=people, actor=clerk, at=now)
    turn: Matter = course.steps.order_by("position", "pk").first().matter
    return turn


def test_a_partner_sees_what_waits_for_a_leader_who_is_away(
    owe: Make, leaders: Any, away: Make, signed: Make, at: Any
) -> None:
    gone = leaders["vicemayor"]
    row = owe("zhengfuban", title="待签发的文件", person_id=gone.person_id)
    with door():
        Matter.objects.filter(pk=row.matter_id).update(kind="meetings.topic")
        Obligation.objects.filter(pk=row.pk).update(matter_kind="meetings.topic")
    away(gone, "2017-11-08", "2017-11-10")
    now = at("2017-11-09 10:00")
    partner = next(
        one
        for one in (signed(name) for name in ("executive", "vicemayor2", "vicemayor3"))
        if acting_for(one, at=now)
    )
    assert acting_for(partner, at=now) == {gone.person_id: gone.person.name}
    shown = worklist(actor=partner, query={}, now=now)
    mine = next(one for one in shown.rows if "item" in one and one["item"].pk == row.pk)
    assert mine["in_place_of"] == gone.person.name
    assert "待签发的文件" not in _titles(worklist(actor=partner, query={}, now=at("2017-11-13 10:00")))
    with door():
        Matter.objects.filter(pk=row.matter_id).update(secrecy="secret")
    blind = replace(partner, permissions=partner.permissions - {"documents.secret"})
    assert "待签发的文件" not in _titles(worklist(actor=blind, query={}, now=now))


def _titles(shown: Any) -> list[str]:
    return [row["item"].matter.title for row in shown.rows if "item" in row]


def test_nobody_stands_in_while_all_are_there(
    actor: Make, at: Any, django_assert_max_num_queries: Any
) -> None:
    mayor = actor("mayor")
    with django_assert_max_num_queries(1):
        assert acting_for(mayor, at=at("2017-10-09 09:00")) == {}


def test_who_owes_nothing_sees_what_was_done_today(
    browser_of: Callable[..., Client], people: dict[str, Actor], agent: Actor
) -> None:
    client = browser_of("agent")
    hotline.request_receive(
        channel="phone", kind="help", title="路灯不亮", content="路灯不亮。",
        contact={"name": "虞听澜", "mobile": "19900007001"}, actor=agent, at=timezone.now(),
    )  # fmt: skip
    assert [one["title"] for one in done_today(agent, timezone.now())] == ["路灯不亮"]
    assert done_today(people["reviewer"], timezone.now()) == []
    page = client.get("/work/").content.decode()
    if "没有待办事项" in page:
        assert "今天您已办理" in page
    assert done_today(agent, timezone.now() + dt.timedelta(days=2)) == []


def test_steps_named_for_the_worklist_exist_in_their_tables() -> None:
    named = {step.action for step in (*DISPATCH_STEPS, *DECIDE.values())}
    assert named <= {edge.action for edge in table_for("hotline.dispatch").edges}
    assert all(kind in links.KINDS and links.KINDS[kind].quick for kind in (*DECISIONS, *MEETINGS))
    assert LEAVE_QUICK is links.KINDS["agenda.leave"].quick


@pytest.mark.parametrize(
    ("kind", "state", "role", "key", "label"),
    [
        ("targets.report", "owed", "liaison", "w", "填报"),
        ("targets.notice", "drafted", "target_office", "t", "印发"),
        ("assessment.report", "due", "liaison", "w", "报送"),
        ("assessment.opinion", "issued", "liaison", "w", "答复"),
        ("assessment.appeal", "submitted", "platform_leader", "w", "提出处理意见"),
        ("assessment.appeal", "drafted", "command_centre", "p", "审定"),
        ("assessment.sheet", "open", "command_centre", "p", "结账"),
        ("assessment.sheet", "closed", "command_centre", "t", "公布"),
    ],
)
def test_targets_and_scores_are_met_on_their_own_pages(
    actor: Callable[..., Actor], kind: str, state: str, role: str, key: str, label: str
) -> None:
    who = actor(role, "chengguan") if role == "liaison" else actor(role)
    matter = Matter(pk=7, kind=kind, state=state, body_id=who.body_id, facts={})
    first = links.quick_actions(who, [matter], timezone.now())[7][0]
    assert (first.key, first.label, first.form) == (key, label, True)
    match = resolve(first.url.partition("?")[0])
    assert match.url_name in POLICIES and match.kwargs == {"pk": 7}
    stranger = actor("auditor")
    assert links.quick_actions(stranger, [matter], timezone.now()) == {}
