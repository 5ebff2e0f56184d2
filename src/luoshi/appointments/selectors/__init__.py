"""Reading notices, careers, holders of a post, and who answers for what."""

from luoshi.appointments.selectors.notices import (
    Hint,
    Totals,
    hints_of,
    notice_totals,
    notices,
    sought,
)
from luoshi.appointments.selectors.people import Holder, Responsible, career, holders_of, members, responsible

__all__ = [
    "Hint",
    "Holder",
    "Responsible",
    "Totals",
    "career",
    "hints_of",
    "holders_of",
    "members",
    "notice_totals",
    "notices",
    "responsible",
    "sought",
]
