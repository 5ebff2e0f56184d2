"""A measure that cannot work is refused with its line and what would be right."""

from __future__ import annotations

import pytest

from luoshi.engines.rulebook import RulebookError, Scheme, parse
from tests.engines.assessment.schemes import CALENDARS, files, one_scheme

ITEMS = """
    full: 100
    items:
      - id: "1"
        title: 试验
        part: regular
        items:
          - id: "1.1"
            title: 培训
            kind: check
            max: yearly
            asks:
              - key: held
                title: 办了培训
                measure: {measure}
"""


def read(measure: str) -> Scheme:
    text = one_scheme(ITEMS.replace("{measure}", measure))
    return next(rule for rule in parse(files(text), calendars=CALENDARS).rules() if isinstance(rule, Scheme))


def test_a_sound_measure_is_read() -> None:
    scheme = read("{form: number, inputs: {held: 次数}, value: held, at_least: 1, unit: 次}")
    measure = next(scheme.leaves()).asks[0].measure
    assert measure is not None
    assert (measure.form, dict(measure.inputs), str(measure.at_least)) == ("number", {"held": "次数"}, "1")


@pytest.mark.parametrize(
    ("measure", "message"),
    [
        (
            "{form: number, inputs: {held: 次数}, value: held}",
            "measure.at_least: is missing; add at_least: or at_most:",
        ),
        (
            "{form: number, inputs: {held: 次数}, value: hold, at_least: 1}",
            "unknown input hold; write held",
        ),
        ("{form: number, inputs: {held: 次数}, value: held +, at_least: 1}", "is not a formula"),
        ("{form: share, inputs: {a: 甲, b: 乙}, total: a, done: b, at_least: 120}", "120 is no share"),
        ("{form: share, inputs: {A: 甲, b: 乙}, total: b, done: b}", "A cannot name an input"),
        ("{form: timed}", "measure.within: is missing"),
        ("{form: timed, within: demo.days}", "unknown setting demo.days"),
        ("{form: number, inputs: {a: 甲}, value: a, at_least: many}", "expects a number"),
        ("{form: guess, inputs: {a: 甲}}", "unknown value guess"),
        ("{form: number, inputs: {a: 甲}, value: a, at_least: 1, until: 3}", "unknown key"),
    ],
)
def test_a_measure_that_cannot_work_is_refused(measure: str, message: str) -> None:
    with pytest.raises(RulebookError) as caught:
        read(measure)
    problems = [str(problem) for problem in caught.value.problems]
    assert any(message in problem and problem.startswith("schemes.yaml:") for problem in problems), problems
