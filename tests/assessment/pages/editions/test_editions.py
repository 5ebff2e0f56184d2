"""Closed, published and revised sheets shown by the same pages as live scores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.assessment.pages.conftest import OCTOBER, plain, shown

pytestmark = pytest.mark.django_db
Enter = Callable[..., Any]


def get(client: Any, name: str, *args: str, **query: str) -> str:
    return shown(client.get(reverse(name, args=args), {"period": OCTOBER, **query}))


def test_a_closed_sheet_is_shown_to_those_who_see_all_and_live_to_the_units(
    enter: Enter, closed: Any
) -> None:
    closed()
    centre_sees = plain(get(enter("command_centre"), "assessment-league"))
    assert "已结账，尚未公布" in centre_sees and "三门峡市住房和城乡建设局" in centre_sees
    unit_sees = plain(get(enter("liaison", "chengguan"), "assessment-league"))
    assert "实时计算" in unit_sees


def test_a_published_sheet_is_shown_to_units_and_live_stays_one_press_away(
    enter: Enter, published: Any
) -> None:
    published()
    client = enter("liaison", "chengguan")
    html = get(client, "assessment-unit", "chengguan")
    assert "已公布" in html and "edition=live" in html
    assert "其中8件在规定时间内签收，按8÷10×40计，得32.00分。" in html
    assert "实时计算" in get(client, "assessment-unit", "chengguan", edition="live")
    assert "1 / 4" not in html
    trend = plain(get(client, "assessment-trend", "chengguan"))
    assert "已结账" in trend


def test_a_unit_may_appeal_from_its_sheet_while_the_window_is_open(
    enter: Enter, published: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = published()
    monkeypatch.setattr(timezone, "now", lambda: sheet.appeal_until - dt.timedelta(hours=1))
    address = reverse("appeal-new", args=[sheet.pk])
    assert address in get(enter("liaison", "chengguan"), "assessment-unit", "chengguan")
    assert address not in get(enter("command_centre"), "assessment-unit", "chengguan")
    assert address not in get(enter("handler", "chengguan"), "assessment-unit", "chengguan")
    monkeypatch.setattr(timezone, "now", lambda: sheet.appeal_until + dt.timedelta(seconds=1))
    assert address not in get(enter("liaison", "chengguan"), "assessment-unit", "chengguan")


def test_after_an_appeal_both_versions_stay_readable(
    enter: Enter, published: Any, appeal_of: Any, decided: Any, fix: Any
) -> None:
    sheet = published()
    decided(appeal_of(sheet), [fix(sheet, "signed_in_time", 10)])
    client = enter("liaison", "chengguan")
    now = get(client, "assessment-item", "chengguan", "2.1.1")
    assert "按10÷10×40计，得40.00分" in now and "第2版（按申诉决定修正）" in now
    before = get(client, "assessment-item", "chengguan", "2.1.1", edition="1")
    assert "按8÷10×40计，得32.00分" in before
    league = plain(get(client, "assessment-league"))
    assert "第2版，修正后" in league and "第1版" in league


def test_beside_a_closed_sheet_the_cases_say_that_they_are_of_today(enter: Enter, published: Any) -> None:
    client = enter("liaison", "chengguan")
    assert "现有记录" not in get(client, "assessment-cases", "chengguan", "2.1.1")
    published()
    assert "这里列出的是现有记录；该期已结账" in get(client, "assessment-cases", "chengguan", "2.1.1")


def test_a_version_that_is_not_there_is_not_found(enter: Enter, published: Any) -> None:
    published()
    client = enter("liaison", "chengguan")
    for edition in ("0", "2", "x"):
        shown(client.get(reverse("assessment-league"), {"period": OCTOBER, "edition": edition}), 404)
