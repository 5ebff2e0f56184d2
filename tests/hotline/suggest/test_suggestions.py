"""Units are suggested from what became of similar requests."""

from __future__ import annotations

import datetime as dt

from luoshi.hotline.selectors.suggestions import suggest_units


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
