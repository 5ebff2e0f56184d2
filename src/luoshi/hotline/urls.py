"""The hotline's addresses, each with what it needs."""

from __future__ import annotations

from luoshi.hotline.views import bulk, console, dispatches, queues, requests, suggesting
from luoshi.hotline.views.portal import ask, follow, pages, published
from luoshi.organisation.access import PUBLIC, SIGNED_IN, page

READ = ("hotline.read_all", "hotline.unit")
BULK = ("hotline.dispatch", "hotline.review")

urlpatterns = [
    page("console/", console.console, name="console", need="hotline.receive"),
    page("console/caller/", console.console_caller, name="console-caller", need="hotline.receive"),
    page("console/answers/", console.console_answers, name="console-answers", need="hotline.receive"),
    page("console/units/", console.console_units, name="console-units", need="hotline.receive"),
    page("console/draft/", console.console_draft, name="console-draft", need="hotline.receive"),
    page("requests/", requests.request_index, name="request-list", need="hotline.read_all"),
    page("requests/new/", console.console_old, name="request-new", need="hotline.receive"),
    page("requests/<int:pk>/", requests.request_detail, name="request-detail", need=READ),
    page("requests/<int:pk>/do/<slug:code>/", requests.request_act, name="request-act", need=READ),
    page("requests/<int:pk>/reveal/", requests.request_reveal, name="request-reveal", need=SIGNED_IN),
    page("dispatches/", dispatches.dispatch_index, name="dispatch-list", need=READ),
    page("dispatches/<int:pk>/", dispatches.dispatch_detail, name="dispatch-detail", need=READ),
    page("dispatches/<int:pk>/do/<slug:code>/", dispatches.dispatch_act, name="dispatch-act", need=READ),
    page("waiting/", bulk.waiting_index, name="waiting-list", need="hotline.dispatch"),
    page("reviews/", bulk.review_index, name="review-list", need="hotline.review"),
    page("bulk/", bulk.bulk_begin, name="bulk-begin", need=BULK),
    page("bulk/<slug:key>/", bulk.bulk_run, name="bulk-run", need=BULK),
    page("applications/", dispatches.application_index, name="application-list", need="hotline.decide"),
    page("callbacks/", queues.callback_index, name="callback-list", need="hotline.callback"),
    page("voluntary/", queues.voluntary_index, name="voluntary-list", need=READ),
    page("voluntary/<int:pk>/claim/", queues.voluntary_claim, name="voluntary-claim", need="hotline.unit"),
    page(
        "escalations/",
        queues.escalation_index,
        name="escalation-list",
        need=("hotline.escalate", "hotline.leader"),
    ),
    page("notices/", queues.notice_index, name="notice-list", need="hotline.read_all"),
    page("notices/close/", queues.notice_close, name="notice-close", need="hotline.supervise"),
    page("notices/<int:pk>/", queues.notice_detail, name="notice-detail", need="hotline.read_all"),
    page("notices/<int:pk>/refresh/", queues.notice_refresh, name="notice-refresh", need="hotline.supervise"),
    page("notices/<int:pk>/issue/", queues.notice_issue, name="notice-issue", need="hotline.supervise"),
    page("notices/<int:pk>/rows.csv", queues.notice_rows, name="notice-rows", need="hotline.read_all"),
    page("hot/", suggesting.topic_index, name="hot-list", need="hotline.read_all"),
    page("hot/draw/", suggesting.topic_draw, name="hot-draw", need="hotline.read_all"),
    page("hot/<int:pk>/", suggesting.topic_detail, name="hot-detail", need="hotline.read_all"),
    page("daily/", suggesting.daily_report, name="daily-report", need="hotline.read_all"),
    page("suggestions/", suggesting.suggestion_index, name="suggestion-list", need="hotline.read_all"),
    page(
        "suggestions/train/", suggesting.suggestion_train, name="suggestion-train", need="hotline.supervise"
    ),
    page("attachments/<int:pk>/", queues.attachment, name="attachment", need=READ),
    page("portal/", pages.home, name="portal-home", need=PUBLIC),
    page("portal/ask/", ask.what, name="portal-ask", need=PUBLIC),
    page("portal/ask/you/", ask.who, name="portal-ask-who", need=PUBLIC),
    page("portal/ask/check/", ask.check, name="portal-ask-check", need=PUBLIC),
    page("portal/ask/done/", ask.done, name="portal-done", need=PUBLIC),
    page("portal/ask/kept/", ask.kept, name="portal-kept", need=PUBLIC),
    page("portal/ask/discard/", ask.discard, name="portal-discard", need=PUBLIC),
    page("portal/track/", follow.track, name="portal-track", need=PUBLIC),
    page("portal/track/leave/", follow.leave, name="portal-leave", need=PUBLIC),
    page("portal/comment/", follow.comment, name="portal-comment", need=PUBLIC),
    page("portal/supplement/", follow.supplement, name="portal-supplement", need=PUBLIC),
    page("published/", published.index, name="published-list", need=PUBLIC),
    page("published/<int:pk>/", published.detail, name="published-detail", need=PUBLIC),
]
