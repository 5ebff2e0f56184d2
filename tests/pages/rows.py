"""Opens a demo city's pages as everybody whose rows the database confines, with its row policies and without.

A page that leaves the filtering to the policies, or that counts rows which they hide, says something else with them than
without. Runs in a process of its own with Django set up; prints JSON: how many pages were opened, and those that differ.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections import defaultdict

from django.conf import settings
from django.test import Client
from django.test.utils import override_settings

from luoshi.demo.city import SHOWN
from luoshi.organisation.access import READS_ALL
from luoshi.organisation.selectors import actor_for
from tests.pages.crawl import BACKEND, BEGIN, Visit, person, walk

OF_THE_MOMENT = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"|data-now="[^"]*"')


def said(client: Client, path: str, *, rows: bool) -> list[str]:
    """The status and the lines of a page, without what is another each time."""
    with override_settings(ROW_SECURITY=rows):
        answer = client.get(path)
    text = OF_THE_MOMENT.sub("", answer.getvalue().decode(errors="replace"))
    return [str(answer.status_code), *text.splitlines()]


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
    opened, different = 0, []
    for who, client in people.items():
        found: dict[str, list[Visit]] = defaultdict(list)
        walk(who, client, BEGIN.get(who, ("/work/", "/account/")), found)
        paths = [visit.path for visits in found.values() for visit in visits if visit.html]
        opened += len(paths)
        for path in paths:
            with_them, without = said(client, path, rows=True), said(client, path, rows=False)
            if with_them != without and said(client, path, rows=True) == with_them:
                lines = difflib.unified_diff(without, with_them, "without", "with", n=0, lineterm="")
                different.append({"who": who, "path": path, "lines": list(lines)[:12]})
        sys.stderr.write(f"{who or 'a visitor'}: {opened} pages so far, {len(different)} differ\n")
    sys.stdout.write(
        json.dumps({"people": sorted(people), "opened": opened, "different": different}, ensure_ascii=False)
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
