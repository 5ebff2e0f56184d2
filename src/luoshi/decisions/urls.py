"""Addresses of the pages, each with who may open it."""

from __future__ import annotations

from luoshi.decisions.views import answering, decisions, normative
from luoshi.organisation.access import PUBLIC, page

READ = ("decisions.read_all", "decisions.prepare")
PREPARE = "decisions.prepare"
MAKE = ("decisions.prepare", "decisions.record")
ACT = (
    "decisions.prepare", "decisions.review", "decisions.record", "decisions.legal", "decisions.inspect",
)  # fmt: skip
MEMBER = "decisions.member"
LEADING = ("decisions.member", "decisions.record")
ANSWER = ("decisions.member", "decisions.record", "decisions.inspect")
INSPECT = "decisions.inspect"

urlpatterns = [
    page("", decisions.index, name="decision-list", need=READ),
    page("new/", decisions.new, name="decision-new", need=PREPARE),
    page("<int:pk>/", decisions.detail, name="decision-detail", need=READ),
    page("<int:pk>/edit/", decisions.edit, name="decision-edit", need=PREPARE),
    page("<int:pk>/steps/<slug:key>/", decisions.step, name="decision-step", need=PREPARE),
    page("<int:pk>/speak/", decisions.speak, name="decision-speak", need=MEMBER),
    page("<int:pk>/conclude/", decisions.conclude, name="decision-conclude", need="decisions.conclude"),
    page("<int:pk>/do/<slug:action>/", decisions.act, name="decision-act", need=ACT),
    page("files/<int:pk>/", decisions.file, name="decision-file", need=READ),
    page("urgent/", answering.urgent_list, name="decision-urgents", need=READ),
    page("urgent/new/", answering.urgent_new, name="decision-urgent-new", need=LEADING),
    page("urgent/<int:pk>/", answering.urgent, name="decision-urgent", need=READ),
    page("urgent/<int:pk>/<slug:action>/", answering.urgent_act, name="decision-urgent-act", need=LEADING),
    page("reports/", answering.report_list, name="decision-reports", need=ANSWER),
    page("reports/open/", answering.reports_open, name="decision-reports-open", need="decisions.record"),
    page("reports/<int:pk>/", answering.report, name="decision-report", need=ANSWER),
    page("reports/<int:pk>/<slug:action>/", answering.report_act, name="decision-report-act", need=MEMBER),
    page("cases/", answering.case_list, name="decision-cases", need=INSPECT),
    page("cases/new/", answering.case_new, name="decision-case-new", need=INSPECT),
    page("cases/<int:pk>/", answering.case, name="decision-case", need=INSPECT),
    page("cases/<int:pk>/<slug:action>/", answering.case_act, name="decision-case-act", need=INSPECT),
    page("legality/", normative.review_list, name="legality-list", need=READ),
    page("legality/<int:pk>/", normative.review_detail, name="legality-detail", need=READ),
    page("legality/<int:pk>/<slug:action>/", normative.review_act, name="legality-act", need=ACT),
    page("normative/", normative.index, name="normative-list", need=READ),
    page("normative/new/", normative.new, name="normative-new", need=MAKE),
    page("normative/<int:pk>/", normative.detail, name="normative-detail", need=READ),
    page("normative/<int:pk>/edit/", normative.edit, name="normative-edit", need=MAKE),
    page("normative/<int:pk>/<slug:action>/", normative.act, name="normative-act", need=ACT),
    page("filings/", normative.filing_list, name="filing-list", need=READ),
    page("filings/<int:pk>/<slug:action>/", normative.filing_act, name="filing-act", need=ACT),
    page("public/", decisions.public, name="decisions-public", need=PUBLIC),
    page("public/normative/", normative.public, name="normatives-public", need=PUBLIC),
]
