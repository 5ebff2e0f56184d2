"""`luoshi due` and `luoshi elapsed`: one time limit computed and explained, without a database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from luoshi import rulebooks
from luoshi.engines.limits import (
    CIVIL,
    ELAPSED,
    Due,
    Duration,
    Elapsed,
    Interval,
    LimitError,
    Step,
    Unit,
    compute,
    missing_facts,
    parse_pause,
    parse_time,
)
from luoshi.engines.limits import due as due_of
from luoshi.engines.limits import elapsed as elapsed_of
from luoshi.engines.rulebook import Limit, Rulebook, RulebookError, UnknownRule, parse
from luoshi.engines.worktime import Calendar, Worktime, WorktimeError
from luoshi.rulebooks import calendars

P = ParamSpec("P")
R = TypeVar("R")
_RULE_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_MARKS = {"counted": "＋", "makeup": "＋", "supplement": "＋", "due": "＝"}
_SKIPPED = ("off_hours", "weekend", "holiday", "paused")


class Mistake(click.ClickException):
    """What the caller can mend: one line on standard error, exit code 2."""

    exit_code = 2


def _clear_errors(command: Callable[P, R]) -> Callable[P, R]:
    """Turn the engines' errors into the command line's."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (LimitError, WorktimeError, UnknownRule) as error:
            raise Mistake(str(error)) from None

    return run


@dataclass(frozen=True, slots=True)
class _Place:
    """The rulebook asked for, if any, and the working time that holds."""

    book: Rulebook | None
    worktime: Worktime


def _place(name: str | None) -> _Place:
    known = {calendar: Calendar.parse(calendars.read(calendar)) for calendar in calendars.names()}
    if name is None:
        return _Place(None, Worktime(known["china"]))
    try:
        book = parse(_files(name), calendars=known)
    except RulebookError as error:
        first = error.problems[0]
        raise Mistake(
            f"rulebook {name} does not hold, first: {first}; luoshi rulebook check lists all"
        ) from None
    return _Place(book, book.worktime)


def _files(name: str) -> dict[str, str | bytes]:
    """Return the files of a shipped rulebook, or of one in a folder."""
    folder = Path(name)
    if (folder / "rulebook.yaml").is_file():
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.yaml")}
    if name not in rulebooks.names():
        raise Mistake(
            f"no rulebook {name}: {_nearest(name, rulebooks.names())} or a folder with rulebook.yaml"
        )
    return dict(rulebooks.read(name))


def _nearest(word: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"did you mean {close[0]}" if close else "give one of " + ", ".join(known)


def _pauses(texts: tuple[str, ...], worktime: Worktime) -> tuple[Interval, ...]:
    return tuple(parse_pause(text, worktime.tz) for text in texts)


def _facts(settings: tuple[str, ...]) -> dict[str, Any]:
    """Return the facts that --set gives: true, false, null and whole numbers as such, all else as text."""
    facts: dict[str, Any] = {}
    plain: dict[str, Any] = {"true": True, "false": False, "null": None}
    for setting in settings:
        name, sign, value = (part.strip() for part in setting.partition("="))
        if not sign or not name:
            raise Mistake(f"--set {setting}: write NAME=VALUE, e.g. --set urgency=routine")
        facts[name] = plain[value] if value in plain else int(value) if value.isdecimal() else value
    return facts


def _check_facts(rule: Limit, facts: Mapping[str, Any]) -> None:
    """Refuse what would silently fall through to another row: a fact left out or misspelt."""
    cases = (*rule.duration, *rule.add, *rule.then)
    known: dict[str, set[str]] = {rule.override.fact: set()} if rule.override else {}
    for case in cases:
        for name, values in case.when.tests:
            known.setdefault(name, set()).update(str(value) for value in values)
    for name, value in facts.items():
        if name not in known:
            close = get_close_matches(name, known, n=1, cutoff=0.75)
            if close:
                raise Mistake(f"--set {name}: {rule.id} does not ask for {name}, did you mean {close[0]}?")
            continue
        close = get_close_matches(str(value), known[name], n=1, cutoff=0.75)
        if close and isinstance(value, str) and value not in known[name]:
            raise Mistake(f"--set {name}={value}: did you mean {name}={close[0]}?")
    if rule.override and rule.override.fact in facts:
        return
    for name, values in missing_facts(rule, facts).items():
        words = ", ".join(str(value).lower() for value in values)
        raise Mistake(f"{rule.id} depends on {name}: add --set {name}=VALUE ({words}, or another)")


@click.command()
@click.argument("what", metavar="DURATION|RULE")
@click.option("--start", required=True, help='When the clock starts, e.g. "2017-09-29 17:50".')
@click.option("--rulebook", "name", help="The rulebook that holds RULE, by name or folder.")
@click.option("--set", "settings", multiple=True, metavar="FACT=VALUE", help="A fact that RULE asks for.")
@click.option("--pause", multiple=True, metavar="FROM/TO", help="A time that does not count; may repeat.")
@click.option(
    "--counting",
    metavar="civil|elapsed",
    help="How days and months count: by the Civil Code (default), or to the second.",
)
@click.option("--as-of", metavar="DATE", help="The day whose rules hold; default: the day of the start.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_clear_errors
def due(
    what: str,
    start: str,
    name: str | None,
    settings: tuple[str, ...],
    pause: tuple[str, ...],
    counting: str | None,
    as_of: str | None,
    as_json: bool,
) -> None:
    """Compute when a time limit runs out, and explain each step.

    \b
    luoshi due "4 working hours" --start "2017-09-29 17:50"
    luoshi due 5个工作日 --start "2017-09-29 17:50" --pause "2017-10-09/2017-10-11"
    luoshi due hotline.sign_in --rulebook sanmenxia --start "2017-09-29 17:50" --set urgency=routine

    Units: minutes, hours, days, months, working minutes, working hours, working days. A time without a zone
    is taken in the rulebook's (Asia/Shanghai). Reaching the due time to the second is in time.
    """
    place = _place(name)
    begin = parse_time(start, place.worktime.tz, name="--start").astimezone(place.worktime.tz)
    pauses = _pauses(pause, place.worktime)
    if _RULE_ID.fullmatch(what.strip()):
        if place.book is None:
            raise Mistake(f"{what} names a rule: say in which rulebook, e.g. --rulebook sanmenxia")
        if counting is not None:
            raise Mistake(f"--counting {counting}: {what} says itself how it counts, leave --counting out")
        rule = place.book.limit(what.strip(), _as_of(as_of, begin))
        facts = _facts(settings)
        _check_facts(rule, facts)
        result = compute(rule, facts, begin, place.worktime, pauses)
        asked: dict[str, Any] = {
            "rule": rule.id,
            "rulebook": f"{place.book.id}@{place.book.version}",
            "counting": rule.counting,
        }
    else:
        if settings or as_of:
            raise Mistake(f"{'--set' if settings else '--as-of'} needs a rule: {what} is a duration")
        duration = Duration.parse(what)
        result = due_of(duration, begin, worktime=place.worktime, counting=_counting(counting), pauses=pauses)
        asked = {"duration": str(duration), "counting": ELAPSED if duration.seconds else _counting(counting)}
    if as_json:
        _print_json({**result.as_dict(), "start": begin.isoformat(), **asked})
    else:
        _print_due(result, place.book)


@click.command()
@click.argument("start")
@click.argument("end")
@click.option("--unit", required=True, help='What to count in, e.g. "working minutes".')
@click.option("--rulebook", "name", help="The rulebook whose calendar and hours hold, by name or folder.")
@click.option("--pause", multiple=True, metavar="FROM/TO", help="A time that does not count; may repeat.")
@click.option(
    "--counting",
    metavar="civil|elapsed",
    help="How days and months count: by the Civil Code (default), or to the second.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@_clear_errors
def elapsed(
    start: str,
    end: str,
    unit: str,
    name: str | None,
    pause: tuple[str, ...],
    counting: str | None,
    as_json: bool,
) -> None:
    """Measure how much time passed from START to END, and explain each step.

    \b
    luoshi elapsed "2017-09-29 17:50" "2017-09-30 11:50" --unit "working minutes"

    Units: minutes, hours, days, months, working minutes, working hours, working days.
    """
    place = _place(name)
    begin = parse_time(start, place.worktime.tz, name="START")
    stop = parse_time(end, place.worktime.tz, name="END")
    result = elapsed_of(
        begin,
        stop,
        Unit.parse(unit),
        worktime=place.worktime,
        counting=_counting(counting),
        pauses=_pauses(pause, place.worktime),
    )
    if as_json:
        _print_json(result.as_dict())
    else:
        _print_elapsed(result)


def _counting(text: str | None) -> str:
    if text is not None and text not in (CIVIL, ELAPSED):
        raise Mistake(f"--counting {text}: write civil or elapsed")
    return text or CIVIL


def _as_of(text: str | None, start: datetime) -> date:
    if text is None:
        return start.date()
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Mistake(f"--as-of {text} is no date: write it as 2017-09-29") from None


def _print_json(values: Mapping[str, Any]) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=2))


def _print_steps(steps: tuple[Step, ...]) -> None:
    for step in steps:
        mark = "－" if step.kind in _SKIPPED else _MARKS.get(step.kind, "　")
        click.echo(f"{mark} {step.note}")


def _print_due(result: Due, book: Rulebook | None) -> None:
    at = f"{result.at:%Y-%m-%d %H:%M:%S}".removesuffix(":00") if result.at else "不设期限"
    click.echo(f"到期：{at}" + ("（暂定）" if result.provisional else ""))
    _print_steps(result.steps)
    for clause in result.cite:
        click.echo(f"依据：{book.clause(clause) if book else ''}（{clause}）")


def _print_elapsed(result: Elapsed) -> None:
    click.echo(f"历时：{result.amount}{result.unit.label}" + ("（暂定）" if result.provisional else ""))
    _print_steps(result.steps)
