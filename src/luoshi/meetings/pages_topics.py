"""Where topics, consultations, papers and city-wide meetings are shown, and their lines in the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.meetings import states_topics
from luoshi.meetings.policies_topics import may_read, may_read_city
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry

SECTION = "会议"


def _address(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.pk])


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    from luoshi.meetings.quick import QUICK

    for kind, label, name, reads in (
        (states_topics.TOPIC, "议题", "topic-detail", may_read),
        (states_topics.CONSULTATION, "议题会签", "topic-consultation", may_read),
        (states_topics.MATERIAL, "会议材料", "topic-material", may_read),
        (states_topics.CITY, "全市性会议", "city-meeting", may_read_city),
    ):
        links.register(kind, label=label, url=_address(name), may_read=reads, quick=QUICK.get(kind))
    navigation.register(
        Entry(SECTION, "议题", "topic-list", "list-details", 630),
        Entry(SECTION, "全市性会议", "city-meetings", "building-community", 658),
    )
