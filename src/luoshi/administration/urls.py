"""Addresses of the settings that an office changes by itself, each with what it needs."""

from __future__ import annotations

from luoshi.administration.views import (
    categories,
    channels,
    handover,
    home,
    liaisons,
    messages,
    own_hours,
    phrases,
    roster,
    succession,
    worktime,
)
from luoshi.organisation.access import FUNCTIONS, page

MANAGE = "hotline.manage"
PHRASES = ("hotline.manage", "hotline.phrases")
RULES = ("hotline.manage", "rules.edit", "rules.approve")
ROSTER = ("organisation.edit", "organisation.roster")
ANY = (
    "hotline.manage",
    "hotline.phrases",
    "organisation.edit",
    "system.admin",
    "system.security",
    "rules.edit",
    "rules.approve",
)

urlpatterns = [
    page("", home.home, name="administration-home", need=ANY),
    page("phrases/", phrases.phrase_index, name="phrase-list", need=PHRASES),
    page("phrases/new/", phrases.phrase_new, name="phrase-new", need=PHRASES),
    page("phrases/<int:pk>/", phrases.phrase_edit, name="phrase-edit", need=PHRASES),
    page("phrases/<int:pk>/do/<slug:what>/", phrases.phrase_do, name="phrase-do", need=PHRASES),
    page("liaisons/", liaisons.liaison_index, name="liaison-list", need="organisation.edit"),
    page("roster/bodies/import/", roster.bodies_import, name="bodies-import", need="organisation.edit"),
    page("roster/bodies.csv", roster.bodies_export, name="bodies-export", need="organisation.edit"),
    page("roster/people/import/", roster.people_import, name="people-import", need="organisation.edit"),
    page("roster/people.csv", roster.people_export, name="people-export", need="organisation.edit"),
    page("people/<int:pk>/handover/", handover.person_handover, name="person-handover", need=ROSTER),
    page("bodies/<slug:code>/merge/", succession.body_merge, name="body-merge", need="organisation.edit"),
    page("bodies/<slug:code>/split/", succession.body_split, name="body-split", need="organisation.edit"),
    page("calendar/", worktime.calendar, name="calendar", need=RULES),
    page("calendar/<int:year>/change/", worktime.calendar_change, name="calendar-change", need="rules.edit"),
    page("hours/", worktime.hours, name="hours", need=RULES),
    page("hours/change/", worktime.hours_change, name="hours-change", need="rules.edit"),
    page("hours/bodies/", own_hours.own_hours_list, name="own-hours-list", need=RULES),
    page("hours/bodies/<slug:code>/", own_hours.own_hours, name="own-hours", need=RULES),
    page(
        "hours/bodies/<slug:code>/change/",
        own_hours.own_hours_change,
        name="own-hours-change",
        need="rules.edit",
    ),
    page("worktime/<int:pk>/effect/", worktime.effect, name="worktime-effect", need=RULES),
    page("channels/", channels.channel_index, name="channel-list", need=RULES),
    page("channels/change/", channels.channel_change, name="channel-change", need="rules.edit"),
    page("messages/", messages.message_index, name="message-list", need=RULES),
    page("messages/test/", messages.message_test, name="message-test", need="outbox.read"),
    page("messages/<str:id>/", messages.message_detail, name="message-detail", need=RULES),
    page("messages/<str:id>/change/", messages.message_change, name="message-change", need="rules.edit"),
    page("categories/", categories.category_index, name="category-list", need=MANAGE),
    page("categories/new/", categories.category_new, name="category-new", need=MANAGE),
    page("categories/import/", categories.category_import, name="category-import", need=MANAGE),
    page("categories/export.csv", categories.category_export, name="category-export", need=MANAGE),
    page("categories/<int:pk>/", categories.category_detail, name="category-detail", need=MANAGE),
    page("categories/<int:pk>/do/<slug:code>/", categories.category_act, name="category-act", need=MANAGE),
    page("categories/<int:pk>/<slug:way>/", categories.category_shift, name="category-shift", need=MANAGE),
]

for one in urlpatterns:
    if (one.name or "").startswith(("channel-", "category-", "phrase-")):
        FUNCTIONS[one.name or ""] = "hotline"  # not there where a place does without the hotline
