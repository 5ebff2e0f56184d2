"""Where sheets, appeals and registrations are shown, and their lines in the menu."""

from __future__ import annotations

from django.urls import reverse

from luoshi.assessment.models import Consequence
from luoshi.assessment.policies_sheets import may_read_all, may_read_appeal, may_read_sheet
from luoshi.assessment.quick import QUICK
from luoshi.assessment.states_sheets import APPEAL, CONSEQUENCE, SHEET
from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.organisation.navigation import PORTAL, Entry, register

SECTION = "12345考核"


def _consequence_url(matter: Matter) -> str:
    sheet = Consequence.objects.values_list("sheet_id", flat=True).get(pk=matter.pk)
    return reverse("annual-consequences", args=[sheet])


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    links.register(
        SHEET,
        label="考核成绩单",
        url=lambda matter: reverse("sheet-detail", args=[matter.pk]),
        may_read=may_read_sheet,
        quick=QUICK[SHEET],
    )
    links.register(
        APPEAL,
        label="申诉",
        url=lambda matter: reverse("appeal-detail", args=[matter.pk]),
        may_read=may_read_appeal,
        quick=QUICK[APPEAL],
    )
    links.register(CONSEQUENCE, label="结果运用", url=_consequence_url, may_read=may_read_all)
    register(
        Entry(SECTION, "考核成绩单", "sheet-list", "list-details", 410),
        Entry(SECTION, "申诉", "appeal-list", "hand-stop", 420),
        Entry(PORTAL, "12345考核结果", "assessment-public", "chart-bar", 120),
    )
