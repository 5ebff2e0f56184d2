"""What other functions ask of decisions and normative documents."""

from __future__ import annotations

from luoshi.decisions.models import Decision, LegalityReview, Outcome
from luoshi.decisions.selectors.blocking import blocking_issue, decision_behind, normative_behind
from luoshi.decisions.standing import legality_of as _legality_of
from luoshi.ledger.models import Matter


def legality_of(matter: Matter) -> LegalityReview | None:
    """The latest review of a matter by the legal office; its `result` is empty while it runs."""
    return _legality_of(matter.pk)


def decided_from(matter: Matter) -> bool:
    """Whether a meeting has taken a collective decision that came from a matter, a paper for example."""
    rows = Decision.objects.filter(source_id=matter.pk, decided_at__isnull=False)
    return rows.filter(outcome__in=(Outcome.PASSED, Outcome.REJECTED)).exists()


__all__ = ["blocking_issue", "decided_from", "decision_behind", "legality_of", "normative_behind"]
