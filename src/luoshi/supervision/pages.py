"""Where matters of supervision are shown, and its lines in the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry
from luoshi.supervision import states
from luoshi.supervision.policies import may_read

SECTION = "督查督办"


def _address(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.pk])


def _part_address(matter: Matter) -> str:
    from luoshi.supervision.models import Part

    return reverse("task-part", args=[Part.objects.values_list("pk", flat=True).get(matter=matter)])


def _subject_address(matter: Matter) -> str:
    return links.matter_url(matter.parent) if matter.parent else ""


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    from luoshi.supervision.quick import ask_quick, part_quick, task_quick

    links.register(
        states.TASK, label="督办事项", url=_address("task-detail"), may_read=may_read, quick=task_quick
    )
    links.register(states.UNPLACED, label="待核责任单位", url=_address("task-detail"), may_read=may_read)
    links.register(states.PART, label="配合事项", url=_part_address, may_read=may_read, quick=part_quick)
    links.register(states.ASK, label="待答复事项", url=_subject_address, may_read=may_read, quick=ask_quick)
    for kind, label, name in (
        (states.DANGER, "隐患", "danger-detail"),
        (states.PATROL_OBJECT, "巡查监控对象", "patrol-detail"),
        (states.CAMPAIGN, "专项", "campaign-detail"),
        (states.BULLETIN, "督查通报", "bulletin-detail"),
        (states.INSPECTION, "监督检查", "inspection-detail"),
        (states.LETTER, "来信来访", "letter-detail"),
        (states.ENTRY, "登记", "entry-detail"),
    ):
        links.register(kind, label=label, url=_address(name), may_read=may_read)
    navigation.register(
        Entry(SECTION, "督办事项", "task-list", "list-check", 690),
        Entry(SECTION, "督办看板", "task-board", "chart-bar", 693),
        Entry(SECTION, "隐患台账", "danger-list", "alert-triangle", 696),
        Entry(SECTION, "巡查监控对象", "patrol-list", "eye-check", 699),
        Entry(SECTION, "专项", "campaign-list", "clipboard-list", 702),
        Entry(SECTION, "督查通报", "bulletin-list", "speakerphone", 705),
        Entry(SECTION, "监督检查", "inspection-list", "shield-check", 708),
        Entry(SECTION, "来信来访", "letter-list", "mail", 711),
        Entry(SECTION, "登记簿", "entry-list", "book", 714),
    )
