"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from luoshi.agenda.views import leaders, leave, requests
from luoshi.organisation.access import page

READ, MANAGE = "agenda.read", "agenda.manage"
LEAVE = ("agenda.leave", "agenda.approve", "agenda.manage")
REQUEST = ("agenda.leave", "agenda.approve", "agenda.prepare", "agenda.manage")
PREPARE = ("agenda.prepare", "agenda.manage")
GIVE = ("agenda.approve", "agenda.manage")

urlpatterns = [
    page("", leaders.index, name="agenda-board", need=READ),
    page("leaders/new/", leaders.new, name="agenda-leader-new", need=MANAGE),
    page("leaders/changes/", leaders.changes, name="agenda-changes", need=READ),
    page("leaders/<int:pk>/", leaders.detail, name="agenda-leader", need=READ),
    page("leaders/<int:pk>/<slug:action>/", leaders.act, name="agenda-leader-act", need=MANAGE),
    page("leave/", leave.index, name="agenda-leaves", need=REQUEST),
    page("leave/new/", leave.new, name="agenda-leave-new", need=("agenda.leave", "agenda.manage")),
    page("leave/register/", leave.register, name="agenda-leave-register", need=MANAGE),
    page("leave/<int:pk>/", leave.detail, name="agenda-leave", need=REQUEST),
    page("leave/<int:pk>/<slug:action>/", leave.act, name="agenda-leave-act", need=LEAVE),
    page("steps/<int:pk>/<slug:action>/", leave.step_act, name="agenda-step-act", need=REQUEST),
    page("overlaps/<int:pk>/", leave.overlap, name="agenda-overlap", need=READ),
    page("overlaps/<int:pk>/<slug:action>/", leave.overlap_act, name="agenda-overlap-act", need=GIVE),
    page("requests/", requests.index, name="agenda-clearances", need=REQUEST),
    page("requests/new/", requests.new, name="agenda-clearance-new", need=REQUEST),
    page("requests/<int:pk>/", requests.detail, name="agenda-clearance", need=REQUEST),
    page("requests/<int:pk>/<slug:action>/", requests.act, name="agenda-clearance-act", need=REQUEST),
    page("activities/", requests.activity_list, name="agenda-activities", need=READ),
    page("activities/new/", requests.activity_new, name="agenda-activity-new", need=PREPARE),
    page("activities/<int:pk>/", requests.activity_detail, name="agenda-activity", need=READ),
    page(
        "activities/<int:pk>/<slug:action>/", requests.activity_act, name="agenda-activity-act", need=REQUEST
    ),
    page("delegations/", requests.delegation_list, name="agenda-delegations", need=READ),
    page("delegations/new/", requests.delegation_new, name="agenda-delegation-new", need=GIVE),
    page("delegations/<int:pk>/", requests.delegation_detail, name="agenda-delegation", need=READ),
    page(
        "delegations/<int:pk>/<slug:action>/",
        requests.delegation_act,
        name="agenda-delegation-act",
        need=GIVE,
    ),
]
