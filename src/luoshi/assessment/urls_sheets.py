"""Addresses of sheets, appeals and what follows from a year's results."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from luoshi.assessment.views import appeals, consequences, sheets_pages
from luoshi.organisation.access import page

READ = ("assessment.read", "assessment.read_all")
ALL = "assessment.read_all"
CLOSE, UNIT, DECIDE, APPROVE = (
    "assessment.close",
    "assessment.unit",
    "assessment.decide",
    "assessment.approve",
)

urlpatterns: list[URLPattern | URLResolver] = [
    page("sheets/", sheets_pages.index, name="sheet-list", need=READ),
    page("sheets/open/", sheets_pages.open_due, name="sheet-open", need=CLOSE),
    page("sheets/<int:pk>/", sheets_pages.detail, name="sheet-detail", need=READ),
    page("sheets/<int:pk>/close/", sheets_pages.close, name="sheet-close", need=CLOSE),
    page("sheets/<int:pk>/reopen/", sheets_pages.reopen, name="sheet-reopen", need=CLOSE),
    page("sheets/<int:pk>/publish/", sheets_pages.publish, name="sheet-publish", need=CLOSE),
    page("sheets/<int:pk>/notice/", sheets_pages.notice, name="sheet-notice", need=ALL),
    page("sheets/<int:pk>/units/<str:unit>/paper/", sheets_pages.unit_paper, name="sheet-paper", need=READ),
    page("sheets/<int:pk>/appeal/", appeals.new, name="appeal-new", need=UNIT),
    page("sheets/<int:pk>/consequences/", consequences.page, name="annual-consequences", need=ALL),
    page("consequences/<int:pk>/revoke/", consequences.revoke, name="consequence-revoke", need=APPROVE),
    page("appeals/", appeals.index, name="appeal-list", need=READ),
    page("appeals/<int:pk>/", appeals.detail, name="appeal-detail", need=READ),
    page("appeals/<int:pk>/draft/", appeals.draft, name="appeal-draft", need=DECIDE),
    page("appeals/<int:pk>/approve/", appeals.approve, name="appeal-approve", need=APPROVE),
    page("appeals/<int:pk>/send-back/", appeals.send_back, name="appeal-send-back", need=APPROVE),
    page("appeals/<int:pk>/withdraw/", appeals.withdraw, name="appeal-withdraw", need=UNIT),
]
