"""Each kind of bad rule file is refused with exactly the message that helps to mend it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi.engines.rulebook import RulebookError, parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

HERE = Path(__file__).parent
CASES = yaml.safe_load((HERE / "broken" / "expected.yaml").read_text(encoding="utf-8"))
CALENDARS = {"china": Calendar.parse(calendars.read("china"))}


def base() -> dict[str, str | bytes]:
    return {path.name: path.read_bytes() for path in (HERE / "base").glob("*.yaml")}


@pytest.mark.parametrize("case", CASES, ids=[case["file"].removesuffix(".yaml") for case in CASES])
def test_a_broken_file_is_refused_with_file_line_key_and_mend(case: dict[str, Any]) -> None:
    files = base() | {case.get("as", "rules.yaml"): (HERE / "broken" / case["file"]).read_bytes()}
    with pytest.raises(RulebookError) as caught:
        parse(files, calendars=CALENDARS)
    assert [str(problem) for problem in caught.value.problems] == case["problems"]


def test_the_base_that_the_broken_files_are_put_into_is_sound() -> None:
    assert parse(base(), calendars=CALENDARS).id == "demo"


def test_every_broken_file_is_expected_somewhere() -> None:
    known = {case["file"] for case in CASES} | {"expected.yaml"}
    assert {path.name for path in (HERE / "broken").iterdir()} == known


def test_a_rulebook_without_its_head_and_documents_says_so() -> None:
    with pytest.raises(RulebookError) as caught:
        parse({}, calendars=CALENDARS)
    assert str(caught.value).splitlines() == [
        "documents.yaml:1: documents.yaml: is missing; add documents.yaml to the rulebook's folder",
        "rulebook.yaml:1: rulebook.yaml: is missing; add rulebook.yaml to the rulebook's folder",
    ]


def test_all_problems_of_all_files_are_told_at_once() -> None:
    names = ("unknown_owner", "bad_event", "slot_not_allowed")
    files = base() | {f"{name}.yaml": (HERE / "broken" / f"{name}.yaml").read_bytes() for name in names}
    files["unknown_owner.yaml"] = bytes(files["unknown_owner.yaml"]).replace(b"demo.sign\n", b"demo.other\n")
    with pytest.raises(RulebookError) as caught:
        parse(files, calendars=CALENDARS)
    assert [problem.file for problem in caught.value.problems] == [f"{n}.yaml" for n in sorted(names)]


def test_an_unreadable_list_of_documents_does_not_make_every_citation_wrong() -> None:
    files = base() | {"documents.yaml": b"documents: [", "rules.yaml": _limit()}
    with pytest.raises(RulebookError) as caught:
        parse(files, calendars=CALENDARS)
    assert [problem.file for problem in caught.value.problems] == ["documents.yaml"]


def test_a_file_that_cannot_be_read_hides_no_reference_behind_false_problems() -> None:
    limit = _limit() + b"    content: demo.reply\n"
    files = base() | {"rules.yaml": limit, "contents.yaml": b"contents: ["}
    with pytest.raises(RulebookError) as caught:
        parse(files, calendars=CALENDARS)
    assert [problem.file for problem in caught.value.problems] == ["contents.yaml"]


def test_a_file_over_a_million_characters_is_refused() -> None:
    files = base() | {"rules.yaml": "# " + "x" * 1_000_000}
    with pytest.raises(RulebookError, match="longer than 1,000,000 characters; split it"):
        parse(files, calendars=CALENDARS)


def test_ten_thousand_levels_of_nesting_are_refused_without_exhausting_the_stack() -> None:
    for text in ("[" * 10_000, "- " * 10_000, "{a: " * 10_000):
        with pytest.raises(RulebookError, match="nested more than 20 levels deep"):
            parse(base() | {"rules.yaml": text}, calendars=CALENDARS)


def _limit() -> bytes:
    good = (HERE / "broken" / "unknown_owner.yaml").read_bytes()
    return good.replace(b"owner: mayor", b"owner: body")
