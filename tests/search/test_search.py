"""One search over everything."""

from __future__ import annotations

from typing import Any

import pytest

from luoshi.ledger.models import Matter
from luoshi.ledger.services import matter_open, record
from luoshi.search import index
from luoshi.search.index import rebuild, refresh, say_more
from luoshi.search.models import Entry
from luoshi.search.selectors import bodies_found, matters_found, rules_found

pytestmark = pytest.mark.django_db
KIND = "targets.plan"


@pytest.fixture
def plan(actor, at):
    """plan("标题"): a matter of a kind whose readers are those of targets."""

    def make(title: str, **more: Any) -> Matter:
        who = actor("target_office")
        return matter_open(kind=KIND, title=title, actor=who, at=at("2017-10-09 09:00"), **more)

    return make


@pytest.fixture
def more_words(monkeypatch):
    """Lets a test say what else matters of the kind are found by."""
    monkeypatch.setattr(index, "_more", {})

    def tell(texts: dict[int, str]) -> None:
        say_more(KIND, lambda ids: {pk: texts[pk] for pk in ids if pk in texts})

    return tell


def titles(hits) -> list[str]:
    return [str(hit.title).replace("<mark>", "").replace("</mark>", "") for hit in hits]


def test_a_matter_is_found_by_words_of_its_title_as_soon_as_it_is_opened(plan, actor):
    plan("黄河湿地保护工作方案")
    plan("城市道路养护计划")
    assert titles(matters_found("湿地", actor=actor("target_office"))) == ["黄河湿地保护工作方案"]
    assert titles(matters_found("道路 养护 ", actor=actor("target_office"))) == ["城市道路养护计划"]


def test_a_matter_is_found_by_its_number(plan, actor):
    plan("城市道路养护计划", number="2017-0042")
    assert titles(matters_found("2017-0042", actor=actor("target_office"))) == ["城市道路养护计划"]


def test_nobody_finds_what_they_may_not_read(plan, actor):
    plan("黄河湿地保护工作方案")
    assert matters_found("湿地", actor=actor("agent")) == []


def test_a_secret_matter_is_found_only_by_who_is_cleared(plan, actor, monkeypatch):
    plan("涉密的湿地方案", secrecy="secret")
    assert matters_found("湿地", actor=actor("target_office")) == []
    assert titles(matters_found("湿地", actor=actor("mayor"))) == ["涉密的湿地方案"]


def test_a_changed_title_is_found_after_the_entry_is_made_anew(plan, actor, at):
    matter = plan("黄河湿地保护工作方案")
    Matter.objects.filter(pk=matter.pk)
    record(matter=matter, kind="targets.plan_edited", actor=actor("target_office"), at=at("2017-10-10 09:00"),
           data={"title": "新的名称"})  # fmt: skip
    assert Entry.objects.get(pk=matter.pk).stale
    assert refresh() == 1
    assert not Entry.objects.get(pk=matter.pk).stale


def test_what_a_function_says_of_its_matters_is_found_too(plan, actor, more_words, at):
    texts: dict[int, str] = {}
    more_words(texts)
    matter = plan("关于加强管理的通知")
    texts[matter.pk] = "三政〔2017〕48号 共享单车"
    refresh()
    assert titles(matters_found("共享单车", actor=actor("target_office"))) == ["关于加强管理的通知"]
    texts[matter.pk] = "三政〔2017〕49号"
    record(matter=matter, kind="targets.plan_edited", actor=actor("target_office"), at=at("2017-10-10 09:00"))
    refresh()
    assert matters_found("共享单车", actor=actor("target_office")) == []


def test_the_index_can_be_made_anew_from_nothing(plan, actor):
    plan("黄河湿地保护工作方案")
    Entry.objects.all().delete()
    assert matters_found("湿地", actor=actor("target_office")) == []
    assert rebuild() >= 1
    assert titles(matters_found("湿地", actor=actor("target_office"))) == ["黄河湿地保护工作方案"]


def test_bodies_are_found_by_former_names(actor):
    assert titles(bodies_found("城市管理综合执法局", actor=actor("mayor"))) == ["三门峡市城市管理局"]


def test_rules_are_found_by_their_clause(actor):
    hits = rules_found("第十四条", actor=actor("mayor"))
    assert hits and all("第十四条" in hit.note for hit in hits)
    assert rules_found("第十四条", actor=actor("agent")) == []


def test_the_page_lists_what_was_found_and_says_when_nothing_was(plan, browser_of):
    plan("黄河湿地保护工作方案")
    page = browser_of("target_office").get("/search/", {"q": "湿地"})
    assert "保护工作方案" in page.content.decode()
    assert "没有找到" in browser_of("target_office").get("/search/", {"q": "没有这个词组"}).content.decode()


def test_the_box_that_asks_while_one_types_gets_the_list_alone(plan, browser_of):
    plan("黄河湿地保护工作方案")
    found = browser_of("target_office").get("/search/", {"q": "湿地"}, headers={"HX-Request": "true"})
    assert "<html" not in found.content.decode() and "保护工作方案" in found.content.decode()


def test_a_page_of_hits_takes_no_query_per_row(plan, actor, django_assert_max_num_queries):
    for number in range(30):
        plan(f"湿地保护方案{number}")
    who = actor("target_office")
    with django_assert_max_num_queries(2):
        assert len(matters_found("湿地", actor=who)) == 25
