"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from django.urls import URLPattern

from luoshi.documents import urls_incoming, urls_outgoing

urlpatterns: list[URLPattern] = [*urls_incoming.urlpatterns, *urls_outgoing.urlpatterns]
