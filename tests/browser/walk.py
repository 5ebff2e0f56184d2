"""What a person does on a page, at which kinds of browser: open a step, fill it in, press its button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

WAYS = [
    pytest.param(1440, True, id="desk with script"),
    pytest.param(1440, False, id="desk without script"),
    pytest.param(375, True, id="phone with script"),
    pytest.param(375, False, id="phone without script"),
]
"""The kinds of browser at which a journey is walked: width, with script or without."""

SHORT_WAYS = [pytest.param(1440, True, id="desk with script", marks=pytest.mark.short), *WAYS[1:]]
"""The same, one of them part of the slow tests that CI runs."""


def fill(scope: Any, values: Mapping[str, Any]) -> None:
    """Fill a form's fields by name: text is typed, a list is ticked, True ticks a box, and (value,) picks a radio."""
    for name, value in values.items():
        field = scope.locator(f'[name="{name}"]')
        if value is True:
            field.check()
        elif isinstance(value, list | tuple):
            for one in value:
                scope.locator(f'[name="{name}"][value="{one}"]').check()
        elif field.first.evaluate("node => node.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def opened(page: Any, code: str) -> Any:
    """The form of a step of the page, opened where it was closed."""
    own = f'form[action*="/do/{code}/"]'
    form = page.locator(f"#steps {own}")
    for box in (page.locator("#steps details.ls-more"), page.locator("#steps details.ls-disclosure")):
        around = box.filter(has=page.locator(own))
        if around.count() and not around.evaluate("node => node.open"):
            around.locator("summary").first.click()
    return form


def step(page: Any, code: str, **values: Any) -> None:
    """Take a step of the page: open its form where it is closed, fill it in, press, and say yes when asked."""
    form = opened(page, code)
    fill(form, values)
    asks = form.get_attribute("data-confirm")
    form.locator("button[type=submit]").click()
    if asks and page.evaluate("window.htmx !== undefined"):
        page.locator("#confirm-dialog [data-ok]").click()
    page.wait_for_load_state()
    page.locator(".ls-messages .ls-tone-success").first.wait_for()


def state_of(page: Any) -> str:
    """The state that the page shows in its head."""
    return str(page.locator(".ls-page-header .ls-badge").first.inner_text())
