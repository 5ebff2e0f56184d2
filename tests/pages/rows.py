"""Opens a demo city's pages as everybody whose rows the database confines, with its row policies and without.

A page that leaves the filtering to the policies, or that counts rows which they hide, says something else with them than
without. Runs in a process of its own with Django set up; prints JSON: how many pages were opened, those that differ, and those
that say something else each time, so that nothing can be said of them.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections import defaultdict
from urllib.parse import urldefrag, urljoin

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from luoshi.demo.city import SHOWN
from luoshi.organisation.access import CITY, READS_ALL
from luoshi.organisation.selectors import actor_for
from tests.pages.crawl import BACKEND, BEGIN, Links, Visit, name_of, person, walk

OF_THE_MOMENT = re.compile(
    r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"|name="server-time" content="[^"]*"'
)
MOST_LISTS = 60  # lists behind the figures of the whole city that each person opens


def said(client: Client, path: str, *, rows: bool) -> list[str]:
    """The status and the lines of a page, without what is another each time."""
    with override_settings(ROW_SECURITY=rows):
        answer = client.get(path)
    text = OF_THE_MOMENT.sub("", answer.getvalue().decode(errors="replace"))
    return [str(answer.status_code), *text.splitlines()]


def behind(client: Client, paths: list[str]) -> list[str]:
    """Some of the lists to which the figures of the whole city on these pages lead, spread over all of them."""
    found: dict[str, None] = {}
    for path in paths:
        reader = Links()
        reader.feed(client.get(path).getvalue().decode(errors="replace"))
        known = (urldefrag(urljoin(path, link)).url for link in reader.found)
        found.update(dict.fromkeys(link for link in known if "?" in link and name_of(link) in CITY))
    every = max(1, len(found) // MOST_LISTS)
    return list(found)[::every]


def main() -> int:
    """Compare as everybody whom the demo names, and as a visitor."""
    if not settings.ROW_SECURITY:
        raise SystemExit("the row policies are off: set LUOSHI_ROW_SECURITY=1")
    people = {"": Client(raise_request_exception=False)}
    for role, body in SHOWN:
        user = person(role, body)
        if user.username not in people and not actor_for(user=user).can(READS_ALL):
            client = people[user.username] = Client(raise_request_exception=False)
            client.force_login(user, BACKEND)
            client.get("/account/")  # the first page of a session writes it
    opened, different, restless = 0, [], []
    for who, client in people.items():
        visits: dict[str, list[Visit]] = defaultdict(list)
        walk(who, client, BEGIN.get(who, ("/work/", "/account/")), visits)
        paths = [visit.path for some in visits.values() for visit in some if visit.html]
        paths += behind(client, [path for path in paths if name_of(path) in CITY])
        opened += len(paths)
        for path in paths:
            with_them, without = said(client, path, rows=True), said(client, path, rows=False)
            if with_them == without:
                continue
            if said(client, path, rows=True) != with_them:
                restless.append(name_of(path))
                continue
            lines = difflib.unified_diff(without, with_them, "without", "with", n=0, lineterm="")
            different.append({"who": who, "path": path, "lines": list(lines)[:12]})
        sys.stderr.write(f"{who or 'a visitor'}: {opened} pages so far, {len(different)} differ\n")
    found = {"people": sorted(people), "opened": opened, "different": different, "restless": restless}
    sys.stdout.write(json.dumps(found, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
