"""How long something is kept: a number of days, months or years, counted in whole days of the city."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from luoshi.engines.limits.periods import months_later

UNITS: Final = {"days": "天", "months": "个月", "years": "年"}
LONGEST: Final = {"days": 36525, "months": 1200, "years": 100}
_FORM = re.compile(r"([1-9][0-9]{0,5}) (days|months|years)")


class BadPeriod(ValueError):
    """What was written is no period of keeping."""


@dataclass(frozen=True, slots=True)
class Period:
    """A time for which something is kept."""

    number: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Period:
        """A period as rules write it: `30 days`, `36 months`, `3 years`; a hundred years at most. Errors: BadPeriod."""
        found = _FORM.fullmatch(text)
        if found is None or int(found[1]) > LONGEST[found[2]]:
            raise BadPeriod(text)
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.number}{UNITS[self.unit]}"

    def over_before(self, at: dt.datetime) -> dt.datetime:
        """The moment before which something must have begun for its time to be over at `at`.

        The day on which the time begins is not counted, and the last day is kept in full: what is kept a year from
        9 October 2017 on may go on 10 October 2018. at: in the city's time zone.
        """
        day = at.date()
        if self.unit == "days":
            first = day - dt.timedelta(days=self.number)
        else:
            first = months_later(day, -self.number * (12 if self.unit == "years" else 1))
        return dt.datetime.combine(first, dt.time(), at.tzinfo)
