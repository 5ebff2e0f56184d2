"""Addresses of the knowledge base, each with what it needs."""

from __future__ import annotations

from luoshi.knowledge.views import bulletins, entries, requests, search
from luoshi.organisation.access import page

READ = "knowledge.read"
KEEP = ("knowledge.edit", "knowledge.manage")
MANAGE = "knowledge.manage"

urlpatterns = [
    page("knowledge/", search.index, name="knowledge-search", need=READ),
    page("knowledge/suggest/", search.suggest, name="knowledge-suggest", need=READ),
    page("knowledge/entries/", entries.index, name="knowledge-entries", need=KEEP),
    page("knowledge/entries/new/", entries.new, name="knowledge-entry-new", need=KEEP),
    page("knowledge/entries/<int:pk>/", entries.detail, name="knowledge-entry", need=READ),
    page("knowledge/entries/<int:pk>/edit/", entries.edit, name="knowledge-entry-edit", need=KEEP),
    page(
        "knowledge/entries/<int:pk>/versions/", entries.versions, name="knowledge-entry-versions", need=READ
    ),
    page("knowledge/entries/<int:pk>/publish/", entries.publish, name="knowledge-entry-publish", need=KEEP),
    page("knowledge/entries/<int:pk>/review/", entries.review, name="knowledge-entry-review", need=KEEP),
    page(
        "knowledge/entries/<int:pk>/withdraw/", entries.withdraw, name="knowledge-entry-withdraw", need=KEEP
    ),
    page("knowledge/entries/<int:pk>/correct/", entries.correct, name="knowledge-entry-correct", need=MANAGE),
    page("knowledge/requests/", requests.index, name="knowledge-requests", need=KEEP),
    page("knowledge/requests/new/", requests.new, name="knowledge-request-new", need=MANAGE),
    page("knowledge/requests/<int:pk>/", requests.detail, name="knowledge-request", need=READ),
    page(
        "knowledge/requests/<int:pk>/cancel/", requests.cancel, name="knowledge-request-cancel", need=MANAGE
    ),
    page("knowledge/bulletins/", bulletins.index, name="knowledge-bulletins", need=READ),
    page("knowledge/bulletins/new/", bulletins.new, name="knowledge-bulletin-new", need=KEEP),
    page("knowledge/bulletins/<int:pk>/", bulletins.detail, name="knowledge-bulletin", need=READ),
    page("knowledge/bulletins/<int:pk>/edit/", bulletins.edit, name="knowledge-bulletin-edit", need=KEEP),
    page("knowledge/bulletins/<int:pk>/issue/", bulletins.issue, name="knowledge-bulletin-issue", need=KEEP),
    page("knowledge/bulletins/<int:pk>/seen/", bulletins.seen, name="knowledge-bulletin-seen", need=MANAGE),
    page(
        "knowledge/bulletins/<int:pk>/withdraw/",
        bulletins.withdraw,
        name="knowledge-bulletin-withdraw",
        need=KEEP,
    ),
]
