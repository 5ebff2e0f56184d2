"""Where matters of the knowledge base are shown, and its lines in the menu."""

from __future__ import annotations

from collections.abc import Callable

from django.urls import reverse

from luoshi.knowledge import states
from luoshi.knowledge.policies import may_read, may_read_request
from luoshi.ledger import links
from luoshi.ledger.models import Matter
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry as Line

SECTION = "业务知识库"


def _address(name: str) -> Callable[[Matter], str]:
    return lambda matter: reverse(name, args=[matter.pk])


def register_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    for kind, label, name, reads in (
        (states.ENTRY, "知识条目", "knowledge-entry", may_read),
        (states.REQUEST, "知识报送", "knowledge-request", may_read_request),
        (states.BULLETIN, "公告", "knowledge-bulletin", may_read),
    ):
        links.register(kind, label=label, url=_address(name), may_read=reads)
    navigation.register(
        Line(SECTION, "查知识", "knowledge-search", "search", 300, "k"),
        Line(SECTION, "维护条目", "knowledge-entries", "book", 310),
        Line(SECTION, "报送要求", "knowledge-requests", "message-report", 320),
        Line(SECTION, "公告和重要信息", "knowledge-bulletins", "speakerphone", 330),
    )
