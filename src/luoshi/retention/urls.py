"""Addresses of retention, each with what it needs."""

from __future__ import annotations

from luoshi.organisation.access import page
from luoshi.retention import views
from luoshi.retention.policies import READ

DUE = ("retention.propose",)
DECIDE = ("retention.propose", "retention.approve")

urlpatterns = [
    page("", views.home, name="retention-home", need=READ, city=DUE),
    page("rules/<str:id>/draw/", views.draw, name="retention-draw", need="retention.propose", city=DUE),
    page("runs/<int:pk>/", views.detail, name="retention-run", need=READ, city=DUE),
    page(
        "runs/<int:pk>/do/<slug:action>/",
        views.act,
        name="retention-run-act",
        need=DECIDE,
        fresh=True,
        city=DUE,
    ),
    page("holds/", views.hold_list, name="retention-holds", need=READ),
    page("holds/new/", views.hold_new, name="retention-hold-new", need="retention.hold"),
    page("holds/<int:pk>/lift/", views.hold_lift, name="retention-hold-lift", need="retention.hold"),
]
