"""Checks that several services make, each with its sentence."""

from __future__ import annotations

import re
from typing import TypeVar

from luoshi.knowledge.models.base import MatterDetail
from luoshi.ledger import services as ledger
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Matter

RowT = TypeVar("RowT", bound=MatterDetail)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff]")


def line(value: str, *, field: str, label: str, longest: int, required: bool = True) -> str:
    """A text on one line: white space made single, not too long, not empty where it is required."""
    return _checked(" ".join(CONTROL.sub(" ", value).split()), field, label, longest, required)


def block(value: str, *, field: str, label: str, longest: int, required: bool = True) -> str:
    """A text of several lines: line ends made plain, no control characters, no white space around it."""
    text = CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return _checked(text, field, label, longest, required)


def _checked(text: str, field: str, label: str, longest: int, required: bool) -> str:
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", field=field)
    return text


def locked(row: RowT) -> tuple[RowT, Matter]:
    """A row as it is now with its matter, both locked by the matter's row until the end of the transaction."""
    matter = ledger.lock(row.pk)
    rows = type(row)._default_manager.select_related("body")
    if "search" in {field.name for field in row._meta.get_fields()}:
        rows = rows.defer("head", "search")
    fresh: RowT = rows.get(pk=row.pk)
    return fresh, matter
