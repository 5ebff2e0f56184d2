"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from django.urls import URLPattern

from luoshi.meetings import urls_sessions

urlpatterns: list[URLPattern] = [*urls_sessions.urlpatterns]
