"""Who is assessed by whom in Sanmenxia's openness round: the city, the counties, the departments."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from luoshi.ledger.errors import Incomplete, NotAllowed
from luoshi.organisation.models import Body
from luoshi.rounds import rules, services
from luoshi.rounds.models import Round
from luoshi.rounds.policies import may_read_all
from luoshi.rounds.selectors.progress import round_list
from luoshi.rounds.services.planning import plan_problems
from tests.rounds.conftest import OPENED, City, moment

pytestmark = pytest.mark.django_db
D = Decimal
DAY = dt.date(2018, 12, 31)
DURING = moment("2018-06-20 10:00")


@pytest.mark.clause("smx-openness-assessment/2", "smx-openness-assessment/6.3")
def test_the_city_assesses_counties_and_listed_departments_and_no_enterprise(openness: City) -> None:
    round = openness.opened()
    services.units_set(
        round=round,
        class_key="departments",
        bodies=[openness.bodies["gongan"]],
        actor=openness.office,
        at=OPENED,
    )
    services.units_set(
        round=round,
        class_key="counties",
        bodies=[openness.bodies["hubin"], openness.bodies["shifanqu"]],
        actor=openness.office,
        at=OPENED,
    )
    for class_key, code in (
        ("departments", "reli"),
        ("departments", "leading-group"),
        ("counties", "jiaoyu"),
    ):
        with pytest.raises(Incomplete, match="不属于"):
            services.units_set(
                round=round,
                class_key=class_key,
                bodies=[openness.bodies[code]],
                actor=openness.office,
                at=OPENED,
            )


def county_office(city: City) -> Any:
    """Somebody of Hubin's own office for openness, with the rights that the city's has."""
    return replace(city.office, body_id=city.bodies["hubin"].pk)


def under_hubin(city: City, kind: str, code: str) -> Body:
    body = Body(
        code=code,
        kind=kind,
        name=f"湖滨区{code}",
        short_name=code,
        parent=city.bodies["hubin"],
        jurisdiction="sanmenxia",
        since=dt.date(2010, 1, 1),
    )
    body.save()
    return body


@pytest.mark.clause(
    "smx-openness-assessment/6.1", "smx-openness-assessment/6.4", "smx-openness-assessment/6.5"
)
def test_each_tier_holds_its_own_rounds_over_what_stands_under_it(openness: City) -> None:
    hubin, county = openness.bodies["hubin"], county_office(openness)
    city = openness.opened()
    with pytest.raises(Incomplete, match="不由湖滨区人民政府组织"):
        services.round_open(rule="rounds.openness", year=2018, office=hubin, actor=county, at=OPENED)
    with pytest.raises(NotAllowed):
        services.round_open(
            rule="rounds.openness_county", year=2018, office=hubin, actor=openness.office, at=OPENED
        )
    round = services.round_open(
        rule="rounds.openness_county", year=2018, office=hubin, actor=county, at=OPENED
    )
    own, town = (
        under_hubin(openness, "department", "hubin-jiaoyu"),
        under_hubin(openness, "other", "hubin-town"),
    )
    services.units_set(round=round, class_key="departments", bodies=[own], actor=county, at=OPENED)
    services.units_set(round=round, class_key="governments", bodies=[town], actor=county, at=OPENED)
    with pytest.raises(Incomplete, match="不是湖滨区人民政府的下属单位"):
        services.units_set(
            round=round, class_key="departments", bodies=[openness.bodies["jiaoyu"]], actor=county, at=OPENED
        )
    with pytest.raises(NotAllowed):
        services.round_cancel(round=round, reason="无权", actor=openness.office, at=OPENED)
    with pytest.raises(NotAllowed):
        services.round_cancel(round=city, reason="无权", actor=county, at=OPENED)
    systems = rules.rule_on("rounds.openness_system", DAY)
    assert systems.holders == ("department", "public_security")


def test_a_county_s_office_sees_its_own_rounds_and_not_the_city_s(openness: City) -> None:
    hubin, county = openness.bodies["hubin"], county_office(openness)
    city = openness.opened()
    round = services.round_open(
        rule="rounds.openness_county", year=2018, office=hubin, actor=county, at=OPENED
    )
    assert [one.pk for one in round_list(county)] == [round.pk]
    assert [one.pk for one in round_list(openness.office)] == [city.pk]
    assert [one.pk for one in round_list(openness.leader)] == [city.pk]
    for matter, seen in ((city.matter, False), (round.matter, True)):
        assert may_read_all(county, matter) is seen
        assert may_read_all(openness.office, matter) is not seen


@pytest.mark.clause("smx-openness-assessment/17")
def test_a_county_s_plan_names_the_document_of_its_own_regulation(openness: City) -> None:
    hubin, county = openness.bodies["hubin"], county_office(openness)
    round = services.round_open(
        rule="rounds.openness_county", year=2018, office=hubin, actor=county, at=OPENED
    )
    assert "方案缺少“本级考核办法的文号”" in plan_problems(round)
    services.plan_save(
        round=round, texts={"document": "湖政办〔2018〕1号"}, dates={}, figures={}, actor=county, at=OPENED
    )
    assert "方案缺少“本级考核办法的文号”" not in plan_problems(Round.objects.get(pk=round.pk))


@pytest.mark.clause("smx-openness-assessment/6.6", "smx-openness-assessment/18")
def test_a_department_may_assess_its_system_and_the_public_enterprises_it_is_in_charge_of(
    openness: City,
) -> None:
    jiaoyu = openness.bodies["jiaoyu"]
    office = replace(openness.office, body_id=jiaoyu.pk)
    round = services.round_open(
        rule="rounds.openness_system", year=2018, office=jiaoyu, actor=office, at=OPENED
    )
    services.units_set(
        round=round, class_key="enterprises", bodies=[openness.bodies["reli"]], actor=office, at=OPENED
    )
    with pytest.raises(Incomplete, match="下属单位"):
        services.units_set(
            round=round, class_key="system", bodies=[openness.bodies["huanbao"]], actor=office, at=OPENED
        )
