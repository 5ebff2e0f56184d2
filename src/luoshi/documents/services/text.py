"""Words as they come from forms: trimmed, not too long, not empty where they are required."""

from __future__ import annotations

from luoshi.ledger.errors import Incomplete


def line(value: str, *, field: str, label: str, longest: int, required: bool = True) -> str:
    """A text on one line. Errors: Incomplete naming the field."""
    return _checked(" ".join(value.replace("\x00", "").split()), field, label, longest, required)


def block(value: str, *, field: str, label: str, longest: int = 50_000, required: bool = True) -> str:
    """A text of several lines. Errors: Incomplete naming the field."""
    text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()
    return _checked(text, field, label, longest, required)


def _checked(text: str, field: str, label: str, longest: int, required: bool) -> str:
    if required and not text:
        raise Incomplete(f"请填写{label}", field=field)
    if len(text) > longest:
        raise Incomplete(f"{label}超过{longest}个字（现有{len(text)}个字）", field=field)
    return text
