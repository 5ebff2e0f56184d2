"""From the league table to a unit, an item, its cases and the case itself, each one press from the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.hotline.conftest import (  # noqa: F401 - fixtures, asked for by name
    agent,
    caller,
    dispatch_of,
    dispatcher,
    handler,
    liaison,
    monday,
    request_of,
    reviewer,
    unit_leader,
)

DESK, PHONE = 1440, 375
Visit = Callable[..., Any]


@pytest.fixture
def signed(request: pytest.FixtureRequest, actor: Callable[..., Any]) -> Any:
    """A dispatch of 9 October 2017 that its unit signed in time."""
    from luoshi.hotline.services import dispatch_sign

    dispatch = request.getfixturevalue("dispatch_of")()
    at = dispatch.dispatched_at + dt.timedelta(hours=1)
    dispatch_sign(dispatch=dispatch, actor=actor("liaison", dispatch.body.code), at=at)
    return dispatch


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_from_the_league_to_the_case(
    visit: Visit, fits: Callable[[Any], None], signed: Any, width: int
) -> None:
    page = visit("/assessment/?period=2017-10", role="command_centre", width=width)
    fits(page)
    page.locator(".ls-chart-box canvas").wait_for()
    page.get_by_role("link", name="三门峡市城市管理局", exact=True).click()
    assert "2017年10月总分" in page.locator("main").inner_text()
    page.locator("figure[data-chart=bars] .ls-chart-box canvas").wait_for()
    page.locator("text=各单位平均分").first.wait_for(state="attached")  # the months, fetched apart
    fits(page)
    page.get_by_role("link", name="工单实时签收率", exact=True).click()
    assert "其中1件在规定时间内签收，按1÷1×40计，得40.00分。" in page.locator("main").inner_text()
    fits(page)
    page.get_by_role("link", name="逐件查看").first.click()
    fits(page)
    page.get_by_role("link", name=signed.matter.number, exact=True).click()
    page.wait_for_url(f"**/{signed.pk}/")
    assert signed.matter.number in page.locator("main").inner_text()


def test_without_javascript_the_tables_stand(visit: Visit, signed: Any) -> None:
    page = visit("/assessment/?period=2017-10", role="command_centre", javascript=False)
    assert page.locator("figure[data-chart] table").is_visible()
    page.goto("/assessment/units/chengguan/?period=2017-10")
    page.get_by_role("link", name="查看最近12个月的走势").click()
    assert page.locator("table").first.is_visible()


def test_the_scheme_and_the_what_if_fit_every_screen(
    visit: Visit, fits: Callable[[Any], None], signed: Any
) -> None:
    for width in (DESK, PHONE):
        page = visit("/assessment/scheme/", role="command_centre", width=width)
        fits(page)
        page.goto("/assessment/whatif/?period=2017-10")
        page.get_by_role("link", name="用草案试算").click()
        page.get_by_text("试算结果").wait_for()
        fits(page)
