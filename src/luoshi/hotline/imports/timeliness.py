"""Whether a reply came in time: within the routine closing limit of the rulebook, counted from the
message.

A message carries no dispatch, so the clock starts with the message itself. A message older than the rule
is measured by the rule as it was when first in force, and counted in `assumed`, so that nobody takes it
for a breach of the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from luoshi.engines.limits import Due, compute
from luoshi.engines.rulebook import Chosen, Limit, Rulebook, Status, UnknownRule
from luoshi.hotline.imports.requests import Request

RULE = "hotline.close"
FACTS: Mapping[str, Any] = {"urgency": "routine"}


@dataclass(slots=True)
class Timeliness:
    """Counts requests, replies, and replies in time. Raises UnknownRule when the rulebook has no such
    limit.
    """

    rulebook: Rulebook
    rule: str = RULE
    good: int = 0
    replied: int = 0
    in_time: int = 0
    assumed: int = 0
    provisional: int = 0
    first: Limit = field(init=False)

    def __post_init__(self) -> None:
        versions = self.rulebook.versions(self.rule)
        limits = [rule for rule in versions if isinstance(rule, Limit) and rule.status is not Status.DRAFT]
        if not limits:
            raise UnknownRule(f"no limit {self.rule} in rulebook {self.rulebook.id}")
        self.first = min(limits, key=lambda rule: rule.valid_from)

    @property
    def chosen(self) -> Chosen:
        """How long the limit is in its first version, with its clauses."""
        return self.first.choose(FACTS)

    def add(self, request: Request) -> None:
        """Count a request."""
        self.good += 1
        if request.replied is None:
            return
        self.replied += 1
        end, assumed = self.due(request.received.at)
        self.assumed += assumed
        self.provisional += end.provisional
        self.in_time += end.at is None or request.replied.as_reply() <= end.at

    def due(self, received: datetime) -> tuple[Due, bool]:
        """Return when the reply to a message is due, and whether the rule is only assumed to have held
        then.
        """
        start = received.astimezone(self.rulebook.worktime.tz)
        limit, assumed = self._limit(start.date())
        return compute(limit, FACTS, start, self.rulebook.worktime), assumed

    def _limit(self, day: date) -> tuple[Limit, bool]:
        if day < self.first.valid_from:
            return self.first, True
        return self.rulebook.limit(self.rule, on=day), False
