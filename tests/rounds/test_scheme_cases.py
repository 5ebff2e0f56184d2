"""The leaves of Sanmenxia's openness and web site schemes, case by case."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi.engines.assessment import PointsError, points_problems
from luoshi.engines.assessment.result import COUNTED, RESCALED
from luoshi.engines.expressions import rounded
from luoshi.engines.rulebook import Item
from luoshi.engines.rulebook.leaves import CHECK, MARK, count_of
from tests.rounds.scoring import (
    DAY,
    LATER,
    POINTS,
    STAND_IN,
    book,
    counts_for,
    counts_from,
    leaf_of,
    points,
    scheme,
    score,
    set_scheme,
    totals_scheme,
)

Case = dict[str, Any]
NAMES = ("openness_departments", "openness_counties", "website_scores")


def cases(name: str) -> list[Any]:
    text = (Path(__file__).parent / "cases" / f"{name}.yaml").read_text("utf-8")
    found: list[Case] = yaml.safe_load(text)
    return [
        pytest.param(scheme if "_" in scheme else f"openness_{scheme}", case, id=f"{scheme} {case['name']}")
        for case in found
        for scheme in case["schemes"]
    ]


def groups(name: str) -> dict[str, Item]:
    return {item.id: item for top in scheme(name).items for item in top.walk() if item.items}


@pytest.mark.parametrize(("name", "case"), cases("openness_structure"))
def test_a_first_level_indicator_is_made_of_what_its_case_says(name: str, case: Case) -> None:
    found = groups(name)
    if "refers" in case:
        assert case["refers"] not in found
        assert case["clause"] in found[case["to"]].cite
    elif not case["members"]:
        assert case["group"] not in found
    else:
        group = found[case["group"]]
        assert (group.title, [item.id for item in group.items]) == (case["title"], case["members"])


@pytest.mark.parametrize(("name", "case"), [*cases("openness_marks"), *cases("website_marks")])
def test_a_marked_leaf_gets_its_mark(name: str, case: Case) -> None:
    leaf = leaf_of(name, case["leaf"])
    assert leaf.kind == MARK
    assert leaf.title == case["name"]
    line = score(set_scheme(name, leaf.id), {count_of("mark", leaf.id): Decimal(case["mark"])}).line(leaf.id)
    assert (line.points, line.how) == (Decimal(case["mark"]), COUNTED)
    assert [ask.key for ask in leaf.asks] == case.get("asks", [])


@pytest.mark.parametrize(("name", "case"), [*cases("openness_checks"), *cases("website_checks")])
def test_a_checked_leaf_gets_what_follows_from_the_answers(name: str, case: Case) -> None:
    leaf = leaf_of(name, case["leaf"])
    assert leaf.kind == CHECK
    counts = counts_from(leaf, case["answers"], case.get("as_of", LATER))
    line = score(set_scheme(name, leaf.id), counts).line(leaf.id)
    if case["points"] == "none":
        assert line.how == RESCALED
    else:
        assert (line.points, line.how) == (Decimal(case["points"]), COUNTED)


@pytest.mark.parametrize(("name", "case"), [*cases("openness_totals"), *cases("website_totals")])
def test_a_whole_result_is_what_its_case_says(name: str, case: Case) -> None:
    counts: dict[str, int | Decimal] = {**counts_for(name, Decimal(case["marks"])), **case.get("vetoes", {})}
    for record in case.get("records", []):
        count = count_of("adjust", record["leaf"])
        counts[count] = counts.get(count, 0) + Decimal(record["points"])
    full = totals_scheme(name)
    found = score(full, counts)
    assert (found.total, found.grade) == (Decimal(case["total"]), case["grade"])
    assert full.shown is not None
    shown = rounded(found.total, full.shown, full.rounding)
    assert str(shown) == case.get("shown", str(shown))


LEAVES = [
    pytest.param(name, leaf.id, id=f"{name} {leaf.id}")
    for name in NAMES
    for leaf in scheme(name).leaves()
    if leaf.open == "yearly"
]


@pytest.mark.parametrize(("name", "id"), LEAVES)
def test_no_leaf_gives_more_than_its_points_or_less_than_nothing(name: str, id: str) -> None:
    full = set_scheme(name, id)
    leaf = leaf_of(name, id)
    most = dict.fromkeys((count_of("met", id, ask.key) for ask in leaf.asks), 1)
    counts = {**most, count_of("mark", id): Decimal(9), count_of("adjust", id): Decimal(1)}
    assert score(full, counts).line(id).points == POINTS
    assert score(full, {count_of("adjust", id): Decimal(-1)}).line(id).points == 0


@pytest.mark.parametrize(("name", "id"), LEAVES)
def test_a_unit_without_the_task_is_scored_on_the_rest(name: str, id: str) -> None:
    full = set_scheme(name, id)
    assert score(full, {count_of("exempt", id): 1}).line(id).how == RESCALED


OPENNESS = NAMES[:2]


@pytest.mark.clause("smx-openness-indicators/0.2")
@pytest.mark.parametrize("name", OPENNESS)
def test_before_the_year_s_points_are_set_nothing_is_scored(name: str) -> None:
    with pytest.raises(PointsError, match="尚未赋分"):
        score(scheme(name), counts_for(name, Decimal(90)))


@pytest.mark.clause("smx-openness-indicators/0.4")
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("change", "words"), [("0", []), ("0.01", ["多0.01分"]), ("-0.01", ["少0.01分"])])
def test_points_that_do_not_come_to_a_hundred_cannot_be_used(
    name: str, change: str, words: list[str]
) -> None:
    table = points(name)
    table[STAND_IN[name]] += Decimal(change)
    problems = points_problems(scheme(name), table)
    assert len(problems) == len(words)
    assert all(word in problem for word, problem in zip(words, problems, strict=True))


@pytest.mark.clause("smx-openness-indicators/0.1")
@pytest.mark.parametrize(
    ("name", "first", "second", "leaves"), [(OPENNESS[0], 27, 64, 66), (OPENNESS[1], 30, 68, 70)]
)
def test_the_tables_have_as_many_indicators_as_the_annexes(
    name: str, first: int, second: int, leaves: int
) -> None:
    ordinary = [top for top in scheme(name).items if top.part == "regular"]
    contents = [
        "组织领导",
        "制度建设",
        "平台建设",
        "政府信息公开",
        "政务服务",
        "政策解读",
        "政务舆情监测处置",
        "公众参与",
    ]
    assert [top.title for top in ordinary] == contents
    assert [top.title for top in scheme(name).items[8:]] == ["特别加分项", "特别减分项"]
    assert [veto.title for veto in scheme(name).vetoes] == ["在日常工作和考核、检查中弄虚作假"]
    level1 = [item for top in ordinary for item in top.items]
    referred = 2  # 制度建设/政务服务制度 and 平台建设/实体政务服务大厅 stand under 政务服务
    assert len(level1) + referred == first
    assert sum(len(item.items) for item in level1) == second
    assert sum(1 for top in ordinary for _ in top.leaves()) == leaves


@pytest.mark.clause("smx-openness-indicators/0.7")
@pytest.mark.parametrize("name", OPENNESS)
def test_the_two_first_level_indicators_without_a_second_level_are_scored_themselves(name: str) -> None:
    ordinary = [top for top in scheme(name).items if top.part == "regular"]
    own = [item.title for top in ordinary for item in top.items if not item.items]
    assert own == ["第三方评估(民意调查)制度", "公众参与制度"]


@pytest.mark.clause("smx-openness-indicators/0.5")
@pytest.mark.parametrize("name", OPENNESS)
def test_what_refers_to_government_services_is_scored_there_once(name: str) -> None:
    titles = [item.title for top in scheme(name).items for item in top.walk()]
    assert (titles.count("政务服务制度"), titles.count("实体政务服务大厅")) == (1, 1)
    services = next(top for top in scheme(name).items if top.title == "政务服务")
    assert {"政务服务制度", "实体政务服务大厅"} <= {item.title for item in services.items}


@pytest.mark.clause("smx-openness-indicators/0.3", "smx-openness-assessment/7")
def test_each_class_has_its_own_table_and_may_give_an_indicator_of_the_same_name_other_points() -> None:
    classes = {one.key: one.scheme for one in book().round("rounds.openness", DAY).classes}
    assert classes == {
        "departments": "rounds.openness_departments",
        "counties": "rounds.openness_counties",
    }
    ids = [{leaf.id for leaf in scheme(name).leaves()} for name in OPENNESS]
    assert "3.1.1.d" in ids[0] - ids[1]
    assert "3.1.1.c" in ids[1] - ids[0]
    first = score(set_scheme(OPENNESS[0], "1.4.1"), {count_of("mark", "1.4.1"): 4})
    other = score(totals_scheme(OPENNESS[1]), {count_of("mark", "1.4.1"): 4})
    assert first.line("1.4.1").points == 4
    assert other.line("1.4.1").points < 4


@pytest.mark.parametrize("name", NAMES)
def test_every_leaf_of_the_scheme_has_points_in_a_year_s_table(name: str) -> None:
    assert set(points(name)) == {leaf.id for leaf in scheme(name).leaves() if leaf.open == "yearly"}


FILES = ("openness_structure", "openness_marks", "openness_checks", "website_marks", "website_checks")


def test_every_clause_of_a_case_is_cited_by_what_it_is_about_or_a_group_that_holds_it() -> None:
    for scheme_name, case in (param.values for name in FILES for param in cases(name)):
        if case.get("members") == []:
            continue
        id = case.get("leaf") or case.get("group") or case["to"]
        items = [item for top in scheme(scheme_name).items for item in top.walk()]
        about = [item for item in items if any(one.id == id for one in item.walk())]
        cited = {clause for item in about for one in (item, *item.asks) for clause in one.cite}
        assert case["clause"] in cited


def test_every_timed_ask_names_a_limit_of_the_rulebook() -> None:
    for name in NAMES:
        for leaf in scheme(name).leaves():
            for ask in leaf.asks:
                if ask.measure and ask.measure.within not in ("", "own"):
                    assert book().setting(ask.measure.within, scheme(name).valid_from)["within"]
