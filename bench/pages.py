"""Pages and life cycles through HTTP at two sizes in one run: what grows with the archive, and by how much.

Both sizes are served at the same time, each by gunicorn with two processes of four threads, and asked in turn,
so that what else the machine does weighs on both alike. The number of unfinished cases is the same in both.
"""

from __future__ import annotations

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import psycopg

from bench import bulk, server, stores
from bench.client import Answer, Browser
from bench.figures import p95
from bench.stores import LARGE, MIDDLE, SMALL
from luoshi.ledger import keyring

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))  # answers of each page at each size, after the first looks
VARIANTS = 10  # different requests, callers or words that a page is asked for, at most
LIVES, AT_ONCE = 24, 4  # life cycles at each size, and people at work at the same time
UNIT = "chengguan"


def run(full: bool = False) -> dict[str, Any]:
    """Fill, serve, measure; returns milliseconds, writes a second and ratios large by small.

    full: the large size is 1,000,000 stored requests instead of 100,000.
    """
    own = server.start()
    sizes = [SMALL, LARGE if full else MIDDLE]
    filled = {size: stores.database(own, size) for size in sizes}
    with ExitStack() as stack:
        places = []
        for size in sizes:
            url = server.url_of(own, stores.name_of(size))
            places.append(Place(size, stack.enter_context(server.serving(url)), url))
        load = os.getloadavg()
        return {
            "stored": {f"{size:,}": filled[size] for size in sizes},
            "load of the machine before, 1 and 5 minutes": f"{load[0]:.1f}, {load[1]:.1f}",
            "pages, ms (median and p95 at both sizes; ratio large by small)": _pages(places),
            "life cycles through HTTP": _lives(places),
        }


class Place:
    """A size being served: its people signed in, and some of its rows to look at."""

    def __init__(self, size: int, port: int, url: str) -> None:
        from bench.lives import PASSWORD

        self.size, self.port, self.url, self.password = size, port, url, PASSWORD
        chance = random.Random(size)
        with psycopg.connect(url) as db:
            self.accounts = {
                (role, body): name
                for role, body, name in db.execute(
                    "SELECT r.code, b.code, u.username FROM organisation_grant g JOIN organisation_user u ON u.id = g.user_id"
                    " JOIN organisation_role r ON r.id = g.role_id JOIN organisation_body b ON b.id = g.body_id ORDER BY g.id DESC"
                )
            }
            self.unit = str(bulk.one(db, "SELECT id FROM organisation_body WHERE code = %s", UNIT))
            known = [
                row
                for (row,) in db.execute(
                    "SELECT matter_id FROM hotline_request TABLESAMPLE SYSTEM (20) WHERE same_as_id IS NULL LIMIT 2000"
                )
            ]
            self.requests = chance.sample(known, min(VARIANTS, len(known)))
            self.callers = db.execute(
                "SELECT c.name, c.mobile, r.content, m.title, m.number FROM hotline_contact c"
                " JOIN hotline_request r ON r.matter_id = c.request_id JOIN ledger_matter m ON m.id = c.request_id"
                " WHERE c.request_id = ANY(%s) AND c.mobile NOT LIKE %s", [self.requests, f"{keyring.PREFIX}%"],
            ).fetchall()  # fmt: skip
        self.people = {
            role: self.person(role, body)
            for role, body in (
                ("agent", "platform"),
                ("dispatcher", "platform"),
                ("liaison", UNIT),
                ("callback", "platform"),
            )
        }
        self.people["public"] = Browser(port)

    def person(self, role: str, body: str) -> Browser:
        """Somebody with a role, signed in."""
        return Browser(self.port).log_in(self.accounts[role, body], self.password)


@dataclass(frozen=True)
class Page:
    """A page to measure. ask: gets the browser, the place and the number of the turn."""

    name: str
    who: str
    ask: Callable[[Browser, Place, int], Answer]


def _get(*paths: str) -> Callable[[Browser, Place, int], Answer]:
    return lambda browser, place, turn: browser.get(paths[turn % len(paths)])


def _words(path: str, words: str, between: str = " ") -> Callable[[Browser, Place, int], Answer]:
    return _get(*[path + quote(word) for word in words.split(between)])


def _typing(part: str) -> Callable[[Browser, Place, int], Answer]:
    """A part of the console while a caller's words are typed."""

    def ask(browser: Browser, place: Place, turn: int) -> Answer:
        name, mobile, content, title, _ = place.callers[turn % len(place.callers)]
        data = {"name": name, "mobile": mobile, "content": content, "title": title}
        return browser.post(f"/console/{part}/", data, {"HX-Request": "true"})

    return ask


def _number(browser: Browser, place: Place, turn: int) -> Answer:
    return browser.get(f"/requests/?q={place.callers[turn % len(place.callers)][4]}")


def _detail(browser: Browser, place: Place, turn: int) -> Answer:
    return browser.get(f"/requests/{place.requests[turn % len(place.requests)]}/")


RARE = bulk.MARKS
COMMON = "小区 居民 路灯 噪声 暖气 油烟"
PAGES = [
    Page("request list", "dispatcher", _get("/requests/")),
    Page("request list, waiting for dispatch", "dispatcher", _get("/requests/?state=received")),
    Page("request list, being handled", "dispatcher", _get("/requests/?state=in_progress")),
    Page("request list, urgent", "dispatcher", _get("/requests/?urgency=urgent")),
    Page("request list, by channel and kind", "dispatcher", _get("/requests/?channel=web&kind=suggestion")),
    Page("request search, common words", "dispatcher", _words("/requests/?q=", COMMON)),
    Page("request search, a road", "dispatcher", _words("/requests/?q=", "崤山 黄河 虢国 涧河 甘棠 召公")),
    Page("request search, rare words", "dispatcher", _words("/requests/?q=", RARE)),
    Page(
        "request search, two words",
        "dispatcher",
        _words("/requests/?q=", "路灯 鸽棚|暖气 蜂箱|居民 卷闸门", "|"),
    ),
    Page("request search, waiting and a word", "dispatcher", _words("/requests/?state=received&q=", COMMON)),
    Page("request search, a number", "dispatcher", _number),
    Page("request, its page", "dispatcher", _detail),
    Page("agent's console", "agent", _get("/console/")),
    Page("agent's likely repeats", "agent", _typing("caller")),
    Page("agent's suggested units", "agent", _typing("units")),
    Page("dispatch list of a unit", "liaison", _get("/dispatches/")),
    Page("dispatch list of a unit, to be signed", "liaison", _get("/dispatches/?state=sent")),
    Page("dispatch search of a unit, common words", "liaison", _words("/dispatches/?q=", COMMON)),
    Page("dispatch search of a unit, rare words", "liaison", _words("/dispatches/?q=", RARE)),
    Page("worklist of a unit", "liaison", _get("/work/")),
    Page("worklist of the dispatchers", "dispatcher", _get("/work/")),
    Page("call-back queue", "callback", _get("/callbacks/")),
    Page("voluntary list", "liaison", _get("/voluntary/")),
    Page("published list", "public", _get("/published/")),
    Page("published search, common words", "public", _words("/published/?q=", COMMON)),
    Page("published search, rare words", "public", _words("/published/?q=", RARE)),
    Page(
        "knowledge while typing",
        "agent",
        _words("/knowledge/suggest/?q=", "公积金 医保 身份证 居住证 公交卡 路灯"),
    ),
]


def _pages(places: list[Place]) -> dict[str, Any]:
    """Each page in turn at each size; the order within a turn changes, so that none always comes first.

    The first look at each variant of a page (what lies on disk is read) is told apart from the later ones.
    """
    found = {}
    for page in PAGES:
        first: dict[int, list[float]] = {place.size: [] for place in places}
        later: dict[int, list[float]] = {place.size: [] for place in places}
        for turn in range(VARIANTS + ROUNDS):
            for place in places if turn % 2 else reversed(places):
                answer = page.ask(place.people[page.who], place, turn)
                if answer.status != 200:
                    raise RuntimeError(f"{page.name}: {answer.status} at {place.size}")
                (first if turn < VARIANTS else later)[place.size].append(answer.seconds * 1000)
        small, large = (later[place.size] for place in places)
        found[page.name] = {
            "small": _spread(small),
            "large": _spread(large),
            "ratio_median": round(statistics.median(large) / statistics.median(small), 2),
            "ratio_p95": round(p95(large) / p95(small), 2),
            "first looks, longest": " / ".join(f"{max(first[place.size]):.0f}" for place in places),
        }
        print(f"  {page.name}: {found[page.name]}", flush=True)
    return found


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} median, {p95(values):.1f} p95, {max(values):.1f} most"


STEPS: list[tuple[str, str, str, dict[str, str]]] = [
    ("dispatch", "dispatcher", "request", {"mode": "sole", "unit": "", "instruction": "请核实处理并按时答复",
                                           "principle": "competence", "urgency": "routine"}),
    ("sign", "liaison", "dispatch", {}),
    ("hand_over", "liaison", "dispatch", {"handler": "业务科室", "opinion": "请核实办理"}),
    ("contact", "liaison", "dispatch", {"note": "已电话核实情况"}),
    ("report_preliminary", "liaison", "dispatch", {"opinion": "情况属实,已安排处理"}),
    ("draft", "liaison", "dispatch", {"handling": "已到现场核实并完成处理", "problems": "无", "measures": "每周巡查两次"}),
    ("submit", "unit_leader", "dispatch", {}),
    ("pass", "reviewer", "dispatch", {"note": "审核通过"}),
    ("feed_back", "callback", "request", {"text": "您反映的问题已经处理完毕"}),
    ("call_back", "callback", "request", {"contacted": "yes", "conduct": "satisfied", "result": "satisfied",
                                          "opinion": "无", "suggestion": "无"}),
]  # fmt: skip
WORKERS = {"agent": "platform", "dispatcher": "platform", "liaison": UNIT, "unit_leader": UNIT, "reviewer": "platform",
           "callback": "platform"}  # fmt: skip


def _lives(places: list[Place]) -> dict[str, Any]:
    """Whole lives of requests: each step a form handed in, four people at work at once, the sizes in turn."""
    taken: dict[int, list[tuple[str, float]]] = {place.size: [] for place in places}
    rates: dict[int, list[float]] = {place.size: [] for place in places}
    teams = {place.size: [team(place) for _ in range(AT_ONCE)] for place in places}
    for turn, batch in enumerate(range(0, LIVES, AT_ONCE)):
        for place in places if turn % 2 else reversed(places):
            began = time.perf_counter()
            with ThreadPoolExecutor(AT_ONCE) as pool:
                lives = pool.map(life, [place] * AT_ONCE, range(batch, batch + AT_ONCE), teams[place.size])
                done = [step for life in lives for step in life]
            rates[place.size].append(len(done) / (time.perf_counter() - began))
            taken[place.size] += done
    return {
        **{f"{size:,}": _summary(taken[size], rates[size]) for size in taken},
        "ratio_p95": round(_p95_of(taken[places[-1].size]) / _p95_of(taken[places[0].size]), 2),
        "ratio_median": round(_median_of(taken[places[-1].size]) / _median_of(taken[places[0].size]), 2),
    }


def _p95_of(steps: list[tuple[str, float]]) -> float:
    return p95([seconds for _, seconds in steps])


def _median_of(steps: list[tuple[str, float]]) -> float:
    return statistics.median(seconds for _, seconds in steps)


def _summary(steps: list[tuple[str, float]], rates: list[float]) -> dict[str, Any]:
    by_step: dict[str, list[float]] = {}
    for name, seconds in steps:
        by_step.setdefault(name, []).append(seconds * 1000)
    return {
        "writes a second": f"{statistics.median(rates):.1f} median of {len(rates)}, {min(rates):.1f} to {max(rates):.1f}",
        "one write, ms": _spread([seconds * 1000 for _, seconds in steps]),
        "median by step, ms": {name: round(statistics.median(values), 1) for name, values in by_step.items()},
    }


def team(place: Place) -> dict[str, Browser]:
    """Everybody whom a request needs. They share the sessions of their accounts: cookies are the same, lines not."""
    return {
        role: Browser(place.port, dict(_signed(place, role, body).cookies)) for role, body in WORKERS.items()
    }


def _signed(place: Place, role: str, body: str) -> Browser:
    if role not in place.people:
        place.people[role] = place.person(role, body)
    return place.people[role]


def life(place: Place, number: int, team: dict[str, Browser]) -> list[tuple[str, float]]:
    """One request from registering to call-back; returns the steps with their seconds."""
    taken = []
    for name, answer in living(place, number, team):
        if answer.status != 302:
            raise RuntimeError(f"{name} was refused: {answer.status}")
        taken.append((name, answer.seconds))
    return taken


def living(place: Place, number: int, team: dict[str, Browser]) -> Iterator[tuple[str, Answer]]:
    """The steps of a request's life, each taken when it is asked for; after one that was refused there is no next."""
    data = {"channel": "phone", "kind": "help", "urgency": "routine", "wants_public": "on", "title": "路灯不亮",
            "content": f"甘棠路中段第{number}号灯杆的路灯不亮,晚上看不清路。", "name": "虞听澜",
            "mobile": f"198{number:08d}", "place": "甘棠路"}  # fmt: skip
    answer = team["agent"].post("/console/", data)
    yield "register", answer
    if answer.status != 302:
        return
    pk = int(answer.location.partition("last=")[2].partition("&")[0])
    unit: int | None = None
    for code, role, kind, form in STEPS:
        filled = {**form, "unit": place.unit} if "unit" in form else form
        path = f"/requests/{pk}/do/{code}/" if kind == "request" else f"/dispatches/{unit}/do/{code}/"
        answer = team[role].post(path, filled)
        yield code, answer
        if answer.status != 302:
            return
        if code == "dispatch":
            with psycopg.connect(place.url) as db:
                unit = int(bulk.one(db, "SELECT matter_id FROM hotline_dispatch WHERE request_id = %s", pk))
