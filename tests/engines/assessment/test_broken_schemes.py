"""A scheme that cannot be used is refused with file, line and mend."""

from __future__ import annotations

import pytest

from luoshi.engines.rulebook import RulebookError, parse
from tests.engines.assessment.schemes import CALENDARS, files, one_scheme

GOOD = 'items:\n      - {id: "1", title: 平, part: regular, max: 10, formula: a}\n'

BROKEN = {
    "points that do not add up": (
        """
    items:
      - id: "1"
        title: 总
        part: regular
        max: 100
        items:
          - {id: "1.1", title: 甲, max: 60, formula: a}
          - {id: "1.2", title: 乙, max: 30, formula: b}
""",
        "schemes.yaml:13: assessment.trial.items 1.max: the members' points add up to 90 and not to 100; "
        "write 90, or mend a member",
    ),
    "a member without points": (
        """
    items:
      - id: "1"
        title: 总
        part: regular
        max: 60
        items:
          - {id: "1.1", title: 甲, max: 60, formula: a}
          - {id: "1.2", title: 乙, formula: b}
""",
        "schemes.yaml:13: assessment.trial.items 1.max: 1.2 without max:; give every member its points",
    ),
    "a total that the parts do not give": (
        "    total: 20\n    " + GOOD,
        "schemes.yaml:9: assessment.trial.total: the parts add up as 10, not to 20; mend total: or a part's max:",
    ),
    "an unknown count": (
        '    items:\n      - {id: "1", title: 平, part: regular, max: 10, formula: a + e}\n',
        "schemes.yaml:10: assessment.trial.items 1.formula: unknown count e; use one of: a, b, c, d",
    ),
    "a count in the wrong name": (
        '    items:\n      - {id: "1", title: 平, part: regular, max: 10, formula: x, counts: {x: z}}\n',
        "schemes.yaml:10: assessment.trial.items 1.counts.x: unknown count z; use one of: a, b, c, d",
    ),
    "a count that is only shown and unknown": (
        '    items:\n      - {id: "1", title: 平, part: regular, max: 10, formula: a, shows: [z]}\n',
        "schemes.yaml:10: assessment.trial.items 1.shows: unknown count z; use one of: a, b, c, d",
    ),
    "a circle of derived counts": (
        "    derived: {e: f + 1, f: e * 2}\n    " + GOOD,
        "schemes.yaml:9: assessment.trial.derived.e: refers to itself: e -> f -> e; "
        "write it with counts that do not need it",
    ),
    "a circle of thresholds": (
        """
    items:
      - {id: "1", title: 甲, part: regular, max: 10, formula: a, requires: {item: "2", at_least: 1}}
      - {id: "2", title: 乙, part: bonus, cap: 10, formula: b, requires: {item: "1", at_least: 1}}
""",
        "schemes.yaml:10: assessment.trial.items 1.requires.item: 1 waits for itself through 1; name an item outside it",
    ),
    "a formula that is none": (
        '    items:\n      - {id: "1", title: 平, part: regular, max: 10, formula: a +}\n',
        "schemes.yaml:10: assessment.trial.items 1.formula: a + is not a formula: found the end at 4; "
        "write a name or a number there",
    ),
    "a gap between grades": (
        "    grades: [{grade: 差, below: 60}, {grade: 好, from: 61}]\n    " + GOOD,
        "schemes.yaml:9: assessment.trial.grades[2].from: does not begin where the grade before ends; "
        "write the same number, from: after below:, above: after up_to:, lowest grade first",
    ),
    "a bound that belongs to two grades": (
        "    grades: [{grade: 差, up_to: 60}, {grade: 好, from: 60}]\n    " + GOOD,
        "schemes.yaml:9: assessment.trial.grades[2].from: does not begin where the grade before ends; "
        "write the same number, from: after below:, above: after up_to:, lowest grade first",
    ),
    "an id that stands twice": (
        """
    items:
      - {id: "1", title: 甲, part: regular, max: 10, formula: a}
      - {id: "1", title: 乙, part: regular, max: 10, formula: a}
""",
        "schemes.yaml:11: assessment.trial.items 1.id: 1 stands twice (first in line 10); choose another id",
    ),
    "a highest-only deduction without a price": (
        """
    items:
      - id: "1"
        title: 扣
        part: deduction
        cap: 10
        highest_only: true
        items:
          - {id: "1.1", title: 甲, formula: 2 * a + b}
""",
        "schemes.yaml:16: 1.1.formula: 2 * a + b is not so many points for each, as highest_only needs; "
        "write it like 2 * overdue_tickets",
    ),
    "full marks of nothing": (
        '    items:\n      - {id: "1", title: 平, part: regular, formula: a, no_data: full}\n',
        "schemes.yaml:10: assessment.trial.items 1.no_data: full needs the item's points; add max:",
    ),
    "a floor above the top": (
        '    items:\n      - {id: "1", title: 平, part: regular, max: 10, floor: 11, formula: a}\n',
        "schemes.yaml:10: assessment.trial.items 1.floor: 11 is above 10; lower it",
    ),
    "an unknown key": (
        '    items:\n      - {id: "1", title: 平, part: regular, max: 10, formula: a, flor: 1}\n',
        "schemes.yaml:10: assessment.trial.items 1.flor: unknown key; did you mean floor?",
    ),
    "an unknown rounding": (
        "    places: 9\n    " + GOOD,
        "schemes.yaml:9: assessment.trial.places: 9 decimal places are too many; write 0 to 6",
    ),
    "a veto that sets nothing": (
        "    vetoes: [{count: a}]\n    " + GOOD,
        "schemes.yaml:9: assessment.trial.vetoes[1].grade: neither grade nor total is set; add grade: or total:",
    ),
}


@pytest.mark.parametrize(("text", "problem"), BROKEN.values(), ids=BROKEN)
def test_a_broken_scheme_is_refused_with_line_and_mend(text: str, problem: str) -> None:
    with pytest.raises(RulebookError) as caught:
        parse(files(one_scheme(text)), calendars=CALENDARS)
    assert problem in [str(found) for found in caught.value.problems]


def test_the_good_scheme_among_them_is_taken() -> None:
    parse(files(one_scheme("    " + GOOD)), calendars=CALENDARS)
