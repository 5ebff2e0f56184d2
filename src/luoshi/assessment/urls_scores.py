"""Addresses of the scores: league table, unit, item, cases, trend, scheme, what-if."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from luoshi.assessment.views import item, league, scheme, unit, whatif
from luoshi.organisation.access import page

READ = ("assessment.read", "assessment.read_all")

urlpatterns: list[URLPattern | URLResolver] = [
    page("", league.page, name="assessment-league", need=READ),
    page("league.xlsx", league.download, name="assessment-league-xlsx", need=READ),
    page("scheme/", scheme.page, name="assessment-scheme", need=(*READ, "rules.read")),
    page("whatif/", whatif.page, name="assessment-whatif", need="assessment.read_all"),
    page("units/<str:unit>/", unit.page, name="assessment-unit", need=READ),
    page("units/<str:unit>/sheet.xlsx", unit.download, name="assessment-unit-xlsx", need=READ),
    page("units/<str:unit>/trend/", unit.months, name="assessment-trend", need=READ),
    page("units/<str:unit>/items/<str:item>/", item.page, name="assessment-item", need=READ),
    page("units/<str:unit>/items/<str:item>/cases/", item.cases, name="assessment-cases", need=READ),
]
