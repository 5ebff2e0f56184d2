"""Formulas: what they mean, what they refuse, and that their arithmetic is exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from luoshi.engines.expressions import NO_DATA, ExpressionError, parse, rounded

VALUES = {"a": 6, "b": 3, "c": 0, "half": Decimal("0.5")}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("a - b - 1", 2),
        ("a / b / 2", 1),
        ("-a + 1", -5),
        ("2 - -3", 5),
        ("min(a, b, 9)", 3),
        ("max(a, min(b, 1))", 6),
        ("half * 3", Fraction(3, 2)),
        ("a / b * 40", 80),
        ("1.25", Fraction(5, 4)),
    ],
)
def test_a_formula_has_its_value(text: str, value: object) -> None:
    assert parse(text).evaluate(VALUES) == value


@pytest.mark.parametrize("text", ["a / c", "1 + a / c", "min(a / c, 1)", "(1 - a / c) * 60"])
def test_a_division_by_zero_is_no_data_and_no_error(text: str) -> None:
    assert parse(text).evaluate(VALUES) is NO_DATA


@pytest.mark.parametrize(
    ("text", "position", "mend"),
    [
        ("", 1, "write a name or a number there"),
        ("a +", 4, "write a name or a number there"),
        ("(a + b", 7, "write ) there"),
        ("a b", 3, "write an operator before it, or remove it"),
        ("a.b", 2, "use lower-case names"),
        ("a ** b", 4, "write a name or a number there"),
        ("open(1)", 1, "use min or max"),
        ("a[0]", 2, "use lower-case names"),
        ("min()", 5, "write a name or a number there"),
        ("A", 1, "use lower-case names"),
        ("(" * 40 + "1" + ")" * 40, 32, "split it"),
        ("-" * 40 + "1", 32, "split it"),
        ("1 +" * 400 + "1", 1001, "split it"),
    ],
)
def test_a_broken_formula_is_refused_with_place_and_mend(text: str, position: int, mend: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert caught.value.position == position
    assert mend in caught.value.mend


def test_names_stand_in_the_order_in_which_they_are_used() -> None:
    assert parse("b * a + b / max(c, 1)").names == ("b", "a", "c")


@pytest.mark.parametrize(
    ("value", "rule", "result"),
    [
        (Fraction(1, 200), "half_up", "0.01"),
        (Fraction(-1, 200), "half_up", "-0.01"),
        (Fraction(1, 200), "half_even", "0.00"),
        (Fraction(3, 200), "half_even", "0.02"),
        (Fraction(19, 1000), "down", "0.01"),
        (Fraction(11, 1000), "up", "0.02"),
        (Fraction(499, 100000), "half_up", "0.00"),
    ],
)
def test_each_rounding_rule_is_named_and_exact(value: Fraction, rule: str, result: str) -> None:
    assert str(rounded(value, 2, rule)) == result


def test_a_half_cent_stays_a_half_cent_after_a_division_that_does_not_end() -> None:
    value = parse("n / d * 60").evaluate({"n": 1, "d": 2400})  # 1/2400 never ends, the product is 0.025
    assert rounded(value, 2, "half_up") == Decimal("0.03")  # type: ignore[arg-type]


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_arithmetic_is_exact(part: int, whole: int) -> None:
    assert parse("a / b * b").evaluate({"a": part, "b": whole}) == part


@given(st.text(alphabet="ab1.+-*/(), min", max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        parse(text)
    except ExpressionError as error:
        assert 1 <= error.position <= len(text) + 1
