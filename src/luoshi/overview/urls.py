"""Addresses of the dashboard, the views of units and the leaders' home, each with what it needs."""

from __future__ import annotations

from luoshi.organisation.access import page
from luoshi.overview.views import city, leader, lists, units

LISTS = ("overview.city", "overview.units", "overview.unit", "overview.leader")
UNITS = ("overview.units", "overview.unit")
CITY = ("overview.city", "overview.units")

urlpatterns = [
    page("", city.page, name="overview-city", need="overview.city", city=CITY),
    page("wall/", city.wall, name="overview-wall", need="overview.city", city=CITY),
    page(
        "tables/<slug:name>.<slug:form>", city.table, name="overview-table", need="overview.city", city=CITY
    ),
    page("lists/<slug:what>/", lists.page, name="overview-list", need=LISTS, city=CITY),
    page("units/", units.index, name="overview-units", need=UNITS, city=CITY),
    page("units/<int:pk>/", units.page, name="overview-unit", need=UNITS, city=CITY),
    page(
        "units/<int:pk>/urge/",
        units.urge,
        name="overview-urge",
        need=("hotline.supervise", "supervision.manage"),
        city=CITY,
    ),
    page("leader/", leader.page, name="overview-leader", need="overview.leader", city=CITY),
]
