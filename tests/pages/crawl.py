"""Walks a demo city as each of its people: opens what the pages link to, and counts what each page asks the database.

Runs in a process of its own with Django set up; prints JSON: for every URL name the visits (who, path, status, number of
queries, bytes, and the statements asked more than once with how often), and the session of each person.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict, deque
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve

from luoshi.demo.city import SHOWN
from luoshi.organisation.models import Grant, User

BACKEND = "luoshi.organisation.backends.LockoutBackend"
ALL, LISTS = 3, 5  # how many pages of a kind all people together open: about one thing, and lists
LITERAL = re.compile(r"'(?:[^']|'')*'(?:::[a-z ]+)?|\b\d+\b")
VALUES = re.compile(r"\((?:\s*\?\s*,?)+\)")
TOLD_ONCE = "PREPARE "  # a connection is told a statement once, whatever page is the first to need it
BEGIN = {"": ("/portal/", "/deadlines/", "/login/")}


@dataclass(frozen=True, slots=True)
class Visit:
    """One page, opened by one person."""

    who: str
    path: str
    status: int
    queries: int
    bytes: int
    again: dict[str, int]
    html: bool
    source: str


class Links(HTMLParser):
    """The addresses that a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(str(given["href"]))


def shape(sql: str) -> str:
    """A statement without its values, so that the same question about another row looks the same."""
    return VALUES.sub("(?)", LITERAL.sub("?", sql))


def name_of(path: str) -> str:
    """The name of the URL, or nothing where the path is not one of ours."""
    try:
        return resolve(urlsplit(path).path).url_name or ""
    except Resolver404:
        return ""


def opened(client: Client, who: str, path: str, source: str) -> tuple[Visit, list[str]]:
    """Open a page: what it cost, and where it leads."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
        body = answer.getvalue()
    questions = [one["sql"] for one in asked if not one["sql"].startswith(TOLD_ONCE)]
    counts = Counter(map(shape, questions))
    again = {sql: number for sql, number in counts.items() if number > 1}
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    visit = Visit(who, path, answer.status_code, len(questions), len(body), again, html, source)
    links: list[str] = []
    if html:
        reader = Links()
        reader.feed(body.decode())
        links = [urldefrag(urljoin(path, link)).url for link in reader.found]
    return visit, links


def worth(path: str, name: str, mine: set[str], all_visits: list[Visit]) -> bool:
    """Whether a person opens it: each kind once, and a few of each kind by all people together."""
    if not name or name in mine:
        return False
    if "?" in path:
        return not any("?" in visit.path for visit in all_visits)
    return len(all_visits) < (ALL if re.search(r"\d", path) else LISTS)


def walk(who: str, client: Client, begin: tuple[str, ...], found: dict[str, list[Visit]]) -> None:
    """What one person reaches by links."""
    known, mine = set(begin), set[str]()
    waiting = deque((path, "") for path in begin)
    while waiting:
        path, source = waiting.popleft()
        name = name_of(path)
        if path not in begin and not worth(path, name, mine, found[name]):
            continue
        mine.add(name)
        visit, links = opened(client, who, path, source)
        found[name].append(visit)
        for link in links:
            if link.startswith("/") and link not in known:
                known.add(link)
                waiting.append((link, path))


def person(role: str, body: str) -> User:
    """The first account with this role at this body."""
    return Grant.objects.filter(role__code=role, body__code=body).order_by("id")[0].user


def main() -> int:
    """Walk as everybody whom the demo names, and as a visitor."""
    found: dict[str, list[Visit]] = defaultdict(list)
    people = {"": Client(raise_request_exception=False)}
    for role, body in SHOWN:
        user = person(role, body)
        if user.username in people:
            continue
        client = people[user.username] = Client(raise_request_exception=False)
        client.force_login(user, BACKEND)
        client.get("/account/")  # the first page of a session writes it
    for who, client in people.items():
        walk(who, client, BEGIN.get(who, ("/work/", "/account/")), found)
        sys.stderr.write(f"{who or 'a visitor'}: {sum(map(len, found.values()))} pages so far\n")
    visits = {name: [asdict(visit) for visit in some] for name, some in found.items() if some}
    cookie = settings.SESSION_COOKIE_NAME
    cookies = {
        who: client.cookies[cookie].value for who, client in people.items() if cookie in client.cookies
    }
    answer = {"visits": visits, "cookie": cookie, "sessions": cookies}
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
