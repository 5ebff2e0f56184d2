"""`luoshi rulebook`: check rulebooks, show a rule with its clause, list rules."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from luoshi.cli import books
from luoshi.engines.rulebook import Rule, Rulebook, RulebookError, Status
from luoshi.engines.rulebook.book import KINDS
from luoshi.engines.rulebook.describe import details, plain, rule_as_dict
from luoshi.engines.rulebook.model import Authority, DurationCase, EventMatch
from luoshi.engines.rulebook.problems import nearest


class Mistake(click.ClickException):
    """An error told in one line; exit code 2."""

    exit_code = 2


@click.group()
def rulebook() -> None:
    """Check rulebooks, show a rule with its clause, list rules."""


@rulebook.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(path: Path | None, as_json: bool) -> None:
    """Check every rule: unknown keys, clauses, documents, roles, wrong units, dates, overlaps.

    PATH is a rulebook's folder or a folder of rulebooks; without it the shipped rulebooks are checked. Each
    problem is one line: file, line, key, what is wrong, how to mend it. Exit code 2 when there is any.
    """
    results: list[dict[str, Any]] = []
    try:
        for found in books.inside(path) if path else books.shipped():
            result = _check(found)
            results.append(result)
            if not as_json:
                _print_result(result)
    except books.NoRulebook as error:
        raise Mistake(str(error)) from None
    problems = sum(len(result["problems"]) for result in results)
    if as_json:
        click.echo(json.dumps({"ok": not problems, "rulebooks": results}, ensure_ascii=False, indent=2))
    else:
        total = sum(result["rules"] for result in results)
        click.echo(
            f"{_count(len(results), 'rulebook')}, {_count(total, 'rule')}: {_count(problems, 'problem')}"
        )
    if problems:
        raise SystemExit(2)


def _check(found: books.Found) -> dict[str, Any]:
    try:
        book = found.parse()
    except RulebookError as error:
        problems = [problem.as_dict() | {"text": str(problem)} for problem in error.problems]
        return {"id": found.name, "version": "", "rules": 0, "drafts": 0, "problems": problems}
    rules = list(book.rules())
    drafts = sum(rule.status is Status.DRAFT for rule in rules)
    return {"id": book.id, "version": book.version, "rules": len(rules), "drafts": drafts, "problems": []}


def _print_result(result: dict[str, Any]) -> None:
    for problem in result["problems"]:
        click.echo(problem["text"])
    if not result["problems"]:
        drafts = f", {_count(result['drafts'], 'draft')}" if result["drafts"] else ""
        click.echo(f"{result['id']}: {_count(result['rules'], 'rule')}{drafts}, version {result['version']}")


def _count(number: int, word: str) -> str:
    if number == 0:
        return f"no {word}" if word == "problem" else f"0 {word}s"
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


@rulebook.command()
@click.argument("id")
@click.option(
    "--rulebook", "name", default="sanmenxia", show_default=True, help="A shipped rulebook, or a folder."
)
@click.option(
    "--as-of", "as_of", metavar="DATE", help="The rule as of this day (YYYY-MM-DD); today without it."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show(id: str, name: str, as_of: str | None, as_json: bool) -> None:
    """Print the rule ID: its clauses, dates of effect, status, assumption and content."""
    book = _load(name)
    day = _day(as_of, book)
    rule = _version(book, id, day)
    if as_json:
        click.echo(json.dumps(rule_as_dict(rule, book), ensure_ascii=False, indent=2))
        return
    for label, text in _lines(rule, book):
        click.echo(f"{label:<12} {text}".rstrip())
    others = [other for other in book.versions(id) if other is not rule]
    for other in others:
        click.echo(f"{'also':<12} {_span(other)}, {other.status.value} ({other.file}:{other.line})")


@rulebook.command("list")
@click.option(
    "--rulebook", "name", default="sanmenxia", show_default=True, help="A shipped rulebook, or a folder."
)
@click.option("--kind", type=click.Choice(sorted(KINDS)), help="Only rules of this kind.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_rules(name: str, kind: str | None, as_json: bool) -> None:
    """List the rules of a rulebook: id, kind, dates of effect, status, title."""
    book = _load(name)
    rules = sorted(
        (r for r in book.rules() if kind in (None, r.kind)), key=lambda r: (r.kind, r.id, r.valid_from)
    )
    if as_json:
        rows = [
            {
                "id": rule.id,
                "kind": rule.kind,
                "title": rule.title,
                "cite": list(rule.cite),
                "valid": {"from": plain(rule.valid_from), "until": plain(rule.valid_until)},
                "status": rule.status.value,
            }
            for rule in rules
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        click.echo(f"{rule.kind:<10} {rule.id:<{width}}  {_span(rule)}  {rule.status.value:<9} {rule.title}")
    click.echo(f"{book.id}: {_count(len(rules), 'rule')}")


def _load(name: str) -> Rulebook:
    try:
        return books.load(name)
    except books.NoRulebook as error:
        raise Mistake(str(error)) from None
    except RulebookError as error:
        raise Mistake(
            f"rulebook {name} has {_count(len(error.problems), 'problem')}, the first: {error.problems[0]} "
            f"(luoshi rulebook check lists all)"
        ) from None


def _day(text: str | None, book: Rulebook) -> date:
    if text is None:
        return datetime.now(ZoneInfo(book.timezone)).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Mistake(f"--as-of {text}: not a date; write it as YYYY-MM-DD") from None


def _version(book: Rulebook, id: str, day: date) -> Rule:
    """Return the version that holds on a day; a draft where there is nothing else."""
    versions = book.versions(id)
    if not versions:
        close = nearest(id, {rule.id for rule in book.rules()})
        hint = f"did you mean {close}?" if close else f"luoshi rulebook list --rulebook {book.id} shows all"
        raise Mistake(f"no rule {id} in rulebook {book.id}; {hint}")
    for rule in versions:
        if rule.holds_on(day):
            return rule
    raise Mistake(
        f"{id} does not hold on {day} in rulebook {book.id}; it holds {', '.join(map(_span, versions))}"
    )


def _span(rule: Rule) -> str:
    return f"{rule.valid_from} to {rule.valid_until or '…'}"


def _lines(rule: Rule, book: Rulebook) -> Iterable[tuple[str, str]]:
    yield rule.kind, f"{rule.id}  {rule.title}"
    yield "rulebook", f"{book.id} {book.title}, version {book.version}"
    for label, ids in (("clause", rule.cite), ("draws on", rule.see)):
        for id in ids:
            yield label, f"{book.clause(id)}  ({id})"
    yield "valid", f"{_span(rule)}, {rule.status.value}"
    if rule.assumption:
        yield "assumption", rule.assumption
    for name, value in details(rule):
        yield from _detail(rule, name, value, book)
    yield "written in", f"{rule.file}:{rule.line}"


def _detail(rule: Rule, name: str, value: Any, book: Rulebook) -> Iterable[tuple[str, str]]:
    """Yield the lines of one field; empty ones are left out."""
    if value in ((), "", None, False) or (hasattr(value, "tests") and not value.tests):
        return
    label = name.replace("_", " ")
    if isinstance(value, dict):
        for key, item in value.items():
            yield label, f"{key}: {_words(item)}"
    elif isinstance(value, tuple) and name in ("duration", "add", "then"):
        for case in value:
            yield label, _case(case)
    elif isinstance(rule, Authority) and name == "table":
        for row in rule.table:
            who = ", ".join(f"{role} {book.roles[role]}" for role in row.who) or f"nobody: {row.reason}"
            when = str(row.when) if row.when.tests else "otherwise"
            cite = f"  ({', '.join(row.cite)})" if row.cite else ""
            yield label, f"{when}: {who}{', in person' if row.in_person else ''}{cite}"
    elif isinstance(value, tuple) and value and hasattr(value[0], "label"):
        for item in value:
            yield label, _labelled(item)
    else:
        yield label, _words(value)


def _case(case: DurationCase) -> str:
    length = str(case.duration) if case.duration else "none"
    cite = f"  ({', '.join(case.cite)})" if case.cite else ""
    return f"{case.when}: {length}{cite}" if case.when.tests else f"{length}{cite}"


def _labelled(item: Any) -> str:
    key = getattr(item, "value", None) or item.key
    optional = "" if getattr(item, "required", True) else " (optional)"
    return f"{key} {item.label}{optional}"


def _words(value: Any) -> str:
    if isinstance(value, EventMatch):
        return f"{value.kind} ({value.when})" if value.when.tests else value.kind
    if isinstance(value, list | tuple):
        return ", ".join(_words(item) for item in value)
    found = plain(value)
    if isinstance(found, dict):
        return ", ".join(f"{key} {_words(item)}" for key, item in found.items())
    return "none" if found is None else str(found).lower() if isinstance(found, bool) else str(found)
