"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
