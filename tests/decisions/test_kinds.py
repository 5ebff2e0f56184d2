"""What a major matter is, and what each asks for before it reaches a meeting: the rules, without a database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi.decisions import rules
from luoshi.decisions.services.proposing import kinds_known, recognise
from luoshi.decisions.standing import with_variants
from luoshi.ledger.errors import WrongState

from .conftest import LATER, NOW, SHANGHAI

pytestmark = pytest.mark.django_db
CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
FIRST = dt.datetime(2017, 9, 21, 8, 0, tzinfo=SHANGHAI)


def title(case: dict[str, Any]) -> str:
    return f"{case['clause']} {case['subjects'][0]} {case.get('funds', '')}{case.get('amount', '')}"


@pytest.mark.parametrize("case", CASES, ids=[title(case) for case in CASES])
def test_a_subject_is_the_kinds_that_the_regulation_names(case, under):
    at = NOW
    if case.get("rulebook") == "xiping":
        under("xiping")
        at = LATER
    amount = Decimal(case["amount"]) if "amount" in case else None
    for subject in case["subjects"]:
        certain, hinted = recognise(
            subjects=[subject],
            amount=amount,
            funds=case.get("funds", ""),
            traits=case.get("traits", ()),
            at=at,
        )
        assert certain == case.get("certain", []), subject
        assert hinted == case.get("hinted", []), subject


def test_every_subject_stands_in_a_case_and_every_kind_is_reached():
    told = {subject for case in CASES if "rulebook" not in case for subject in case["subjects"]}
    assert told == set(rules.choice("decisions.subject", NOW).values)
    reached = {
        kind for case in CASES if "rulebook" not in case for kind in (*case.get("certain", ()), *case.get("hinted", ()))
    }  # fmt: skip
    assert reached == set(kinds_known(NOW)) and len(reached) == 23


@pytest.mark.clause("smx-major-decisions/0.1")
def test_there_are_four_categories_and_staffing_counts_with_appointments():
    choice = rules.choice("decisions.category", NOW)
    assert [one.label for one in choice.options] == [
        "重大决策", "重要编制和干部任免", "重大项目安排", "大额度资金使用",
    ]  # fmt: skip


def test_a_matter_is_several_kinds_at_once():
    certain, hinted = recognise(
        subjects=["event_hosted", "event_funds", "other_funds"], amount=None, funds="", traits=(), at=NOW
    )
    assert certain == ["1.9", "3.3", "4.5"] and hinted == []


@pytest.mark.clause("smx-major-decisions/3.4.3")
def test_once_the_government_has_set_a_line_what_reaches_it_is_large_without_further_judgement(monkeypatch):
    real = rules.setting

    def fixed(name: str, at: dt.datetime) -> Any:
        return (
            {"fixed": True, "line": 2_000_000, "suggest_from": 500_000}
            if name == "decisions.large_amount"
            else real(name, at)
        )

    monkeypatch.setattr(rules, "setting", fixed)
    for amount, kinds in ((Decimal(2_000_000), ["4.3"]), (Decimal("1999999.99"), [])):
        certain, hinted = recognise(subjects=["special_expense"], amount=amount, funds="", traits=(), at=NOW)
        assert certain == kinds and hinted == []


@pytest.mark.clause("smx-major-decisions/6.1")
def test_the_regulation_holds_from_the_day_it_was_issued():
    assert kinds_known(FIRST)
    with pytest.raises(WrongState, match="还没有这项规定"):
        kinds_known(FIRST - dt.timedelta(days=1))


PRICE = {"category_1": True, "kind_1_4": True}
ALWAYS = {"basis", "competence", "research"}
PLAIN = {"basis", "competence", "research", "risk.all"}
MAJOR = {*ALWAYS, "options", "expert", "participation", "risk", "legality"}


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        pytest.param({}, PLAIN, marks=pytest.mark.clause("smx-major-decisions/4.1.1.6")),
        pytest.param({"category_1": True}, MAJOR, marks=pytest.mark.clause("smx-work-rules/17.1")),
        pytest.param({"professional": True}, {*PLAIN, "expert.technical"}, marks=pytest.mark.clause("smx-major-decisions/4.1.1.4")),
        pytest.param({"land_plan": True}, {*PLAIN, "land"}, marks=pytest.mark.clause("smx-major-decisions/4.1.1.2")),
        pytest.param({"city_plan": True}, {*PLAIN, "city"}, marks=pytest.mark.clause("smx-major-decisions/4.1.1.3")),
        pytest.param({"public_interest": True}, {*PLAIN, "hearing"}, marks=pytest.mark.clause("smx-major-decisions/4.1.1.5")),
        pytest.param({"hearing": True}, {*PLAIN, "hearing_report"}, marks=pytest.mark.clause("smx-major-decisions/4.1.1.7")),
        pytest.param({"stability": True}, {*PLAIN, "stability"}, marks=pytest.mark.clause("smx-work-rules/21.p1.5")),
        pytest.param({"legal": True}, {*PLAIN, "legality.law"}, marks=pytest.mark.clause("smx-work-rules/27.1")),
        pytest.param({"departments": True}, {*PLAIN, "departments"}, marks=pytest.mark.clause("smx-work-rules/21.p1.3")),
        pytest.param({"grassroots": True}, {*PLAIN, "grassroots"}, marks=pytest.mark.clause("smx-work-rules/21.p1.4")),
        pytest.param({"own": True, "public_concern": True}, {*PLAIN, "prior"}, marks=pytest.mark.clause("smx-work-rules/21.p2")),
        pytest.param({"own": True}, PLAIN, marks=pytest.mark.clause("smx-work-rules/21.p2")),
        pytest.param({"kind_2_3": True}, {*PLAIN, "party_decision"}, marks=pytest.mark.clause("smx-major-decisions/3.2.3")),
        pytest.param(PRICE, {*MAJOR, "hearing.price"}, marks=pytest.mark.clause("smx-major-decisions/3.1.4")),
    ],
)  # fmt: skip
def test_the_preparation_that_facts_call_for(facts, asked):
    gate = rules.gate("decisions.proposal", NOW)
    assert {need.key for need in gate.asked(facts)} == asked
    assert {need.key for need in gate.missing(facts, set())} == asked
    for key in asked:
        left = gate.missing(facts, asked - {key})
        assert [need.key for need in left] == [key] and left[0].cite and left[0].mend


PUBLIC = {"stability.public", "hearing.public"}
XIPING = {"research", "assessments", "participation", "expert", "risk", "legality"}


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        pytest.param({}, XIPING, marks=pytest.mark.clause("xiping-work-rules/22")),
        pytest.param({"departments": True}, {*XIPING, "departments_heard"}, marks=pytest.mark.clause("xiping-work-rules/24.3")),
        pytest.param({"grassroots": True}, {*XIPING, "grassroots"}, marks=pytest.mark.clause("xiping-work-rules/24.4")),
        pytest.param({"stability": True}, {*XIPING, "stability", "hearing"}, marks=pytest.mark.clause("xiping-work-rules/24.5")),
        pytest.param({"public_interest": True}, {*XIPING, *PUBLIC}, marks=pytest.mark.clause("xiping-work-rules/24.6")),
        pytest.param({"hearing": True}, {*XIPING, "hearing_held"}, marks=pytest.mark.clause("xiping-work-rules/24.6")),
    ],
)  # fmt: skip
def test_the_county_asks_for_its_own_preparation(facts, asked, under):
    under("xiping")
    gate = rules.gate("decisions.proposal", LATER)
    assert {need.key for need in gate.missing(facts, set())} == asked


@pytest.mark.clause("xiping-work-rules/24.2")
def test_the_county_s_five_assessments_are_recorded_each(under):
    under("xiping")
    content = rules.content_or_none("decisions.assessments", LATER)
    assert [one.label for one in content.fields] == ["合法性", "必要性", "科学性", "可行性", "可控性"]
    said = {one.key: "有" for one in content.fields}
    assert not content.missing(said)
    for one in content.fields:
        assert [left.key for left in content.missing({**said, one.key: " "})] == [one.key]


@pytest.mark.clause("smx-work-rules/21.p1.2")
def test_an_expert_argument_says_whether_it_is_needed_feasible_and_lawful_and_by_whom():
    content = rules.content_or_none("decisions.expert", NOW)
    assert {one.key for one in content.missing({})} == {"by_whom", "necessity", "feasibility", "lawfulness"}


@pytest.mark.clause("smx-major-decisions/4.1.1.4")
@pytest.mark.clause("smx-major-decisions/4.1.1.5")
def test_the_forms_of_argument_and_of_hearing():
    names = {
        key: [one.label for one in rules.choice(f"decisions.{key}_form", NOW).options]
        for key in ("expert", "hearing")
    }
    assert names == {
        "expert": ["专家论证", "技术咨询", "决策评估"],
        "hearing": ["听证", "网上公示", "网上公示并征求意见"],
    }


def test_a_waiver_meets_only_the_procedure_of_its_name():
    needs = rules.gate("decisions.proposal", NOW).needs
    assert with_variants({"risk", "expert"}, needs) == {"risk", "risk.all", "expert", "expert.technical"}
    assert with_variants({"risk", "expert"}, needs, waived=["risk", "expert"]) == {"risk", "expert"}


REPORTS = {
    "smx-major-decisions/4.3.1": "party_line",
    "smx-major-decisions/4.3.2": "government_financing",
    "smx-major-decisions/4.3.3": "development_plan",
    "smx-major-decisions/4.3.4": "land_use_plan",
    "smx-major-decisions/4.3.5": "environment",
    "smx-major-decisions/4.3.6": "goods_price",
    "smx-major-decisions/4.3.7": "emergency_plan",
    "smx-major-decisions/4.3.8": "budget_draft",
    "smx-major-decisions/4.3.9": "superior_decision",
    "smx-major-decisions/4.3.10": "other_decision",
}


@pytest.mark.parametrize(
    ("clause", "subject"),
    [pytest.param(key, one, marks=pytest.mark.clause(key)) for key, one in REPORTS.items()],
)
def test_ten_kinds_are_reported_to_the_people_s_congress_before_they_come_out(clause, subject):
    gate = rules.gate("decisions.congress", NOW)
    numbers = [need.key for need in gate.needs]
    assert numbers == [str(number) for number in range(1, 11)]
    need = next(one for one in gate.needs if one.cite == (clause,))
    assert clause.endswith(f".{need.key}")
    assert need.key in {one.key for one in rules.listed("decisions.congress", [subject], {}, NOW)}
    assert not rules.listed("decisions.congress", ["surplus"], {}, NOW)
