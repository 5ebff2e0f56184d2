"""Where matters of appointments are shown, and their lines in the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from luoshi.appointments import states
from luoshi.appointments.policies import may_read
from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry

SECTION = "任免与机构"


def _address(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.pk])


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    for kind, label, name in (
        (states.NOTICE, "任免通知", "appointment-notice"),
        (states.PROBATION, "试用期", "appointment-probation"),
        (states.RENAMING, "机构更名", "appointment-renaming"),
        (states.PLACEMENT, "安排残疾人就业", "appointment-placement"),
    ):
        links.register(kind, label=label, url=_address(name), may_read=may_read)
    navigation.register(
        Entry(SECTION, "任免通知", "appointment-notices", "id-badge-2", 750),
        Entry(SECTION, "任免检索", "appointment-acts", "user-search", 753),
        Entry(SECTION, "试用期", "appointment-probations", "calendar-event", 756),
        Entry(SECTION, "机构更名", "appointment-renamings", "tag", 760),
        Entry(SECTION, "政府组成人员", "appointment-government", "users-group", 764),
        Entry(SECTION, "安排残疾人就业", "appointment-placements", "users", 768),
    )
