"""A real browser for the slow tests: Debian's Chromium driven by Playwright, at desk and phone width.

The browser is looked for at LUOSHI_CHROMIUM and then under its usual names; without one the tests are
skipped with the reason. Errors in the console (and so every breach of the content security policy) fail
the test that met them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import owe

__all__ = ["owe"]  # what a body owes, for the browser tests too

# Playwright's synchronous interface runs an event loop in this thread, which Django takes for async code
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

DESK, PHONE = 1440, 375
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is slow."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser process for the whole session."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = (os.environ.get("LUOSHI_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("no Chromium: run `make browser`")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def provoked() -> list[str]:
    """Words of the errors in the console that a test provokes on purpose."""
    return []


@pytest.fixture
def visit(
    chromium: Any, live_server: Any, bodies: dict[str, Any], settings: Any, provoked: list[str]
) -> Iterator[Callable[..., Any]]:
    """visit("/work/", role="liaison", body="chengguan", width=375, javascript=False): an open page.

    Without a role nobody is signed in. Each call is a browser of its own, so one test can be several people.
    """
    from luoshi.ledger.services import owing

    owing.forget_platform()
    contexts: list[Any] = []
    troubles: list[str] = []

    def open_page(
        path: str = "/", *, role: str = "", body: str = "", width: int = DESK, javascript: bool = True
    ) -> Any:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": 900 if width > PHONE else 760},
            java_script_enabled=javascript,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",  # what a page asks goes by the routes of the tests
        )
        context.set_default_timeout(30_000)  # CI machines are slow and shared
        contexts.append(context)
        if role:
            context.add_cookies([_session_cookie(role, body, live_server.url, settings)])
        page = context.new_page()
        page.on("console", lambda message: _is_trouble(message, page) and troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    unforeseen = [one for one in troubles if not any(words in one for words in provoked)]
    assert not unforeseen, f"the browser's console: {unforeseen}"


def _is_trouble(message: Any, page: Any) -> bool:
    """An error in the console, except that the page itself was answered with an error on purpose."""
    own = message.text.startswith("Failed to load resource") and message.location.get("url") == page.url
    return message.type == "error" and not own


def _session_cookie(role: str, body: str, url: str, settings: Any) -> dict[str, str]:
    """The cookie of a session in which the first account with this role is signed in."""
    from django.test import Client

    from luoshi.organisation.models import Grant

    grants = Grant.objects.filter(role__code=role).select_related("user").order_by("id")
    if body:
        grants = grants.filter(body__code=body)
    grant = grants.first()
    assert grant is not None, f"no account with role {role} at {body}"
    client = Client()
    client.force_login(grant.user)
    return {
        "name": settings.SESSION_COOKIE_NAME,
        "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": url,
    }


@pytest.fixture
def fits() -> Callable[[Any], None]:
    """fits(page): nothing sticks out sideways, whatever the width."""

    def check(page: Any) -> None:
        page.wait_for_load_state()
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{page.url} is {over} px too wide"

    return check
