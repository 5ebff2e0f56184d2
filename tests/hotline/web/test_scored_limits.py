"""Two limits on a return stand side by side: the one of the procedure and the one that is scored."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse


@pytest.mark.clause("smx-hotline-assessment/4.2.1.3")
@pytest.mark.parametrize(("back", "state"), [("2017-10-14 16:00", "met"), ("2017-10-14 16:00:01", "late")])
def test_a_return_is_scored_by_24_hours_from_the_signing_day_and_night(
    life_of: Any, at: Any, bodies: Any, back: str, state: str
) -> None:
    from luoshi.hotline import services

    life = life_of(at=at("2017-10-13 15:00")).sign(at("2017-10-13 16:00"))
    services.return_request(
        dispatch=life.dispatch,
        reason="不属本单位职责",
        proposed_body=bodies["zhujian"],
        actor=life.by("liaison"),
        at=at(back),
    )
    assert life.owed("hotline.return_window_scoring").due_at == at("2017-10-14 16:00")
    assert life.state_of("hotline.return_window_scoring") == state


@pytest.mark.clause("smx-hotline-assessment/4.2.1.3")
def test_signed_on_friday_and_returned_on_monday_is_in_order_and_loses_points_and_the_page_says_both(
    life_of: Any, at: Any, bodies: Any, browser_of: Any, life: Any
) -> None:
    from luoshi.hotline import services

    friday = life_of(at=at("2017-10-13 15:00")).sign(at("2017-10-13 16:00"))
    process, scored = friday.owed("hotline.return_window"), friday.owed("hotline.return_window_scoring")
    assert (process.due_at, scored.due_at) == (at("2017-10-16 18:00"), at("2017-10-14 16:00"))
    services.return_request(
        dispatch=friday.dispatch,
        reason="不属本单位职责",
        proposed_body=bodies["zhujian"],
        actor=friday.by("liaison"),
        at=at("2017-10-16 09:00"),
    )
    assert friday.state_of("hotline.return_window") == "met"
    assert friday.state_of("hotline.return_window_scoring") == "late"
    signed = life("signed")
    address = reverse("dispatch-detail", args=[signed.dispatch.pk])
    page = browser_of("liaison", "chengguan").get(address).content.decode()
    assert "可以提出退单" in page
    assert "实时退单(计分，签收后24小时，含休息日)" in page
