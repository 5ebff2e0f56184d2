"""The rules of the shipped rulebooks, case by case: each limit on both sides of its boundary."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from luoshi import rulebooks
from luoshi.engines.authority import decide
from luoshi.engines.limits import compute
from luoshi.engines.obligations import Happened, derive
from luoshi.engines.rulebook import Limit, Rulebook, parse
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

Plain = dict[str, Any]


def _cases() -> list[Plain]:
    files = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
    return [case | {"file": file.stem} for file in files for case in yaml.safe_load(file.read_text("utf-8"))]


CASES = _cases()


@cache
def book() -> Rulebook:
    known = {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}
    return parse(rulebooks.read("sanmenxia"), calendars=known)


def moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=book().worktime.tz)


def check_limit(given: Plain, day: date, expected: Plain) -> None:
    rule = book().limit(given["limit"], on=day)
    due = compute(rule, given.get("facts", {}), moment(given["start"]), book().worktime)
    if expected["due"] is None:
        assert due.at is None
    else:
        at = moment(expected["due"])
        assert due.at == at
        assert due.is_met_by(at)
        assert not due.is_met_by(at + timedelta(seconds=1))
        assert not due.provisional
    found = {
        "lapse": rule.lapse.event if rule.lapse else None,
        "owner": rule.owner,
        "nature": rule.nature,
        "content": rule.content,
    }
    assert {key: found[key] for key in expected if key != "due"} == {
        key: value for key, value in expected.items() if key != "due"
    }


def check_opening(given: Plain, day: date, expected: Plain) -> None:
    touched = book().limits_for(given["event"], given["matter"], on=day)
    opened = [limit.id for limit in touched.opens if limit.opened_by(given["event"], given["facts"])]
    assert sorted(opened) == sorted(expected["opens"])


def check_flow(given: Plain, day: date, expected: Plain) -> None:
    events = [
        Happened(number, kind, moment(at), {"facts": data[0]} if number == 1 and data else dict(*data))
        for number, (kind, at, *data) in enumerate(given["events"], start=1)
    ]
    owed, _ = derive(events, matter_kind=given["matter"], book=book())
    for rule, state in expected.get("states", {}).items():
        assert {one.state for one in owed if one.rule == rule} == {state}, rule
    for rule, due in expected.get("due", {}).items():
        assert [one.due_at for one in owed if one.rule == rule] == [moment(due)], rule


def check_content(given: Plain, day: date, expected: Plain) -> None:
    missing = book().content(given["content"], on=day).missing(given["values"])
    assert [field.key for field in missing] == expected["missing"]


def check_choice(given: Plain, day: date, expected: Plain) -> None:
    choice = book().choice(given["choice"], on=day)
    assert list(choice.values) == expected["values"]
    assert choice.options[0].hint == expected.get("hint", choice.options[0].hint)


def check_ground(given: Plain, day: date, expected: Plain) -> None:
    ground = book().ground(given["ground"], on=day)
    found = {
        "code": ground.code,
        "unmet": [condition.key for condition in ground.unmet(given["facts"])],
        "needs_reason": ground.needs_reason,
        "numbers": list(ground.numbers),
        "notice": ground.notice,
    }
    assert {key: found[key] for key in expected} == expected


def check_authority(given: Plain, day: date, expected: Plain) -> None:
    decision = decide(book().authority(given["authority"], on=day), given["facts"])
    found = {"who": list(decision.who), "row": decision.row}
    assert {key: found[key] for key in expected} == expected
    assert decision.who or decision.reason


def check_setting(given: Plain, day: date, expected: Plain) -> None:
    assert dict(book().setting(given["setting"], on=day).values) == expected["values"]


def check_notice(given: Plain, day: date, expected: Plain) -> None:
    assert book().notice(given["notice"], on=day).render(given["values"]) == expected["text"]


CHECKS: dict[str, Callable[[Plain, date, Plain], None]] = {
    "limit": check_limit,
    "event": check_opening,
    "events": check_flow,
    "content": check_content,
    "choice": check_choice,
    "ground": check_ground,
    "authority": check_authority,
    "setting": check_setting,
    "notice": check_notice,
}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['file']}: {case['name']}" for case in CASES])
def test_the_rule_gives_what_its_case_says(case: Plain) -> None:
    kind = next(kind for kind in CHECKS if kind in case["input"])
    CHECKS[kind](case["input"], case["as_of"], case["expected"])


def test_every_limit_has_a_case_with_its_due_time() -> None:
    covered = {case["input"].get("limit") for case in CASES}
    limits = {rule.id for rule in book().rules() if isinstance(rule, Limit)}
    assert limits - covered == set()


def test_every_case_names_a_clause_that_its_rulebook_knows() -> None:
    clauses = {case["clause"] for case in CASES if "clause" in case}
    assert all(book().clause(clause) for clause in clauses)
