"""Units are suggested from what became of similar requests."""

from __future__ import annotations

import datetime as dt

import pytest

from luoshi.hotline.models import Category
from luoshi.hotline.selectors.suggestions import advise, suggest_units
from luoshi.hotline.services import categories

LAMPS = "城乡建设/市政管理/路灯照明"


def test_unit_of_similar_earlier_requests_comes_first_with_them_and_words(dispatch_of, request_of, monday):
    lamp = dispatch_of("chengguan")
    dispatch_of("shuiwu", title="自来水停水", content="小区停水两天了,没有通知。")

    first, *_ = suggest_units(title="路灯坏了", content="黄河路的路灯不亮", at=monday + dt.timedelta(hours=2))

    assert first.body_name == lamp.body.short_name
    assert 0 < first.confidence <= 1
    assert first.cases[0].pk == lamp.request_id
    assert any("路灯" in word for word in first.words)


def test_nothing_similar_gives_no_suggestion(dispatch_of, monday):
    dispatch_of("chengguan")

    assert suggest_units(title="。。。", content="", at=monday + dt.timedelta(hours=2)) == []
    assert suggest_units(title="养老金认证", content="养老金认证", at=monday + dt.timedelta(hours=2)) == []


def test_later_requests_do_not_count(dispatch_of, monday):
    dispatch_of("chengguan")

    assert suggest_units(title="路灯不亮", content="", at=monday - dt.timedelta(hours=2)) == []


@pytest.fixture
def lamps_to_zhujian(platform_leader, bodies, monday):
    """A tree of categories in which all of the topmost one go to zhujian where nothing else is said."""
    categories.categories_import(rows=[LAMPS.split("/")], actor=platform_leader, at=monday)
    top = Category.objects.get(path="城乡建设")
    categories.category_defaults(
        category=top, unit=bodies["zhujian"], entry=None, actor=platform_leader, at=monday
    )
    return bodies["zhujian"]


def test_the_default_unit_of_the_category_comes_first_where_the_text_says_nothing(lamps_to_zhujian, monday):
    first, *others = suggest_units(title="。。。", content="", category=LAMPS, at=monday)

    assert (first.body_id, first.by_default, first.words) == (lamps_to_zhujian.pk, True, ())
    assert others == []


def test_the_default_unit_stands_before_the_unit_of_similar_requests_once(
    lamps_to_zhujian, dispatch_of, monday
):
    usual = dispatch_of("chengguan").body
    later = monday + dt.timedelta(hours=2)
    lamp = {"title": "路灯坏了", "content": "黄河路的路灯不亮", "at": later}

    found = advise(**lamp, category=LAMPS)

    assert [one.body_id for one in found.units] == [lamps_to_zhujian.pk, usual.pk]
    assert [one.by_default for one in found.units] == [True, False]
    assert found.offered.place_of(usual.pk) == 2
    assert [one.body_id for one in suggest_units(**lamp)] == [usual.pk], "no category, no default"
    assert len(suggest_units(**lamp, category=LAMPS, limit=1)) == 1


def test_a_default_unit_that_the_text_suggests_too_keeps_its_reasons(lamps_to_zhujian, dispatch_of, monday):
    dispatch_of("zhujian")

    found = suggest_units(
        title="路灯坏了", content="黄河路的路灯不亮", category=LAMPS, at=monday + dt.timedelta(hours=2)
    )

    assert len(found) == 1
    assert found[0].by_default and found[0].cases and found[0].words
