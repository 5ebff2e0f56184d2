"""Somebody at a real browser who does what tests.office.walker.Walker does: opens pages, fills in forms, presses buttons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from luoshi.organisation.models import User
from tests.office.walker import Form, Page, Walker, chosen

TAKES_FILES = {"file"}
TICKED = {"checkbox", "radio"}


class Desk:
    """A kind of browser (width, with or without script) at which several people work, each with an own window."""

    def __init__(self, chromium: Any, url: str, *, width: int, javascript: bool) -> None:
        self.chromium, self.url, self.width, self.javascript = chromium, url, width, javascript
        self.contexts: dict[str, Any] = {}
        self.troubles: list[str] = []

    def window(self, username: str) -> tuple[Any, bool]:
        """A further tab of somebody's browser, and whether that browser was opened for it."""
        fresh = username not in self.contexts
        if fresh:
            self.contexts[username] = self._browser()
        page = self.contexts[username].new_page()
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        return page, fresh

    def _browser(self) -> Any:
        context = self.chromium.new_context(
            base_url=self.url,
            viewport={"width": self.width, "height": 900},
            java_script_enabled=self.javascript,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            service_workers="block",
        )
        context.set_default_timeout(60_000)
        return context

    def hand(self, username: str) -> Hand:
        """Somebody who sits down here."""
        return Hand(username, self)

    def close(self) -> None:
        """Everybody leaves; nothing broke in any page's script."""
        for context in self.contexts.values():
            context.close()
        assert not self.troubles, self.troubles


class Hand(Walker):
    """Somebody signed in, by the browser. Fields are filled and buttons pressed as they stand on the page."""

    def __init__(self, username: str, desk: Desk) -> None:
        self.username, self.desk, self.page = username, desk, Page("", 0, "")
        self.tab, fresh = desk.window(username)
        if fresh:
            self._sign_in()

    def _sign_in(self) -> None:
        client = Client()
        client.force_login(User.objects.get(username=self.username))
        name = settings.SESSION_COOKIE_NAME
        self.tab.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": self.desk.url}]
        )

    def open(self, url: str) -> Page:
        """Open a page; it must be there, and nothing on it stands out sideways."""
        answer = self.tab.goto(url)
        if "/login/" in self.tab.url:  # away for too long
            self._sign_in()
            answer = self.tab.goto(url)
        page = self._see(answer)
        assert page.status == 200, f"{self.username} {url}: {page.status}\n{page.text[-800:]}"
        over = self.tab.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0, f"{url} is {over} px too wide at {self.desk.width}"
        return page

    def _see(self, answer: Any) -> Page:
        path = self.tab.url.removeprefix(self.desk.url)
        self.page = Page(path, answer.status if answer else 200, self.tab.content())
        return self.page

    def try_press(self, button: str, url: str = "", **values: Any) -> Page:
        """Press a button, whatever comes of it. What the browser itself would refuse is left to the server."""
        if url:
            self.open(url)
        form = self.page.form(button)
        shown = self.tab.locator("form").nth(self.page.forms.index(form))
        shown.evaluate(
            "form => { form.noValidate = true; for (let box = form.closest('details'); box; "
            "box = box.parentElement.closest('details')) box.open = true; }"
        )
        for name, value in values.items():
            self._put(shown, name, chosen(form, name, value))
        with self._sent() as answers:
            self._click(shown, form, button)
        return self._see(answers[0])

    def _put(self, form: Any, name: str, value: Any) -> None:
        field = form.locator(f'[name="{name}"]')
        kind = field.first.evaluate("node => node.type")
        if isinstance(value, SimpleUploadedFile):
            field.set_input_files(
                {"name": value.name, "mimeType": value.content_type, "buffer": value.read()}
            )
        elif kind in TICKED:
            wanted = {str(one) for one in (value if isinstance(value, list | tuple) else [value])}
            for one in field.all():
                if one.get_attribute("value") in wanted or (
                    one.get_attribute("value") is None and "on" in wanted
                ):
                    one.check()
                elif kind == "checkbox" and one.is_checked():
                    one.uncheck()
        elif kind.startswith("select"):
            field.select_option(
                [str(one) for one in value] if isinstance(value, list | tuple) else str(value)
            )
        else:
            field.first.fill(str(value))

    @contextmanager
    def _sent(self) -> Iterator[list[Any]]:
        answers: list[Any] = []
        with self.tab.expect_navigation(wait_until="load") as going:
            yield answers
        answers.append(going.value)

    def _click(self, shown: Any, form: Form, button: str) -> None:
        buttons = shown.locator("button:not([type=button])")
        named = buttons.filter(has_text=button)
        pressed = named.first if named.count() else buttons.first
        asks = shown.get_attribute("data-confirm") or pressed.get_attribute("data-confirm")
        pressed.click()
        if asks and self.desk.javascript:
            self.tab.locator("#confirm-dialog [data-ok]").click()
