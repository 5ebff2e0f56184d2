"""A rule as plain values, for JSON and for people."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from luoshi.engines.expressions import Expression
from luoshi.engines.limits import Duration
from luoshi.engines.rulebook.book import Rulebook
from luoshi.engines.rulebook.conditions import Condition
from luoshi.engines.rulebook.model import EventMatch, Rule

_HEAD = ("id", "title", "cite", "see", "valid_from", "valid_until", "status", "assumption", "file", "line")


def plain(value: Any) -> Any:
    """Return a value as JSON knows it: durations as `4 working hours`, dates in ISO 8601."""
    if isinstance(value, Duration | Expression):
        return str(value)
    if isinstance(value, Condition):
        return value.as_dict()
    if isinstance(value, EventMatch) and not value.when.tests:
        return value.kind
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def rule_as_dict(rule: Rule, book: Rulebook) -> dict[str, Any]:
    """Return a rule as plain values: what every rule has, clauses with names, the fields of its kind."""
    return {
        "id": rule.id,
        "kind": rule.kind,
        "title": rule.title,
        "rulebook": book.id,
        "rulebook_version": book.version,
        "clauses": [_clause(clause, book) for clause in rule.cite],
        "draws_on": [_clause(clause, book) for clause in rule.see],
        "valid": {"from": plain(rule.valid_from), "until": plain(rule.valid_until)},
        "status": rule.status.value,
        "assumption": rule.assumption,
        "file": rule.file,
        "line": rule.line,
        **{name: plain(value) for name, value in details(rule)},
    }


def details(rule: Rule) -> list[tuple[str, Any]]:
    """Return the names and values of the fields of the rule's own kind, in order."""
    return [(field.name, getattr(rule, field.name)) for field in fields(rule) if field.name not in _HEAD]


def _clause(id: str, book: Rulebook) -> dict[str, str]:
    document, _, clause = id.partition("/")
    found = book.documents[document]
    return {"id": id, "document": found.title, "number": found.number, "cite": found.clauses[clause]}
