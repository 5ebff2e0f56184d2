"""The rulebook in the browser: every rule can be read, tried and compared; the public sees its own limits."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from luoshi.engines.rulebook import Limit
from luoshi.ledger import rules
from luoshi.web.rulebrowser.words import compared, rows_of


@pytest.fixture
def reader(client: Any, bodies: Any) -> Any:
    from luoshi.organisation.models import User

    client.force_login(User.objects.get(username="rules"))
    return client


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_every_rule_of_the_rulebook_has_a_page_that_says_what_it_rules(reader: Any) -> None:
    book = rules.current()
    for rule in {rule.id: rule for rule in book.rules()}.values():
        page = text_of(reader.get(reverse("rule-detail", args=[rule.id])))
        assert rule.title in page
        for clause in rule.cite[:1]:
            assert book.clause(clause) in page


def test_no_line_of_a_time_limit_shows_a_code_to_its_reader() -> None:
    book = rules.current()
    for rule in book.rules():
        if isinstance(rule, Limit) and rule.id.startswith("hotline."):
            said = " ".join(row.text for row in rows_of(book, rule))
            assert "hotline." not in said and "_" not in said, (rule.id, said)


def test_a_limit_is_tried_on_an_example_and_explains_itself(reader: Any) -> None:
    where = reverse("rule-detail", args=["hotline.sign_in"])
    page = text_of(reader.get(where, {"try": "1", "start": "2017-09-29T17:50", "urgency": "routine"}))
    assert "2017年9月30日 11:50" in page
    urgent = text_of(reader.get(where, {"try": "1", "start": "2017-09-29T17:50", "urgency": "urgent"}))
    assert "2017年9月29日 18:20" in urgent


def test_a_date_beyond_the_calendar_is_answered_in_words(reader: Any) -> None:
    where = reverse("rule-detail", args=["hotline.dispatch"])
    page = text_of(reader.get(where, {"try": "1", "start": "1900-01-01T09:00"}))
    assert "工作日历" in page
    assert "请" in text_of(reader.get(where, {"try": "1", "start": "昨天"}))


def test_an_authority_says_who_decides_for_the_facts_chosen(reader: Any) -> None:
    where = reverse("rule-detail", args=["hotline.joint_handling"])
    assert "指挥中心" in text_of(reader.get(where, {"try": "1", "joint": "command_centre"}))
    assert "派单员" in text_of(reader.get(where, {"try": "1", "joint": ""}))


def test_rules_are_found_by_words_clause_function_and_kind(reader: Any) -> None:
    where = reverse("rule-list")
    page = text_of(reader.get(where, {"q": "签收"}))
    assert reverse("rule-detail", args=["hotline.sign_in"]) in page
    assert reverse("rule-detail", args=["hotline.close"]) not in page
    only = text_of(reader.get(where, {"function": "knowledge", "kind": "limit"}))
    assert "hotline." not in only.split('id="rules"')[1]
    assert "没有符合条件的规则" in text_of(reader.get(where, {"q": "没有这样的规则"}))


def test_two_versions_are_compared_line_by_line() -> None:
    book = rules.current()
    old, new = book.versions("hotline.sign_in")[0], book.versions("hotline.close")[0]
    changes = {label for label, _, _ in compared(book, old, new)}
    assert {"标题", "时限", "何时完成"} <= changes
    assert not compared(book, old, old)


def test_an_unknown_rule_is_not_found(reader: Any) -> None:
    assert reader.get(reverse("rule-detail", args=["hotline.nothing"])).status_code == 404


def test_anybody_may_reckon_the_limits_that_concern_citizens(client: Any, db: None) -> None:
    where = reverse("deadlines")
    assert "办结" in text_of(client.get(where))
    given = {"limit": "hotline.close", "try": "1", "start": "2017-10-09T09:05", "urgency": "routine"}
    assert "2017年10月16日" in text_of(client.get(where, given))
    assert "办理时限" in text_of(client.get(where, {"limit": "hotline.nothing"}))
