"""Reading rulebook.yaml and documents.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from luoshi.engines.rulebook.fields import MISSING, Fields
from luoshi.engines.rulebook.model import Document
from luoshi.engines.rulebook.problems import Problems, one_of
from luoshi.engines.rulebook.reading import ID_LENGTH, Context, read_citations
from luoshi.engines.rulebook.yamltree import ListNode, MapNode, Node, ScalarNode
from luoshi.engines.worktime import Calendar, Hours, WorktimeError


@dataclass(slots=True)
class Head:
    """What rulebook.yaml says."""

    id: str = ""
    title: str = ""
    jurisdiction: str = ""
    timezone: str = "Asia/Shanghai"
    calendar: Calendar | None = None
    hours: Hours | None = None
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    facts: dict[str, str] = field(default_factory=dict)


def read_head_file(tree: MapNode, context: Context, calendars: Mapping[str, Calendar]) -> Head:
    """Return what rulebook.yaml says, and put its roles and slots into the context."""
    fields = Fields(tree, context.problems)
    head = Head(
        id=fields.short("id", longest=ID_LENGTH, required=True),
        title=fields.text("title", required=True),
        jurisdiction=fields.text("jurisdiction", required=True),
        timezone=fields.text("timezone", required=True),
    )
    calendar = fields.text("calendar", required=True)
    if calendar and calendar not in calendars:
        fields.problem("calendar", f"unknown calendar {calendar}", one_of(calendar, calendars))
    context.roles = _labels(fields, "roles")
    context.slots = _labels(fields, "slots")
    head.facts = _labels(fields, "facts", required=False)
    head.calendar = calendars.get(calendar)
    head.hours = _read_hours(fields, context)
    try:
        head.zone = ZoneInfo(head.timezone or "Asia/Shanghai")
    except (ZoneInfoNotFoundError, ValueError):
        fields.problem("timezone", f"unknown time zone {head.timezone}", "write e.g. Asia/Shanghai")
    fields.finish()
    return head


def _labels(fields: Fields, key: str, *, required: bool = True) -> dict[str, str]:
    inner = fields.child(key, required=required)
    if inner is None:
        return {}
    return {name: inner.text(name, required=True) for name in inner.node.items}


def _read_hours(fields: Fields, context: Context) -> Hours | None:
    """Return the working hours. Like every rule they cite a clause or are called an assumption."""
    inner = fields.child("hours", required=True)
    if inner is None:
        return None
    assumption = inner.text("assumption")
    if not read_citations(inner, context) and not assumption:
        inner.problem("assumption", MISSING, "say in assumption: why these hours are taken, or cite a clause")
    rows = inner.nodes("spans", required=True)
    inner.finish()
    plain = [_plain(row) for row in rows]
    if not all(isinstance(row, dict) for row in plain):
        plain = [{"spans": plain}]
    try:
        return Hours.parse(plain) if rows else None
    except WorktimeError as error:
        what, _, mend = str(error).rpartition(", ")
        inner.problem("spans", what or mend, mend)
        return None


def _plain(node: Node) -> Any:
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, ListNode):
        return [_plain(item) for item in node.items]
    return {key: _plain(item) for key, item in node.items.items()}


def read_documents(tree: MapNode, problems: Problems) -> dict[str, Document]:
    """Return the documents by id, each with the names of its clauses."""
    fields = Fields(tree, problems)
    found: dict[str, Document] = {}
    for row in fields.children("documents", required=True):
        name = row.text("id", required=True)
        clauses = row.child("clauses", required=True)
        if name in found:
            row.problem("id", f"document {name} stands twice", "keep one")
        found[name] = Document(
            id=name,
            title=row.text("title", required=True),
            number=row.text("number"),
            issued=row.day("issued"),
            issuer=row.text("issuer"),
            clauses={key: clauses.text(key, required=True) for key in clauses.node.items} if clauses else {},
        )
        row.finish()
    fields.finish()
    return found
