"""The small arithmetic of formulas: names, numbers, `+ - * /`, parentheses, `min(...)` and `max(...)`.

    parse("min(50, 4 * lead_closed + 2 * assist_closed)").evaluate({"lead_closed": 3, "assist_closed": 1})

Values are exact fractions, so that a half cent is a half cent whatever was divided before; they are rounded
once, by a named rule. A division by zero is NO_DATA, and so is whatever is computed from it. There are no
attributes, no indexes, no other calls: a formula is data, never code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Final

MOST_CHARACTERS = 1000
MOST_DEPTH = 30


class NoData(Enum):
    """The result of a formula that divides by zero: there is nothing to measure."""

    NO_DATA = "no data"


NO_DATA: Final = NoData.NO_DATA
Number = int | Decimal | Fraction
Value = Fraction | NoData


class ExpressionError(ValueError):
    """A formula that cannot be read; `position` counts characters from 1, `mend` says what would be right."""

    def __init__(self, message: str, position: int, mend: str) -> None:
        self.message, self.position, self.mend = message, position, mend
        super().__init__(f"{message} at character {position}; {mend}")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number | name | sign | end
    text: str
    position: int


_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z_][a-z0-9_]*)|(?P<sign>[-+*/(),]))")

_Eval = Callable[[Mapping[str, Number]], Value]


class Expression:
    """A formula that has been read: its text, the names it uses in order, and its value for given names."""

    __slots__ = ("_run", "names", "text")

    def __init__(self, text: str, names: tuple[str, ...], run: _Eval) -> None:
        self.text = text
        self.names = names
        self._run = run

    def evaluate(self, values: Mapping[str, Number]) -> Value:
        """Return the exact value, or NO_DATA after a division by zero. KeyError for a name without a value."""
        return self._run(values)

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


def parse(text: str) -> Expression:
    """Return the formula that a text holds. Raises ExpressionError with the place and the mend."""
    if len(text) > MOST_CHARACTERS:
        raise ExpressionError(
            f"the formula is longer than {MOST_CHARACTERS} characters", MOST_CHARACTERS + 1, "split it"
        )
    reader = _Reader(_tokens(text))
    run = reader.sum(0)
    rest = reader.next
    if rest.kind != "end":
        raise ExpressionError(
            f"{rest.text} is not expected", rest.position, "write an operator before it, or remove it"
        )
    return Expression(" ".join(text.split()), tuple(dict.fromkeys(reader.names)), run)


def _tokens(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionError(
                f"{text[place]} has no meaning here",
                place + 1,
                "use lower-case names, numbers, + - * / min max and parentheses",
            )
        kind = match.lastgroup or ""
        tokens.append(_Token(kind, match[kind], match.start(kind) + 1))
        at = match.end()
    tokens.append(_Token("end", "the end", len(text) + 1))
    return tokens


class _Reader:
    """Reads tokens by recursive descent, each rule into a function of the values."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.names: list[str] = []

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self, sign: str) -> bool:
        if self.next.kind == "sign" and self.next.text == sign:
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise ExpressionError(f"found {self.next.text}", self.next.position, f"write {sign} there")

    def sum(self, depth: int) -> _Eval:
        if depth > MOST_DEPTH:
            raise ExpressionError("the formula is nested too deeply", self.next.position, "split it")
        left = self.product(depth)
        while self.next.kind == "sign" and self.next.text in "+-":
            sign = self.next.text
            self.at += 1
            left = _binary(sign, left, self.product(depth))
        return left

    def product(self, depth: int) -> _Eval:
        left = self.factor(depth)
        while self.next.kind == "sign" and self.next.text in "*/":
            sign = self.next.text
            self.at += 1
            left = _binary(sign, left, self.factor(depth))
        return left

    def factor(self, depth: int) -> _Eval:
        token = self.next
        if self.take("-"):
            if depth > MOST_DEPTH:
                raise ExpressionError("the formula is nested too deeply", token.position, "split it")
            return _binary("-", _constant(Fraction(0)), self.factor(depth + 1))
        if self.take("("):
            inside = self.sum(depth + 1)
            self.expect(")")
            return inside
        self.at += token.kind != "end"
        if token.kind == "number":
            return _constant(Fraction(token.text))
        if token.kind == "name":
            if token.text in ("min", "max"):
                return self.call(token.text, depth)
            if self.next.kind == "sign" and self.next.text == "(":
                raise ExpressionError(
                    f"{token.text} is not a function", token.position, "use min or max, or remove the ("
                )
            self.names.append(token.text)
            return _name(token.text)
        raise ExpressionError(f"found {token.text}", token.position, "write a name or a number there")

    def call(self, function: str, depth: int) -> _Eval:
        self.expect("(")
        parts = [self.sum(depth + 1)]
        while self.take(","):
            parts.append(self.sum(depth + 1))
        self.expect(")")
        return _call(function, parts)


def _constant(value: Fraction) -> _Eval:
    return lambda values: value


def _name(name: str) -> _Eval:
    return lambda values: Fraction(values[name])


def _binary(sign: str, left: _Eval, right: _Eval) -> _Eval:
    def run(values: Mapping[str, Number]) -> Value:
        a, b = left(values), right(values)
        if isinstance(a, NoData) or isinstance(b, NoData):
            return NO_DATA
        match sign:
            case "+":
                return a + b
            case "-":
                return a - b
            case "*":
                return a * b
        return a / b if b else NO_DATA

    return run


def _call(function: str, parts: list[_Eval]) -> _Eval:
    choose = min if function == "min" else max

    def run(values: Mapping[str, Number]) -> Value:
        found: list[Fraction] = []
        for part in parts:
            value = part(values)
            if isinstance(value, NoData):
                return NO_DATA
            found.append(value)
        return choose(found)

    return run


ROUNDINGS = ("half_up", "half_even", "down", "up")


def rounded(value: Number, places: int, rule: str) -> Decimal:
    """Return a value with so many decimal places, by a named rule, computed exactly.

    half_up: a half goes away from zero; half_even: to the even neighbour; down: toward zero; up: away from it.
    """
    top, bottom = value.as_integer_ratio()
    whole, rest = divmod(abs(top) * 10**places, bottom)
    past_half = 2 * rest - bottom
    if rule == "half_up":
        whole += past_half >= 0
    elif rule == "half_even":
        whole += past_half > 0 or (past_half == 0 and whole % 2 == 1)
    elif rule == "up":
        whole += rest > 0
    elif rule != "down":
        raise KeyError(rule)
    return Decimal(-whole if top < 0 else whole).scaleb(-places)
