"""How the rows of an export become counts, case by case."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.exchange.conftest import Maker

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text())
ANNEX, BODY = "smx-hotline-assessment-annex", "smx-hotline-assessment"


@pytest.mark.clause(
    *(f"{ANNEX}/{id}" for id in (
        "2.1.1", "2.1.2", "2.1.2.a", "2.1.3", "2.1.4", "2.2.1", "2.3.1", "2.3.1.a", "2.3.2", "2.4.1",
        "3.1.1", "3.3", "4.2.1", "4.2.2", "4.3.1", "4.3.2",
    )),
    f"{BODY}/4.2.1.4.b", f"{BODY}/4.3.1.1", f"{BODY}/4.3.2.3.a", f"{BODY}/4.3.2.3.b",
)  # fmt: skip
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_rows_become_counts(make: Maker, case: dict[str, Any]) -> None:
    given = {name: value for name, value in case.items() if name not in ("name", "expect")}
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


@pytest.mark.clause(f"{ANNEX}/3.6.b")
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


@pytest.mark.clause(f"{ANNEX}/3.a")
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


@pytest.mark.clause(f"{BODY}/4.3.1.8", f"{ANNEX}/3.7")
def test_fraud_lowers_the_annual_score_only(make: Maker) -> None:
    entries = [{"item": "fraud", "date": "2017-10-20"}]
    assert str(make.sheet(dispatches=[{}], entries=entries).unit("甲").parts["deduction"]) == "2.00"
    assert (
        str(make.sheet(dispatches=[{}], entries=entries, period="2017").unit("甲").parts["deduction"])
        == "12.00"
    )


@pytest.mark.clause(f"{BODY}/3.f")
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
