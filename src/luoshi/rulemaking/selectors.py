"""A proposed rule: what is wrong with it, and what it would have changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from luoshi.engines.limits import Interval, LimitError, compute
from luoshi.engines.obligations import past
from luoshi.engines.rulebook import Limit, Problem, Rule, Rulebook, RulebookError, UnknownRule
from luoshi.ledger import rules
from luoshi.ledger.models import Obligation
from luoshi.ledger.services.derive import owed_from
from luoshi.ledger.services.owing import below, chain_of
from luoshi.rulemaking.models import Change, Edition
from luoshi.rulemaking.texts import file_of

MOST = 20_000
SHOWN = 20


def change_list() -> QuerySet[Change]:
    """All changes, newest first, each with its matter and edition."""
    return Change.objects.select_related("matter").order_by("-matter_id")


def change_under_way(rule: str) -> Change | None:
    """The change of a rule that is drafted or waits for approval."""
    found: Change | None = (
        change_list().filter(rule=rule, matter__state__in=["drafting", "submitted"]).first()
    )
    return found


def changes_of(rule: str) -> dict[date, Change]:
    """The changes of a rule in force, by their first day: who changed it on which paper."""
    rows = change_list().filter(rule=rule, matter__state="in_force").order_by("valid_from")
    return {row.valid_from: row for row in rows}


def next_number() -> int:
    """The number that the next edition gets."""
    return (Edition.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1


def checked(change: Change) -> tuple[Rulebook | None, list[Problem]]:
    """The rulebook as it would be with the change, or what is wrong with it."""
    number = next_number()
    files = rules.files() | dict([file_of(number, change.kind, change.text)])
    try:
        return rules.compiled(files), []
    except RulebookError as error:
        return None, list(error.problems)


def proposed(book: Rulebook, change: Change) -> Rule | None:
    """The version that the change makes."""
    found = [rule for rule in book.versions(change.rule) if rule.valid_from == change.valid_from]
    return found[-1] if found else None


def replaced(change: Change) -> Rule | None:
    """The version that the change was drafted from."""
    found = [rule for rule in rules.current().versions(change.rule) if rule.valid_from == change.base_from]
    return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class Moved:
    """A duty of the time tried, with its due time as it was and as it would have been."""

    obligation: Obligation
    before: datetime | None
    after: datetime | None
    late_before: bool
    late_after: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What a changed limit would have meant. counted: duties looked at; most: whether there were more than that."""

    since: date
    until: date
    counted: int
    more: bool
    moved: int
    late_before: int
    late_after: int
    unclear: int
    examples: tuple[Moved, ...]


def tried(change: Change, book: Rulebook, *, since: datetime, until: datetime, now: datetime) -> Trial | None:
    """What the changed limit would have meant for the duties that opened from `since` to `until`, this one left out.

    Pauses and extensions stay as they were. None for a rule that is no limit. Duties whose facts do not suffice
    for the new rule are counted as unclear.
    """
    rule = proposed(book, change)
    if not isinstance(rule, Limit):
        return None
    rows = Obligation.objects.filter(rule=change.rule, opened_at__gte=since, opened_at__lt=until)
    rows = rows.exclude(state="cancelled").select_related("matter", "body").order_by("-opened_at", "-id")
    found: list[Moved] = []
    unclear = 0
    taken = list(rows[: MOST + 1])
    for row in taken[:MOST]:
        try:
            found.append(_moved(row, rule, book, now))
        except LimitError:
            unclear += 1
    changed = [one for one in found if one.before != one.after]
    tz = book.worktime.tz
    return Trial(
        since=since.astimezone(tz).date(),
        until=until.astimezone(tz).date(),
        counted=len(found) + unclear,
        more=len(taken) > MOST,
        moved=len(changed),
        late_before=sum(one.late_before for one in found),
        late_after=sum(one.late_after for one in found),
        unclear=unclear,
        examples=tuple(sorted(changed, key=lambda one: one.late_before == one.late_after)[:SHOWN]),
    )


def _moved(row: Obligation, rule: Limit, book: Rulebook, now: datetime) -> Moved:
    owed = owed_from(row)
    after = compute(
        rule,
        owed.facts,
        owed.opened_at,
        book.worktime,
        pauses=tuple(Interval(start, end) for start, end in owed.pauses if end is not None),
        extended_until=owed.extended_until,
        own=book.worktime_of(chain_of(row.body_id)) if row.body_id and book.own_hours else None,
    ).at
    done = row.met_at or now
    return Moved(row, row.due_at, after, past(row.due_at, done), past(after, done))


@dataclass(frozen=True, slots=True)
class Effect:
    """What other working time would mean for the duties that are open. unclear: what could not be computed."""

    counted: int
    more: bool
    unclear: int
    moved: tuple[Moved, ...]


def effect(book: Rulebook, *, now: datetime, body: str = "") -> Effect:
    """Which open duties would be due at another time by this rulebook's working time, the earliest due first.

    body: only those of a body and of those below it, by its code.
    """
    rows = Obligation.objects.filter(state="open", due_at__gte=now).select_related("matter", "body")
    if body:
        rows = rows.filter(body_id__in=below(body))
    taken = list(rows.order_by("due_at", "id")[: MOST + 1])
    moved: list[Moved] = []
    unclear = 0
    for row in taken[:MOST]:
        try:
            rule = book.limit(row.rule, row.opened_at.astimezone(book.worktime.tz).date())
            one = _moved(row, rule, book, now)
        except (LimitError, UnknownRule):
            unclear += 1
            continue
        if one.before != one.after:
            moved.append(one)
    return Effect(min(len(taken), MOST), len(taken) > MOST, unclear, tuple(moved))
