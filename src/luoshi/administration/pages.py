"""Where the histories that this app keeps are shown, and its line in the menu."""

from __future__ import annotations

from django.urls import reverse

from luoshi.hotline.states_settings import CATEGORIES, PHRASES, manage, may_keep_phrases
from luoshi.ledger import links
from luoshi.organisation.navigation import Entry, register


def register_pages() -> None:
    """Register links of matters and the menu line; called once, when the app starts."""
    links.register(CATEGORIES, label="诉求分类", url=lambda matter: reverse("category-list"), may_read=manage)
    links.register(
        PHRASES, label="常用语", url=lambda matter: reverse("phrase-list"), may_read=may_keep_phrases
    )
    register(Entry("系统", "系统管理", "administration-home", "settings", position=900))
