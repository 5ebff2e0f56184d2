"""Likely repeats: the same person (any one identity key the same) with the same or a similar matter.

Candidates come from the indexes of the contacts' columns alone, never from a scan, so that the agent sees
them while typing. The system points them out; a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from luoshi.engines.rulebook import Setting
from luoshi.hotline import text as texts
from luoshi.hotline.contacts import contact_clean, working_day_of
from luoshi.hotline.models import Contact, Dispatch, Request, RequestLink
from luoshi.hotline.states import OPEN
from luoshi.ledger import keyring, rules
from luoshi.ledger.models import Obligation, ObligationState
from luoshi.ledger.once import once
from luoshi.ledger.prepared import prepared
from luoshi.ledger.together import fetch
from luoshi.organisation.selectors import local_day

PER_KEY = 50
TERMS = ("hotline.close", "hotline.coordination", "hotline.redo")
SAME, SIMILAR, OTHER = "same", "similar", "other"
LABELS = {
    "name": "姓名",
    "email": "电子邮箱",
    "ip": "IP地址",
    "phone": "联系电话",
    "mobile": "联系手机",
    "fax": "传真号码",
}
NUMBERS = ("phone", "mobile")


@dataclass(frozen=True, slots=True)
class Duplicate:
    """An earlier request that may be the same person's same matter.

    keys: which identity keys are the same; weak: only the name or the network address is. content: same |
    similar; likeness from 0 to 1. same_day: it counts to the same working day. answers: how often it was
    answered. link: what a person decided before (same, different, repeat), or "". grounds: on which of the
    rulebook's grounds it need not be dispatched again (answered, in_progress, same_day); overdue: the unit
    has it and is late, so that it is to be urged instead.
    """

    request: Request
    keys: tuple[str, ...]
    weak: bool
    content: str
    likeness: float
    same_day: bool
    answers: int
    link: str
    grounds: tuple[str, ...]
    overdue: bool

    @property
    def key_labels(self) -> str:
        """The identity keys that are the same, in words."""
        return "、".join(LABELS[key] for key in self.keys)


@dataclass(frozen=True, slots=True)
class Person:
    """Identity keys of somebody, as they are compared: blanks and names of nobody left out."""

    values: Mapping[str, str]

    @classmethod
    def of(cls, contact: Mapping[str, Any] | Contact) -> Person:
        """The keys of a contact, or of what was typed so far."""
        given = contact if isinstance(contact, Mapping) else {key: getattr(contact, key) for key in LABELS}
        values = {key: str(given.get(key) or "") for key in LABELS}
        if not texts.name_forms(values["name"]):
            values["name"] = ""
        return cls({key: value for key, value in values.items() if value})

    @property
    def numbers(self) -> set[str]:
        """Telephone and mobile numbers: one that somebody gave as the other is the same number."""
        return {self.values[key] for key in NUMBERS if key in self.values}

    def shared(self, other: Person) -> tuple[str, ...]:
        """The keys that are the same in both; symmetric."""
        both = self.numbers & other.numbers
        found = []
        for key in LABELS:
            pair = {self.values.get(key), other.values.get(key)}
            if pair & both if key in NUMBERS else len(pair) == 1 and None not in pair:
                found.append(key)
        return tuple(found)


def identity_on(day: date) -> Setting:
    """How the same person and the same content are told on a day."""
    return rules.current().setting("hotline.identity", day)


def likeness_of(one: Request, other: Request) -> float:
    """How alike the main content of two requests is, from 0 to 1; symmetric."""
    if one.digest == other.digest:
        return 1.0
    return likeness_between((one.matter.title, one.content), (other.matter.title, other.content))


def likeness_between(one: tuple[str, str], other: tuple[str, str]) -> float:
    """How alike two requests are by (title, text): the texts alone, or with their titles; symmetric."""
    return likeness_to(one)(other)


def likeness_to(one: tuple[str, str]) -> Callable[[tuple[str, str]], float]:
    """How alike others are to this (title, text), which is cut up once; as likeness_between."""
    whole, text = texts.shingles(" ".join(one)), texts.shingles(one[1])

    def likeness(other: tuple[str, str]) -> float:
        return max(
            texts.common(whole, texts.shingles(" ".join(other))), texts.common(text, texts.shingles(other[1]))
        )

    return likeness


def evidence(one: Request, other: Request, day: date) -> tuple[tuple[str, ...], bool, float]:
    """(identity keys the same, only weak ones, likeness of content) of two requests; symmetric."""
    keys = Person.of(one.contact).shared(Person.of(other.contact))
    return keys, _weak(keys, day), likeness_of(one, other)


def _weak(keys: tuple[str, ...], day: date) -> bool:
    return not set(keys) & set(identity_on(day)["strong"])


def candidates(person: Person, *, before: Request | None = None) -> list[int]:
    """Ids of requests whose contact shares a key, of each key the newest: an index lookup each, in one query."""
    return ids_of(candidate_rows(person, before=before))


def ids_of(rows: Iterable[tuple[int, int]]) -> list[int]:
    """The ids among candidates, each once."""
    return sorted({pk for pk, _ in rows})


def candidate_rows(person: Person, *, before: Request | None = None) -> QuerySet[Any, Any]:
    """The candidates as a list that is not read yet."""
    asked: list[tuple[str, list[bytes]]] = []
    for key, value in person.values.items():
        for field in NUMBERS if key in NUMBERS else (key,):
            asked.append((field, keyring.marks(value, kind="number" if field in NUMBERS else field)))
    if not asked:
        return Contact.objects.none()
    own = before.pk if before is not None else None
    return _candidates(own, *(marks for _, marks in asked), fields=tuple(field for field, _ in asked))


@prepared
def _candidates(own: int | None, *marks: list[bytes], fields: tuple[str, ...]) -> QuerySet[Any, Any]:
    parts = []
    for field, wanted in zip(fields, marks, strict=True):
        rows = Contact.objects.filter(**{f"{field}_mark__any_of": wanted})
        if own is not None:
            rows = rows.exclude(request_id=own)
        newest = rows.order_by("-request_id").annotate(one=Value(1)).values_list("request_id", "one")
        parts.append(newest[:PER_KEY])
    first, *others = parts
    found: QuerySet[Any, Any] = first.union(*others, all=True) if others else first
    return found


def duplicates_of(
    *,
    at: datetime,
    request: Request | None = None,
    contact: Mapping[str, str | None] | None = None,
    title: str = "",
    content: str = "",
    limit: int = 20,
) -> list[Duplicate]:
    """Requests that are likely the same person's same matter, strong evidence first, then the newest.

    For a stored `request`, or while it is being typed for `contact`, `title` and `content` (as far as they
    go; a content of fewer than four characters is compared with nothing). Three queries at most, each by an
    index.
    Errors: Incomplete for contact data that cannot be one.
    Source: smx-hotline-ops/14.6.b
    """
    day = local_day(at)
    if request is not None:
        person, heading, body_text = Person.of(request.contact), request.matter.title, request.content
        working_day = request.day
    else:
        person, heading, body_text = Person.of(contact_clean(contact)), title, content
        working_day = working_day_of(at)
    if len(texts.essence(body_text)) < 4:
        return []
    rows = kin_of(request) if request is not None else _with_contact(candidates(person))
    if not rows:
        return []
    threshold = float(identity_on(day)["content_similarity"])
    digest = texts.digest(heading, body_text)
    likeness_of_text = likeness_to((heading, body_text))
    alike: list[tuple[Request, float]] = []
    for row in rows:
        likeness = 1.0 if row.digest == digest else likeness_of_text((row.matter.title, row.content))
        if likeness >= threshold:
            alike.append((row, likeness))
    near = [row.pk for row, _ in alike]
    units, issues = _at_work(near, at), _issues(root_of(row) for row, _ in alike)
    judged = _judged(request, near)
    fetch(units, issues, judged)
    standings, answers, links = _standings(units), _totals(issues), _links(request, judged)
    least = rules.current().setting("hotline.redispatch", day)["answers_at_least"]
    found = []
    for row, likeness in alike:
        keys = person.shared(Person.of(row.contact))
        live, overdue = standings.get(row.pk, (False, False))
        told = answers[root_of(row)]
        same_day = row.day == working_day and row.matter.state != "refused"
        holds = {"answered": told >= least, "in_progress": live and not overdue, "same_day": same_day}
        found.append(
            Duplicate(
                request=row,
                keys=keys,
                weak=_weak(keys, day),
                content=SAME if likeness == 1.0 else SIMILAR,
                likeness=likeness,
                same_day=same_day,
                answers=told,
                link=links.get(row.pk, ""),
                grounds=tuple(ground for ground, now in holds.items() if now),
                overdue=overdue,
            )
        )
    found.sort(key=lambda one: (one.weak, -one.likeness, -one.request.pk))
    return found[:limit]


@once
def kin_of(request: Request) -> list[Request]:
    """Other requests whose contact shares a key, of each key the newest, with matter and contact. Two queries."""
    return kin_among(candidate_rows(Person.of(request.contact), before=request))


def kin_among(rows: Iterable[tuple[int, int]]) -> list[Request]:
    """The requests of these candidates. One query."""
    return _with_contact(ids_of(rows))


def _with_contact(ids: list[int]) -> list[Request]:
    if not ids:
        return []
    return list(_kin(ids))


@prepared
def _kin(ids: list[int]) -> QuerySet[Request]:
    return Request.objects.filter(pk__any_of=ids).select_related("matter", "contact").defer("search")


def _judged(request: Request | None, ids: list[int]) -> QuerySet[Any, Any]:
    """What persons decided of this request and those others."""
    if request is None:
        return RequestLink.objects.none()
    return _pairs(request.pk, ids)


@prepared
def _pairs(request: int, ids: list[int]) -> QuerySet[Any, Any]:
    one, other = Q(request_id=request, other_id__any_of=ids), Q(other_id=request, request_id__any_of=ids)
    return RequestLink.objects.filter(one | other).values_list("request_id", "other_id", "kind")


def _links(request: Request | None, judged: Iterable[tuple[int, int, str]]) -> dict[int, str]:
    own = request.pk if request is not None else 0
    return {(other if one == own else one): kind for one, other, kind in judged}


def root_of(request: Request) -> int:
    """The id of the first request of the same issue, as persons decided.

    Its own when there is none before.
    """
    return int(request.same_as_id or request.pk)


def chain_answers(roots: Iterable[int]) -> dict[int, int]:
    """How often each issue was answered.

    Passed results given back, over its first request and all repeats.
    """
    return _totals(_issues(roots))


def _issues(roots: Iterable[int]) -> QuerySet[Any, Any]:
    return _answered(list(set(roots)))


@prepared
def _answered(wanted: list[int]) -> QuerySet[Any, Any]:
    rows = Request.objects.filter(Q(pk__any_of=wanted) | Q(same_as_id__any_of=wanted))
    summed = rows.values(root=Coalesce("same_as_id", "pk")).annotate(total=Sum("answers"))
    found: QuerySet[Any, Any] = summed.order_by().values_list("root", "total")
    return found


def _totals(issues: Iterable[tuple[int, int]]) -> dict[int, int]:
    return {root: int(total) for root, total in issues}


def time_left(request_ids: Iterable[int], at: datetime) -> dict[int, tuple[bool, bool]]:
    """For each request that a unit is at work on: (True, whether a unit is late with it).

    Others are left out. Late is whoever let the time for closing, redoing or coordinated handling pass,
    until it is finished.
    """
    return _standings(_at_work(request_ids, at))


def _at_work(request_ids: Iterable[int], at: datetime) -> QuerySet[Any, Any]:
    """(request, whether late) of every unit at work on one of these requests."""
    return _open_at(list(request_ids), at)


@prepared
def _open_at(wanted: list[int], at: datetime) -> QuerySet[Any, Any]:
    owed = Obligation.objects.filter(matter=OuterRef("pk"), rule__in=TERMS)
    late = owed.filter(Q(breached_at__isnull=False) | Q(state=ObligationState.OPEN, due_at__lt=at))
    rows = Dispatch.objects.filter(request_id__any_of=wanted, matter__state__in=OPEN)
    found: QuerySet[Any, Any] = rows.annotate(late=Exists(late)).values_list("request_id", "late")
    return found


def _standings(units: Iterable[tuple[int, bool]]) -> dict[int, tuple[bool, bool]]:
    found: dict[int, tuple[bool, bool]] = {}
    for pk, is_late in units:
        found[pk] = (True, is_late or found.get(pk, (True, False))[1])
    return found
