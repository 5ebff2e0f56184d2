"""Reading the ledger: what a body owes, a matter's timeline, a due time explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet, Sum

from luoshi.engines import obligations as fold
from luoshi.engines.limits import Due
from luoshi.ledger import rules
from luoshi.ledger.models import Event, Matter, Obligation, ObligationState, Tally
from luoshi.ledger.prepared import prepared
from luoshi.ledger.quick import MOST, Quick
from luoshi.ledger.services.derive import owed_from
from luoshi.ledger.services.owing import worktime_of


def obligations_owed(
    *, body_id: int, person_id: int | None = None, matter_kinds: Iterable[str] | None = None
) -> QuerySet[Any]:
    """What a body still owes, soonest first, then what has no due time; the matter comes along.

    With `person_id` only what this person answers for: what is owed by the body as such, and what is owed by
    the person, for whichever body.
    """
    rows = Obligation.objects.filter(state=ObligationState.OPEN, nature="duty")
    if person_id is None:
        rows = rows.filter(body_id=body_id)
    else:
        rows = rows.filter(Q(body_id=body_id, person__isnull=True) | Q(person_id=person_id))
    if matter_kinds is not None:
        rows = rows.filter(matter_kind__in=list(matter_kinds))
    return rows.select_related("matter", "matter__parent").order_by("due_at", "id")


def obligation_explain(obligation: Obligation) -> Due:
    """The due time of an obligation computed again, with each period counted and skipped and the clauses."""
    own = worktime_of(obligation.body_id)
    return fold.explain(owed_from(obligation), rules.current(), lambda owner: own)


def obligation_cite(obligation: Obligation) -> list[str]:
    """The clauses behind an obligation, as an official would cite them."""
    book = rules.current()
    rule = fold.rule_of(owed_from(obligation), book)
    return [book.clause(clause) for clause in rule.choose(obligation.facts).cite]


def quicks_for(obligation: Obligation, offered: Sequence[Quick]) -> tuple[Quick, ...]:
    """The quick actions of a matter as one of its duties shows them: what meets the duty first, two at most."""
    rule = fold.rule_of(owed_from(obligation), rules.current())
    meeting = {quick.event: rule.met_by(quick.event, {}) for quick in offered}
    fitting = [quick for quick in offered if meeting[quick.event] or not quick.only]
    return tuple(sorted(fitting, key=lambda quick: not meeting[quick.event]))[:MOST]


def matter_obligations(matter: Matter) -> QuerySet[Any]:
    """Everything that was or is owed on a matter, in order of opening."""
    return matter.obligations.select_related("body").order_by("opened_seq", "due_at", "id")


def _family(matter: int) -> QuerySet[Any, Any]:
    """The ids of a matter and its children: by them, not by a join with "or", over which PostgreSQL reads everything."""
    return Matter.objects.filter(Q(pk=matter) | Q(parent_id=matter)).order_by().values("pk")


def family_obligations(matter: Matter) -> QuerySet[Any]:
    """Everything that was or is owed on a matter and its children, by due time; to be read as it is."""
    return _family_owed(matter.pk)


@prepared
def _family_owed(matter: int) -> QuerySet[Any]:
    rows = Obligation.objects.filter(matter__in=_family(matter)).select_related("body")
    return rows.order_by("due_at", "opened_seq", "id")


def matter_timeline(matter: Matter) -> QuerySet[Any]:
    """A matter's events and those of its children, in the order in which they happened; to be read as it is."""
    return _happened(matter.pk)


@prepared
def _happened(matter: int) -> QuerySet[Any]:
    rows = Event.objects.filter(matter__in=_family(matter))
    return rows.select_related("matter", "matter__body", "body").order_by("at", "id")


@prepared
def event_kinds(matter: int) -> QuerySet[Any, Any]:
    """The kinds of what happened to a matter and its children."""
    rows = Event.objects.filter(matter__in=_family(matter)).order_by()
    return rows.values_list("kind", flat=True).distinct()


def tallies_by_body(metrics: Iterable[str], *, since: date, until: date) -> dict[tuple[str, int | None], int]:
    """Counts of several metrics per body from `since` to `until`, both days included: one query."""
    rows = Tally.objects.filter(metric__in=list(metrics), day__gte=since, day__lte=until)
    grouped = rows.values_list("metric", "body_id").annotate(total=Sum("count")).order_by()
    return {(metric, body): int(total) for metric, body, total in grouped}
