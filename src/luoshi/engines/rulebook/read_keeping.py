"""Reading the settings that say how long something is kept (ids `retention.…`)."""

from __future__ import annotations

from typing import Final

from luoshi.engines.keeping import BadPeriod, Period
from luoshi.engines.rulebook.fields import Fields

PREFIX: Final = "retention."


def check_keeping(values: Fields) -> None:
    """Note what is wrong with the values: record, keep and automatic, and no others."""
    values.text("record", required=True)
    values.flag("automatic")
    text = values.text("keep", required=True)
    if text:
        try:
            Period.parse(text)
        except BadPeriod:
            values.problem(
                "keep", f"{text} is no period", "write a whole number of days, months or years: 3 years"
            )
    values.finish()
