"""Who may decide now: holders, AB partners, stand-ins, written authorisations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from luoshi.agenda import selectors
from luoshi.organisation.models import Body

Moment = Callable[[str], dt.datetime]
DAY = dt.date(2017, 11, 6)


def test_the_seeded_city_has_its_leaders_by_rank(bodies: dict[str, Body]) -> None:
    offices = [leader.office for leader in selectors.leaders_on(DAY)]
    assert offices == [
        "mayor", "executive_vice_mayor", "vice_mayor", "vice_mayor", "vice_mayor",
        "secretary_general", "deputy_secretary_general", "deputy_secretary_general",
    ]  # fmt: skip


def test_a_body_has_its_leader_a_leader_an_assistant_and_a_section(bodies: dict[str, Body]) -> None:
    leader = selectors.in_charge_of(bodies["chengguan"], day=DAY)
    assert leader is not None and leader.office == "vice_mayor"
    assistant = selectors.assistant_of(leader, day=DAY)
    assert assistant is not None and assistant.office == "deputy_secretary_general"
    assert selectors.section_of(leader, day=DAY) == bodies["zonghe1"]
    above = selectors.in_charge_of(bodies["zonghe1"], day=DAY)
    assert above is not None and above.office == "executive_vice_mayor"
