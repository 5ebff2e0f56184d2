"""The dashboard: periods, and every number equal to the list behind it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from luoshi.hotline.models import Category
from luoshi.hotline.services import categories as services
from luoshi.knowledge.states import REQUEST
from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.overview.periods import Span, chosen
from luoshi.overview.places import grid, level_of
from luoshi.overview.policies import may_read_kind
from luoshi.overview.selectors.city import Figure, city, rate
from luoshi.overview.selectors.lists import Asked, number, parsed, rows
from tests.hotline.conftest import MONDAY

DAY = dt.date


@pytest.mark.parametrize(
    ("code", "today", "span", "before"),
    [
        (
            "today",
            DAY(2017, 10, 13),
            (DAY(2017, 10, 13), DAY(2017, 10, 13)),
            (DAY(2017, 10, 12), DAY(2017, 10, 12)),
        ),
        (
            "week",
            DAY(2017, 10, 13),
            (DAY(2017, 10, 7), DAY(2017, 10, 13)),
            (DAY(2017, 9, 30), DAY(2017, 10, 6)),
        ),
        (
            "month",
            DAY(2017, 10, 13),
            (DAY(2017, 10, 1), DAY(2017, 10, 13)),
            (DAY(2017, 9, 1), DAY(2017, 9, 13)),
        ),
        # October has a day more than September: as many days as September had
        (
            "month",
            DAY(2017, 10, 31),
            (DAY(2017, 10, 1), DAY(2017, 10, 31)),
            (DAY(2017, 9, 1), DAY(2017, 9, 30)),
        ),
        ("month", DAY(2018, 1, 2), (DAY(2018, 1, 1), DAY(2018, 1, 2)), (DAY(2017, 12, 1), DAY(2017, 12, 2))),
        (
            "quarter",
            DAY(2017, 11, 5),
            (DAY(2017, 10, 1), DAY(2017, 11, 5)),
            (DAY(2017, 7, 1), DAY(2017, 8, 5)),
        ),
        (
            "quarter",
            DAY(2018, 1, 1),
            (DAY(2018, 1, 1), DAY(2018, 1, 1)),
            (DAY(2017, 10, 1), DAY(2017, 10, 1)),
        ),
        (
            "no-such",
            DAY(2017, 10, 13),
            (DAY(2017, 10, 1), DAY(2017, 10, 13)),
            (DAY(2017, 9, 1), DAY(2017, 9, 13)),
        ),
    ],
)
def test_a_period_runs_to_today_and_is_compared_with_as_many_days_before(
    code: str, today: DAY, span: Any, before: Any
):
    found = chosen(code, today)
    assert (found.span, found.before) == (Span(*span), Span(*before))


def test_rates_have_one_decimal_and_nothing_is_no_rate():
    assert [str(rate(*one)) for one in ((2, 3), (1, 8), (0, 5))] == ["66.7", "12.5", "0.0"]
    assert rate(0, 0) is None


def figures(found: Any) -> Iterator[Figure]:
    """Every figure of the dashboard."""
    yield found.received
    yield from found.hours.values()
    yield from found.heat.values()
    yield from found.days.values()
    yield from (one.figure for one in found.categories)
    yield from found.grades.values()
    for one in found.rates:
        yield from (one.met, one.missed)
    for unit in found.units:
        yield unit.overdue
        for one in unit.rates:
            yield from (one.met, one.missed)
    for place in found.places:
        yield from (place.received, place.overdue)
    for function in found.functions:
        yield from (function.open, function.overdue)


@pytest.mark.parametrize("code", ["today", "week", "month", "quarter"])
def test_every_number_equals_the_list_behind_it(busy: dt.datetime, actor: Callable[..., Any], code: str):
    mayor = actor("mayor")
    found = city(chosen=chosen(code, busy.date()), actor=mayor, at=busy)
    for figure in figures(found):
        listed = rows(figure.asked, actor=mayor, at=busy)[0]
        assert figure.value == listed.count() == number(figure.asked, actor=mayor, at=busy), figure


@pytest.mark.parametrize("code", ["week", "month"])
def test_the_address_of_a_number_gives_the_same_list(busy: dt.datetime, actor: Callable[..., Any], code: str):
    found = city(chosen=chosen(code, busy.date()), actor=actor("mayor"), at=busy)
    for figure in figures(found):
        parts = urlsplit(figure.asked.url)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        assert parsed(parts.path.rstrip("/").rsplit("/", 1)[1], query, busy.date()) == figure.asked


def test_the_dashboard_counts_what_happened(
    busy: dt.datetime, actor: Callable[..., Any], bodies: dict[str, Any]
):
    found = city(chosen=chosen("week", busy.date()), actor=actor("mayor"), at=busy)
    assert found.received is not None
    assert (found.received.value, found.received.before) == (6, 1)
    places = {place.body.short_name if place.body else "": place for place in found.places}
    assert places[bodies["hubin"].short_name].received.value == 4
    assert {one.path: one.figure.value for one in found.categories}["市政设施"] == 3
    assert found.hours[9].value == 4
    assert {code: figure.value for code, figure in found.grades.items()} == {
        "satisfied": 0, "basically": 1, "dissatisfied": 0,
    }  # fmt: skip
    signing = found.rates[0]
    assert (signing.met.value, signing.missed.value, signing.words) == (1, 1, "50.0%")
    assert places[bodies["lushi"].short_name].overdue.value > 0


@pytest.fixture
def filed(request_of: Callable[..., Any], platform_leader: Any, busy: dt.datetime) -> dt.datetime:
    """The busy city, and a tree in which a class was renamed and another merged after requests were filed. Returns
    Friday evening."""
    rows = [
        ["城乡建设", "市政管理", "路灯"],
        ["城乡建设", "市政管理", "井盖"],
        ["城乡建设", "公路"],
        ["交通运输", "公路"],
    ]
    services.categories_import(rows=rows, actor=platform_leader, at=MONDAY)
    for name in ("路灯", "路灯", "井盖", "城乡建设/公路", "交通运输/公路"):
        request_of(category=name, at=MONDAY + dt.timedelta(hours=5))
    tree = {row.path: row for row in Category.objects.all()}
    later = MONDAY + dt.timedelta(days=1)
    services.category_merge(
        category=tree["城乡建设/公路"], into=tree["交通运输/公路"], actor=platform_leader, at=later
    )
    services.category_rename(category=tree["城乡建设"], name="城市管理", actor=platform_leader, at=later)
    return busy


def test_requests_are_grouped_by_the_tree_of_today(filed: dt.datetime, actor: Callable[..., Any]):
    mayor, period = actor("mayor"), chosen("week", filed.date())

    def below(under: str) -> dict[str, int]:
        found = city(chosen=period, actor=mayor, at=filed, under=under)
        for one in found.categories:
            listed = rows(one.figure.asked, actor=mayor, at=filed)[0]
            assert one.figure.value == listed.count() == number(one.figure.asked, actor=mayor, at=filed), one
        return {one.path: one.figure.value for one in found.categories if one.figure.value}

    top = below("")
    assert (top["城市管理"], top["交通运输"], top["市政设施"]) == (3, 2, 3)
    assert "城乡建设" not in top
    assert below("城市管理") == {"城市管理/市政管理": 3}
    assert below("城市管理/市政管理") == {"城市管理/市政管理/路灯": 2, "城市管理/市政管理/井盖": 1}
    assert below("交通运输") == {"交通运输/公路": 2}


def test_what_was_filed_no_further_stands_beside_what_was(
    filed: dt.datetime, actor: Callable[..., Any], request_of: Callable[..., Any]
):
    request_of(category="城市管理", at=MONDAY + dt.timedelta(days=2))
    found = city(chosen=chosen("week", filed.date()), actor=actor("mayor"), at=filed, under="城市管理")
    assert [(one.path, one.figure.value, one.below) for one in found.categories] == [
        ("城市管理/市政管理", 3, True), ("城市管理", 1, False),
    ]  # fmt: skip
    own = found.categories[-1].figure.asked
    assert rows(own, actor=actor("mayor"), at=filed)[0].count() == 1


def test_the_page_leads_down_the_tree_and_back(filed: dt.datetime, opened: Callable[..., Any]):
    page = opened("mayor", reverse("overview-city"), {"period": "week"}).content.decode()
    down = re.findall(r'href="(\?period=week&amp;under=[^"#]+)#categories">城市管理<', page)
    assert len(down) == 2, "in the table and below the chart"
    inside = opened("mayor", reverse("overview-city") + down[0].replace("&amp;", "&")).content.decode()
    assert "城市管理：各类诉求受理量" in inside and "全部分类" in inside
    assert re.search(r'<th scope="row"><a [^>]+>市政管理</a></th>', inside)
    sheet = opened("mayor", reverse("overview-table", args=["categories", "csv"]), {"under": "城市管理"})
    assert "市政管理" in sheet.content.decode("utf-8-sig")


def test_secret_matters_count_for_those_alone_who_may_know(
    actor: Callable[..., Any], set_task: Callable[..., Any], bodies: dict[str, Any]
):
    task = set_task()
    late = task.due_at + dt.timedelta(days=3)
    period = chosen("month", late.date())
    office, mayor = actor("supervision_office"), actor("mayor")

    def seen(who: Any) -> int:
        return city(chosen=period, actor=who, at=late).overdue

    open_to_all = seen(office)
    assert open_to_all == seen(mayor) > 0
    from luoshi.ledger.models import Matter, door

    with door():
        Matter.objects.filter(pk=task.pk).update(secrecy="secret")
    assert seen(office) < open_to_all == seen(mayor)


def test_the_map_lays_the_known_places_out_and_shades_by_fixed_steps(
    busy: dt.datetime, actor: Callable[..., Any], bodies: dict[str, Any]
):
    found = city(chosen=chosen("month", busy.date()), actor=actor("mayor"), at=busy)
    tiles = [tile.place.body.code if tile.place and tile.place.body else "" for tile in grid(found.places)]
    assert tiles.index("hubin") == 1
    assert tiles.index("lushi") == 8
    assert [level_of(n) for n in (0, 1, 3, 4, 10, 11, 31)] == [0, 1, 1, 2, 2, 3, 4]


@pytest.fixture
def opened(
    busy: dt.datetime, browser_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Any]:
    """opened("mayor", address): the page on Friday evening."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: busy)
    clients: dict[str, Client] = {}

    def get(role: str, url: str, query: Any = None) -> Any:
        if role not in clients:
            clients[role] = browser_of(role)
        return clients[role].get(url, query)

    return get


def test_the_page_shows_numbers_whose_links_open_lists_as_long(opened: Callable[..., Any]):
    html = opened("mayor", reverse("overview-city")).content.decode()
    links = set(re.findall(r'<a[^>]* href="(/overview/lists/[^"]+)"[^>]*>[^<\d]*(\d+)</a>', html))
    assert len(links) > 12
    assert re.search(r">按时\d+</a>", html)
    assert re.search(r">受理\d+</a>", html)
    for url, said in links:
        answer = opened("mayor", url.replace("&amp;", "&"))
        assert f"共<strong>{said}</strong>条" in answer.content.decode(), url


def test_pages_ask_the_database_twelve_times_at_most(
    opened: Callable[..., Any], django_assert_max_num_queries: Any
):
    for name in ("overview-city", "overview-wall"):
        opened("mayor", reverse(name))
        with django_assert_max_num_queries(12):
            assert opened("mayor", reverse(name), {"period": "quarter"}).status_code == 200
    with django_assert_max_num_queries(12):
        assert opened("mayor", Asked("overdue").url).status_code == 200


def test_the_wall_refreshes_itself_and_has_nothing_to_press_nor_personal_data(opened: Callable[..., Any]):
    html = opened("mayor", reverse("overview-wall")).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in html  # with script: wall.js
    assert re.search(r'<script src="[^"]*wall[^"]*\.js" type="module">', html)
    assert "<a " not in html
    assert "<button" not in html
    assert "路灯不亮" not in html


@pytest.mark.parametrize(
    "name", ["days", "hours", "heat", "categories", "places", "satisfaction", "units", "functions"]
)
def test_every_table_is_there_as_a_file(opened: Callable[..., Any], name: str):
    answer = opened("mayor", reverse("overview-table", args=[name, "csv"]))
    read = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(read) > 1
    assert len({len(row) for row in read}) == 1
    sheet = opened("mayor", reverse("overview-table", args=[name, "xlsx"]))
    assert sheet.content[:2] == b"PK"
    assert opened("mayor", reverse("overview-table", args=[name, "pdf"])).status_code == 404


def test_what_one_may_not_read_is_counted_without_its_title(opened: Callable[..., Any]):
    answer = opened("supervision_office", Asked("overdue", function="hotline.").url).content.decode()
    assert "您没有查看这件事项的权限" in answer
    assert "路灯不亮" not in answer
    assert "路灯不亮" in opened("mayor", Asked("overdue", function="hotline.").url).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?from=2017-13-01",
        "?from=2017-10-09&to=2017-10-01",
        "?area=abc",
        "?from=1990-01-01&to=2017-10-01",
        "?body=999999",
    ],
)
def test_an_address_that_means_nothing_is_not_found(opened: Callable[..., Any], query: str):
    assert opened("mayor", reverse("overview-list", args=["received"]) + query).status_code == 404


def test_without_the_hotline_the_page_shows_the_other_functions(
    opened: Callable[..., Any], settings: Any, set_task: Callable[..., Any]
):
    set_task()
    settings.WITHOUT = frozenset({"hotline", "assessment"})
    for name in ("overview-city", "overview-wall", "overview-leader"):
        answer = opened("mayor", reverse(name))
        assert answer.status_code == 200, name
        assert "受理诉求" not in answer.content.decode()
    assert "督查督办" in opened("mayor", reverse("overview-city")).content.decode()
    assert opened("mayor", reverse("overview-table", args=["hours", "csv"])).status_code == 404


@pytest.mark.parametrize("role", ["command_centre", "platform_leader", "liaison", "mayor"])
def test_a_request_to_supply_knowledge_is_a_link_only_for_those_who_may_open_it(
    actor: Callable[..., Any], bodies: dict[str, Any], role: str
):
    who = actor(role)
    for body in (bodies["chengguan"], bodies["zhujian"]):
        matter = Matter(kind=REQUEST, body=body, state="asked")
        assert may_read_kind(who, REQUEST, body.pk) == links.may_read(who, matter)
