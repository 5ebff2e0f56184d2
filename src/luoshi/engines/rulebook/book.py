"""A rulebook in use: rules looked up by kind, id and day; limits looked up by event.

Nothing is ever looked up as "the latest": the day of the event is always named.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar
from zoneinfo import ZoneInfo

from luoshi.engines.rulebook.flow import Gate, Route
from luoshi.engines.rulebook.model import (
    Authority,
    Choice,
    Content,
    Document,
    EventMatch,
    Ground,
    Limit,
    Notice,
    Rule,
    Setting,
    Status,
    UnknownRule,
)
from luoshi.engines.rulebook.problems import nearest
from luoshi.engines.rulebook.read_worktime import Holidays, WorkingHours, own_hours
from luoshi.engines.rulebook.rounds import Round
from luoshi.engines.rulebook.scheme import Scheme
from luoshi.engines.worktime import Calendar, Hours, OwnHours, Worktime

KINDS: dict[str, type[Rule]] = {
    kind.kind: kind
    for kind in (
        *(Limit, Ground, Content, Choice, Authority, Setting, Notice, Scheme, Round, Gate, Route),
        *(Holidays, WorkingHours),
    )
}
EFFECTS = ("opens", "meets", "cancels", "breaks", "pauses", "resumes", "extends", "ends")

R = TypeVar("R", bound=Rule)


@dataclass(frozen=True, slots=True)
class Touched:
    """The limits that an event kind touches, by what it may do to them.

    Conditions over facts are not yet tried: ask the limit (`opened_by`, `met_by`, …) with the event's data.
    """

    opens: tuple[Limit, ...] = ()
    meets: tuple[Limit, ...] = ()
    cancels: tuple[Limit, ...] = ()
    breaks: tuple[Limit, ...] = ()
    pauses: tuple[Limit, ...] = ()
    resumes: tuple[Limit, ...] = ()
    extends: tuple[Limit, ...] = ()
    ends: tuple[Limit, ...] = ()

    def __bool__(self) -> bool:
        return any(getattr(self, effect) for effect in EFFECTS)


NOTHING = Touched()


@dataclass(slots=True)
class _Index:
    """Limits by (event kind, kind of matter): one table for each stretch of days with the same rules."""

    limits: tuple[Limit, ...]
    edges: list[date] = field(init=False)
    tables: dict[int, dict[tuple[str, str], Touched]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        last = (limit.valid_until for limit in self.limits if limit.valid_until is not None)
        ends = (day + timedelta(days=1) for day in last if day < date.max)
        self.edges = sorted({*(limit.valid_from for limit in self.limits), *ends})

    def touched(self, event: str, matter: str, on: date) -> Touched:
        stretch = bisect_right(self.edges, on)
        table = self.tables.get(stretch)
        if table is None:
            table = self.tables[stretch] = self._table(on)
        return table.get((event, matter), NOTHING)

    def _table(self, on: date) -> dict[tuple[str, str], Touched]:
        found: dict[tuple[str, str], dict[str, list[Limit]]] = {}
        holding = [limit for limit in self.limits if limit.holds_on(on)]
        drafted = {limit.id for limit in holding if limit.status is Status.DRAFT}
        for limit in holding:
            if limit.id in drafted and limit.status is not Status.DRAFT:
                continue  # a what-if run: the draft takes its place
            for effect in EFFECTS:
                for kind in dict.fromkeys(match.kind for match in getattr(limit, effect)):
                    found.setdefault((kind, limit.matter), {}).setdefault(effect, []).append(limit)
        return {key: Touched(**{effect: tuple(ls) for effect, ls in by.items()}) for key, by in found.items()}


class Rulebook:
    """One jurisdiction's rules. Built by `parse`; never changed afterwards.

    version: a digest of all its texts; two rulebooks with the same version say the same. facts: what people
    call the facts that conditions ask about. trial: drafts hold as if they were in force, so that a draft
    rulebook can be lived with before it is issued.
    """

    def __init__(
        self,
        *,
        id: str,
        title: str,
        jurisdiction: str,
        timezone: str,
        version: str,
        documents: Mapping[str, Document],
        roles: Mapping[str, str],
        slots: Mapping[str, str],
        facts: Mapping[str, str],
        calendar: Calendar,
        hours: Hours,
        zone: ZoneInfo,
        rules: Iterable[Rule],
        trial: bool = False,
    ) -> None:
        self.trial = trial
        self.id = id
        self.title = title
        self.jurisdiction = jurisdiction
        self.timezone = timezone
        self.version = version
        self.documents = documents
        self.roles = roles
        self.slots = slots
        self.facts = facts
        self._working = (calendar, hours, zone)
        self._own: dict[tuple[OwnHours, ...], Worktime] = {}
        self._rules: dict[tuple[str, str], list[Rule]] = {}
        self._drafts: dict[tuple[str, str], list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: rule.valid_from):
            shelf = self._drafts if rule.status is Status.DRAFT else self._rules
            shelf.setdefault((rule.kind, rule.id), []).append(rule)
        self._live = _Index(tuple(self._limits(self._rules)))
        self._with_drafts: _Index | None = None

    @property
    def calendar(self) -> Calendar:
        """The holidays and make-up days that hold here."""
        return self._working[0]

    @property
    def hours(self) -> Hours:
        """The working hours that hold here."""
        return self._working[1]

    @cached_property
    def worktime(self) -> Worktime:
        """The working time that holds here; compiled when first asked for (some 50 ms)."""
        return Worktime(*self._working)

    @cached_property
    def own_hours(self) -> Mapping[str, tuple[OwnHours, ...]]:
        """The working time that bodies keep for themselves, by the body's code."""
        return own_hours(rule for shelf in self._rules.values() for rule in shelf)

    def worktime_of(self, bodies: Sequence[str]) -> Worktime | None:
        """The working time of a body, given by its code and the codes of those above it, nearest first.

        On each day the nearest one's own counts, else the place's. None where none of them keeps any.
        """
        own = tuple(one for code in bodies for one in self.own_hours.get(code, ()))
        if not own:
            return None
        if own not in self._own:
            self._own[own] = Worktime(*self._working, own)
        return self._own[own]

    def limit(self, id: str, on: date, *, drafts: bool = False) -> Limit:
        """Return the time limit that holds on a day. Raises UnknownRule."""
        return self._find(Limit, id, on, drafts)

    def ground(self, id: str, on: date, *, drafts: bool = False) -> Ground:
        """Return the ground of refusal that holds on a day. Raises UnknownRule."""
        return self._find(Ground, id, on, drafts)

    def content(self, id: str, on: date, *, drafts: bool = False) -> Content:
        """Return what a paper must hold on a day. Raises UnknownRule."""
        return self._find(Content, id, on, drafts)

    def choice(self, id: str, on: date, *, drafts: bool = False) -> Choice:
        """Return an enumeration as it is on a day. Raises UnknownRule."""
        return self._find(Choice, id, on, drafts)

    def authority(self, id: str, on: date, *, drafts: bool = False) -> Authority:
        """Return a decision table as it is on a day. Raises UnknownRule."""
        return self._find(Authority, id, on, drafts)

    def setting(self, id: str, on: date, *, drafts: bool = False) -> Setting:
        """Return named parameters as they are on a day. Raises UnknownRule."""
        return self._find(Setting, id, on, drafts)

    def notice(self, id: str, on: date, *, drafts: bool = False) -> Notice:
        """Return a notice as it is on a day. Raises UnknownRule."""
        return self._find(Notice, id, on, drafts)

    def scheme(self, id: str, on: date, *, drafts: bool = False) -> Scheme:
        """Return an assessment scheme as it is on a day. Raises UnknownRule."""
        return self._find(Scheme, id, on, drafts)

    def round(self, id: str, on: date, *, drafts: bool = False) -> Round:
        """Return a kind of assessment round as it is on a day. Raises UnknownRule."""
        return self._find(Round, id, on, drafts)

    def gate(self, id: str, on: date, *, drafts: bool = False) -> Gate:
        """Return what must stand before a step, as it is on a day. Raises UnknownRule."""
        return self._find(Gate, id, on, drafts)

    def route(self, id: str, on: date, *, drafts: bool = False) -> Route:
        """Return the way of a paper as it is on a day. Raises UnknownRule."""
        return self._find(Route, id, on, drafts)

    def grounds(self, on: date, *, matter: str | None = None) -> tuple[Ground, ...]:
        """Return the grounds of refusal that hold on a day, in the order in which they are written."""
        found = [g for g in self.holding(Ground, on) if matter is None or g.matter == matter]
        return tuple(sorted(found, key=lambda ground: (ground.file, ground.line)))

    def holding(self, kind: type[R], on: date) -> Iterator[R]:
        """Yield the rules of a kind that hold on a day; drafts only where they are on trial."""
        for shelf in (self._drafts, self._rules) if self.trial else (self._rules,):
            for key, rules in shelf.items():
                if self.trial and shelf is self._rules and key in self._drafts:
                    continue
                for rule in rules:
                    if isinstance(rule, kind) and rule.holds_on(on):
                        yield rule

    def rules(self) -> Iterator[Rule]:
        """Yield every rule in all its versions, drafts last."""
        for shelf in (self._rules, self._drafts):
            for versions in shelf.values():
                yield from versions

    def versions(self, id: str) -> tuple[Rule, ...]:
        """Return every version of a rule of any kind, by first day, drafts last; empty when there is none."""
        return tuple(rule for rule in self.rules() if rule.id == id)

    def limits_for(self, event_kind: str, matter_kind: str, on: date, *, drafts: bool = False) -> Touched:
        """Return the limits that an event kind on a kind of matter touches on a day.

        One bisection and one dict lookup once a stretch of days has been asked for. With `drafts`, a draft
        takes the place of the rule in force with the same id (for what-if runs).
        """
        if not (drafts or self.trial):
            return self._live.touched(event_kind, matter_kind, on)
        if self._with_drafts is None:
            self._with_drafts = _Index((*self._limits(self._rules), *self._limits(self._drafts)))
        return self._with_drafts.touched(event_kind, matter_kind, on)

    def event_kinds(self) -> frozenset[str]:
        """Return every event kind that a limit watches or records, for comparison with the functions'."""
        kinds: set[str] = set()
        for rule in self.rules():
            if isinstance(rule, Limit):
                matches: list[EventMatch] = [match for effect in EFFECTS for match in getattr(rule, effect)]
                kinds.update(match.kind for match in matches)
                if rule.lapse is not None:
                    kinds.add(rule.lapse.event)
        return frozenset(kinds)

    @cached_property
    def matter_kinds(self) -> frozenset[str]:
        """Every kind of matter that a limit watches."""
        return frozenset(rule.matter for rule in self.rules() if isinstance(rule, Limit))

    def clause(self, id: str) -> str:
        """Return a clause as an official would cite it: 《…》第十四条(一). KeyError for an unknown one."""
        document, _, clause = id.partition("/")
        found = self.documents[document]
        return f"《{found.title}》{found.clauses[clause]}"

    @staticmethod
    def _limits(shelf: Mapping[tuple[str, str], list[Rule]]) -> Iterator[Limit]:
        for versions in shelf.values():
            for rule in versions:
                if isinstance(rule, Limit):
                    yield rule

    def _find(self, kind: type[R], id: str, on: date, drafts: bool) -> R:
        shelves = (self._drafts, self._rules) if drafts or self.trial else (self._rules,)
        for shelf in shelves:
            for rule in shelf.get((kind.kind, id), ()):
                if rule.holds_on(on) and isinstance(rule, kind):
                    return rule
        raise UnknownRule(self._why_not(kind, id, on))

    def _why_not(self, kind: type[Rule], id: str, on: date) -> str:
        key = (kind.kind, id)
        if key in self._rules:
            spans = ", ".join(f"{r.valid_from} to {r.valid_until or 'now'}" for r in self._rules[key])
            return f"{kind.kind} {id} does not hold on {on} in rulebook {self.id} (it holds {spans})"
        if key in self._drafts:
            return f"{kind.kind} {id} is only a draft in rulebook {self.id}"
        close = nearest(id, [name for known, name in self._rules if known == kind.kind])
        hint = f"; did you mean {close}?" if close else ""
        return f"no {kind.kind} {id} in rulebook {self.id}{hint}"
