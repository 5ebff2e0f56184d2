"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from django.urls import URLPattern

from luoshi.meetings import urls_sessions, urls_topics

urlpatterns: list[URLPattern] = [*urls_topics.urlpatterns, *urls_sessions.urlpatterns]
