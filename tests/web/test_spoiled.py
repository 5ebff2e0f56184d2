"""What nobody means to send: NUL characters and endless texts, in every form and every address of the pages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from luoshi.organisation.models import User
from tests.office.walker import Form, Page, spoiled
from tests.web.test_permissions import patterns

pytestmark = pytest.mark.django_db

NUL, ENDLESS = "一\x00二", "长" * 60_000
PEOPLE = (
    "zonghe1", "shizhangban", "chengguan.liaison", "chengguan.principal", "mishu", "platform", "ducha", "security",
    "targets", "rounds", "assessor", "fazhi", "agent", "mayor", "secretary",
)  # fmt: skip
"""Who may open a new paper of each kind, between them."""
ASKED = (
    "q",
    "which",
    "after",
    "before",
    "state",
    "kind",
    "year",
    "body",
    "source",
    "month",
    "what",
    "number",
    "day",
)
FORMS = 35
"""At least so many addresses have a form of their own."""


def addresses() -> dict[str, str]:
    """Every page of ours that needs no number in its address."""
    return {
        name: reverse(name)
        for name, pattern in patterns()
        if not pattern.pattern.converters
        and getattr(pattern.callback, "__module__", "").startswith("luoshi.")
        and name not in ("logout", "password-change", "login")
    }


def own_forms(page: Page) -> list[Form]:
    """The forms of a page that are sent, the frame's aside."""
    return [one for one in page.forms if one.method == "post" and "/account/" not in one.action and one.texts]


def test_every_form_for_something_new_refuses_nul_and_endless_texts_in_words(bodies):
    left, tried = addresses(), 0
    for username in PEOPLE:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(username=username))
        for name, url in list(left.items()):
            answer = client.get(url)
            if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
                continue
            forms = own_forms(Page(url, 200, answer.content.decode()))
            if not forms:
                continue
            del left[name]
            for form in forms:
                tried += 1
                for bad in (NUL, ENDLESS):
                    said = client.post(form.action or url, spoiled(form, bad))
                    assert said.status_code < 500, f"{username} {name} {form.action}: {said.status_code}"
                    assert said.status_code in (302, 409, 422), f"{username} {name}: {said.status_code}"
    assert tried >= FORMS, tried


@pytest.mark.parametrize("username", ["zonghe1", "platform"])
def test_no_address_fails_over_nul_in_what_it_asks_for(bodies, username):
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=username))
    failed = {}
    for name, url in addresses().items():
        status = client.get(url, dict.fromkeys(ASKED, NUL)).status_code
        if status >= 500:
            failed[name] = status
    assert not failed
