"""An assessment round as rules: who is assessed by which scheme, who does what by when, what must be told to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from luoshi.engines.rulebook.model import ContentField, Option, Rule

STEPS = (
    "plan",
    "notice",
    "self",
    "daily",
    "quarterly",
    "spot",
    "team",
    "marks",
    "summary",
    "check",
    "approve",
    "publish",
    "feedback",
    "rectify",
    "confirm",
    "use",
)
DATES = ("start", "self_due", "marks_due", "report_due", "superior", "publish_due", "rectify_due")
MARKING = ("mean", "agreed")
EVERY = ("", "month", "quarter", "year")
FILLS = ("", "mean")
WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class RoundClass:
    """A class of units with the scheme they are scored by, and the units that are proposed for it.

    kinds: kinds of bodies that belong to it. units: the official list by name, where the regulation has one.
    subjects: kinds of bodies that may be in it at all; empty: any. below: only bodies directly under the one that
    holds the round. explain: "" (a unit may say that it has no such task), written (it says so in writing, else it
    is refused), or the plan's figure that must be 1 before units of this class may say so in writing.
    """

    key: str
    title: str
    scheme: str
    kinds: tuple[str, ...]
    units: tuple[str, ...]
    cite: tuple[str, ...]
    note: str
    subjects: tuple[str, ...] = ()
    below: bool = False
    explain: str = ""


@dataclass(frozen=True, slots=True)
class RoundStep:
    """One of the fixed steps: what it is called here, who does it, what has to be done. organ "" : the unit."""

    key: str
    title: str
    organ: str
    duty: str
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanDate:
    """A date that the plan sets (or must set). before, after: keys of other dates. latest: not after this day of
    the year that follows (4, 30)."""

    key: str
    label: str
    required: bool
    before: tuple[str, ...]
    latest: tuple[int, int] | None
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that the plan sets each year because the regulation leaves it open."""

    key: str
    label: str
    required: bool
    low: Decimal | None
    high: Decimal | None
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pool:
    """Where members of the team come from. required: at least one member must. bars: classes of units that such a
    member may not assess. kinds: kinds of bodies whose people come from here."""

    key: str
    label: str
    required: bool
    bars: tuple[str, ...]
    kinds: tuple[str, ...]
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """Who marks. marking: mean of the assessors, or one agreed mark. least: assessors an item needs."""

    pools: tuple[Pool, ...]
    marking: str
    least: int
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SelfReport:
    """What a unit hands in. scored: it gives its own marks. to, copies: who receives it."""

    scored: bool
    report: bool
    to: str
    copies: tuple[str, ...]
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Records:
    """Daily records. methods: how something was found. adjust: records may add to or take from an item.

    leaf: the item that the office itself scores through the year, from what was recorded.
    """

    methods: tuple[Option, ...]
    kinds: tuple[Option, ...]
    adjust: bool
    every: str
    cite: tuple[str, ...]
    leaf: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Spot checks: how often, the plan's figure that says how many per cent, whether the mean of those checked is
    shown for those not checked. leaf: the item that the scores enter once the office confirms it."""

    every: str
    ratio: str
    fill: str
    cite: tuple[str, ...]
    leaf: str = ""


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published and where; the latest day is the plan's publish_due."""

    contents: tuple[ContentField, ...]
    places: tuple[Option, ...]
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rectification:
    """What a plan to put things right must hold, and to whom its results are told."""

    contents: tuple[ContentField, ...]
    to: str
    cite: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """A use of the result that is ticked off once done. weight: per cent at which the score is converted.

    figure: the plan's figure that holds the weight, where the regulation leaves it open. together: keys of uses
    that belong to the same act. grades, classes, vetoes: only for units with such a grade, of such a class, with
    such a finding against them. optional: it may be made, and is no reminder while it is not.
    """

    key: str
    title: str
    to: str
    weight: Decimal | None
    figure: str
    together: tuple[str, ...]
    grades: tuple[str, ...]
    classes: tuple[str, ...]
    each: bool
    cite: tuple[str, ...]
    vetoes: tuple[str, ...] = ()
    optional: bool = False

    def concerns(self, class_: str, grade: str, vetoes: Collection[str] = ()) -> bool:
        """Return whether it concerns a unit of a class with a grade and the vetoes that were found against it."""
        return (
            (not self.classes or class_ in self.classes)
            and (not self.grades or grade in self.grades)
            and (not self.vetoes or any(veto in self.vetoes for veto in vetoes))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Rule):
    """A kind of assessment round, held once a year. holders: kinds of bodies that may hold it; empty: any."""

    kind: ClassVar[str] = "round"

    organs: Mapping[str, str]
    classes: tuple[RoundClass, ...]
    contents: tuple[ContentField, ...]
    dates: tuple[PlanDate, ...]
    figures: tuple[Figure, ...]
    steps: tuple[RoundStep, ...]
    own: SelfReport
    records: Records
    spot: Spot
    team: Team
    methods: tuple[Option, ...]
    publication: Publication
    rectification: Rectification
    uses: tuple[Use, ...]
    persons: tuple[Option, ...]
    holders: tuple[str, ...] = ()

    def class_(self, key: str) -> RoundClass:
        """Return a class of units. KeyError for an unknown one."""
        return next_or_key_error(self.classes, key)

    def step(self, key: str) -> RoundStep | None:
        """Return how a step is called here, or None where this kind of round does without it."""
        return next((step for step in self.steps if step.key == key), None)

    def organ_of(self, key: str) -> str:
        """Return the name of the organ that takes a step; "" for the unit itself, or a step not named."""
        step = self.step(key)
        return self.organs.get(step.organ, "") if step else ""

    def date(self, key: str) -> PlanDate | None:
        """Return a date of the plan."""
        return next((one for one in self.dates if one.key == key), None)


def next_or_key_error(rows: tuple[RoundClass, ...], key: str) -> RoundClass:
    """Return the row with a key. KeyError when there is none."""
    for row in rows:
        if row.key == key:
            return row
    raise KeyError(key)


def latest_day(one: PlanDate, year: int) -> date | None:
    """Return the day after which a plan's date may not lie, for a round on a year."""
    return None if one.latest is None else date(year + 1, *one.latest)
