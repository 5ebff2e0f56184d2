"""Small filters of the rounds' pages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template

from luoshi.engines.expressions import rounded

register = template.Library()


@register.filter
def tone_of(tones: Mapping[str, str], key: str) -> str:
    """The tone of a state or grade; neutral for an unknown one."""
    return tones.get(key, "neutral")


@register.filter
def value_of(values: Mapping[str, Any], key: str) -> Any:
    """The value of a key; the key itself for an unknown one."""
    return values.get(key, key)


@register.filter
def points(value: Decimal | None) -> str:
    """Points with two decimals; the grade was found before this."""
    return "" if value is None else f"{rounded(value, 2, 'half_up'):f}"
