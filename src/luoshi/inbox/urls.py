"""Addresses of the messages."""

from __future__ import annotations

from luoshi.inbox import views
from luoshi.organisation.access import SIGNED_IN, page

urlpatterns = [
    page("", views.index, name="inbox", need=SIGNED_IN),
    page("count/", views.count, name="inbox-count", need=SIGNED_IN),
    page("latest/", views.latest, name="inbox-latest", need=SIGNED_IN),
    page("read/", views.read_all, name="inbox-read-all", need=SIGNED_IN),
    page("topics/", views.topics, name="inbox-topics", need=SIGNED_IN),
    page("<int:pk>/", views.follow, name="inbox-open", need=SIGNED_IN),
    page("<int:pk>/read/", views.read, name="inbox-read", need=SIGNED_IN),
]
