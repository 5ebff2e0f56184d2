"""Addresses of the pages of topics, their papers, agendas and city-wide meetings, each with who may open it."""

from __future__ import annotations

from luoshi.meetings.views import agenda, city, topics
from luoshi.organisation.access import page

READ = (
    "meetings.read_all",
    "meetings.organise",
    "meetings.review",
    "meetings.decide",
    "meetings.attend",
    "meetings.unit",
)
PROPOSE = ("meetings.unit", "meetings.organise", "meetings.decide", "meetings.review")

urlpatterns = [
    page("topics/", topics.index, name="topic-list", need=READ),
    page("topics/new/", topics.new, name="topic-new", need=PROPOSE),
    page("topics/<int:pk>/", topics.detail, name="topic-detail", need=READ),
    page("topics/<int:pk>/edit/", topics.edit, name="topic-edit", need=PROPOSE),
    page("topics/<int:pk>/schemes/", topics.schemes, name="topic-schemes", need=PROPOSE),
    page("topics/<int:pk>/do/<slug:action>/", topics.act, name="topic-act", need=PROPOSE),
    page("topics/files/<int:pk>/", topics.file, name="topic-file", need=READ),
    page("consultations/<int:pk>/", topics.consultation, name="topic-consultation", need=READ),
    page(
        "consultations/<int:pk>/do/<slug:action>/",
        topics.consultation_act,
        name="consultation-act",
        need=PROPOSE,
    ),
    page("materials/<int:pk>/", topics.material, name="topic-material", need=READ),
    page("materials/<int:pk>/edit/", topics.material_edit, name="material-edit", need=PROPOSE),
    page("materials/<int:pk>/paper.docx", topics.material_file, name="material-file", need=READ),
    page("materials/<int:pk>/do/<slug:action>/", topics.material_act, name="material-act", need=PROPOSE),
    page("<int:pk>/agenda/", agenda.agenda, name="meeting-agenda", need=READ),
    page(
        "<int:pk>/agenda/<int:topic>/<slug:action>/",
        agenda.topic_act,
        name="meeting-agenda-topic",
        need=PROPOSE,
    ),
    page("agenda-items/<int:pk>/<slug:action>/", agenda.item_act, name="meeting-agenda-item", need=PROPOSE),
    page("city/", city.index, name="city-meetings", need=READ),
    page("city/new/", city.new, name="city-meeting-new", need=PROPOSE),
    page("city/<int:pk>/", city.detail, name="city-meeting", need=READ),
    page("city/<int:pk>/edit/", city.edit, name="city-meeting-edit", need=PROPOSE),
    page("city/<int:pk>/do/<slug:action>/", city.act, name="city-meeting-act", need=PROPOSE),
]
