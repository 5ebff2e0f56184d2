"""Every kind of page of a city that lives: few questions to the database, no dead end, light, and open to everybody.

The kinds are found by walking: everybody whom the demo names follows the links from the home page.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.pages.conftest import run

pytestmark = pytest.mark.slow

ROWS = Path(__file__).with_name("rows.py")
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TOP = "scrollTo({top: 0, behavior: 'instant'})"  # a page that goes to its first error is else met on the way there
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
MOST_QUERIES, MOST_ALIKE = 12, 2
FIRST_PAGE, WITH_CHARTS = 300_000, 700_000
KINDS = 200  # at least so many kinds of pages are reached; a walk that breaks off would show nothing wrong
PUBLIC_KINDS = 15
CONFINED = 1000  # pages that people without the right to read all requests open
WEIGHED = {
    "portal-home", "portal-ask", "published-list", "login", "home", "request-list", "request-new", "request-detail",
    "dispatch-detail", "assessment-league", "assessment-unit", "rule-detail", "organisation-list", "overview",
    "overview-city", "meeting-detail",
}  # fmt: skip
Visits = dict[str, list[dict[str, Any]]]


def pages(visits: Visits) -> dict[str, list[dict[str, Any]]]:
    """The pages that were shown, by URL name; downloads aside."""
    return {
        name: shown
        for name, some in visits.items()
        if (shown := [one for one in some if one["html"] and one["status"] == 200])
    }


def one_each(visits: Visits) -> list[tuple[str, dict[str, Any]]]:
    """One visit of each kind, by person."""
    found = [(name, shown[0]) for name, shown in pages(visits).items()]
    return sorted(found, key=lambda item: item[1]["who"])


def test_the_walk_reaches_the_kinds_of_pages_and_none_fails(visits: Visits) -> None:
    failed = [one["path"] for some in visits.values() for one in some if one["status"] >= 500]
    assert failed == []
    assert len(pages(visits)) >= KINDS


def test_no_link_leads_anybody_to_a_refusal(visits: Visits) -> None:
    refused = [
        f"{name}: {one['who']} {one['path']} from {one['source']}"
        for name, some in visits.items()
        for one in some
        if one["status"] == 403
    ]
    assert refused == []


def test_a_page_asks_the_database_at_most_twelve_times(visits: Visits) -> None:
    over = {}
    for name, shown in pages(visits).items():
        most = max(shown, key=lambda one: one["queries"])
        if most["queries"] > MOST_QUERIES:
            over[name] = f"{most['queries']}: {most['who']} {most['path']}"
    assert over == {}


def test_no_page_asks_the_same_question_for_row_after_row(visits: Visits) -> None:
    over = {}
    for name, shown in pages(visits).items():
        most = max(shown, key=lambda one: max(one["again"].values(), default=0))
        sql, times = Counter(most["again"]).most_common(1)[0] if most["again"] else ("", 0)
        if times > MOST_ALIKE:
            over[name] = f"{times} times on {most['path']}: {sql[:200]}"
    assert over == {}


def open_window(chromium: Any, served: str, width: int, *cookies: dict[str, str] | None) -> Any:
    """A window of the browser, signed in or not."""
    context = chromium.new_context(
        base_url=served, viewport={"width": width, "height": 900}, locale="zh-CN", service_workers="block"
    )
    context.set_default_timeout(60_000)
    if given := [cookie for cookie in cookies if cookie]:
        context.add_cookies(given)
    return context.new_page()


def weight(page: Any, path: str) -> int:
    """The bytes that travel for a first visit, as they travel: compressed, with headers."""
    travelled: list[int] = []
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda event: travelled.append(int(event["encodedDataLength"])))
    page.goto(path, wait_until="networkidle")
    return sum(travelled)


def test_a_first_page_is_light_and_one_with_charts_not_heavy(
    chromium: Any, served: str, visits: Visits, cookies: dict[str, dict[str, str]]
) -> None:
    heavy = {}
    for name, one in one_each(visits):
        if name not in WEIGHED:
            continue
        page = open_window(chromium, served, 1440, cookies.get(one["who"]))
        found = weight(page, one["path"])
        charts = page.locator("script[src*=echarts]").count() > 0
        page.context.close()
        if not 0 < found < (WITH_CHARTS if charts else FIRST_PAGE):
            heavy[name] = found
    assert heavy == {}


def troubles_of(page: Any, path: str, checker: str) -> list[str]:
    """What axe-core finds serious or critical on a page, and how far it stands out sideways."""
    page.goto(path)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.evaluate(TOP)
    page.evaluate(checker)
    result = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", WCAG)
    found = [
        f"{item['id']} ×{len(item['nodes'])}: {item['nodes'][0]['html'][:160]}"
        for item in result["violations"]
        if item["impact"] in {"serious", "critical"}
    ]
    return found + ([f"{over} px too wide"] if over > 0 else [])


@pytest.fixture(scope="module")
def checker() -> str:
    """The code of axe-core."""
    if not AXE.exists():
        pytest.skip("no axe-core: run `make assets`")
    return AXE.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [1440, 375])
def test_no_kind_of_page_shuts_anybody_out_or_stands_out_sideways(
    chromium: Any, served: str, visits: Visits, cookies: dict[str, dict[str, str]], width: int, checker: str
) -> None:
    troubles: dict[str, list[str]] = {}
    windows: dict[str, Any] = {}
    for name, one in one_each(visits):
        who = one["who"]
        if who not in windows:
            for earlier in windows.values():
                earlier.context.close()
            windows = {who: open_window(chromium, served, width, cookies.get(who))}
        if found := troubles_of(windows[who], one["path"], checker):
            troubles[f"{name} {one['path']} ({who})"] = found
    for page in windows.values():
        page.context.close()
    assert troubles == {}


@pytest.mark.parametrize("width", [1440, 375])
def test_no_public_page_in_large_print_shuts_anybody_out_or_stands_out_sideways(
    chromium: Any, served: str, visits: Visits, width: int, checker: str
) -> None:
    public = [(name, one["path"]) for name, one in one_each(visits) if not one["who"]]
    assert len(public) >= PUBLIC_KINDS
    page = open_window(chromium, served, width, {"name": "ls_view", "value": "elder", "url": served})
    page.goto("/portal/")
    assert page.locator("html.ls-elder").count() == 1
    troubles = {name: found for name, path in public if (found := troubles_of(page, path, checker))}
    page.context.close()
    assert troubles == {}


def test_pages_say_the_same_with_the_row_policies_of_the_database_and_without(home: Path) -> None:
    """A page that filters by the policies alone, or counts what they hide, is found by the difference."""
    begin = "import runpy; from luoshi.cli import use_django; use_django()"
    told = run(home, "-c", f"{begin}; runpy.run_path({str(ROWS)!r}, run_name='__main__')")
    found: dict[str, Any] = json.loads(told)
    assert found["different"] == []
    assert len(found["restless"]) * 20 < found["opened"]  # a clock, examples by chance, a minute that went by
    assert len(found["people"]) >= 10
    assert found["opened"] >= CONFINED
