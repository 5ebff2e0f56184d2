"""Addresses of the search."""

from __future__ import annotations

from luoshi.organisation.access import SIGNED_IN, page
from luoshi.search import views

urlpatterns = [
    page("search/", views.search, name="search", need=SIGNED_IN),
    page("views/save/", views.view_save, name="view-save", need=SIGNED_IN),
    page("views/<int:pk>/drop/", views.view_drop, name="view-drop", need=SIGNED_IN),
]
