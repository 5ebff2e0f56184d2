"""All URLs: those of the shell here, each function's in its own urls.py."""

from __future__ import annotations

from django.urls import include, path

from luoshi.api import site
from luoshi.organisation.access import PUBLIC, SIGNED_IN, page
from luoshi.web import audit, errors, portal, views
from luoshi.web.observe import metrics
from luoshi.web.rulebrowser import changes
from luoshi.web.rulebrowser import views as rulebrowser

urlpatterns = [
    page("", views.root, name="root", need=PUBLIC),
    page("work/", views.home, name="home", need=SIGNED_IN),
    page("obligations/<int:pk>/", views.obligation, name="obligation", need=SIGNED_IN),
    page("styleguide/", views.style_guide, name="styleguide", need=SIGNED_IN),
    page("audit/access/", audit.access_log, name="access-log", need="audit.read"),
    page("audit/logins/", audit.logins, name="login-log", need="audit.read"),
    page("audit/accounts/", audit.account_events, name="account-log", need="audit.read"),
    page("audit/seals/", audit.seals, name="seals", need="audit.read"),
    page("outbox/", audit.outbox, name="outbox", need="outbox.read"),
    page("outbox/<int:pk>/again/", audit.outbox_again, name="outbox-again", need="outbox.read"),
    page("outbox/sink/", audit.sink, name="sink", need="outbox.read"),
    page("rules/", rulebrowser.rule_list, name="rule-list", need="rules.read"),
    page("rules/changes/", changes.change_list, name="rule-changes", need="rules.read"),
    page("rules/changes/<int:pk>/", changes.change_detail, name="rule-change", need="rules.read"),
    page("rules/changes/<int:pk>/edit/", changes.change_edit, name="rule-change-edit", need="rules.edit"),
    page(
        "rules/changes/<int:pk>/<slug:action>/",
        changes.change_act,
        name="rule-change-act",
        need=("rules.edit", "rules.approve"),
        fresh=True,
    ),
    page("rules/<str:id>/change/", changes.change_new, name="rule-change-new", need="rules.edit"),
    page("rules/<str:id>/", rulebrowser.rule_detail, name="rule-detail", need="rules.read"),
    page("portal/open/", portal.everything, name="portal-open", need=PUBLIC),
    page("portal/accessibility/", portal.accessibility, name="portal-accessibility", need=PUBLIC),
    page("portal/view/<slug:mode>/", portal.large_print, name="portal-view", need=PUBLIC),
    page("portal/rules/", rulebrowser.plain_rules, name="plain-rules", need=PUBLIC),
    page("deadlines/", rulebrowser.deadlines, name="deadlines", need=PUBLIC),
    page("offline/", errors.offline, name="offline", need=PUBLIC),
    page("sw.js", errors.service_worker, name="service-worker", need=PUBLIC),
    page("healthz", views.healthz, name="healthz", need=PUBLIC),
    page("readyz", views.readyz, name="readyz", need=PUBLIC),
    page("metrics", metrics.metrics, name="metrics", need=PUBLIC),
    path("", include("luoshi.organisation.urls")),
    path("", include("luoshi.hotline.urls")),
    path("", include("luoshi.knowledge.urls")),
    path("assessment/", include("luoshi.assessment.urls")),
    path("rounds/", include("luoshi.rounds.urls")),
    path("targets/", include("luoshi.targets.urls")),
    path("", include("luoshi.search.urls")),
    path("overview/", include("luoshi.overview.urls")),
    path("inbox/", include("luoshi.inbox.urls")),
    path("administration/", include("luoshi.administration.urls")),
    path("administration/tokens/", include("luoshi.api.urls")),
    path("administration/retention/", include("luoshi.retention.urls")),
    path("api/v1/", include(site.addresses())),
    path("agenda/", include("luoshi.agenda.urls")),
    path("supervision/", include("luoshi.supervision.urls")),
    path("meetings/", include("luoshi.meetings.urls")),
    path("decisions/", include("luoshi.decisions.urls")),
    path("documents/", include("luoshi.documents.urls")),
    path("appointments/", include("luoshi.appointments.urls")),
]

handler400 = "luoshi.web.errors.bad_request"
handler500 = "luoshi.web.errors.server_error"
