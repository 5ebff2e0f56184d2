"""How the rows of an export become counts, case by case."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi import rulebooks
from luoshi.cli.books import known_calendars
from luoshi.engines.assessment import Period, evaluate
from luoshi.engines.rulebook import Rulebook, parse
from luoshi.exchange.bad import BadExport
from luoshi.exchange.count import count
from luoshi.exchange.read import read
from tests.exchange.conftest import Maker

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text())
MARKED = [
    pytest.param(case, marks=pytest.mark.clause(*case.get("clause", ())), id=case["name"]) for case in CASES
]


@pytest.mark.parametrize("case", MARKED)
def test_rows_become_counts(make: Maker, case: dict[str, Any]) -> None:
    given = {name: value for name, value in case.items() if name not in ("name", "expect", "clause")}
    counts = make.counts(**given)
    assert {name: counts.get(name, 0) for name in case["expect"]} == case["expect"]


OPINIONS = [
    ("open since October", {"date": "2017-10-10"}, "2017", ["2017-10", "2017-11", "2017-12"]),
    (
        "carried out in December",
        {"date": "2017-10-10", "until": "2017-12-01"},
        "2017",
        ["2017-10", "2017-11"],
    ),
    ("carried out in its first month", {"date": "2017-10-10", "until": "2017-10-11"}, "2017", ["2017-10"]),
    ("in the month after", {"date": "2017-10-10"}, "2017-11", ["2017-11"]),
    (
        "in the month in which it was carried out",
        {"date": "2017-10-10", "until": "2017-11-02"},
        "2017-11",
        [],
    ),
    ("in the month before", {"date": "2017-10-10"}, "2017-09", []),
]


@pytest.mark.clause("smx-hotline-assessment-annex/3.6.b")
@pytest.mark.parametrize(("name", "row", "period", "months"), OPINIONS, ids=[row[0] for row in OPINIONS])
def test_an_opinion_deducts_in_each_month_until_it_is_carried_out(
    make: Maker, name: str, row: dict[str, str], period: str, months: list[str]
) -> None:
    charges = make.counts(entries=[{"item": "unimplemented_opinion"} | row], period=period)["charges"]
    assert [charge.month for charge in charges] == months


def test_an_opinion_deducts_only_in_months_that_have_begun(make: Maker) -> None:
    entries = [{"item": "unimplemented_opinion", "date": "2017-10-10"}]
    charges = make.counts(entries=entries, period="2017", as_of="2017-11-15 08:00")["charges"]
    assert [charge.month for charge in charges] == ["2017-10", "2017-11"]


@pytest.mark.clause("smx-hotline-assessment-annex/3.a")
def test_an_overdue_order_with_an_entry_counts_once_with_the_highest(make: Maker) -> None:
    sheet = make.sheet(
        dispatches=[{"order_no": "G"}, {"order_no": "H"}],
        entries=[
            {"item": "media_exposed", "date": "2017-10-20", "order_no": "G"},
            {"item": "unexecuted_order", "date": "2017-10-20", "order_no": "H"},
            {"item": "duty_phone_failure", "date": "2017-10-20", "count": 2},
        ],
    )
    unit = sheet.unit("甲")
    points = {id: str(unit.line(id).points) for id in ("3.1.1", "3.1.2", "3.2.1", "3.4")}
    assert points == {"3.1.1": "2.00", "3.1.2": "0.00", "3.2.1": "4.00", "3.4": "5.00"}
    assert str(unit.parts["deduction"]) == "11.00"


def test_one_order_overdue_twice_at_one_unit_counts_once_and_at_two_units_for_each(make: Maker) -> None:
    rows = [
        {"order_no": "G"},
        {"order_no": "G", "leader_instruction": "yes"},
        {"order_no": "G", "unit": "乙"},
    ]
    sheet = make.sheet(dispatches=rows)
    assert str(sheet.unit("甲").parts["deduction"]) == "5.00"
    assert str(sheet.unit("乙").parts["deduction"]) == "2.00"


@pytest.mark.clause("smx-hotline-assessment/4.3.1.8", "smx-hotline-assessment-annex/3.7")
def test_fraud_lowers_the_annual_score_only(make: Maker) -> None:
    entries = [{"item": "fraud", "date": "2017-10-20"}]
    assert str(make.sheet(dispatches=[{}], entries=entries).unit("甲").parts["deduction"]) == "2.00"
    assert (
        str(make.sheet(dispatches=[{}], entries=entries, period="2017").unit("甲").parts["deduction"])
        == "12.00"
    )


@pytest.mark.clause("smx-hotline-assessment/3.f")
def test_a_unit_without_dispatch_and_answer_is_listed_without_a_rank(make: Maker) -> None:
    sheet = make.sheet(
        units="甲 乙 丙", dispatches=[{}], answers=[{"unit": "乙", "answered_at": "2017-10-09 08:00"}]
    )
    assert {unit.unit: unit.rank for unit in sheet.units} == {"乙": 1, "甲": 2, "丙": None}


def test_dispatches_before_the_first_day_of_the_rules_take_their_first_version(make: Maker) -> None:
    counts = make.counts(
        dispatches=[{"dispatched_at": "2017-03-06 08:00", "signed_at": "2017-03-06 12:00"}], period="2017"
    )
    assert (counts["sign_in_counted"], counts["signed_in_time"]) == (1, 1)


def test_the_dispatches_behind_each_count_can_be_listed(make: Maker) -> None:
    counted = make.counted(dispatches=[{}, {"signed_at": "2017-10-09 09:00"}, {"unit": "乙"}])
    assert counted.matters.behind(0, "sign_in_counted") == (["P1", "P2"], 2)
    assert counted.matters.behind(0, "signed_in_time") == (["P2"], 1)
    assert counted.matters.behind(1, "sign_in_counted") == (["P3"], 1)
    assert counted.matters.behind(0, "sign_in_counted", 1) == (["P1"], 2)


def _random_row(source: random.Random, place: int) -> dict[str, Any]:
    day = source.randint(1, 27)
    row = {
        "dispatch_no": f"P{place}",
        "order_no": f"G{source.randint(0, 20)}",
        "unit": source.choice("甲乙丙"),
        "urgency": source.choice(["urgent", "routine"]),
        "kind": source.choice(["consultation", "help"]),
        "role": source.choice(["sole", "lead", "assist", "volunteer"]),
        "leader_instruction": source.choice(["yes", "no", ""]),
        "dispatched_at": f"2017-10-{day:02d} {source.randint(0, 23):02d}:00",
    }
    for name in ("signed_at", "handed_over_at", "returned_at", "closed_at", "callback_at"):
        if source.random() < 0.5:
            row[name] = f"2017-10-{source.randint(day + 1, 31):02d} 10:00"
    if "returned_at" in row:
        row["return_outcome"] = source.choice(["accepted", "rejected", ""])
    row["callback_answered"] = source.choice(["yes", "no", ""])
    row["result"] = source.choice(["satisfied", "basically", "dissatisfied", ""])
    return row


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_matter(make: Maker, seed: int) -> None:
    source = random.Random(seed)
    rows = [_random_row(source, place) for place in range(60)]
    entries = [
        {"unit": source.choice("甲乙丙"), "item": "media_exposed", "date": "2017-10-10", "order_no": f"G{n}"}
        for n in range(10)
    ]
    first = make.sheet(units="甲 乙 丙", dispatches=list(rows), entries=entries)
    source.shuffle(rows)
    second = make.sheet(units="丙 甲 乙", dispatches=rows, entries=entries)
    assert [_shown(unit) for unit in first.units] == [_shown(unit) for unit in second.units]


def _shown(unit: Any) -> tuple[Any, ...]:
    return unit.unit, unit.rank, unit.total, [(line.item.id, line.points, line.counts) for line in unit.lines]


@pytest.mark.clause("smx-hotline-assessment-annex/2.2.1", "smx-hotline-assessment-annex/0.b")
def test_an_overdue_ticket_weighs_on_each_month_it_is_open_in_and_once_on_the_year(make: Maker) -> None:
    rows = [{"dispatched_at": "2017-10-09 08:00", "closed_at": "2017-11-20 09:00"}]
    named = ("closed_on_time", "closed_counted", "overdue_open", "overdue_tickets")
    seen = {
        period: tuple(make.counts(dispatches=rows, period=period)[name] for name in named)
        for period in ("2017-09", "2017-10", "2017-11", "2017-12", "2017")
    }
    assert seen == {
        "2017-09": (0, 0, 0, 0),
        "2017-10": (0, 0, 1, 1),
        "2017-11": (0, 1, 0, 0),
        "2017-12": (0, 0, 0, 0),
        "2017": (0, 1, 0, 1),
    }


def changed(book: Rulebook, file: str, old: str, new: str) -> Rulebook:
    """The shipped rulebook with one thing written otherwise."""
    texts = rulebooks.read("sanmenxia")
    assert old in texts[file]
    return parse({**texts, file: texts[file].replace(old, new, 1)}, calendars=known_calendars())


@pytest.mark.clause("smx-hotline-assessment/4.2.2.b", "smx-hotline-assessment/4.2.2.a")
def test_a_city_may_let_closing_start_with_the_hand_over(make: Maker, book: Rulebook) -> None:
    close = book.limit("hotline.close", date(2017, 10, 9))
    assert [match.kind for match in close.opens] == ["hotline.dispatched"]
    head = (
        "opens: [hotline.{}]\n    meets: [hotline.replied]\n    cancels: [hotline.recalled]\n"
        "    ends: [hotline.coordination_approved]"
    )
    rows = [
        {
            "signed_at": "2017-10-10 08:30",
            "handed_over_at": "2017-10-10 09:00",
            "closed_at": "2017-10-17 18:00",
        },
        {"urgency": "urgent", "handed_over_at": "2017-10-10 09:00", "closed_at": "2017-10-11 09:00"},
    ]
    assert make.counts(dispatches=rows)["closed_on_time"] == 0
    make.book = changed(book, "hotline/limits.yaml", head.format("dispatched"), head.format("handed_over"))
    assert make.counts(dispatches=rows)["closed_on_time"] == 2


@pytest.mark.parametrize(("day", "in_time"), [("2017-10-03", 1), ("2017-10-04", 0)])
def test_a_city_may_set_another_day_for_the_report(
    make: Maker, book: Rulebook, day: str, in_time: int
) -> None:
    make.book = changed(book, "assessment/reports.yaml", "due_day: 5", "due_day: 3")
    counts = make.counts(submissions=[{"type": "monthly_report", "submitted_at": f"{day} 09:00"}])
    assert counts.get("reports_on_time", 0) == in_time


def test_a_limit_that_starts_with_what_an_export_does_not_tell_is_refused(
    make: Maker, book: Rulebook
) -> None:
    make.book = changed(
        book, "hotline/limits.yaml", "opens: [hotline.dispatched]\n    meets: [hotline.signed]",
        "opens: [hotline.arrived]\n    meets: [hotline.signed]",
    )  # fmt: skip
    with pytest.raises(BadExport, match=r"hotline\.sign_in .* opens with no event that an export tells"):
        make.counts(dispatches=[{}])


@pytest.mark.clause(
    "smx-hotline-assessment-annex/2.1.2",
    "smx-hotline-assessment-annex/4.2.2",
    "smx-hotline-assessment/4.3.2.3.b",
    "smx-hotline-assessment/3.f",
)
def test_a_draft_may_take_the_other_readings_and_counts_only_when_asked_for(
    make: Maker, book: Rulebook
) -> None:
    happy = {
        "closed_at": "2017-10-10 09:00", "callback_at": "2017-10-11 09:00", "callback_answered": "yes",
        "result": "satisfied",
    }  # fmt: skip
    taken_back = {
        "signed_at": "2017-10-09 09:00",
        "returned_at": "2017-10-09 10:00",
        "return_outcome": "accepted",
    }
    handed = {"signed_at": "2017-10-09 09:00", "handed_over_at": "2017-10-09 10:00"}
    rows = [happy | handed, happy | handed | {"leader_instruction": "yes"}, taken_back]
    counted = make.counted(units="甲 乙", dispatches=rows)
    sheets = {
        drafts: evaluate(
            book.scheme("assessment.hotline", date(2017, 10, 31), drafts=drafts),
            counted.units,
            period=counted.period,
        )
        for drafts in (False, True)
    }
    points = {
        drafts: [str(sheet.unit("甲").line(id).points) for id in ("2.1.2", "4.2.2")]
        for drafts, sheet in sheets.items()
    }
    assert points == {False: ["40.00", "4.00"], True: ["60.00", "2.00"]}
    assert [sheets[drafts].unit("乙").rank for drafts in (False, True)] == [None, 2]
    assert {rule.status.value for rule in book.versions("assessment.hotline")} == {"in_force", "draft"}


@pytest.mark.clause("smx-hotline-ops/19", "smx-hotline-ops/5.7")
def test_counties_departments_and_enterprises_are_ranked_together_each_month(make: Maker) -> None:
    rows = [
        {"unit": unit, "signed_at": at}
        for unit, at in (("县", "2017-10-09 12:00:01"), ("局", "2017-10-09 09:00"))
    ]
    folder = make.write(dispatches=[*rows, {"unit": "企", "signed_at": "2017-10-09 10:00"}])
    (folder / "units.csv").write_text(
        "unit,class\n县,county\n局,department\n企,enterprise\n", encoding="utf-8"
    )
    counted = count(read(folder), make.book, period=Period.parse("2017-10"))
    sheet = evaluate(
        make.book.scheme("assessment.hotline", date(2017, 10, 31)), counted.units, period=counted.period
    )
    found = {score.unit: (score.class_, score.rank) for score in sheet.units}
    assert found == {"局": ("department", 1), "企": ("enterprise", 1), "县": ("county", 3)}
    assert [score.unit for score in sheet.units][-1] == "县"
