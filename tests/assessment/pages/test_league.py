"""The league table: ranks, changes, what a unit sees of others, the workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

from tests.assessment.pages.conftest import GOOD, OCTOBER, POOR, plain, shown

pytestmark = pytest.mark.django_db
Enter = Callable[..., Any]
LEAGUE = {"chengguan": GOOD, "zhujian": POOR, "jiaoyu": {"dispatched_any": 3}}


def get(client: Any, **query: str) -> str:
    return shown(client.get(reverse("assessment-league"), query))


def order(text: str, *names: str) -> list[str]:
    """Names in the order in which they stand in a text."""
    return sorted(names, key=text.index)


@pytest.mark.clause("smx-hotline-assessment/3.d")
def test_units_stand_by_their_total_and_those_without_a_rank_below_with_the_reason(
    enter: Enter, league: Callable[..., None]
) -> None:
    league(LEAGUE)
    text = plain(get(enter("command_centre"), period=OCTOBER))
    names = ("三门峡市城市管理局", "三门峡市教育局", "三门峡市住房和城乡建设局", "三门峡市环境保护局")
    assert order(text, *names) == list(names)
    assert "1073.15" in text and "实时计算" in text
    assert text.index("不排名的单位") < text.index("三门峡市环境保护局")
    assert "本月当期派单数、在线直接答复咨询数均为0，按规定不参加排名" in text
    assert "总分分布（每段含下限，不含上限，参加排名的3个单位）" in text


def test_equal_totals_share_a_place(enter: Enter, league: Callable[..., None]) -> None:
    league({"chengguan": GOOD, "zhujian": GOOD, "jiaoyu": POOR})
    text = get(enter("command_centre"), period=OCTOBER)
    ranks = [part.split("<")[0] for part in text.split('class="ls-fit ls-rank">')[1:]]
    assert ranks == ["1", "1", "3"]


def test_the_change_to_the_period_before_is_shown(enter: Enter, league: Callable[..., None]) -> None:
    league({"chengguan": GOOD, "zhujian": POOR}, period="2017-10")
    after = plain(get(enter("command_centre"), period="2017-10"))
    assert "—" in after  # nobody was ranked in September
    from luoshi.assessment import shown as pure
    from luoshi.engines.assessment import Period, UnitCounts, evaluate
    from luoshi.ledger import rules

    scheme = rules.current().scheme("assessment.hotline", Period.parse(OCTOBER).last)

    def sheet(period: str, **counts: Any) -> Any:
        units = [UnitCounts(name, given) for name, given in counts.items()]
        return evaluate(scheme, units, period=Period.parse(period))

    before, now = sheet("2017-10", a=GOOD, b=POOR), sheet("2017-11", a=POOR, b=GOOD)
    rows = pure.league(now, before, full=lambda code: True, own="a", others=frozenset())
    assert [(row.score.unit, row.change_words, row.places_words) for row in rows] == [
        ("b", "＋245.80", "升1名"),
        ("a", "−245.80", "降1名"),
    ]


def test_a_unit_sees_itself_in_full_and_of_others_what_the_rulebook_lets_it_see(
    enter: Enter, league: Callable[..., None]
) -> None:
    league(LEAGUE)
    html = get(enter("liaison", "zhujian"), period=OCTOBER)
    text = plain(html)
    assert "其他单位只显示总分和名次" in text
    assert "1073.15" in text and "885.15" not in text  # the total of the first, not its parts
    assert "639.35" in text and "本单位" in text
    assert reverse("assessment-unit", args=["zhujian"]) in html
    assert reverse("assessment-unit", args=["chengguan"]) not in html
    assert "换规则试算" not in text


def test_without_permission_to_see_others_only_the_own_row_is_there(
    enter: Enter, league: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    league(LEAGUE)
    monkeypatch.setattr("luoshi.assessment.views.league.shown_of_others", lambda at: frozenset())
    text = plain(get(enter("handler", "chengguan"), period=OCTOBER))
    assert "三门峡市城市管理局" in text
    assert "三门峡市教育局" not in text and "分布" not in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "教育"}, {"三门峡市教育局"}),
        ({"class": "county"}, {"湖滨区人民政府"}),
        ({"q": "没有这样的"}, set()),
    ],
)
def test_units_are_found_by_name_and_class(
    enter: Enter, league: Callable[..., None], query: dict[str, str], names: set[str]
) -> None:
    league({**LEAGUE, "hubin": GOOD})
    text = plain(get(enter("command_centre"), period=OCTOBER, **query))
    every = {"三门峡市城市管理局", "三门峡市教育局", "湖滨区人民政府"}
    assert {name for name in every if name in text} == names
    assert ("没有这样的单位" in text) == (not names)


@pytest.mark.parametrize(
    ("period", "heading", "before"),
    [("2017-10", "2017年10月", "2017年9月"), ("2017-Q4", "2017年第4季度", "2017年第3季度"),
     ("2018", "2018年度", "2017年度")],
)  # fmt: skip
@pytest.mark.clause("smx-hotline-assessment-annex/2.a")
def test_month_quarter_and_year_are_read_live(enter: Enter, period: str, heading: str, before: str) -> None:
    text = plain(get(enter("command_centre"), period=period))
    assert heading in text and before in text
    assert "实时计算" in text


def test_a_kind_of_period_that_the_scheme_does_not_know_has_an_empty_page(
    enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from luoshi.engines.assessment import PeriodError

    def refuse(*args: Any, **more: Any) -> None:
        raise PeriodError("the scheme knows no quarter")

    monkeypatch.setattr("luoshi.assessment.selectors.scored.live", refuse)
    client = enter("command_centre")
    assert "这一期没有成绩" in get(client, period="2017-Q4")
    shown(client.get(reverse("assessment-trend", args=["chengguan"]), {"period": OCTOBER}))


def test_filters_are_cleared_without_losing_the_period(enter: Enter, league: Callable[..., None]) -> None:
    league(LEAGUE)
    client = enter("command_centre")
    assert "清除条件" not in get(client, period=OCTOBER)
    html = get(client, period=OCTOBER, q="教育")
    assert 'href="/assessment/?period=2017-10">清除条件' in html
    assert '<input type="hidden" name="period" value="2017-10">' in html


def test_a_period_to_come_and_one_before_the_scheme_have_an_empty_page(enter: Enter) -> None:
    client = enter("command_centre")
    for period in ("2099", "2016-01"):
        assert "这一期没有成绩" in get(client, period=period)


@pytest.mark.parametrize(
    "query",
    [
        {"period": "2017-13"},
        {"period": "x"},
        {"period": "1999"},
        {"period": "2100"},
        {"period": OCTOBER, "edition": "7"},
    ],
)
def test_a_strange_period_or_edition_is_not_found(enter: Enter, query: dict[str, str]) -> None:
    shown(enter("command_centre").get(reverse("assessment-league"), query), 404)


def test_the_league_asks_a_fixed_number_of_questions(
    enter: Enter, league: Callable[..., None], django_assert_max_num_queries: Any
) -> None:
    client = enter("command_centre")
    get(client, period=OCTOBER)
    with django_assert_max_num_queries(20):
        get(client, period=OCTOBER)


def sheets(answer: Any) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    return {name: [row for row in book[name].iter_rows(values_only=True) if row] for name in book.sheetnames}


def test_the_workbook_holds_the_league_and_every_item(enter: Enter, league: Callable[..., None]) -> None:
    league(LEAGUE)
    answer = enter("command_centre").get(reverse("assessment-league-xlsx"), {"period": OCTOBER})
    found = sheets(answer)
    assert list(found) == ["总表", "分项"]
    assert (found["总表"][3][:2], float(found["总表"][3][6])) == ((1, "三门峡市城市管理局"), 1073.15)
    assert "2.1.1 工单实时签收率" in found["分项"][0]
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_units_workbook_of_the_league_holds_no_parts_of_others(
    enter: Enter, league: Callable[..., None]
) -> None:
    league(LEAGUE)
    answer = enter("liaison", "zhujian").get(reverse("assessment-league-xlsx"), {"period": OCTOBER})
    found = sheets(answer)
    assert list(found) == ["总表"]
    assert found["总表"][2] == ("名次", "责任单位", "总分")
