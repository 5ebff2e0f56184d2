"""Dispatches not signed for four working hours are counted, listed and marked beside the rate of item 2.1.1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.assessment.pages.conftest import GOOD
from tests.assessment.pages.test_unit import get

pytestmark = pytest.mark.django_db


@pytest.mark.clause("smx-hotline-assessment-annex/2.1.1.a")
@pytest.mark.parametrize(("failed", "marked"), [(0, False), (2, True)])
def test_what_fails_by_not_being_signed_is_told_in_red_and_costs_its_share_alone(
    enter: Callable[..., Any], league: Callable[..., None], failed: int, marked: bool
) -> None:
    league({"chengguan": {**GOOD, "sign_in_failed": failed}})
    html = get(enter("liaison", "chengguan"), "assessment-item", "chengguan", "2.1.1")
    assert "38.40" in html  # 48 of 50 in time: what fails is not in the numerator, and nothing more is lost
    assert "超过4个工作小时未签收(不合格)工单数" in html
    row = html.partition("超过4个工作小时未签收(不合格)工单数")[2].partition("</tr>")[0]
    assert ("danger" in row) is marked
