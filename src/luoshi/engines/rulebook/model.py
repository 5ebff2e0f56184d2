"""What a rulebook holds once it is read: frozen records, ready for the hot path.

Every rule has an id, a Chinese title, the clauses it carries out, dates of effect (both inclusive), a
status, and an assumption where the regulation leaves something open. `file` and `line` say where it stands.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from luoshi.engines.limits import Duration
from luoshi.engines.rulebook.conditions import ALWAYS, Condition


class Status(StrEnum):
    """Whether a rule is being drafted, holds, or has been repealed (it still holds for earlier days)."""

    DRAFT = "draft"
    IN_FORCE = "in_force"
    REPEALED = "repealed"


class UnknownRule(LookupError):
    """No rule of this kind and id holds on the day asked for; the message is one clear line."""


@dataclass(frozen=True, slots=True)
class Document:
    """A cited document with the names of its clauses (`14.1` -> 第十四条(一))."""

    id: str
    title: str
    number: str
    issued: date | None
    issuer: str
    clauses: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every kind of rule has.

    cite: the clauses that the rule carries out in full. see: clauses it draws on, not carried out in full.
    """

    kind: ClassVar[str] = ""

    id: str
    title: str
    cite: tuple[str, ...]
    see: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    status: Status
    assumption: str
    file: str
    line: int

    def holds_on(self, day: date) -> bool:
        """Return whether the day lies within the rule's dates of effect, both ends included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class EventMatch:
    """An event kind, with a condition over the event's data."""

    kind: str
    when: Condition = ALWAYS

    def accepts(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Return whether an event is meant."""
        return kind == self.kind and self.when.matches(data)


@dataclass(frozen=True, slots=True)
class DurationCase:
    """A row of a limit's duration table. `duration` None: owed, but without a due time."""

    when: Condition
    duration: Duration | None
    cite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Override:
    """An absolute time in the facts that replaces the computed due time."""

    fact: str
    required: bool = False


@dataclass(frozen=True, slots=True)
class Lapse:
    """The event the worker records when the due time passes unmet."""

    event: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a limit's tables give for certain facts.

    `duration` None: no due time. `then` are supplements in another unit, counted one after another from the
    due time of what stands before. `cite` are the clauses of the rule and of the rows used.
    """

    duration: Duration | None
    then: tuple[Duration, ...]
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Rule):
    """A time limit: which events open it, meet it or move it, who owes it, how long it is.

    matter: the kind of matter watched. owner: body | person (one person of the body, named by the fact
    `person`) | platform | citizen. nature: duty | window (a right that lapses). cancels voids it wholly; ends
    says that the matter is through (what had lapsed stays breached).
    start: `opening`, or the key in the opening event's data that holds the starting time. counting:
    civil | elapsed. content: the id of what the meeting event's paper must hold, or "".
    """

    kind: ClassVar[str] = "limit"

    matter: str
    opens: tuple[EventMatch, ...]
    when: Condition
    meets: tuple[EventMatch, ...]
    cancels: tuple[EventMatch, ...]
    breaks: tuple[EventMatch, ...]
    pauses: tuple[EventMatch, ...]
    resumes: tuple[EventMatch, ...]
    extends: tuple[EventMatch, ...]
    ends: tuple[EventMatch, ...]
    owner: str
    nature: str
    start: str
    counting: str
    duration: tuple[DurationCase, ...]
    add: tuple[DurationCase, ...]
    then: tuple[DurationCase, ...]
    override: Override | None
    lapse: Lapse | None
    content: str

    def opened_by(self, kind: str, facts: Mapping[str, Any]) -> bool:
        """Return whether an event opens it; `facts` is the event's data merged over the matter's facts."""
        return any(match.accepts(kind, facts) for match in self.opens) and self.when.matches(facts)

    def met_by(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Return whether an event meets the limit."""
        return any(match.accepts(kind, data) for match in self.meets)

    def cancelled_by(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Return whether an event ends the limit without a result."""
        return any(match.accepts(kind, data) for match in self.cancels)

    def ended_by(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Return whether an event says that the matter is through, as far as this limit goes."""
        return any(match.accepts(kind, data) for match in self.ends)

    def broken_by(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Return whether an event makes the limit breached, even if it was met before."""
        return any(match.accepts(kind, data) for match in self.breaks)

    def paused_by(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Return whether an event stops the clock."""
        return any(match.accepts(kind, data) for match in self.pauses)

    def resumed_by(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Return whether an event starts the clock again."""
        return any(match.accepts(kind, data) for match in self.resumes)

    def extended_by(self, kind: str, data: Mapping[str, Any]) -> bool:
        """Return whether an event's data["until"] becomes the due time."""
        return any(match.accepts(kind, data) for match in self.extends)

    def choose(self, facts: Mapping[str, Any]) -> Chosen:
        """Return how long the limit is: the first matching row, plus every supplement that matches."""
        row = next(case for case in self.duration if case.when.matches(facts))
        cite = [*self.cite, *row.cite]
        if row.duration is None:
            return Chosen(None, (), _once(cite))
        amount = row.duration.amount
        for case in self.add:
            if case.duration is not None and case.when.matches(facts):
                amount += case.duration.amount
                cite += case.cite
        then: list[Duration] = []
        for case in self.then:
            if case.duration is not None and case.when.matches(facts):
                then.append(case.duration)
                cite += case.cite
        return Chosen(Duration(amount, row.duration.unit), tuple(then), _once(cite))


def _once(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))


@dataclass(frozen=True, slots=True)
class GroundCondition:
    """One of several conditions that must all hold before a ground may be used."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground(Rule):
    """A ground on which something is refused. `notice` is the id of the notice to the person concerned."""

    kind: ClassVar[str] = "ground"

    matter: str
    code: str
    statement: str
    needs_reason: bool
    conditions: tuple[GroundCondition, ...]
    routes: tuple[str, ...]
    subjects: tuple[str, ...]
    advice: str
    numbers: tuple[str, ...]
    hint: str
    notice: str

    def unmet(self, facts: Mapping[str, Any]) -> tuple[GroundCondition, ...]:
        """Return the conditions that the facts do not confirm (only true confirms)."""
        return tuple(condition for condition in self.conditions if facts.get(condition.key) is not True)


@dataclass(frozen=True, slots=True)
class ContentField:
    """One thing that a paper must or may hold. type: text | person | phone | time | date | body | flag."""

    key: str
    label: str
    required: bool
    min_length: int
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Rule):
    """What a paper, reply or record must hold."""

    kind: ClassVar[str] = "content"

    matter: str
    form: str
    fields: tuple[ContentField, ...]

    def missing(self, values: Mapping[str, Any]) -> tuple[ContentField, ...]:
        """Return the required fields that are absent, blank or shorter than their least length."""
        return tuple(
            field for field in self.fields if field.required and not _filled(field, values.get(field.key))
        )


def _filled(field: ContentField, value: object) -> bool:
    if isinstance(value, str):
        return len(value.strip()) >= max(1, field.min_length)
    return value is not None


@dataclass(frozen=True, slots=True)
class Option:
    """One value of an enumeration, with its Chinese label. public: offered to the public, not to officials alone."""

    value: str
    label: str
    hint: str = ""
    public: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Rule):
    """An enumeration."""

    kind: ClassVar[str] = "choice"

    options: tuple[Option, ...]
    default: str

    @property
    def values(self) -> tuple[str, ...]:
        """The values in order."""
        return tuple(option.value for option in self.options)

    def label(self, value: str) -> str:
        """Return the Chinese label of a value; KeyError when it is none of them."""
        for option in self.options:
            if option.value == value:
                return option.label
        raise KeyError(value)


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """A row of a decision table. `who` empty: nobody may, for the reason given.

    in_person: nobody may stand in. asks: the roles that may ask for the decision.
    """

    when: Condition
    who: tuple[str, ...]
    copied: tuple[str, ...]
    stands_in: tuple[str, ...]
    in_person: bool
    reason: str
    cite: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority(Rule):
    """A decision table: who decides, signs or reads. The first matching row counts."""

    kind: ClassVar[str] = "authority"

    matter: str
    table: tuple[AuthorityRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Rule):
    """Named parameters: whole numbers, Decimals, texts, dates, flags, or tuples of them."""

    kind: ClassVar[str] = "setting"

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Rule):
    """A text sent to somebody. channel: sms | original (the channel the request came by) | internal | screen.

    `to` is citizen or a role. `slots` are the names that the template uses.
    """

    kind: ClassVar[str] = "notice"

    channel: str
    to: str
    template: str
    slots: tuple[str, ...]

    def render(self, values: Mapping[str, object]) -> str:
        """Return the text with every slot filled. Raises KeyError naming the first slot without a value."""
        return string.Formatter().vformat(self.template, (), {slot: str(values[slot]) for slot in self.slots})
