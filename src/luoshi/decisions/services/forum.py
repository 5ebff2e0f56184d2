"""Which kind of meeting may decide a matter, and which ways of deciding are forbidden."""

from __future__ import annotations

import datetime as dt

from luoshi.decisions import rules, states
from luoshi.decisions.models import Decision, Weight
from luoshi.ledger.errors import WrongState


def forums(decision: Decision, at: dt.datetime) -> list[str]:
    """The kinds of meetings that may decide a matter: by its weight, and by what is kept for one kind.

    Source: smx-major-decisions/3.3.4
    """
    forum = rules.setting("decisions.forum", at)
    reserved = rules.setting("decisions.reserved", at)
    able = list(forum[decision.weight])
    if set(reserved["kinds"]) & set(decision.kinds):
        more = reserved["urgent_too"] if decision.weight == Weight.URGENT else ()
        able = [kind for kind in able if kind in (*reserved["meetings"], *more)]
    return able


def check_forum(decision: Decision, kind: str, at: dt.datetime) -> None:
    """Refuse a kind of meeting that may not decide the matter. Errors: WrongState with the clauses."""
    if kind not in forums(decision, at):
        raise WrongState(
            f"这种会议不能决定{decision.get_weight_display()}",
            mend="请列入有权决定的会议",
            cite=rules.cite_of("setting", "decisions.forum", at),
        )


def check_form(form: str, at: dt.datetime) -> None:
    """A decision comes from a meeting's record and from nothing else. Errors: WrongState with the clause.

    Source: smx-major-decisions/4.0.2
    """
    for ground in rules.grounds(states.DECISION, at):
        if ground.code == form:
            raise WrongState(ground.statement, mend=ground.advice, cite=ground.cite)
    raise WrongState("决定只能由会议记录产生", mend="请在会议上逐个表态后由主持人作出结论")
