"""Request Tracker 5 from Debian, by its preforking server: its pages beside our pages, its REST 2 interface beside ours.

Its superuser is signed in, so that its checks of rights cost it nothing; its mails go into a file. Cases are
written by REST 2, which is quicker there than its forms.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import psycopg

from bench import server
from bench.client import Answer, Browser
from bench.peers.kept import Kept, make_own
from bench.peers.multiply import Table
from bench.peers.side import (
    BY_API,
    UNITS,
    WORDS,
    Ask,
    Missing,
    Steps,
    free_port,
    running,
)

PACKAGES = ["request-tracker5", "rt5-db-postgresql", "rt5-standalone", "w3m"]
PROGRAM = Path("/usr/share/request-tracker5/libexec/rt-server")
SETUP = "rt-setup-database-5"
ROLE = "rt_bench"
PASSWORD = "password"  # of root in its initial data
WORKERS = 4
CONFIG = """
Set($rtname, 'bench');
Set($Organization, 'bench');
Set($WebPath, '');
Set($WebDomain, '127.0.0.1');
Set($WebPort, $ENV{BENCH_PORT});
Set($WebBaseURL, "http://127.0.0.1:$ENV{BENCH_PORT}");
Set($Timezone, 'Asia/Shanghai');
Set($DatabaseType, 'Pg');
Set($DatabaseHost, $ENV{BENCH_HOST});
Set($DatabasePort, '');
Set($DatabaseUser, 'rt_bench');
Set($DatabaseAdmin, 'postgres');
Set($DatabasePassword, 'bench');
Set($DatabaseName, $ENV{BENCH_DATABASE});
Set($MailCommand, 'testfile');
Set($LogToFile, undef);
Set($LogToSyslog, undef);
Set($LogToSTDERR, 'critical');
Set($RestrictReferrer, 0);
1;
"""
ROLES = "SELECT id FROM groups WHERE domain = 'RT::Ticket-Role' AND instance IN ({root})"
TABLES = [
    Table("tickets", "t.id IN ({root})", "ticket", links=(("effectiveid", "ticket"),)),
    Table("groups", f"t.id IN ({ROLES})", "", links=(("id", "principal"), ("instance", "ticket"))),
    Table("principals", f"t.id IN ({ROLES})", "principal"),
    Table("groupmembers", f"t.groupid IN ({ROLES})", "member", links=(("groupid", "principal"),)),
    Table(
        "cachedgroupmembers",
        f"t.groupid IN ({ROLES})",
        "cached",
        links=(("groupid", "principal"), ("memberid", "principal"), ("immediateparentid", "principal"), ("via", "cached")),
    ),
    Table(
        "transactions",
        "t.objecttype = 'RT::Ticket' AND t.objectid IN ({root})",
        "transaction",
        links=(("objectid", "ticket"),),
    ),
    Table(
        "attachments",
        "t.transactionid IN (SELECT id FROM transactions WHERE objecttype = 'RT::Ticket' AND objectid IN ({root}))",
        "attachment",
        links=(("transactionid", "transaction"), ("parent", "attachment")),
    ),
]  # fmt: skip
KEPT = Kept("bench_rt", "tickets", "status IN ('new', 'open')", "due", TABLES)


def install() -> str:
    """Install it from Debian where it is missing; returns its version. Errors: Missing with the reason."""
    if not PROGRAM.exists():
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            raise Missing("Request Tracker 5 is not installed, and only root on Debian can install it")
        env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        answers = "request-tracker5 request-tracker5/dbconfig-install boolean false\n"
        subprocess.run(["debconf-set-selections"], input=answers, text=True, check=False)
        subprocess.run(["apt-get", "update", "-qq"], env=env, check=False)
        get = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]
        if subprocess.run(get, env=env, stdout=subprocess.DEVNULL, check=False).returncode:
            raise Missing("apt-get could not install Request Tracker 5")
    command = ["dpkg-query", "-W", "-f", "${Version}", "request-tracker5"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return f"Request Tracker {found or '5'}, Starlet"


def prepare(own: str, sizes: list[int]) -> dict[str, str]:
    """See that its databases stand with so many tickets each, copied from tickets lived through its interface."""
    folder = server.HOME / "rt"
    (folder / "none").mkdir(parents=True, exist_ok=True)
    (folder / "RT_SiteConfig.pm").write_text(CONFIG)
    return KEPT.prepare(own, sizes, _seed)


def _seed(own: str) -> None:
    server.drop(own, KEPT.seed)
    with psycopg.connect(own, autocommit=True) as db:
        if not db.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE]).fetchone():
            db.execute("CREATE ROLE rt_bench LOGIN PASSWORD 'bench'")
    command = [SETUP, "--action", "init", "--dba", "postgres", "--dba-password", ""]
    env = _environment(own, KEPT.seed, 80)
    done = subprocess.run(command, env=env, capture_output=True, text=True, input="\n", check=False)
    if done.returncode:
        raise Missing(f"{SETUP} failed: {done.stdout[-300:]} {done.stderr[-300:]}")
    with serving(own, KEPT.seed) as side:
        side.people()
        make_own(side)


@contextmanager
def serving(own: str, name: str) -> Iterator[Tracker]:
    """Its server on one of its databases."""
    port = free_port()
    command = [str(PROGRAM), "--server", "Starlet", "--host", "127.0.0.1", "--port", str(port),
               "--max-workers", str(WORKERS), "-E", "deployment"]  # fmt: skip
    with running(command, port, _environment(own, name, port), "/NoAuth/Login.html"):
        yield Tracker(port, KEPT.some(own, name))


class Tracker:
    """Request Tracker being served."""

    name = "Request Tracker"

    def __init__(self, port: int, tickets: list[int]) -> None:
        self.browser, self.tickets = Browser(port), tickets
        self.browser.get("/NoAuth/Login.html")
        self.browser.post("/NoAuth/Login.html", {"user": "root", "pass": PASSWORD})
        active = "Status = '__Active__'"
        today = dt.date.today()  # noqa: DTZ011 - the month that the chart counts
        month = f"Created >= '{today.replace(day=1)}'"
        chart = urlencode(
            {"Query": month, "GroupBy": "Queue", "ChartFunction": "COUNT", "ChartStyle": "table"}
        )
        self.asks: dict[str, Ask] = {
            "read one": self._seen,
            "list 25, by state": lambda turn: self._got(_page(active)),
            "list 25, by unit and state": lambda turn: self._got(_page(f"{active} AND Queue = '{UNITS[0]}'")),
            "overdue scan": lambda turn: self._got(_page(f"{active} AND Due < 'now'", "Due", "ASC")),
            BY_API[0]: self._read,
            BY_API[1]: lambda turn: self._got(_rows(active)),
            "monthly count per unit": lambda turn: self._got(f"/Search/Chart.html?{chart}"),
        }

    def people(self) -> None:
        """Queues of the units, and the people who call, before the first ticket."""
        for code in UNITS:
            self._send("/REST/2.0/queue", {"Name": code})
        for number in range(10):
            mail = f"caller{number}@example.invalid"
            self._send("/REST/2.0/user", {"Name": mail, "EmailAddress": mail, "Privileged": 0})

    def life(self, number: int) -> Steps:
        """A ticket in as many steps as a request of ours."""
        return self.live(number, steps=11)

    def live(self, number: int, steps: int) -> Steps:
        """A ticket with its first steps; every other one is overdue."""
        due = dt.datetime.now(dt.UTC) + dt.timedelta(days=5 if number % 2 else -1)
        made = {
            "Queue": UNITS[number % len(UNITS)], "Subject": f"路灯不亮{number}", "Content": WORDS,
            "Requestor": f"caller{number % 10}@example.invalid", "Due": f"{due:%Y-%m-%d %H:%M:%S}",
            "ContentType": "text/plain",
        }  # fmt: skip
        answer = self._send("/REST/2.0/ticket", made)
        pk = json.loads(answer.text)["id"]
        taken = [("create", answer.seconds)]
        for name, way, words in (
            ("dispatch", "", {"Owner": "root"}),
            ("sign", "comment", {"Content": "已签收", "Status": "open"}),
            ("hand over", "comment", {"Content": "交业务科室：请核实办理"}),
            ("contact", "comment", {"Content": "已电话核实情况"}),
            ("preliminary", "comment", {"Content": "情况属实，已安排处理"}),
            ("draft", "comment", {"Content": "已到现场核实并完成处理"}),
            ("submit", "comment", {"Content": "请审核"}),
            ("reply with state change", "correspond", {"Content": "已完成处理", "Status": "resolved"}),
            ("feed back", "comment", {"Content": "您反映的问题已经处理完毕"}),
            ("close", "comment", {"Content": "诉求人满意"}),
        )[: steps - 1]:
            path = f"/REST/2.0/ticket/{pk}/{way}" if way else f"/REST/2.0/ticket/{pk}"
            body = {**words, "ContentType": "text/plain"} if way else words
            answer = self._send(path, body, "POST" if way else "PUT")
            taken.append((name, answer.seconds))
        return taken

    def _seen(self, turn: int) -> float:
        """The page of a ticket, and its history, which the page fetches after."""
        pk = self.tickets[turn % len(self.tickets)]
        return self._got(f"/Ticket/Display.html?id={pk}") + self._got(f"/Helpers/TicketHistory?id={pk}")

    def _read(self, turn: int) -> float:
        """A ticket and its history: two answers."""
        pk = self.tickets[turn % len(self.tickets)]
        fields = urlencode({"fields": "Type,Creator,Created,Field,OldValue,NewValue,Data", "per_page": 100})
        return self._got(f"/REST/2.0/ticket/{pk}") + self._got(f"/REST/2.0/ticket/{pk}/history?{fields}")

    def _got(self, path: str) -> float:
        answer = self.browser.get(path)
        if answer.status != 200 or "NoAuth/Login" in answer.text[:3000]:
            raise RuntimeError(f"Request Tracker, {path}: {answer.status}")
        return answer.seconds

    def _send(self, path: str, what: dict[str, object], method: str = "POST") -> Answer:
        answer = self.browser.send(method, path, json.dumps(what), {"Content-Type": "application/json"})
        if answer.status not in (200, 201):
            raise RuntimeError(f"Request Tracker refused {path}: {answer.status} {answer.text[:200]}")
        return answer


def _page(query: str, by: str = "Created", way: str = "DESC") -> str:
    columns = "'__id__','__Subject__','__Status__','__QueueName__','__Created__','__Due__'"
    asked = {"Query": query, "OrderBy": by, "Order": way, "Rows": 25, "Format": columns}
    return f"/Search/Results.html?{urlencode(asked)}"


def _rows(query: str) -> str:
    fields = "Subject,Status,Queue,Created,Due"
    asked = {"query": query, "orderby": "Created", "order": "DESC", "per_page": 25, "fields": fields}
    return f"/REST/2.0/tickets?{urlencode(asked)}"


def _environment(own: str, name: str, port: int) -> dict[str, str]:
    folder = server.HOME / "rt"
    return {
        "PATH": os.environ["PATH"],
        "RT_SITE_CONFIG": str(folder / "RT_SiteConfig.pm"),
        "RT_SITE_CONFIG_DIR": str(folder / "none"),
        "BENCH_DATABASE": name,
        "BENCH_HOST": parse_qs(urlsplit(own).query)["host"][0],
        "BENCH_PORT": str(port),
    }
