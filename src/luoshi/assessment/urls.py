"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("luoshi.assessment.urls_scores")),
    path("", include("luoshi.assessment.urls_records")),
    path("", include("luoshi.assessment.urls_sheets")),
    path("", include("luoshi.assessment.urls_public")),
]
