"""Run inside a built demo county: every role walks the pages that it is shown; prints what it found as JSON."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from typing import Any

from django.conf import settings
from django.test import Client

from luoshi.decisions.models import Decision
from luoshi.demo.county import SHOWN
from luoshi.documents.models import Incoming
from luoshi.ledger import rules
from luoshi.meetings.models import Meeting
from luoshi.organisation.models import Body, Grant, Post

PAGES_EACH = 60
OF_A_KIND = 2
UNRULED = "试行的规则书没有这项规定"


def walk(role: str, body: str, wrong: list[str]) -> tuple[int, bool]:
    """Follow links from the worklist; returns how many pages were seen, and whether each said that rules are on trial."""
    grant = (
        Grant.objects.filter(role__code=role, body__code=body).select_related("user").order_by("pk").first()
    )
    if grant is None:
        wrong.append(f"no account: {role} at {body}")
        return 0, True
    client = Client(raise_request_exception=False)
    client.force_login(grant.user)
    todo, done, kinds, told = ["/work/"], set(), Counter[str](), True
    while todo and len(done) < PAGES_EACH:
        address = todo.pop(0)
        if address in done:
            continue
        done.add(address)
        answer = client.get(address)
        text = answer.content.decode() if "html" in answer.headers.get("Content-Type", "") else ""
        if answer.status_code not in (200, 302) or UNRULED in text:
            wrong.append(f"{role} {address} {answer.status_code}")
        if "ls-workbench" in text:
            told = told and "规则是草案" in text
        for found in re.findall(r'href="(/[^"#]*)"', text):
            link = found.replace("&amp;", "&")
            kind = re.sub(r"\d+", "N", link.split("?")[0])
            if link.startswith(("/static", "/logout", "/styleguide")) or kinds[kind] >= OF_A_KIND:
                continue
            kinds[kind] += 1
            todo.append(link)
    return len(done), told


def look() -> dict[str, Any]:
    """What stands in the county."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    wrong: list[str] = []
    seen = [walk(role, body, wrong) for role, body in SHOWN]
    client = Client(raise_request_exception=False)
    return {
        "rulebook": rules.current().id,
        "trial": rules.current().trial,
        "pages": sum(count for count, _ in seen),
        "told": all(said for _, said in seen),
        "wrong": wrong,
        "townships": Body.objects.filter(kind="county").count(),
        "departments": Body.objects.filter(standing="work_department").count(),
        "two_heads": Post.objects.filter(kind="party_leader").count(),
        "meetings": Meeting.objects.count(),
        "decisions": Decision.objects.count(),
        "papers": Incoming.objects.count(),
        "portal": client.get("/").headers.get("Location", ""),
        "hotline": client.get("/requests/").status_code,
    }


sys.stdout.write(json.dumps(look(), ensure_ascii=False) + "\n")
