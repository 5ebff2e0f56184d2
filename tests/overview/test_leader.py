"""A leader's home: what waits, where the city falls behind, the week."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from luoshi.agenda.models.roster import Charge
from luoshi.hotline.services.topics import topics_draw
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.models import Matter, Obligation, door
from luoshi.overview import topics
from luoshi.overview.selectors.leaders import leading
from luoshi.overview.selectors.lists import rows
from tests.hotline.conftest import MONDAY

LATE = MONDAY + dt.timedelta(days=30)


@pytest.fixture
def waiting_for(actor: Callable[..., Any], bodies: dict[str, Any]) -> Callable[..., Obligation]:
    """waiting_for("mayor", opened=…, due=…, kind=…): a duty of that leader in person, written past the services."""

    def make(
        role: str,
        *,
        opened: dt.datetime,
        due: dt.datetime | None = None,
        kind: str = "documents.outgoing",
        **more: Any,
    ) -> Obligation:
        who = actor(role)
        with door():
            matter = Matter.objects.create(
                jurisdiction="sanmenxia", kind=kind, title="关于防汛工作的请示", state="signing", body_id=who.body_id,
                opened_at=opened, changed_at=opened, **more,
            )  # fmt: skip
            row: Obligation = Obligation.objects.create(
                jurisdiction="sanmenxia", matter=matter, matter_kind=kind, rule="documents.outgoing_sign_due",
                title="签发公文", rulebook="test", opened_seq=1, owner="person", person_id=who.person_id,
                body_id=who.body_id, opened_at=opened, due_at=due, facts={},
            )  # fmt: skip
        return row

    return make


def test_what_waits_is_shown_soonest_first_and_papers_longest_first(
    waiting_for: Callable[..., Obligation], actor: Callable[..., Any]
):
    day = dt.timedelta(days=1)
    young = waiting_for("mayor", opened=LATE - day, due=LATE + day)
    old = waiting_for("mayor", opened=LATE - 9 * day, due=LATE + 2 * day)
    over = waiting_for("mayor", opened=LATE - 3 * day, due=LATE - day, kind="meetings.topic")
    waiting_for("vice_mayor", opened=LATE - day, due=LATE)
    found = leading(actor=actor("mayor"), at=LATE, today=LATE.date())
    assert [one.obligation.pk for one in found.waits] == [over.pk, young.pk, old.pk]
    assert [(one.obligation.pk, one.days) for one in found.papers] == [(old.pk, 9), (young.pk, 1)]
    assert (found.total, found.overdue) == (3, 1)
    assert dict(found.by_function) == {"公文": 2, "会议": 1}


def test_where_the_city_falls_behind_equals_the_lists(
    busy: dt.datetime, actor: Callable[..., Any], bodies: dict[str, Any]
):
    mayor = actor("mayor")
    found = leading(actor=mayor, at=busy, today=busy.date())
    assert found.behind
    for one in found.behind:
        assert one.overdue.value == rows(one.overdue.asked, actor=mayor, at=busy)[0].count()
    assert [one.overdue.value for one in found.behind] == sorted(
        (one.overdue.value for one in found.behind), reverse=True
    )
    assert found.slow[0].body == bodies["chengguan"]
    assert found.slow[0].share != "100.0%"


def test_a_vice_mayor_sees_what_the_own_units_have_overdue(
    busy: dt.datetime, actor: Callable[..., Any], bodies: dict[str, Any]
):
    vice = actor("vice_mayor")
    mine = set(
        Charge.objects.filter(leader__person=vice.person_id, until=None).values_list("body", flat=True)
    )
    found = leading(actor=vice, at=busy, today=busy.date())
    assert found.charges == len(mine)
    assert {one.pk for one in found.mine} <= mine
    late = {one.pk for one in found.behind if one.pk in mine}
    assert late <= {one.pk for one in found.mine}


def test_the_page_of_a_leader(
    waiting_for: Callable[..., Obligation], busy: dt.datetime, browser_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any,
):  # fmt: skip
    waiting_for("mayor", opened=busy - dt.timedelta(days=4), due=busy - dt.timedelta(days=1))
    waiting_for("mayor", opened=busy, due=busy, secrecy="secret")
    monkeypatch.setattr("django.utils.timezone.now", lambda: busy)
    monkeypatch.setattr(topics, "rising", lambda at: [topics.Rising("暖气不热", 12, 9, "2", "/hot/1/")])
    client = browser_of("mayor")
    client.get(reverse("overview-leader"))
    with django_assert_max_num_queries(12):
        html = client.get(reverse("overview-leader")).content.decode()
    assert "关于防汛工作的请示" in html
    assert "已等4天" in html
    assert "1项逾期" in html
    assert "暖气不热" in html
    empty = browser_of("deputy_secretary_general").get(reverse("overview-leader")).content.decode()
    assert "没有等您办理的事项" in empty


def test_rising_topics_stand_on_the_dashboard_with_their_lists(
    busy: dt.datetime,
    request_of: Callable[..., Any],
    browser_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("django.utils.timezone.now", lambda: busy)
    client, office = browser_of("mayor"), browser_of("supervision_office")
    assert "正在上升的话题" not in client.get(reverse("overview-city")).content.decode()
    for number in range(6):
        contact = {"name": "虞听澜", "mobile": f"1990000800{number}"}
        at = busy - dt.timedelta(hours=20 - number)
        request_of(title="小区暖气不热", content="锦绣花园小区三号楼暖气不热", contact=contact, at=at)
    topics_draw(actor=SYSTEM, at=busy)
    cache.clear()
    html = client.get(reverse("overview-city")).content.decode()
    found = re.search(r'href="(/hot/\d+/[^"]*)">[^<]*</a><span>(\d+)件', html)
    assert found is not None
    assert found[2] == "6"
    assert client.get(found[1]).content.decode().count("暖气不热") >= 6
    assert "/hot/" not in office.get(reverse("overview-city")).content.decode()
