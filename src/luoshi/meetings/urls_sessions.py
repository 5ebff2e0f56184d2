"""Addresses of the pages of meetings, minutes, leave and archives, each with who may open it."""

from __future__ import annotations

from luoshi.meetings.views import minutes, sessions
from luoshi.organisation.access import page

READ = (
    "meetings.read_all",
    "meetings.organise",
    "meetings.review",
    "meetings.decide",
    "meetings.attend",
    "meetings.unit",
)
PAPERS = (*READ, "documents.number")
ORGANISE = "meetings.organise"
DECIDE = ("meetings.organise", "meetings.review", "meetings.decide")
KEEP = ("meetings.organise", "meetings.read_all")

urlpatterns = [
    page("", sessions.index, name="meeting-list", need=READ),
    page("new/", sessions.new, name="meeting-new", need=ORGANISE),
    page("<int:pk>/", sessions.detail, name="meeting-detail", need=READ),
    page("<int:pk>/do/<slug:action>/", sessions.act, name="meeting-act", need=READ),
    page("<int:pk>/record.<str:ending>", minutes.record_file, name="meeting-record", need=READ),
    page("items/<int:pk>/do/<slug:action>/", sessions.item_act, name="meeting-item-act", need=DECIDE),
    page("people/<int:pk>/do/<slug:action>/", sessions.attendee_act, name="meeting-attendee-act", need=READ),
    page("copies/<int:pk>/do/<slug:action>/", sessions.copy_act, name="meeting-copy-act", need=ORGANISE),
    page("files/<int:pk>/", minutes.recording_file, name="meeting-file", need=READ),
    page("minutes/", minutes.minutes_list, name="meeting-minutes-list", need=PAPERS),
    page("minutes/<int:pk>/", minutes.minutes_detail, name="meeting-minutes", need=PAPERS),
    page(
        "minutes/<int:pk>/paper.<str:ending>", minutes.minutes_file, name="meeting-minutes-paper", need=PAPERS
    ),
    page("minutes/<int:pk>/do/<slug:action>/", minutes.minutes_act, name="meeting-minutes-act", need=PAPERS),
    page(
        "resolutions/<int:pk>/do/<slug:action>/",
        minutes.resolution_act,
        name="meeting-resolution-act",
        need=ORGANISE,
    ),
    page("leave/", minutes.leave_list, name="meeting-leaves", need=READ),
    page("leave/<int:pk>/", minutes.leave_detail, name="meeting-leave", need=READ),
    page("leave/<int:pk>/do/<slug:action>/", minutes.leave_act, name="meeting-leave-act", need=READ),
    page("press/<int:pk>/", minutes.press_detail, name="meeting-press", need=DECIDE),
    page("press/<int:pk>/do/<slug:action>/", minutes.press_act, name="meeting-press-act", need=DECIDE),
    page("party/<int:pk>/", minutes.submission_detail, name="meeting-submission", need=READ),
    page(
        "party/<int:pk>/do/<slug:action>/", minutes.submission_act, name="meeting-submission-act", need=READ
    ),
    page("archives/", minutes.archive_list, name="meeting-archives", need=KEEP),
    page("archives/<int:pk>/", minutes.archive_detail, name="meeting-archive", need=KEEP),
    page("archives/<int:pk>/do/<slug:action>/", minutes.archive_act, name="meeting-archive-act", need=KEEP),
]
