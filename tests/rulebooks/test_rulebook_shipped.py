"""What holds for every rulebook that ships: it is sound, and agrees with the clause register."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from luoshi import rulebooks
from luoshi.engines.rulebook import Rulebook, Status, parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

REGISTER = Path(__file__).resolve().parents[3] / "shared" / "clauses"
NAMES = ("sanmenxia", "xiping", "yueyang")
needs_register = pytest.mark.skipif(
    not REGISTER.is_dir(), reason="the clause register (../shared) is not here"
)


@cache
def book(name: str) -> Rulebook:
    known = {calendar: Calendar.parse(calendars.read(calendar)) for calendar in calendars.names()}
    return parse(rulebooks.read(name), calendars=known)


def test_three_rulebooks_ship() -> None:
    assert rulebooks.names() == NAMES


def test_an_unknown_rulebook_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LookupError, match=r"^no rulebook nowhere; shipped are: sanmenxia, xiping, yueyang$"):
        rulebooks.read("nowhere")


@pytest.mark.parametrize("name", NAMES)
def test_a_rulebook_is_named_like_its_folder_and_is_sound(name: str) -> None:
    assert book(name).id == name


@pytest.mark.parametrize("name", NAMES)
def test_working_hours_that_no_clause_gives_are_called_an_assumption(name: str) -> None:
    head = yaml.safe_load(rulebooks.read(name)["rulebook.yaml"])
    assert head["hours"]["assumption"]


def test_the_rules_of_a_draft_regulation_are_drafts() -> None:
    assert {rule.status for rule in book("xiping").rules()} == {Status.DRAFT}


def test_sanmenxia_s_hotline_rules_hold_from_the_day_the_regulation_was_issued() -> None:
    rules = [rule for rule in book("sanmenxia").rules() if rule.id.startswith("hotline.")]
    issued = book("sanmenxia").documents["smx-hotline-ops"].issued
    assert {rule.valid_from for rule in rules} == {issued}
    assert {rule.status for rule in rules} == {Status.IN_FORCE}


@pytest.mark.clause("smx-hotline-ops/2.a")
def test_every_channel_is_an_intake_and_suggestions_are_a_kind_of_their_own() -> None:
    day = date(2017, 9, 21)
    channels, kinds = (book("sanmenxia").choice(f"hotline.{id}", day) for id in ("channel", "kind"))
    assert [option.label for option in channels.options] == [
        "电话",
        "网站",
        "微信",
        "微博",
        "短信",
        "传真",
        "电子邮件",
        "110转来",
        "其他",
    ]
    assert [option.label for option in kinds.options] == ["公告", "咨询", "求助", "投诉", "建言"]


@pytest.mark.clause("xiping-work-rules/36.1")
def test_xiping_names_its_two_platforms_and_what_they_are_for() -> None:
    platforms = book("xiping").setting("hotline.platforms", date(2020, 6, 1), drafts=True)
    assert platforms["platforms"] == ("12345政务服务热线", "社会心理服务平台")
    assert platforms["functions"] == ("诉求表达", "心理咨询", "利益协调", "权益保障")


@needs_register
@pytest.mark.parametrize("name", NAMES)
def test_documents_and_clauses_are_named_as_in_the_register(name: str) -> None:
    for document in book(name).documents.values():
        register = yaml.safe_load((REGISTER / f"{document.id}.yaml").read_text(encoding="utf-8"))
        assert document.title == register["document"]["title"]
        assert document.number == register["document"].get("number", "")
        assert document.issued == register["document"].get("issued")
        assert dict(document.clauses) == {
            clause["id"].partition("/")[2]: clause["cite"] for clause in register["clauses"]
        }


@needs_register
@pytest.mark.parametrize("name", NAMES)
def test_a_rule_that_takes_a_reading_of_an_open_clause_says_so(name: str) -> None:
    """A time limit whose clause carries a note in the register holds an assumption."""
    notes = {}
    for document in book(name).documents.values():
        register = yaml.safe_load((REGISTER / f"{document.id}.yaml").read_text(encoding="utf-8"))
        notes.update({clause["id"]: clause.get("note") for clause in register["clauses"]})
    silent = {
        rule.id
        for rule in book(name).rules()
        if rule.kind == "limit" and not rule.assumption and any(notes[clause] for clause in rule.cite)
    }
    assert silent == set()
