"""What a dispatch counts for: sign-in, hand-over, returns, closing, call-backs, roles.

The counts mean what docs/exchange.md says of an export's dispatches, with two moments: limits are looked at as of
now; a stock of open overdue cases is what stood at a period's end. All times are seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from luoshi.assessment.counting.tracker import Count, Facts, Held, Member, Standing
from luoshi.engines import limits
from luoshi.engines.limits import Duration
from luoshi.engines.obligations import Happened, Owed
from luoshi.engines.rulebook import Rulebook

DISPATCH, REQUEST = "hotline.dispatch", "hotline.request"
CLOSING = ("hotline.close", "hotline.coordination", "hotline.redo")
TOLD = ("urgency", "role", "kind", "leader")
SIGN_IN = "assessment.sign_in"
FAILED = 2
"""So many failed reviews make a dispatch overdue."""

OVERDUE, LEADER_OVERDUE = "overdue_tickets", "leader_instructions_overdue"
DISSATISFIED, SATISFIED = "dissatisfied", "satisfied"
WORDS = {"satisfied": "satisfied", "basically": "basically_satisfied"}


def seconds(at: datetime | str) -> int:
    """A moment in seconds; parts of a second do not count."""
    return int((datetime.fromisoformat(at) if isinstance(at, str) else at).timestamp())


def moment(at: int, zone: tzinfo) -> datetime:
    """The moment of so many seconds."""
    return datetime.fromtimestamp(at, zone)


def closing_due(owed: Sequence[Owed]) -> int | None:
    """By when a dispatch has to be closed.

    The moment at which it became overdue, if it did: by the first limit that ran out unmet, or by being deemed
    overdue. Otherwise the limit that runs now or was met last: the first one, that of coordinated handling, or that
    for redoing, which is counted apart from the first.
    """
    chain = [one for one in owed if one.rule in CLOSING and one.state != "cancelled"]
    breached = [one.breached_at for one in chain if one.breached_at is not None]
    if breached:
        return seconds(min(breached))
    last = max(chain, key=lambda one: one.opened_seq, default=None)
    return seconds(last.due_at) if last is not None and last.due_at is not None else None


def _due(owed: Sequence[Owed], rule: str) -> int | None:
    found = [one.due_at for one in owed if one.rule == rule and one.due_at is not None]
    return seconds(found[-1]) if found else None


class DispatchTracker:
    """Follows one dispatch; an assisting unit's results are those of the leading unit's dispatch.

    Source: smx-hotline-assessment-annex/4.3.1.b
    """

    kind = DISPATCH
    own_order = False
    events = frozenset(
        {
            "hotline.dispatched",
            "hotline.signed",
            "hotline.handed_over",
            "hotline.replied",
            "hotline.review_passed",
            "hotline.redo_ordered",
            "hotline.second_assigned",
            "hotline.deemed_overdue",
            "hotline.return_requested",
            "hotline.return_accepted",
            "hotline.return_rejected",
            "hotline.recalled",
            "hotline.extension_granted",
            "hotline.county_report_adopted",
            "hotline.coordination_approved",
            "hotline.joint_set",
            "hotline.leader_instructed",
        }
    )

    def step(self, facts: Facts, event: Happened, owed: Sequence[Owed], matter: Mapping[str, Any]) -> Facts:
        """Remember when things happened, and by when they were due."""
        at, new = seconds(event.at), {**facts, **{name: matter.get(name) for name in TOLD}}
        match event.kind:
            case "hotline.dispatched":
                new |= {"dispatched": at, "failed": 0, "returns": []}
            case "hotline.signed":
                new["signed"] = at
            case "hotline.handed_over":
                new["handed"] = at
            case "hotline.replied":
                new["replied"] = at
            case "hotline.review_passed":
                new["closed"] = seconds(event.data.get("closed_at") or event.at)
            case "hotline.redo_ordered" | "hotline.second_assigned":
                new |= {"failed": facts["failed"] + 1, "replied": None}
            case "hotline.return_requested":
                new["returns"] = [*facts["returns"], {"at": at, "outcome": ""}]
            case "hotline.return_accepted" | "hotline.return_rejected":
                outcome = event.kind.rpartition("_")[2]
                decided = [{**last, "outcome": outcome} for last in facts["returns"][-1:]]
                new["returns"] = [*facts["returns"][:-1], *decided]
            case "hotline.recalled":
                new["recalled"] = at
        new |= {
            "sign_due": _due(owed, "hotline.sign_in"),
            "hand_due": _due(owed, "hotline.hand_over"),
            "return_due": _due(owed, "hotline.return_window_scoring"),
            "due": closing_due(owed),
        }
        return new

    def standing_in(self, me: Member, family: Sequence[Member], *, now: datetime, book: Rulebook) -> Standing:
        """All that the dispatch counts for at a moment."""
        return _Reckoning(me, family, now, book).standing()


def returned_for_good(facts: Facts) -> bool:
    """Whether the platform agreed to a return."""
    return any(one["outcome"] == "accepted" for one in facts["returns"])


def taken_back(facts: Facts) -> bool:
    """Whether a unit need not close the dispatch any more: returned for good, or recalled by the platform."""
    return facts.get("recalled") is not None or returned_for_good(facts)


def result_of(me: Member, family: Sequence[Member]) -> Member:
    """The dispatch whose result counts for this one: the leading unit's for an assisting unit's, else its own.

    Of several leading dispatches, one after the other, the latest that was not taken back. A unit that joined after
    the leading one's work was over, or due, answers for itself.
    """
    if me.facts["role"] != "assist" or taken_back(me.facts):
        return me
    leads = [
        one
        for one in family
        if one.kind == DISPATCH and one.facts["role"] == "lead" and not taken_back(one.facts)
    ]
    if not leads or joined_late(
        me.facts["dispatched"], *(leads[-1].facts.get(name) for name in ("due", "replied", "closed"))
    ):
        return me
    return leads[-1]


def joined_late(dispatched: int, *times: int | None) -> bool:
    """Whether a unit was sent an order after one of the leading unit's times."""
    return any(at is not None and at < dispatched for at in times)


def closed_in_time(facts: Facts) -> bool:
    """Whether it was closed by the due time, with fewer than two failed reviews."""
    closed, due = facts.get("closed"), facts.get("due")
    return closed is not None and (due is None or closed <= due) and facts["failed"] < FAILED


class _Reckoning:
    """One dispatch at one moment."""

    def __init__(self, me: Member, family: Sequence[Member], now: datetime, book: Rulebook) -> None:
        self.me, self.facts, self.zone = me, me.facts, book.worktime.tz
        self.family = [one for one in family if one.kind == DISPATCH]
        self.requests = [one for one in family if one.kind == REQUEST]
        self.result = result_of(me, family)
        self.now, self.book = seconds(now), book
        self.back = taken_back(me.facts)
        self.counts: list[Count] = []
        self.charges: list[Held] = []
        self.waits: list[int] = []

    def standing(self) -> Standing:
        if "dispatched" not in self.facts:
            return Standing()
        self._dispatched()
        self._taking_over()
        self._returns()
        if not self.back:
            self._closing()
            self._callback()
        ahead = [at for at in self.waits if at > self.now]
        return Standing(
            tuple(self.counts), tuple(self.charges), moment(min(ahead), self.zone) if ahead else None
        )

    def _day(self, at: int) -> date:
        return moment(at, self.zone).date()

    def _add(self, name: str, at: int, amount: int = 1, *, running: bool = False) -> None:
        self.counts.append(Count(name, self._day(at), amount, running=running))

    def _has_run_out(self, due: int | None) -> bool:
        """Whether a limit has run out by now; if not yet, the time at which it will is remembered."""
        if due is None:
            return False
        self.waits.append(due)
        return due <= self.now

    def _dispatched(self) -> None:
        """Every dispatch counts, however often it goes to the same unit; redoing is none."""
        at = self.facts["dispatched"]
        self._add("dispatched_any", at)
        if self.facts["kind"] == "consultation":
            self._add("dispatched_consultations", at)
        if self.facts["role"] == "volunteer" and not self.back:
            self._add("claimed_tickets", at)

    def _taking_over(self) -> None:
        """Sign-in and hand-over: what is neither done nor due yet is left out, as what was recalled before."""
        facts, at = self.facts, self.facts["dispatched"]
        signed, handed = facts.get("signed"), facts.get("handed")
        sign_due = facts["sign_due"]
        if signed is not None or (not self._recalled_by(sign_due) and self._has_run_out(sign_due)):
            self._add("sign_in_counted", at)
        if signed is not None and (sign_due is None or signed <= sign_due):
            self._add("signed_in_time", at)
        failing = self._failing()
        if failing is not None and (
            signed > failing
            if signed is not None
            else not self._recalled_by(failing) and self._has_run_out(failing)
        ):
            self._add("sign_in_failed", at)
        limit = sign_due if signed is None else facts["hand_due"]
        if handed is None and (self._recalled_by(limit) or not self._has_run_out(limit)):
            return
        names = ["hand_over_counted"]
        if handed is not None and signed is not None and (limit is None or handed <= limit):
            names.append("handed_over_in_time")
        for name in names:
            self._add(name, at)
            if not self.back:
                self._add(f"{name}_kept", at)

    def _failing(self) -> int | None:
        """From when on a dispatch that is not signed counts as failing; None where the rulebook does not say."""
        known = [rule.valid_from for rule in self.book.versions(SIGN_IN)]
        if not known:
            return None
        start = moment(self.facts["dispatched"], self.zone)
        terms = self.book.setting(SIGN_IN, max(start.date(), min(known)))
        after = Duration.parse(terms["unqualified_after"])
        due = limits.due(after, start, worktime=self.book.worktime).at
        return seconds(due) if due is not None else None

    def _recalled_by(self, due: int | None) -> bool:
        """Whether the platform recalled it of its own accord before a limit ran out."""
        recalled = self.facts.get("recalled")
        if recalled is None or returned_for_good(self.facts):
            return False
        return due is None or recalled <= due

    def _returns(self) -> None:
        """Each return that the unit asked for; in time if within the limit from signing."""
        due = self.facts["return_due"]
        wrong = bool(self.facts["returns"]) and self._wrong()
        for one in self.facts["returns"]:
            self._add("returned", one["at"])
            if self.facts.get("signed") is not None and due is not None and one["at"] <= due:
                self._add("returned_in_time", one["at"])
            else:
                self._add("returned_late", one["at"])
            if wrong:
                self._add("wrong_returned", one["at"])

    def _wrong(self) -> bool:
        """Whether the unit had to take the order after all: it was sent there twice, and the unit closed it, or
        holds it while nobody has closed it. A return that was rejected counts as sent once more.

        Source: smx-hotline-assessment-annex/2.1.4.a
        """
        mine = [one for one in self.family if one.body == self.me.body]
        rejected = sum(back["outcome"] == "rejected" for one in mine for back in one.facts["returns"])
        if len(mine) + rejected < 2:
            return False
        closed = [one for one in self.family if self._closed(one) is not None]
        if closed:
            return any(one.body == self.me.body for one in closed)
        latest = max(one.facts["dispatched"] for one in self.family)
        return any(one.facts["dispatched"] == latest and not taken_back(one.facts) for one in mine)

    def _closed(self, one: Member) -> int | None:
        closed: int | None = result_of(one, self.family).facts.get("closed")
        return closed

    def _closing(self) -> None:
        """Closing by the due time; open and overdue; a reply sent in time that awaits its review is neither."""
        result = self.result.facts
        closed, due, replied = result.get("closed"), result["due"], result.get("replied")
        leader = bool(self.facts["leader"])
        in_time = closed_in_time(result)
        if closed is not None:
            self._closed_now(closed, in_time=in_time, leader=leader)
        if due is None:
            return
        awaits = closed is None and replied is not None and replied <= due
        late = closed is None and not awaits and self._has_run_out(due)
        if late or (closed is not None and not in_time):
            name = LEADER_OVERDUE if leader else OVERDUE
            self.charges.append(Held(name, self._day(due), self.me.order))
        if late or (closed is not None and closed > due):
            self._add("overdue_open", due - 1, running=True)  # what is due at midnight is the day's before
        if closed is not None and closed > due:
            self._add("overdue_open", closed - 1, -1, running=True)

    def _closed_now(self, closed: int, *, in_time: bool, leader: bool) -> None:
        self._add("closed_counted", closed)
        if in_time:
            self._add("closed_on_time", closed)
            if leader:
                self._add("leader_instructions_on_time", closed)
        joint = {"lead": "lead_closed", "assist": "assisting_closed"}.get(self.facts["role"])
        if joint is not None:
            self._add(joint, closed)

    def _callback(self) -> None:
        """The call-back that counts, on its day."""
        found = self.grade()
        if found is None:
            return
        at, contacted, conduct, result = found
        self._add("contacted_in_time" if contacted else "not_contacted_in_time", at)
        self._add("contact_callbacks", at)
        self._add(f"conduct_{conduct}", at)
        self._add("conduct_callbacks", at)
        self._add(f"result_{result}", at)
        self._add("result_callbacks", at)
        if result in WORDS and closed_in_time(self.result.facts):
            self._add(f"on_time_{WORDS[result]}", at)
            if self.facts["leader"]:
                self._add(f"leader_{WORDS[result]}", at)

    def grade(self) -> tuple[int, bool, str, str] | None:
        """The citizen's word that counts: (time, contacted, conduct, result); None while it is not closed or nobody
        answered.

        The first call-back counts. If its result was dissatisfied, the dispatch was closed within its time limit and
        the citizen is satisfied when called again, the result counts as satisfied, and nothing else changes.
        Source: smx-hotline-assessment/4.2.3.a
        """
        grades = list(self._grades())
        if self.result.facts.get("closed") is None or not grades:
            return None
        (at, first), (_, last) = grades[0], grades[-1]
        result = first["result"]
        if result == DISSATISFIED and last["result"] == SATISFIED and closed_in_time(self.result.facts):
            result = SATISFIED
        return at, first["contacted"], first["conduct"], result

    def _grades(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for request in self.requests:
            for called in request.facts.get("callbacks", []):
                grade = _about(self.result.id, called["grades"], self.family)
                if grade is not None:
                    yield called["at"], grade


def _about(
    dispatch: int, grades: Sequence[Mapping[str, Any]], family: Sequence[Member]
) -> Mapping[str, Any] | None:
    """What was said of a dispatch: by name, or of all. Events of old name nobody where they tell several grades:
    those are of the dispatches that were not taken back, in their order."""
    if len(grades) > 1 and all(grade["of"] is None for grade in grades):
        kept = [one.id for one in family if not taken_back(one.facts)]
        return dict(zip(kept, grades, strict=False)).get(dispatch)
    return next((grade for grade in grades if grade["of"] in (None, dispatch)), None)
