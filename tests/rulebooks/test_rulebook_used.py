"""Code names rules by id: every id that it names stands in the shipped rulebooks, as the kind used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import luoshi
from luoshi import rulebooks
from luoshi.engines.rulebook import Notice, Rulebook, parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

KINDS = {
    "limit": "limit",
    "due_of": "limit",
    "ground": "ground",
    "content": "content",
    "filled": "content",
    "choice": "choice",
    "choice_on": "choice",
    "chosen": "choice",
    "label_of": "choice",
    "authority": "authority",
    "setting": "setting",
    "notice": "notice",
    "notice_text": "notice",
}
CALL = re.compile(
    r'\b(\w+)(?:\(\s*|=)"((?:agenda|appointments|assessment|decisions|documents|hotline|knowledge|meetings|rounds|supervision|targets)\.\w+)"'
)
# What only the county's rules ask for; where a rulebook has none of it, code goes on without.
COUNTY_ONLY = {("notice", "agenda.absence_notice"), ("choice", "agenda.activity")}
SOURCES = sorted(
    path
    for path in Path(luoshi.__file__).parent.rglob("*.py")
    if not {"engines", "migrations"}.intersection(path.parts)
)


def read(name: str) -> Rulebook:
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    return parse(rulebooks.read(name), calendars=known)


@pytest.fixture(scope="module")
def book() -> Rulebook:
    return read("sanmenxia")


def test_every_rule_that_code_asks_for_is_there(book: Rulebook) -> None:
    county = {(rule.kind, rule.id) for rule in read("xiping").rules()}
    assert county >= COUNTY_ONLY
    known = {(rule.kind, rule.id) for rule in book.rules()} | COUNTY_ONLY
    missing = {
        f"{path.name}: {kind} {id}"
        for path in SOURCES
        for call, id in CALL.findall(path.read_text(encoding="utf-8"))
        if (kind := KINDS.get(call)) and (kind, id) not in known
    }
    assert missing == set()


def test_every_decision_table_of_the_hotline_s_steps_is_there(book: Rulebook) -> None:
    from luoshi.hotline.services.steps import AUTHORITY

    known = {rule.id for rule in book.rules() if rule.kind == "authority"}
    assert set(AUTHORITY.values()) <= known


def test_every_event_that_a_limit_watches_is_recorded_by_a_function(book: Rulebook) -> None:
    words = {
        word
        for path in SOURCES
        for word in re.findall(
            r'"((?:agenda|appointments|assessment|decisions|documents|hotline|knowledge|meetings|rounds|supervision|targets)\.\w+)"',
            path.read_text(encoding="utf-8"),
        )
    }
    assert book.event_kinds() <= words


def test_no_rule_of_the_hotline_is_dead(book: Rulebook) -> None:
    """A limit works by its events; every other rule is asked for by code, or named by another rule."""
    texts = [path.read_text(encoding="utf-8") for path in SOURCES]
    asked = {id for text in texts for id in re.findall(r"[\"'](hotline\.\w+)[\"']", text)}
    named = {getattr(rule, key, "") for rule in book.rules() for key in ("content", "notice")}
    by_kind = {rule.id for rule in book.rules() if rule.kind in ("limit", "ground")}
    ids = {rule.id for rule in book.rules() if rule.id.startswith("hotline.")}
    assert ids - asked - named - by_kind == set()


def test_a_notice_s_slots_are_named_for_people_in_the_rulebook(book: Rulebook) -> None:
    used = {slot for rule in book.rules() if isinstance(rule, Notice) for slot in rule.slots}
    assert used <= set(book.slots)
