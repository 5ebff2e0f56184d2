"""django-helpdesk in a virtual environment of its own, through its own pages with somebody signed in.

Reading and listing by its REST API loads every ticket there is first (TicketViewSet.get_queryset); its pages do not,
so that the pages are what is measured here, and the API's list stands beside them. A list is a page whose script asks
for its rows: both count.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from bench import server
from bench.client import Answer, Browser
from bench.peers.kept import Kept, make_own
from bench.peers.multiply import Table
from bench.peers.side import BY_API, UNITS, WORDS, Ask, Steps, free_port, running

VENV = server.HOME / "helpdesk"
LOCK = Path("requirements/helpdesk.txt")
SITE = Path(__file__).parent / "site"  # alone on its path: this module has the name of its package
USER, PASSWORD = "bench", "Bench-helpdesk-12345"
TABLES = [
    Table("helpdesk_ticket", "t.id IN ({root})", "ticket", links=(("merged_to_id", "ticket"),)),
    Table("helpdesk_followup", "t.ticket_id IN ({root})", "followup", links=(("ticket_id", "ticket"),)),
    Table(
        "helpdesk_ticketchange",
        "t.followup_id IN (SELECT id FROM helpdesk_followup WHERE ticket_id IN ({root}))",
        "change",
        links=(("followup_id", "followup"),),
    ),
    Table("helpdesk_ticketcc", "t.ticket_id IN ({root})", "cc", links=(("ticket_id", "ticket"),)),
]
KEPT = Kept("bench_helpdesk", "helpdesk_ticket", "status IN (1, 2, 6)", "due_date", TABLES)
PEOPLE = """
import django; django.setup()
from django.contrib.auth import get_user_model
from helpdesk.models import Queue
get_user_model().objects.create_superuser("{user}", "bench@example.invalid", "{password}")
for number, code in enumerate({units!r}, 1):
    Queue.objects.create(title=code, slug=code[:9] + str(number))
"""


def install() -> str:
    """Install it where it is not installed as locked; returns its version."""
    mark = VENV / "installed.txt"
    if not mark.exists() or mark.read_text() != LOCK.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
        pip = [
            str(VENV / "bin/python"),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-input",
        ]
        subprocess.run([*pip, "--require-hashes", "-r", str(LOCK)], check=True)
        mark.write_text(LOCK.read_text())
    found = re.search(r"^django-helpdesk==(\S+)", LOCK.read_text(), re.MULTILINE)
    return f"django-helpdesk {found[1]}, gunicorn" if found else "django-helpdesk"


def prepare(own: str, sizes: list[int]) -> dict[str, str]:
    """See that its databases stand with so many tickets each, copied from tickets lived through its pages."""
    return KEPT.prepare(own, sizes, _seed)


def _seed(own: str) -> None:
    server.create(own, KEPT.seed)
    _manage(own, KEPT.seed, "migrate", "-v", "0")
    _manage(own, KEPT.seed, "loaddata", "-v", "0", "emailtemplate.json")
    people = PEOPLE.format(user=USER, password=PASSWORD, units=UNITS)
    subprocess.run([str(VENV / "bin/python"), "-c", people], env=_environment(own, KEPT.seed), check=True)
    with serving(own, KEPT.seed) as side:
        make_own(side)


@contextmanager
def serving(own: str, name: str) -> Iterator[Helpdesk]:
    """Its pages on one of its databases, by as many gunicorn processes and threads as ours."""
    port = free_port()
    command = [
        str(VENV / "bin/gunicorn"), "django.core.wsgi:get_wsgi_application()", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--worker-class", "gthread", "--timeout", "300", "--keep-alive", "75", "--log-level", "error",
    ]  # fmt: skip
    with running(command, port, _environment(own, name), "/login/"):
        with psycopg.connect(server.url_of(own, name)) as db:
            queues = db.execute("SELECT id FROM helpdesk_queue ORDER BY id").fetchall()
        yield Helpdesk(port, [pk for (pk,) in queues], KEPT.some(own, name))


class Helpdesk:
    """django-helpdesk being served."""

    name = "django-helpdesk"

    def __init__(self, port: int, queues: list[int], tickets: list[int]) -> None:
        self.browser = Browser(port).log_in(USER, PASSWORD)
        self.queues, self.tickets = queues, tickets
        open_ones = {"status__in": [1, 2, 6]}
        newest = {"sorting": "created", "sortreverse": "1"}
        listed = _list({"filtering": open_ones, **newest})
        of_unit = _list({"filtering": {**open_ones, "queue__id__in": queues[:1]}, **newest})
        due = _list({"filtering": open_ones, "sorting": "due_date"})
        self.asks: dict[str, Ask] = {
            "read one": lambda turn: self._got(f"/tickets/{self.tickets[turn % 10] if self.tickets else 0}/"),
            "list 25, by state": lambda turn: self._listed(listed),
            "list 25, by unit and state": lambda turn: self._listed(of_unit),
            "overdue scan": lambda turn: self._listed(due),
            "monthly count per unit": lambda turn: self._got("/reports/queuemonth/"),
            BY_API[1]: lambda turn: self._got("/api/tickets/?status=1,2,6"),
        }

    def life(self, number: int) -> Steps:
        """A ticket in as many steps as a request of ours."""
        return self.live(number, steps=11)

    def live(self, number: int, steps: int) -> Steps:
        """A ticket with its first steps; every other one is overdue."""
        queue = str(self.queues[number % len(self.queues)])
        days = 5 if number % 2 else -1
        due = f"{dt.datetime.now(dt.UTC) + dt.timedelta(days=days):%Y-%m-%d %H:%M:%S}"
        kept = {"queue": queue, "title": f"路灯不亮{number}", "priority": "3", "due_date": due}
        form = {
            **kept,
            "body": WORDS,
            "submitter_email": f"caller{number % 10}@example.invalid",
            "assigned_to": "",
        }
        answer = self._done(self.browser.post("/tickets/submit/", form))
        pk = _number(answer)
        taken = [("create", answer.seconds)]
        for name, change in (
            ("dispatch", {"owner": "1", "comment": "请核实处理并按时答复", "new_status": "1"}),
            ("sign", {"comment": "已签收", "new_status": "1"}),
            ("hand over", {"comment": "交业务科室：请核实办理", "new_status": "1"}),
            ("contact", {"comment": "已电话核实情况", "new_status": "1"}),
            ("preliminary", {"comment": "情况属实，已安排处理", "new_status": "1"}),
            ("draft", {"comment": "已到现场核实并完成处理", "new_status": "1"}),
            ("submit", {"comment": "请审核", "new_status": "1"}),
            ("reply with state change", {"comment": "已完成处理", "new_status": "3", "public": "1"}),
            ("feed back", {"comment": "您反映的问题已经处理完毕", "new_status": "3", "public": "1"}),
            ("close", {"comment": "诉求人满意", "new_status": "4"}),
        )[: steps - 1]:
            answer = self._done(self.browser.post(f"/tickets/{pk}/update/", {**kept, **change}))
            taken.append((name, answer.seconds))
        return taken

    def _listed(self, rows: str) -> float:
        """What a browser fetches for a list: the page, and the rows that its script asks for."""
        return self._got("/tickets/") + self._got(rows)

    def _got(self, path: str) -> float:
        answer = self.browser.get(path)
        if answer.status != 200:
            raise RuntimeError(f"django-helpdesk, {path}: {answer.status}")
        return answer.seconds

    def _done(self, answer: Answer) -> Answer:
        if answer.status != 302:
            raise RuntimeError(f"django-helpdesk refused a form: {answer.status}")
        return answer


def _number(answer: Answer) -> int:
    """The ticket's id out of the address that its form led to."""
    parts = urlsplit(answer.location)
    numbers = re.findall(r"/tickets/(\d+)/", parts.path) or parse_qs(parts.query).get("ticket", [])
    return int(re.sub(r"\D", "", numbers[0]))


def _list(query: dict[str, object]) -> str:
    asked = base64.b64encode(json.dumps({"search_string": "", **query}).encode()).decode()
    return f"/datatables_ticket_list/{asked}?draw=1&start=0&length=25"


def _manage(own: str, name: str, *words: str) -> None:
    command = [str(VENV / "bin/python"), "-m", "django", *words]
    subprocess.run(command, env=_environment(own, name), check=True)


def _environment(own: str, name: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SITE.resolve()),
        "DJANGO_SETTINGS_MODULE": "helpdesk_site",
        "BENCH_DATABASE": name,
        "BENCH_HOST": parse_qs(urlsplit(own).query)["host"][0],
        "BENCH_SECRET": PASSWORD,
        "BENCH_MEDIA": str(server.HOME / "helpdesk-media"),
    }
