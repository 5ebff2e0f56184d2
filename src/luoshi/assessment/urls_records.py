"""Addresses of the records behind the scores: base work, entries, findings, opinions, reports."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from luoshi.assessment.views import base_work, entries, entry_steps, opinions, reports
from luoshi.organisation.access import page

OVERSEE = ("assessment.read_all", "assessment.record")
READ = ("assessment.read", *OVERSEE)
ENTER = ("assessment.record", "assessment.unit")
RECORD, UNIT, APPROVE = "assessment.record", "assessment.unit", "assessment.approve"

urlpatterns: list[URLPattern | URLResolver] = [
    page("base/", base_work.index, name="assessment-base-list", need=OVERSEE),
    page("base/mine/", base_work.mine, name="assessment-base-mine", need="assessment.read"),
    page("base/<int:pk>/", base_work.detail, name="assessment-base", need=READ),
    page("base/<int:pk>/file/", base_work.file, name="assessment-base-file", need=UNIT),
    page("base/<int:pk>/judge/", base_work.judge, name="assessment-base-judge", need=RECORD),
    page("base/verdicts/<int:pk>/strike/", base_work.strike, name="assessment-base-strike", need=APPROVE),
    page("entries/", entries.index, name="assessment-entries", need=READ),
    page("entries/new/", entries.choose, name="assessment-entry-new", need=ENTER),
    page("entries/new/<slug:item>/", entries.new, name="assessment-entry-form", need=ENTER),
    page("entries/queue/", entry_steps.queue, name="assessment-entry-queue", need=APPROVE),
    page("entries/<int:pk>/", entries.detail, name="assessment-entry", need=READ),
    page("entries/<int:pk>/do/<slug:code>/", entry_steps.act, name="assessment-entry-act", need=ENTER),
    page(
        "entries/<int:pk>/supplement/", entry_steps.supplement, name="assessment-entry-supplement", need=ENTER
    ),
    page("candidates/", entry_steps.index, name="assessment-candidates", need=RECORD),
    page("candidates/<slug:code>/", entry_steps.decide, name="assessment-candidate", need=RECORD),
    page("opinions/", opinions.index, name="assessment-opinions", need=READ),
    page("opinions/new/", opinions.new, name="assessment-opinion-new", need=RECORD),
    page("opinions/<int:pk>/", opinions.detail, name="assessment-opinion", need=READ),
    page("opinions/<int:pk>/answer/", opinions.answer, name="assessment-opinion-answer", need=UNIT),
    page("opinions/<int:pk>/confirm/", opinions.confirm, name="assessment-opinion-confirm", need=RECORD),
    page("opinions/<int:pk>/turn-down/", opinions.turn_down, name="assessment-opinion-return", need=RECORD),
    page("opinions/<int:pk>/withdraw/", opinions.withdraw, name="assessment-opinion-withdraw", need=APPROVE),
    page("reports/", reports.index, name="assessment-reports", need=READ),
    page("reports/information/", reports.inform, name="assessment-information-new", need=UNIT),
    page("reports/<int:pk>/", reports.detail, name="assessment-report", need=READ),
    page("reports/<int:pk>/supplement/", reports.supplement, name="assessment-report-supplement", need=UNIT),
    page("reports/<int:pk>/strike/", reports.strike, name="assessment-report-strike", need=RECORD),
]
