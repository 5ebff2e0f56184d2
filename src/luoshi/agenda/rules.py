"""What the rulebook says about leaders, leave and stand-ins on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from luoshi.engines.authority import Decision, decide
from luoshi.ledger.rules import RulesOf, current, role_title

__all__ = ["PARTNER", "authority", "choice", "current", "role_title", "route", "setting", "standing_in"]
PARTNER = "partner"
_here = RulesOf("这类事项的规定")
setting, choice, route, authority = _here.known, _here.choice, _here.route, _here.authority


def standing_in(facts: Mapping[str, Any], day: dt.date) -> Decision | None:
    """Who stands in for somebody away: office, power (sign, preside, …), urgent, commissioned. None: no rule yet."""
    table = _here.maybe(lambda day: current().authority("agenda.standing_in", day), day)
    return decide(table, facts) if table is not None else None
