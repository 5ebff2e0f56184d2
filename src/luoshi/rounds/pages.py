"""Where matters of rounds are shown, and their lines in the menu."""

from __future__ import annotations

from django.urls import reverse

from luoshi.ledger import links
from luoshi.organisation import navigation
from luoshi.organisation.navigation import PORTAL, Entry
from luoshi.rounds import states
from luoshi.rounds.policies import may_read_own, may_read_round, may_read_unit

SECTION = "考评"


def _below(name: str) -> links.Url:
    return lambda matter: reverse(name, args=[matter.parent_id, matter.pk])


def _itself(name: str) -> links.Url:
    return lambda matter: reverse(name, args=[matter.pk])


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    links.register(states.ROUND, label="考评", url=_itself("round"), may_read=may_read_round)
    links.register(states.UNIT, label="被考评单位", url=_below("round-unit"), may_read=may_read_unit)
    links.register(states.RECORD, label="日常考核记录", url=_below("round-record"), may_read=may_read_own)
    links.register(
        states.RECTIFICATION, label="考评整改", url=_itself("rectification"), may_read=may_read_own
    )
    navigation.register(
        Entry(SECTION, "考评轮次", "rounds", "clipboard-list", 500),
        Entry(PORTAL, "考评结果", "rounds-public", "clipboard-list", 560),
    )
