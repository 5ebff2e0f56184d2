"""Checks that several services make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from luoshi.engines.rulebook import ContentField, Item
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block, line
from luoshi.ledger.models import Matter
from luoshi.rounds import rules
from luoshi.rounds.models import Round, RoundUnit

LONG = 4000
__all__ = [
    "LONG",
    "block",
    "filled",
    "known_leaf",
    "line",
    "lock_round",
    "lock_unit",
    "number",
    "one_of",
    "option",
]


def lock_round(round: Round) -> tuple[Round, Matter]:
    """A round as it is now with its matter, both held by the matter's row until the transaction ends."""
    matter = ledger.lock(round.pk)
    fresh = Round.objects.select_related("office").get(pk=round.pk)
    fresh.matter = matter
    return fresh, matter


def lock_unit(unit: RoundUnit) -> tuple[RoundUnit, Matter]:
    """A unit of a round as it is now with its matter, both held."""
    matter = ledger.lock(unit.pk)
    fresh = RoundUnit.objects.select_related("round", "round__matter", "body").get(pk=unit.pk)
    fresh.matter = matter
    return fresh, matter


def filled(
    fields: tuple[ContentField, ...], values: Mapping[str, str], *, whole: bool, prefix: str = ""
) -> dict[str, str]:
    """The texts of a paper by key; with `whole` everything required must be there.

    Errors: Incomplete naming the first field that is missing or too long.
    """
    texts: dict[str, str] = {}
    for one in fields:
        text = block(
            values.get(one.key, ""),
            field=prefix + one.key,
            label=one.label,
            longest=LONG,
            required=whole and one.required,
        )
        if whole and one.required and len(text) < one.min_length:
            raise Incomplete(f"{one.label}过于简略，至少{one.min_length}个字", field=prefix + one.key)
        texts[one.key] = text
    return {key: text for key, text in texts.items() if text}


def number(text: str | Decimal | int, *, field: str, label: str) -> Decimal:
    """A number as people enter it. Errors: Incomplete."""
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation as error:
        raise Incomplete(f"{label}须为数字，现为“{text}”", field=field) from error
    if not value.is_finite():
        raise Incomplete(f"{label}须为数字，现为“{text}”", field=field)
    return value


def one_of(value: str, known: Mapping[str, str], *, field: str, label: str) -> str:
    """The value where it is known. Errors: Incomplete with what may be chosen."""
    if value not in known:
        raise Incomplete(f"请选择{label}", mend=f"可选：{'、'.join(known.values())}", field=field)
    return value


def option(value: str, options: Any, *, field: str, label: str) -> str:
    """The value where it is one of the rulebook's options. Errors: Incomplete."""
    return one_of(value, {one.value: one.label for one in options}, field=field, label=label)


def known_leaf(unit: RoundUnit, leaf: str, *, field: str = "leaf") -> Item:
    """The leaf of the unit's scheme. Errors: Incomplete."""
    try:
        return rules.leaf_of(rules.shown_scheme(unit.round, unit.class_key), leaf)
    except KeyError as error:
        raise Incomplete(f"指标表中没有{leaf}这一项", field=field) from error


def not_after(day: dt.date | None, at: dt.datetime, *, doing: str) -> None:
    """Refuse once a day has passed. Errors: WrongState."""
    if day is not None and at.replace(microsecond=0) > rules.end_of(day):
        raise WrongState(f"截止日期{day:%Y年%-m月%-d日}已过，不能{doing}", mend="如确有需要，请联系考评办")
