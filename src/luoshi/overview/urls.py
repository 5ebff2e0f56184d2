"""Addresses of the dashboard, the views of units and the leaders' home, each with what it needs."""

from __future__ import annotations

from luoshi.organisation.access import page
from luoshi.overview.views import city, leader, lists, units

LISTS = ("overview.city", "overview.units", "overview.unit", "overview.leader")
UNITS = ("overview.units", "overview.unit")

urlpatterns = [
    page("", city.page, name="overview-city", need="overview.city"),
    page("wall/", city.wall, name="overview-wall", need="overview.city"),
    page("tables/<slug:name>.<slug:form>", city.table, name="overview-table", need="overview.city"),
    page("lists/<slug:what>/", lists.page, name="overview-list", need=LISTS),
    page("units/", units.index, name="overview-units", need=UNITS),
    page("units/<int:pk>/", units.page, name="overview-unit", need=UNITS),
    page(
        "units/<int:pk>/urge/",
        units.urge,
        name="overview-urge",
        need=("hotline.supervise", "supervision.manage"),
    ),
    page("leader/", leader.page, name="overview-leader", need="overview.leader"),
]
