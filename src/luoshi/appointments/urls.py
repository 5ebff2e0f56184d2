"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from luoshi.appointments.views import bodies, imports, notices, people
from luoshi.organisation.access import page

READ = "appointments.read"
MANAGE = "appointments.manage"
ACT = ("appointments.manage", "appointments.sign")

urlpatterns = [
    page("", notices.index, name="appointment-notices", need=READ),
    page("new/", notices.new, name="appointment-new", need=MANAGE),
    page("notices/<int:pk>/", notices.detail, name="appointment-notice", need=READ),
    page("notices/<int:pk>/edit/", notices.edit, name="appointment-edit", need=MANAGE),
    page("notices/<int:pk>/docx/", notices.paper, name="appointment-paper", need=READ),
    page("notices/<int:pk>/acts/new/", notices.act_new, name="appointment-act-new", need=MANAGE),
    page("notices/<int:pk>/do/<slug:action>/", notices.notice_do, name="appointment-do", need=ACT),
    page("acts/", people.acts, name="appointment-acts", need=READ),
    page("acts/<int:pk>/edit/", notices.act_edit, name="appointment-act-edit", need=MANAGE),
    page("acts/<int:pk>/person/", people.person, name="appointment-career", need=READ),
    page("acts/<int:pk>/post/", people.post, name="appointment-post", need=READ),
    page("acts/<int:pk>/do/<slug:action>/", notices.act_do, name="appointment-act-do", need=MANAGE),
    page("probations/", people.probations, name="appointment-probations", need=READ),
    page("probations/<int:pk>/", people.probation, name="appointment-probation", need=READ),
    page(
        "probations/<int:pk>/<slug:action>/",
        people.probation_do,
        name="appointment-probation-do",
        need=MANAGE,
    ),
    page("government/", people.government, name="appointment-government", need=READ),
    page("renamings/", bodies.renamings, name="appointment-renamings", need=READ),
    page("renamings/new/", bodies.renaming_new, name="appointment-renaming-new", need=MANAGE),
    page("renamings/<int:pk>/", bodies.renaming, name="appointment-renaming", need=READ),
    page("renamings/<int:pk>/edit/", bodies.renaming_edit, name="appointment-renaming-edit", need=MANAGE),
    page(
        "renamings/<int:pk>/do/<slug:action>/",
        bodies.renaming_do,
        name="appointment-renaming-do",
        need=MANAGE,
    ),
    page("placements/", bodies.placements, name="appointment-placements", need=READ),
    page("placements/new/", bodies.placement_new, name="appointment-placement-new", need=MANAGE),
    page("placements/<int:pk>/", bodies.placement, name="appointment-placement", need=READ),
    page(
        "placements/<int:pk>/<slug:action>/",
        bodies.placement_do,
        name="appointment-placement-do",
        need=READ,
    ),
    page("import/", imports.upload, name="appointment-import", need=MANAGE),
    page("import/load/", imports.load, name="appointment-import-load", need=MANAGE),
]
