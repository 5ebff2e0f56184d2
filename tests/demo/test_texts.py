"""The demo city's data fits the trial city and the rules."""

from __future__ import annotations

from datetime import date

from luoshi.demo import knowledge, texts
from luoshi.ledger import rules
from luoshi.organisation.seed import city_data

DAY = date(2017, 9, 25)
UNITS = {entry["code"] for entry in city_data()["bodies"] if entry.get("takes_requests", True)}


def test_every_case_goes_to_units_that_take_requests_and_has_a_kind_of_the_rulebook() -> None:
    kinds = rules.current().choice("hotline.kind", DAY).values
    for case in texts.cases():
        assert set(case.units) <= UNITS, case.title
        assert case.kind in kinds, case.title
        assert all(1 <= month <= 12 for month in case.months)


def test_there_is_a_case_for_every_month_and_places_lie_in_counties() -> None:
    assert {place.area for place in texts.places()} <= UNITS
    assert all(any(not case.months for case in texts.cases()) for _ in range(12))


def test_each_of_the_eleven_grounds_of_refusal_occurs_once() -> None:
    grounds = rules.current().grounds(DAY, matter="hotline.request")
    assert [entry["code"] for entry in texts.refusals()] == [ground.code for ground in grounds]


def test_every_entry_of_the_knowledge_base_is_complete_and_answers_a_case_that_exists() -> None:
    fields = rules.current().content("knowledge.basic", DAY).fields
    titles = {case.title for case in texts.cases() if case.kind == "consultation"}
    entries = knowledge._data()["entries"]
    assert len(entries) >= 30
    for entry in entries:
        assert entry["unit"] in UNITS
        assert all(entry[field.key] for field in fields), entry["title"]
        assert entry.get("for", next(iter(titles))) in titles, entry["title"]
    topics = rules.current().choice("knowledge.bulletin", DAY).values
    assert {bulletin["topic"] for bulletin in knowledge._data()["bulletins"]} <= set(topics)


def test_nobody_in_the_demo_has_a_number_that_rings_anywhere() -> None:
    import random

    person = texts.person(random.Random(1))
    assert person["mobile"] is not None
    assert person["mobile"].startswith("199")
