"""The worklist: what my body owes, in groups, by key, in few queries; and why something is due."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from luoshi.ledger import links
from luoshi.ledger.models import Matter, door
from luoshi.web.worklist import worklist

At = Callable[[str], dt.datetime]
NOW = "2017-09-27 15:00"


def titles(shown: Any) -> list[str]:
    return [
        row["item"].matter.title if "item" in row else f"[{row['group']} {row['count']}]"
        for row in shown.rows
    ]


@pytest.fixture
def owed(owe: Callable[..., Any], at: At) -> None:
    owe("chengguan", due_at=at("2017-10-09 12:00"), title="以后")
    owe("chengguan", due_at=at("2017-09-27 14:59"), title="逾期", number="D-LATE-1")
    owe("chengguan", title="无时限", rule="hotline.contact")
    owe("chengguan", due_at=at("2017-09-27 15:00"), title="正到期")
    owe("chengguan", due_at=at("2017-09-28 09:00"), title="本周")
    owe(
        "chengguan", due_at=at("2017-09-27 09:00"), title="已完成", state="met", met_at=at("2017-09-27 08:00")
    )
    owe("chengguan", due_at=at("2017-09-27 09:00"), title="权利", nature="window")
    owe("zhujian", due_at=at("2017-09-27 09:00"), title="别的单位")


def test_what_is_owed_stands_in_groups_by_due_time(owed: None, actor: Any, at: At) -> None:
    shown = worklist(actor=actor("liaison", "chengguan"), query={}, now=at(NOW))
    assert titles(shown) == [
        "[已逾期 1]",
        "逾期",
        "[今天到期 1]",
        "正到期",
        "[本周到期 1]",
        "本周",
        "[以后到期 1]",
        "以后",
        "[无明文时限 1]",
        "无时限",
    ]
    assert shown.total == 5


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("round_office", ["考评"]),  # works in that function
        ("target_office", ["目标"]),
        ("rule_editor", []),  # works in none of the two, and could open neither
    ],
)
def test_a_bodys_duties_are_shown_to_those_who_work_in_the_function(
    owe: Callable[..., Any], actor: Any, at: At, role: str, shown: list[str]
) -> None:
    owe("zhengfuban", title="考评", kind="rounds.round", rule="rounds.quarter_first")
    owe("zhengfuban", title="目标", kind="targets.plan", rule="targets.plan_due")
    who = actor(role, "zhengfuban")
    assert [
        row["item"].matter.title for row in worklist(actor=who, query={}, now=at(NOW)).rows if "item" in row
    ] == shown


def test_what_somebody_owes_in_person_is_shown_whatever_they_may_do(
    owe: Callable[..., Any], actor: Any, at: At
) -> None:
    who = actor("rule_editor", "zhengfuban")
    owe("zhengfuban", title="考评", kind="rounds.round", person_id=who.person_id)
    assert worklist(actor=who, query={}, now=at(NOW)).total == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"group": "overdue"}, ["逾期"]),
        ({"group": "none"}, ["无时限"]),
        ({"group": "nonsense", "q": "本"}, ["本周"]),
        ({"q": "D-LATE"}, ["逾期"]),
        ({"rule": "hotline.contact"}, ["无时限"]),
        ({"q": "没有这样的"}, []),
        ({"after": "no cursor", "group": "today"}, ["正到期"]),
    ],
)
def test_it_can_be_filtered_and_searched(
    owed: None, actor: Any, at: At, query: dict[str, str], found: list[str]
) -> None:
    shown = worklist(actor=actor("liaison", "chengguan"), query=query, now=at(NOW))
    assert [title for title in titles(shown) if not title.startswith("[")] == found
    assert shown.total == 5


def test_pages_go_forth_and_back_over_equal_and_missing_due_times(
    owe: Callable[..., Any], actor: Any, at: At
) -> None:
    same = at("2017-09-28 09:00")
    for number in range(7):
        owe("chengguan", due_at=same if number < 4 else None, title=str(number))
    liaison = actor("liaison", "chengguan")

    def page(**query: str) -> tuple[list[str], Any]:
        shown = worklist(actor=liaison, query=query, now=at(NOW), size=3)
        return [row["item"].matter.title for row in shown.rows if "item" in row], shown.page

    first, cursor = page()
    second, cursor = page(after=cursor.next)
    third, last = page(after=cursor.next)
    assert (first, second, third) == (["0", "1", "2"], ["3", "4", "5"], ["6"])
    assert not last.next
    back, cursor = page(before=last.previous)
    assert back == second
    back, cursor = page(before=cursor.previous)
    assert back == first
    assert not cursor.previous


def test_the_page_counts_down_and_links_to_the_explanation(
    browser_of: Callable[..., Client], owe: Callable[..., Any]
) -> None:
    row = owe("chengguan", due_at=timezone.now() + dt.timedelta(hours=30), title="路灯不亮")
    page = browser_of("liaison", "chengguan").get("/work/").content.decode()
    assert re.search(r'<time datetime="[^"]+\+08:00" data-due="[^"]+\+08:00">还剩 1天[56]小时</time>', page)
    assert f'href="/obligations/{row.pk}/"' in page
    assert 'name="server-time"' in page


def test_a_matter_links_to_its_page_where_its_function_has_one(
    browser_of: Callable[..., Client], owe: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    owe("chengguan")
    known = links.KindLinks("测试工单", lambda matter: f"/test/{matter.number}/", lambda actor, matter: True)
    monkeypatch.setitem(links.KINDS, "hotline.dispatch", known)
    page = browser_of("liaison", "chengguan").get("/work/").content.decode()
    assert 'href="/test/D00000001/"' in page
    assert "测试工单" in page


def test_a_secret_matter_has_no_link_for_whom_may_not_read_it(
    browser_of: Callable[..., Client], owe: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = {name: owe("chengguan", title=name) for name in ("路灯不亮", "涉密材料")}
    with door():
        Matter.objects.filter(pk=rows["涉密材料"].matter_id).update(secrecy="confidential")
    known = links.KindLinks("测试工单", lambda matter: f"/test/{matter.pk}/", lambda actor, matter: False)
    monkeypatch.setitem(links.KINDS, "hotline.dispatch", known)
    page = browser_of("liaison", "chengguan").get("/work/").content.decode()
    assert f'href="/test/{rows["路灯不亮"].matter_id}/"' in page
    assert f'href="/test/{rows["涉密材料"].matter_id}/"' not in page
    assert "涉密材料" in page


def test_with_htmx_only_the_list_is_sent(browser_of: Callable[..., Client], owe: Callable[..., Any]) -> None:
    owe("chengguan")
    client = browser_of("liaison", "chengguan")
    part = client.get("/work/", headers={"HX-Request": "true", "HX-Target": "worklist"}).content.decode()
    assert "<html" not in part
    assert "路灯不亮" in part


def test_an_empty_worklist_says_that_nothing_is_owed(browser_of: Callable[..., Client]) -> None:
    assert "没有待办事项" in browser_of("liaison", "chengguan").get("/work/").content.decode()


@pytest.mark.parametrize("count", [1, 60])
def test_the_page_costs_at_most_twelve_queries_however_much_is_owed(
    browser_of: Callable[..., Client], owe: Callable[..., Any], count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        owe("chengguan", due_at=timezone.now() + dt.timedelta(minutes=number))
    client = browser_of("liaison", "chengguan")
    client.get("/work/")
    with django_assert_max_num_queries(12):
        assert client.get("/work/").status_code == 200


def test_the_body_that_owes_sees_why_it_is_due(
    browser_of: Callable[..., Client], owe: Callable[..., Any], at: At, django_assert_max_num_queries: Any
) -> None:
    row = owe("chengguan", due_at=at("2017-09-30 11:50"))
    client = browser_of("liaison", "chengguan")
    client.get("/work/")
    with django_assert_max_num_queries(12):
        page = client.get(f"/obligations/{row.pk}/").content.decode()
    assert "2017年9月30日 11:50" in page
    assert "+3小时50分" in page
    assert "依据" in page


def test_another_body_does_not(browser_of: Callable[..., Client], owe: Callable[..., Any]) -> None:
    row = owe("chengguan")
    response = browser_of("liaison", "zhujian").get(f"/obligations/{row.pk}/")
    assert response.status_code == 403
    assert "路灯不亮" not in response.content.decode()


def test_who_may_read_the_matter_may_read_the_due_time(
    browser_of: Callable[..., Client], owe: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, at: At
) -> None:
    row = owe("chengguan", due_at=at("2017-09-30 11:50"))
    known = links.KindLinks("测试工单", lambda matter: "/test/", lambda actor, matter: True)
    monkeypatch.setitem(links.KINDS, "hotline.dispatch", known)
    assert browser_of("liaison", "zhujian").get(f"/obligations/{row.pk}/").status_code == 200


def test_an_obligation_that_does_not_exist_is_not_found(browser_of: Callable[..., Client]) -> None:
    assert browser_of("liaison", "chengguan").get("/obligations/999999/").status_code == 404


def test_the_platform_divides_its_duties_by_permission(owe: Callable[..., Any], actor: Any, at: At) -> None:
    owe("platform", rule="hotline.review", title="待审")
    owe("platform", rule="hotline.callback", title="待回访")
    found = {
        role: titles(worklist(actor=actor(role), query={}, now=at(NOW))) for role in ("reviewer", "callback")
    }
    assert found["reviewer"] == ["[无明文时限 1]", "待审"]
    assert found["callback"] == ["[无明文时限 1]", "待回访"]


def test_a_duty_of_the_platform_may_fall_to_somebody_of_another_body(
    owe: Callable[..., Any], actor: Any, at: At
) -> None:
    owe("platform", rule="hotline.coordination_decision", title="待批复")
    owe("platform", rule="hotline.review", title="待审")
    command = worklist(actor=actor("command_centre"), query={}, now=at(NOW))
    assert titles(command) == ["[无明文时限 1]", "待批复"]
    assert worklist(actor=actor("liaison", "chengguan"), query={}, now=at(NOW)).total == 0


def test_who_acts_for_no_body_owes_nothing(owe: Callable[..., Any], db: None, at: At) -> None:
    from luoshi.ledger.actors import CITIZEN

    owe("chengguan")
    assert worklist(actor=CITIZEN, query={}, now=at(NOW)).total == 0


def test_what_a_person_owes_stands_in_that_persons_list_alone(
    owe: Callable[..., Any], actor: Any, at: At, browser_of: Callable[..., Client]
) -> None:
    mayor, other = actor("mayor"), actor("deputy_secretary_general")
    row = owe("shizhengfu", due_at=at("2017-09-27 15:00"), title="请市长签发", person_id=mayor.person_id)
    owe("shizhengfu", due_at=at("2017-09-28 15:00"), title="大家的事")
    assert {"请市长签发", "大家的事"} <= set(titles(worklist(actor=mayor, query={}, now=at(NOW))))
    assert "请市长签发" not in titles(worklist(actor=other, query={}, now=at(NOW)))
    assert browser_of("mayor").get(f"/obligations/{row.pk}/").status_code == 200
    assert browser_of("deputy_secretary_general").get(f"/obligations/{row.pk}/").status_code == 403
