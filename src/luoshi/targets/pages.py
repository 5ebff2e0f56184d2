"""Where matters of target management are shown, and its lines in the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry
from luoshi.targets import states
from luoshi.targets.policies import may_read, may_read_all
from luoshi.targets.quick import QUICK

SECTION = "目标管理"


def _address(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.pk])


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    for kind, label, name, reads in (
        (states.PLAN, "年度目标", "target-plan", may_read_all),
        (states.COUNTY, "县（市、区）责任目标", "target-sheet", may_read),
        (states.DEPARTMENT, "部门责任目标", "target-sheet", may_read),
        (states.TARGET, "目标", "target-detail", may_read),
        (states.REPORT, "目标月报", "target-report", may_read),
        (states.NOTICE, "目标通报", "target-notice", may_read_all),
        (states.CHANGE, "目标调减", "target-change", may_read),
        (states.ADDITION, "目标增加", "target-change", may_read),
        (states.RESULT, "年终考评", "target-result", may_read_all),
    ):
        links.register(kind, label=label, url=_address(name), may_read=reads, quick=QUICK.get(kind))
    navigation.register(
        Entry(SECTION, "年度目标", "target-plans", "target", 500),
        Entry(SECTION, "目标清单", "target-list", "list-check", 510),
        Entry(SECTION, "目标月报", "target-reports", "file-text", 520),
        Entry(SECTION, "月考核", "target-months", "calendar-event", 530),
        Entry(SECTION, "通报", "target-notices", "speakerphone", 540),
        Entry(SECTION, "目标调整", "target-changes", "adjustments", 550),
        Entry(SECTION, "专项认定", "target-certify", "checklist", 560),
        Entry(SECTION, "年终考评", "target-results", "star", 570),
        Entry(SECTION, "导入目标", "target-import", "file-import", 580),
    )
