"""Who is calling: earlier requests of the same person, found by number while the agent types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from luoshi.hotline.contacts import contact_clean
from luoshi.hotline.models import Dispatch, Request
from luoshi.hotline.selectors.duplicates import (
    NUMBERS,
    PER_KEY,
    Duplicate,
    Person,
    candidates,
    duplicates_of,
    kin_of,
    time_left,
)
from luoshi.hotline.selectors.requests import MaskedContact, masked_contact
from luoshi.ledger.errors import Incomplete

SHORTEST = 7
STRONG = ("mobile", "phone", "email")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier request of the one who calls. likely: it may be the same matter, and why; None for another one.

    units: the units that have it; overdue: one of them is late.
    """

    request: Request
    masked: MaskedContact
    likely: Duplicate | None
    units: tuple[str, ...]
    open_dispatches: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Caller:
    """What is known of a caller: earlier requests, those first that may be the same matter.

    many: only the newest were counted.
    """

    earlier: tuple[Earlier, ...]
    count: int
    many: bool


def _clean(contact: Mapping[str, str]) -> dict[str, str]:
    """The data that can be compared; what is half typed is left out."""
    found: dict[str, str] = {}
    for key, value in contact.items():
        try:
            cleaned = contact_clean({key: value})[key]
        except Incomplete:
            continue
        if cleaned and not (key in NUMBERS and len(cleaned) < SHORTEST):
            found[key] = cleaned
    return found


def caller_known(
    *, contact: Mapping[str, str], content: str, title: str = "", at: datetime, limit: int = 6
) -> Caller:
    """Earlier requests of the same person, and which of them may be the same matter as what is being typed.

    contact: as far as it was typed; data that cannot be one yet is left out. By name alone only what is also
    alike in content is shown. Personal data stays masked. Nine queries at most, each by an index.
    """
    given = _clean(contact)
    if not given:
        return Caller((), 0, many=False)
    likely = duplicates_of(contact=given, title=title, content=content, at=at) if content else []
    known = candidates(Person.of({key: value for key, value in given.items() if key in STRONG}))[::-1]
    first = [one.request.pk for one in likely]
    wanted = list(dict.fromkeys([*first, *known]))[:limit]
    rows = Request.objects.filter(pk__in=wanted).select_related("matter", "contact").defer("search")
    by_pk = {row.pk: row for row in rows}
    units: dict[int, list[str]] = {pk: [] for pk in wanted}
    live = Dispatch.objects.filter(request_id__in=wanted).exclude(matter__state="recalled")
    for pk, name in live.order_by("pk").values_list("request_id", "body__short_name"):
        units[pk].append(name)
    standing = time_left(wanted, at)
    alike = {one.request.pk: one for one in likely}
    found = [
        Earlier(
            request=by_pk[pk],
            masked=masked_contact(by_pk[pk]),
            likely=alike.get(pk),
            units=tuple(dict.fromkeys(units[pk])),
            open_dispatches=pk in standing,
            overdue=standing.get(pk, (False, False))[1],
        )
        for pk in wanted
    ]
    return Caller(tuple(found), len({*known, *first}), many=len(known) >= PER_KEY)


def same_caller(request: Request, *, leave_out: Iterable[int] = (), limit: int = 5) -> list[Request]:
    """The newest other requests of the person whose request this is, found by number or address, not by name.

    Asks nothing beside what likely repeats are found by (`kin_of`).
    """
    person, apart = Person.of(request.contact), set(leave_out)
    same = [
        row
        for row in kin_of(request)
        if row.pk not in apart and set(STRONG).intersection(person.shared(Person.of(row.contact)))
    ]
    return sorted(same, key=lambda row: -row.pk)[:limit]
