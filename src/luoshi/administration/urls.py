"""Addresses of the settings that an office changes by itself, each with what it needs."""

from __future__ import annotations

from luoshi.administration.views import categories, home
from luoshi.organisation.access import page

MANAGE = "hotline.manage"
ANY = (
    "hotline.manage",
    "hotline.phrases",
    "organisation.edit",
    "system.admin",
    "system.security",
    "rules.edit",
    "rules.approve",
)

urlpatterns = [
    page("", home.home, name="administration-home", need=ANY),
    page("categories/", categories.category_index, name="category-list", need=MANAGE),
    page("categories/new/", categories.category_new, name="category-new", need=MANAGE),
    page("categories/import/", categories.category_import, name="category-import", need=MANAGE),
    page("categories/export.csv", categories.category_export, name="category-export", need=MANAGE),
    page("categories/<int:pk>/", categories.category_detail, name="category-detail", need=MANAGE),
    page("categories/<int:pk>/do/<slug:code>/", categories.category_act, name="category-act", need=MANAGE),
    page("categories/<int:pk>/<slug:way>/", categories.category_shift, name="category-shift", need=MANAGE),
]
