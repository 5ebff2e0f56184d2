"""A place under rules on trial, and functions that a place does without."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from django.urls import reverse

from luoshi.engines.rulebook import UnknownRule
from luoshi.ledger.actors import CITIZEN
from luoshi.web.middleware import PolicyGate

pytestmark = pytest.mark.django_db
SAID = "规则是草案，尚未正式发布"


def test_every_page_says_that_the_rules_are_on_trial(browser_of, under):
    client = browser_of("mayor")
    assert SAID not in client.get(reverse("home")).content.decode()
    under("xiping")
    text = client.get(reverse("home")).content.decode()
    assert SAID in text and "西平县(征求意见稿)" in text and "县长" in text


def test_what_a_place_does_without_has_no_pages_and_no_menu_lines(browser_of, settings, client):
    office = browser_of("liaison", "chengguan")
    assert reverse("dispatch-list") in office.get(reverse("home")).content.decode()
    settings.WITHOUT = frozenset({"hotline", "knowledge"})
    text = office.get(reverse("home")).content.decode()
    assert reverse("dispatch-list") not in text and reverse("organisation-list") in text
    for name in ("dispatch-list", "portal-home"):
        assert office.get(reverse(name)).status_code == 404
    assert client.get("/").headers["Location"] == reverse("login")


def test_a_rule_that_the_draft_lacks_is_said_and_no_fault(under, rf: RequestFactory):
    request = rf.get("/work/")
    gate = PolicyGate(lambda request: None)  # type: ignore[arg-type,return-value]
    assert gate.process_exception(request, UnknownRule("no setting x")) is None
    under("xiping")
    request.actor = CITIZEN  # type: ignore[attr-defined]
    answer = gate.process_exception(request, UnknownRule("no setting x"))
    assert answer is not None and answer.status_code == 409
    assert "试行的规则书没有这项规定" in answer.content.decode()
