"""The office's rules for citizens: sentences that follow from the rulebook, never written by hand."""

from __future__ import annotations

import datetime as dt
import html
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from luoshi.ledger import rules
from luoshi.web.rulebrowser import plain

DAY = dt.date(2026, 1, 5)


def sentence(id: str) -> str:
    return plain.plain_rule(rules.current(), id, DAY).sentence


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("hotline.dispatch", "登记受理后1个工作日内，12345平台批转承办单位。"),
        ("hotline.contact", "派单后1个工作日内，承办单位联系诉求人。"),
        ("hotline.sign_in", "派单后，紧急的30分钟内、其他的4个工作小时内，承办单位签收。"),
        ("openness.application", "自收到申请起20个工作日内答复。"),
    ],
)
def test_a_rule_is_said_in_one_sentence(id: str, said: str) -> None:
    assert sentence(id) == said


def test_a_limit_without_a_length_says_so() -> None:
    assert "规定没有写明多久" in sentence("hotline.callback")


def test_the_sentence_follows_the_rule() -> None:
    book = rules.current()
    limit, longer = book.limit("hotline.contact", DAY), book.limit("hotline.redo", DAY)
    assert "3个工作日内" in plain.limit_sentence(book, replace(limit, duration=longer.duration))


def test_every_public_rule_has_a_sentence_without_codes() -> None:
    found = plain.public_rules(rules.current(), DAY)
    said = [rule.sentence for function in found for rule in function.rules]
    assert len(said) >= 8
    assert not [one for one in said if any("a" <= letter <= "z" for letter in one)]


def test_anybody_reads_the_rules_with_their_clauses(client: Any, db: None) -> None:
    page = html.unescape(client.get(reverse("plain-rules")).content.decode())
    assert "派单后1个工作日内，承办单位联系诉求人。" in page
    assert "第十四条" in page and "哪些事不受理" in page and "120" in page
