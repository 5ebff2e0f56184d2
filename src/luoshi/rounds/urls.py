"""Addresses of the pages, each with who may open it; what of a single round, the views and services say."""

from __future__ import annotations

from luoshi.hotline.views.queues import attachment
from luoshi.organisation.access import PUBLIC, page
from luoshi.rounds.views import plan, records, rectify, results, rounds, team, units, websites

READ = ("rounds.read_all", "rounds.manage", "rounds.assess", "rounds.approve", "rounds.unit")
ALL = ("rounds.read_all", "rounds.manage", "rounds.approve")
MARKS = ("rounds.read_all", "rounds.manage", "rounds.assess", "rounds.approve")
OWN = ("rounds.read_all", "rounds.manage", "rounds.approve", "rounds.unit")
MANAGE = "rounds.manage"

urlpatterns = [
    page("", rounds.index, name="rounds", need=READ),
    page("new/", rounds.new, name="round-new", need=MANAGE),
    page("public/", results.public_list, name="rounds-public", need=PUBLIC),
    page("public/<int:pk>/", results.public, name="round-public", need=PUBLIC),
    page("files/<int:pk>/", attachment, name="round-file", need=READ),
    page("rectifications/<int:pk>/", rectify.rectification, name="rectification", need=OWN),
    page("<int:pk>/", rounds.detail, name="round", need=READ),
    page("<int:pk>/plan/", plan.plan, name="round-plan", need=READ),
    page("<int:pk>/points/<slug:key>/", plan.points, name="round-points", need=READ),
    page("<int:pk>/units/", plan.units, name="round-units", need=ALL),
    page("<int:pk>/units/<int:unit_pk>/", units.unit, name="round-unit", need=READ),
    page("<int:pk>/units/<int:unit_pk>/self/", units.own, name="round-self", need="rounds.unit"),
    page("<int:pk>/units/<int:unit_pk>/marks/", team.mark_unit, name="round-mark", need=MARKS),
    page("<int:pk>/units/<int:unit_pk>/tell/", rectify.tell, name="round-tell", need=MANAGE),
    page("<int:pk>/records/", records.index, name="round-records", need=ALL),
    page("<int:pk>/records/new/", records.new, name="round-record-new", need=MANAGE),
    page("<int:pk>/records/<int:record_pk>/", records.record, name="round-record", need=OWN),
    page("<int:pk>/periods/<slug:period>/", records.period, name="round-period", need=ALL),
    page("<int:pk>/spot/<slug:period>/", records.spot, name="round-spot", need=ALL),
    page("<int:pk>/columns/", websites.columns, name="round-columns", need=ALL),
    page("<int:pk>/columns/<slug:month>/", websites.month, name="round-month", need=ALL),
    page("<int:pk>/units/<int:unit_pk>/branches/", websites.branches, name="round-branches", need=OWN),
    page("<int:pk>/units/<int:unit_pk>/referral/", websites.referral, name="round-referral", need=ALL),
    page("<int:pk>/team/", team.team, name="round-team", need=ALL),
    page("<int:pk>/team/leave/", team.leave, name="round-team-leave", need=MANAGE),
    page("<int:pk>/marks/", team.marks, name="round-marks", need=MARKS),
    page("<int:pk>/results/", results.results, name="round-results", need=READ),
    page("<int:pk>/publish/", results.publish, name="round-publish", need=MANAGE),
    page("<int:pk>/rectifications/", rectify.index, name="round-rectifications", need=ALL),
    page("<int:pk>/uses/", results.uses, name="round-uses", need=ALL),
]
