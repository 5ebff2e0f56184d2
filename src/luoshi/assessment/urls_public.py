"""Addresses of what everybody may read of the assessment."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from luoshi.assessment.views import public
from luoshi.organisation.access import PUBLIC, page

urlpatterns: list[URLPattern | URLResolver] = [
    page("public/", public.index, name="assessment-public", need=PUBLIC),
    page("public/<int:pk>/", public.league, name="assessment-public-league", need=PUBLIC),
]
