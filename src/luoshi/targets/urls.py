"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from luoshi.organisation.access import page
from luoshi.targets.views import closing, plans, running, targets

READ = ("targets.read_all", "targets.unit", "targets.certify")
ACT = ("targets.manage", "targets.approve", "targets.unit")
STAFF = ("targets.manage", "targets.approve")
MANAGE = "targets.manage"
CERTIFY = ("targets.certify", "targets.manage")

urlpatterns = [
    page("", plans.index, name="target-plans", need=READ),
    page("plans/new/", plans.new, name="target-plan-new", need=MANAGE),
    page("plans/<int:pk>/", plans.detail, name="target-plan", need=READ),
    page("plans/<int:pk>/<slug:action>/", plans.act, name="target-plan-act", need=MANAGE),
    page("list/", plans.target_list, name="target-list", need=READ),
    page("sheets/<int:pk>/", plans.sheet_detail, name="target-sheet", need=READ),
    page(
        "sheets/<int:pk>/targets/new/",
        plans.target_new,
        name="target-new",
        need=("targets.manage", "targets.unit"),
    ),
    page("sheets/<int:pk>/<slug:action>/", plans.sheet_act, name="target-sheet-act", need=ACT),
    page("items/<int:pk>/", targets.detail, name="target-detail", need=READ),
    page("items/<int:pk>/edit/", targets.edit, name="target-edit", need=("targets.manage", "targets.unit")),
    page(
        "items/<int:pk>/do/<slug:action>/",
        targets.act,
        name="target-act",
        need=("targets.manage", "targets.unit"),
    ),
    page("measures/<int:pk>/<slug:action>/", targets.measure_act, name="target-measure-act", need=CERTIFY),
    page("files/<int:pk>/", targets.file, name="target-file", need=READ),
    page("certify/", targets.certify, name="target-certify", need=CERTIFY),
    page("reports/", running.reports, name="target-reports", need=("targets.unit", "targets.read_all")),
    page(
        "reports/<int:pk>/", running.report, name="target-report", need=("targets.unit", "targets.read_all")
    ),
    page("reports/<int:pk>/return/", running.report_return, name="target-report-return", need=MANAGE),
    page("months/", running.months, name="target-months", need="targets.read_all"),
    page("months/open/", running.month_open, name="target-month-open", need=MANAGE),
    page("notices/", running.notices, name="target-notices", need=READ),
    page("notices/<int:pk>/", running.notice, name="target-notice", need=READ),
    page("notices/<int:pk>/docx/", running.notice_file, name="target-notice-file", need=READ),
    page("notices/<int:pk>/<slug:action>/", running.notice_act, name="target-notice-act", need=ACT),
    page("changes/", closing.changes, name="target-changes", need=READ),
    page("changes/<int:pk>/", closing.change, name="target-change", need=READ),
    page("changes/<int:pk>/<slug:action>/", closing.change_act, name="target-change-act", need=ACT),
    page("results/", closing.results, name="target-results", need=READ),
    page("results/<int:pk>/", closing.result, name="target-result", need=READ),
    page("results/<int:pk>/consequences/", closing.consequences, name="target-consequences", need=READ),
    page("results/<int:pk>/<slug:action>/", closing.result_act, name="target-result-act", need=STAFF),
    page("standings/<int:pk>/<slug:action>/", closing.standing_act, name="target-standing-act", need=MANAGE),
    page("import/", closing.upload, name="target-import", need=MANAGE),
    page("import/load/", closing.load, name="target-import-load", need=MANAGE),
]
