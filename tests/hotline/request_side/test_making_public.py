"""Who may choose public handling stands in the rulebook's decision table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from luoshi.hotline.models import Request
from luoshi.hotline.services.classifying import request_classify
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete


@pytest.mark.parametrize(
    ("given", "said"),
    [({"wants_public": False}, "诉求人选择不公开办理"), ({"conduct_matter": True}, "反映机关干部效能")],
)
def test_a_request_that_the_table_keeps_internal_is_not_made_public(
    request_of: Callable[..., Request],
    dispatcher: Actor,
    monday: dt.datetime,
    given: dict[str, bool],
    said: str,
) -> None:
    request = request_of(**given)
    with pytest.raises(Incomplete, match=said):
        request_classify(request=request, handling="public", actor=dispatcher, at=monday)


def test_any_other_request_may_be_made_public(
    request_of: Callable[..., Request], dispatcher: Actor, monday: dt.datetime
) -> None:
    request = request_classify(request=request_of(), handling="public", actor=dispatcher, at=monday)
    request.matter.refresh_from_db()
    assert request.matter.disclosure == "public"
