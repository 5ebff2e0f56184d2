"""Where matters of meetings are shown, and their lines in the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.meetings import states_sessions as states
from luoshi.meetings.policies_papers import (
    may_read_archive,
    may_read_leave,
    may_read_minutes,
    may_read_press,
    may_read_submission,
)
from luoshi.meetings.policies_sessions import may_read
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry

SECTION = "会议"


def _address(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.pk])


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    from luoshi.meetings.quick import QUICK

    for kind, label, name, reads in (
        (states.MEETING, "会议", "meeting-detail", may_read),
        (states.LEAVE, "会议请假", "meeting-leave", may_read_leave),
        (states.MINUTES, "会议纪要", "meeting-minutes", may_read_minutes),
        (states.PRESS, "会议新闻稿", "meeting-press", may_read_press),
        (states.SUBMISSION, "报请党委审议", "meeting-submission", may_read_submission),
        (states.ARCHIVE, "会议档案", "meeting-archive", may_read_archive),
    ):
        links.register(kind, label=label, url=_address(name), may_read=reads, quick=QUICK.get(kind))
    navigation.register(
        Entry(SECTION, "会议安排", "meeting-list", "calendar-event", 640),
        Entry(SECTION, "会议纪要", "meeting-minutes-list", "file-text", 645),
        Entry(SECTION, "会议请假", "meeting-leaves", "user-question", 650),
        Entry(SECTION, "会议档案", "meeting-archives", "archive", 655),
    )
