"""The year: computed from the year's counts, unqualified below 800, left out without work, and what follows from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from luoshi.assessment.selectors import sheets as reading
from luoshi.assessment.services import annual, sheets
from luoshi.engines.assessment import Period
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete, NotAllowed, WrongState

from .conftest import FULL, SHANGHAI

NEW_YEAR = dt.datetime(2018, 1, 8, 10, 0, tzinfo=SHANGHAI)


def rows_of(sheet):
    return {row.body.code: row for row in reading.unit_rows(sheet)}


@pytest.fixture
def shown(counted, bodies):
    """Points to take off until a total is exactly what is wanted: overdue cases cost 2 each, up to 200."""
    return counted


def total_of(counted, code):
    return counted.live(Period.parse("2017"), now=NEW_YEAR).sheet.unit(code).total


@pytest.mark.clause("smx-hotline-assessment/3.b")
def test_a_year_is_computed_from_the_year_s_counts_with_the_monthly_mean_for_reference(
    counted, published, centre
):
    october = published("2017-10", at=dt.datetime(2017, 11, 6, 10, 0, tzinfo=SHANGHAI))
    counted.units["chengguan"] |= {"signed_in_time": 90, "sign_in_counted": 120}
    year = published("2017", at=NEW_YEAR)
    row = rows_of(year)["chengguan"]
    assert reading.engine_sheet(year).unit("chengguan").line("2.1.1").points == Decimal("30.00")
    grounds = annual.grounds_of(year)[row.body_id]
    assert grounds.monthly_mean == rows_of(october)["chengguan"].total
    assert grounds.total == row.total != grounds.monthly_mean


@pytest.mark.clause("smx-hotline-assessment/3.b")
def test_the_monthly_mean_may_be_made_the_year_s_score_by_the_rulebook(
    counted, published, monkeypatch, centre
):
    published("2017-10", at=dt.datetime(2017, 11, 6, 10, 0, tzinfo=SHANGHAI))
    counted.units["chengguan"] |= {"signed_in_time": 10, "closed_on_time": 10, "overdue_tickets": 0}
    published("2017-11", at=dt.datetime(2017, 12, 6, 10, 0, tzinfo=SHANGHAI))
    months = [
        rows_of(reading.sheet_of(Period.parse(name)))["chengguan"].total for name in ("2017-10", "2017-11")
    ]
    monkeypatch.setattr(sheets, "annual_by", lambda at: "total")
    counted.units["chengguan"] |= {"fraud_findings": 1}
    year = published("2017", at=NEW_YEAR)
    row = rows_of(year)["chengguan"]
    assert row.total == sum(months) / 2 - 10
    assert list(reading.differences(year)) == []
    ranks = sorted((row.rank, -row.total) for row in rows_of(year).values() if row.rank is not None)
    assert ranks == sorted(ranks, key=lambda pair: pair[1])


@pytest.mark.clause("smx-hotline-assessment/3.c")
def test_a_total_is_base_regular_bonus_and_deduction_each_to_its_own_limit_and_fraud_beyond(
    counted, published
):
    counted.units["chengguan"] |= {
        "national_awards": 2, "on_time_satisfied": 200, "overdue_tickets": 150, "fraud_findings": 3,
    }  # fmt: skip
    month = rows_of(published("2017-12", at=NEW_YEAR))["chengguan"].result["parts"]
    year = rows_of(published("2017", at=NEW_YEAR))["chengguan"]
    parts = {name: Decimal(value) for name, value in year.result["parts"].items()}
    assert (month["bonus"], month["deduction"]) == ("200.00", "200.00")
    assert (parts["bonus"], parts["deduction"]) == (Decimal("200.00"), Decimal("230.00"))
    assert year.total == parts["base"] + parts["regular"] + Decimal(200) - Decimal(200) - 10 * 3
    scheme = reading.scheme_of(reading.sheet_of(Period.parse("2017")))
    most = {item.part: item.max if item.max is not None else item.cap for item in scheme.items}
    assert most == {"base": 200, "regular": 1000, "bonus": 200, "deduction": 200}


@pytest.mark.clause("smx-hotline-assessment/3.d")
def test_units_are_ranked_by_points_with_two_decimals_and_equal_points_share_a_rank(counted, published):
    counted.units["zhujian"] = dict(counted.units["huanbao"])
    for sheet in (published("2017-12", at=NEW_YEAR), published("2017", at=NEW_YEAR)):
        rows = [row for row in reading.unit_rows(sheet) if row.rank is not None]
        assert [row.total for row in rows] == sorted((row.total for row in rows), reverse=True)
        assert [row.rank for row in rows] == [1, 1, 3]
        assert all(row.total.as_tuple().exponent == -2 for row in rows)


@pytest.mark.clause("smx-hotline-assessment/3.e")
def test_below_800_is_unqualified_800_is_not_and_a_month_has_no_such_line(counted, published, bodies):
    counted.units = {"zhujian": {**FULL}, "huanbao": {**FULL}}
    full = total_of(counted, "zhujian")
    counted.units["huanbao"] |= {"national_awards": 1}
    start = Decimal("800.00")
    base = {
        "no_team": 1,
        "missing_facilities": 7,
        "no_deputy_leader": 1,
        "no_liaison": 1,
        "no_organisation": 1,
    }
    counted.units["zhujian"] |= base
    counted.units["huanbao"] |= base
    for code in ("zhujian", "huanbao"):
        gap = total_of(counted, code) - start
        assert gap > 0 and full > start
        counted.units[code]["closed_on_time"] = 0
    _bring_to(counted, "zhujian", start)
    _bring_to(counted, "huanbao", start - 2)
    year = rows_of(published("2017", at=NEW_YEAR))
    assert (year["zhujian"].total, year["zhujian"].grade) == (start, "合格")
    assert (year["huanbao"].total, year["huanbao"].grade) == (start - 2, "不合格")
    month = rows_of(published("2017-12", at=NEW_YEAR))
    assert {row.grade for row in month.values()} == {""}


def _bring_to(counted, code, wanted):
    """Give a unit bonus or take points off it, two at a time, until its total is what is wanted."""
    missing = wanted - total_of(counted, code)
    name = "on_time_satisfied" if missing > 0 else "overdue_tickets"
    counted.units[code][name] = counted.units[code].get(name, 0) + int(abs(missing) / 2)
    assert total_of(counted, code) == wanted


@pytest.mark.clause("smx-hotline-assessment/3.f")
def test_without_requests_and_dispatches_a_unit_is_not_ranked_with_either_it_is(counted, published):
    counted.units["jiaoyu"] = {"no_liaison": 1, "municipal_awards": 1}
    counted.units["zhujian"] = {"direct_answered_consultations": 1}
    for sheet in (published("2017", at=NEW_YEAR), published("2017-12", at=NEW_YEAR)):
        rows = rows_of(sheet)
        assert (rows["jiaoyu"].rank, rows["jiaoyu"].grade) == (None, "")
        assert rows["zhujian"].rank is not None
        assert rows["jiaoyu"].result["parts"]["bonus"] == "10.00"


@pytest.fixture
def year(published):
    return published("2017", at=NEW_YEAR)


def register(year, bodies, centre, **changes):
    values = {
        "body": bodies["chengguan"], "kind": "criticised", "reason": "全年办结逾期较多", "document": "通报〔2018〕1号（虚构）",
        "dated": NEW_YEAR.date(), "actor": centre, "at": NEW_YEAR,
    }  # fmt: skip
    return annual.consequence_register(sheet=year, **{**values, **changes})


@pytest.mark.clause("smx-hotline-assessment/5.2.b")
def test_a_person_decides_on_criticism_and_rectification_with_the_year_s_figures_beside_it(
    counted, year, bodies, centre, platform
):
    made = register(year, bodies, centre)
    assert (made.kind, made.grounds["overdue"], made.grounds["grade"]) == (
        "criticised",
        2,
        made.grounds["grade"],
    )
    assert set(made.grounds) >= {"grade", "overdue", "second_assigned"}
    assert register(year, bodies, centre, kind="rectify").matter.state == "registered"
    with pytest.raises(NotAllowed):
        register(year, bodies, platform)


@pytest.mark.clause("smx-hotline-assessment/5.1", "smx-hotline-assessment/5.2.a")
@pytest.mark.parametrize("kind", ["advanced", "commended"])
@pytest.mark.parametrize("person", ["", "虞听澜"])
def test_units_and_persons_are_commended_on_the_year_s_results(year, bodies, centre, kind, person):
    made = register(year, bodies, centre, kind=kind, person=person, reason="办理认真、群众满意")
    assert (made.kind, made.person, made.grounds["total"]) == (
        kind,
        person,
        str(rows_of(year)["chengguan"].total),
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "praised"}, "kind"), ({"reason": " "}, "reason"), ({"document": ""}, "document"),
        ({"dated": dt.date(2018, 1, 9)}, "dated"), ({"person": "虞听澜"}, "person"),
    ],
)  # fmt: skip
def test_a_registration_lacks_nothing(year, bodies, centre, change, field):
    with pytest.raises(Incomplete) as refused:
        register(year, bodies, centre, **change)
    assert refused.value.field == field


def test_nothing_is_registered_on_a_month_or_before_publication(published, closed, bodies, centre):
    for sheet in (published("2017-12", at=NEW_YEAR), closed("2017", at=NEW_YEAR)):
        with pytest.raises(WrongState):
            register(sheet, bodies, centre)


def test_a_registration_can_be_taken_back_with_a_reason(year, bodies, centre):
    made = register(year, bodies, centre)
    with pytest.raises(Incomplete):
        annual.consequence_revoke(consequence=made, reason="", actor=centre, at=NEW_YEAR)
    annual.consequence_revoke(consequence=made, reason="文件撤回", actor=centre, at=NEW_YEAR)
    assert made.matter.state == "revoked"
    with pytest.raises(WrongState):
        annual.consequence_revoke(consequence=made, reason="再撤", actor=centre, at=NEW_YEAR)


def test_the_rulebook_s_choice_is_what_may_be_registered():
    choice = rules.book("sanmenxia").choice("assessment.consequence", NEW_YEAR.date())
    assert [option.label for option in choice.options] == ["年终评为先进", "表彰", "通报批评", "责令整改"]
