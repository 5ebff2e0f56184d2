"""What services are given: words as people type them, and rows as they were read before the transaction."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from django.contrib.postgres.search import SearchVectorField
from django.db import models

from luoshi.ledger.errors import Incomplete
from luoshi.ledger.models import Matter
from luoshi.ledger.services.door import lock

RowT = TypeVar("RowT", bound=models.Model)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u2028\u2029\ufeff\ud800-\udfff]")
"""What nobody means to type, and what the database refuses: all but tab and line end."""


_FIGURES = re.compile(r"[0-9]{1,18}")
"""Of other signs that Python calls figures (², ٣) int() makes an error or another number; longer ones no column holds."""


def natural(text: str) -> int | None:
    """The whole number that a text in an address or a hidden field says; None where it says none.

    >>> natural("12"), natural("²"), natural("-1"), natural("9" * 19)
    (12, None, None, None)
    """
    return int(text) if _FIGURES.fullmatch(text) else None


def line(value: str, *, field: str, label: str, longest: int, required: bool = True) -> str:
    """A text on one line: no control characters, white space made single.

    Errors: Incomplete naming the field where it is empty though required, or too long.

    >>> line(" 关于\\x00修路\\n的请示 ", field="title", label="标题", longest=20)
    '关于 修路 的请示'
    """
    return _checked(" ".join(_CONTROL.sub(" ", value).split()), field, label, longest, required)


def block(value: str, *, field: str, label: str, longest: int, required: bool = True) -> str:
    """A text of several lines: line ends made plain, no control characters, no white space around it.

    Errors: as line.

    >>> block("一\\r\\n二\\x00\\n", field="text", label="正文", longest=20)
    '一\\n二'
    """
    plain = _CONTROL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    return _checked(plain.strip(), field, label, longest, required)


def _checked(text: str, field: str, label: str, longest: int, required: bool) -> str:
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", mend="请缩短", field=field)
    return text


def locked(row: RowT, *related: str) -> tuple[RowT, Matter]:
    """A row whose key is its matter's, as it is now, with that matter, held until the end of the transaction.

    related: what comes along in the same query. Search vectors are left in the database.
    """
    matter = lock(row.pk)
    vectors = [one.name for one in row._meta.concrete_fields if isinstance(one, SearchVectorField)]
    rows = (
        type(row)._default_manager.select_related(*related) if related else type(row)._default_manager.all()
    )
    fresh: Any = rows.defer(*vectors).get(pk=row.pk)
    fresh.matter = matter
    return fresh, matter
