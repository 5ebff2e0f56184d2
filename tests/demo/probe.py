"""Looks at a demo city that was built, from a process of its own with Django set up, and prints JSON."""

from __future__ import annotations

import json
import sys
from collections import Counter

from django.contrib.auth import authenticate
from django.test import Client
from django.utils import timezone

from luoshi.demo import city
from luoshi.hotline.models import Application, Callback, Publication, RequestLink, Urging
from luoshi.ledger.models import Event, Matter, Obligation, Outbox, SinkMessage
from luoshi.organisation.models import User
from luoshi.organisation.selectors import actor_for
from luoshi.web.worklist import worklist

PAGES = {
    "agent": ["requests/", "console/", "knowledge/"],
    "dispatcher": ["requests/", "dispatches/", "applications/", "voluntary/"],
    "reviewer": ["requests/", "dispatches/"],
    "callback": ["callbacks/"],
    "platform": ["notices/", "outbox/", "outbox/sink/", "organisation/"],
    "command": ["requests/", "notices/"],
    "chengguan.liaison": ["dispatches/", "knowledge/", "voluntary/"],
    "chengguan.leader": ["dispatches/"],
    "hubin.liaison": ["dispatches/"],
    "cityleader": ["requests/"],
    "auditor": ["audit/access/", "audit/seals/"],
    "admin": ["accounts/"],
}
PUBLIC = ["portal/", "portal/ask/", "portal/track/", "published/", "login/", "healthz", "readyz"]


def _states(kind: str) -> dict[str, int]:
    return dict(Counter(Matter.objects.filter(kind=kind).values_list("state", flat=True)))


def _owed(username: str) -> dict[str, int]:
    user = User.objects.get(username=username)
    return worklist(actor=actor_for(user=user), query={}, now=timezone.now()).counts


def _pages() -> dict[str, int]:
    """Each page's status, of the public and of the accounts; first the lists, then one of each state."""
    client, found = Client(), {}
    published = Publication.objects.filter(withdrawn_at__isnull=True).values_list("pk", flat=True)[:2]
    for path in (*PUBLIC, *(f"published/{pk}/" for pk in published)):
        found[f"public /{path}"] = client.get(f"/{path}").status_code
    one_each = {
        kind: list(Matter.objects.filter(kind=kind).order_by("state", "-pk").distinct("state").values_list("pk", flat=True))
        for kind in ("hotline.request", "hotline.dispatch", "hotline.notice")
    }  # fmt: skip
    for username, paths in PAGES.items():
        client = Client()
        client.force_login(User.objects.get(username=username), "luoshi.organisation.backends.LockoutBackend")
        details = []
        if username in {"platform", "dispatcher"}:
            details = [f"requests/{pk}/" for pk in one_each["hotline.request"]]
            details += [f"dispatches/{pk}/" for pk in one_each["hotline.dispatch"]]
            details += [f"notices/{pk}/" for pk in one_each["hotline.notice"]]
        for path in ("work/", *paths, *details):
            found[f"{username} /{path}"] = client.get(f"/{path}").status_code
    return found


def main() -> None:
    logins = city.logins()
    result = {
        "requests": _states("hotline.request"),
        "dispatches": _states("hotline.dispatch"),
        "notices": _states("hotline.notice"),
        "entries": _states("knowledge.entry"),
        "supplies": _states("knowledge.request"),
        "bulletins": _states("knowledge.bulletin"),
        "applications": dict(
            Counter(f"{kind}:{status}" for kind, status in Application.objects.values_list("kind", "status"))
        ),
        "events": sorted(set(Event.objects.filter(matter__kind__startswith="hotline").values_list("kind", flat=True))),
        "breached": Obligation.objects.filter(breached_at__isnull=False).count(),
        "urgings": dict(Counter(Urging.objects.values_list("kind", flat=True))),
        "links": dict(Counter(RequestLink.objects.values_list("kind", flat=True))),
        "callbacks": dict(Counter(Callback.objects.values_list("result", flat=True))),
        "outbox": dict(Counter(Outbox.objects.values_list("state", flat=True))),
        "sink": SinkMessage.objects.count(),
        "future": Event.objects.filter(recorded_at__gt=timezone.now()).count(),
        "logins": {name: authenticate(None, username=name, password=city.PASSWORD) is not None for name, _, _ in logins},
        "owed": {name: _owed(name) for name, _, _ in logins},
        "pages": _pages(),
    }  # fmt: skip
    json.dump(result, sys.stdout, ensure_ascii=False, indent=1)


if __name__ == "__main__":
    main()
