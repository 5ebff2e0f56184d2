"""What the readers of all kinds of rule share: the context, a rule's head, citations, event kinds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from luoshi.engines.limits import Duration, LimitError, Unit
from luoshi.engines.rulebook.conditions import ALWAYS, Condition, read_condition
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.model import Document, EventMatch, Status
from luoshi.engines.rulebook.problems import Problems, nearest, one_of
from luoshi.engines.rulebook.yamltree import ListNode, MapNode, ScalarNode

ID_LENGTH, EVENT_LENGTH, TITLE_LENGTH = 60, 60, 80
"""What the ledger's columns hold of a rule's id, an event kind and a rule's title."""
DOTTED = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+\Z")
UNITS = [unit.value.replace("_", " ") for unit in Unit]
_UNITS = f"{', '.join(UNITS[:-1])} or {UNITS[-1]}"


@dataclass(slots=True)
class Context:
    """What a rule may refer to: documents, roles and template slots of its rulebook.

    None where the file that lists them cannot be read: then nothing is said about them.
    """

    problems: Problems
    documents: dict[str, Document] | None = None
    roles: dict[str, str] | None = None
    slots: dict[str, str] | None = None
    references: list[tuple[str, str, str, int, str]] = field(default_factory=list)

    def refer(self, fields: Fields, key: str, kind: str) -> str:
        """Return the id of another rule, looked for once all rules are read; "" when absent."""
        id = dotted(fields, key, f"the id of a {kind}", required=False)
        if id:
            self.references.append((kind, id, fields.node.file, fields.line(key), fields.name(key)))
        return id


def dotted(fields: Fields, key: str, what: str, *, required: bool = True) -> str:
    """Return a dotted name such as `hotline.sign_in`."""
    name = fields.short(key, longest=ID_LENGTH, required=required)
    if name and not DOTTED.match(name):
        fields.problem(
            key, f"{name} is not {what}", "write lower-case words joined by a dot, e.g. hotline.sign_in"
        )
    return name


def read_head(fields: Fields, context: Context) -> dict[str, Any]:
    """Return the fields that every rule has, as keyword arguments of its record."""
    name = dotted(fields, "id", "a rule id")
    if name:
        fields.path = name
    title = fields.short("title", longest=TITLE_LENGTH, required=True)
    assumption = fields.text("assumption")
    cite = read_citations(fields, context)
    if not cite and "cite" not in fields.node.items and not assumption:
        fields.problem(
            "cite", "is missing", "add cite: with a clause, or say in assumption: why none is cited"
        )
    status = fields.word("status", [status.value for status in Status])
    start, end = _validity(fields, status)
    return {
        "id": name,
        "title": title,
        "cite": cite,
        "see": read_see(fields, context),
        "valid_from": start,
        "valid_until": end,
        "status": Status(status) if status else Status.DRAFT,
        "assumption": assumption,
        "file": fields.node.file,
        "line": fields.node.line,
    }


def read_see(fields: Fields, context: Context) -> tuple[str, ...]:
    """Return the clauses drawn on, written as `see: {document: [clause, clause]}`."""
    inner = fields.child("see")
    if inner is None:
        return ()
    found: list[str] = []
    for document in inner.node.items:
        if context.documents is not None and document not in context.documents:
            inner.problem(document, f"unknown document {document}", one_of(document, context.documents))
            continue
        for clause, line in inner.texts_with_lines(document):
            _check_clause(inner, line, document, document, clause, context)
            found.append(f"{document}/{clause}")
    return tuple(found)


def _check_clause(fields: Fields, line: int, key: str, document: str, clause: str, context: Context) -> bool:
    if context.documents is None or clause in context.documents[document].clauses:
        return True
    article = clause.partition(".")[0]
    near = [known for known in context.documents[document].clauses if known.partition(".")[0] == article]
    mend = f"documents.yaml lists {', '.join(near)}" if near else "use one that documents.yaml lists"
    _cite_problem(fields, line, key, f"unknown clause {clause} of {document}", mend)
    return False


def _validity(fields: Fields, status: str) -> tuple[date, date | None]:
    inner = fields.child("valid", required=True)
    if inner is None:
        return date.min, None
    start = inner.day("from", required=True)
    end = inner.day("until")
    inner.finish()
    if start is not None and end is not None and end < start:
        inner.problem(
            "until", f"ends ({end}) before it begins ({start})", "swap the dates, or mend one of them"
        )
    if status == Status.REPEALED and "until" not in inner.node.items:
        inner.problem("until", "is missing for a repealed rule", "write the last day on which it held")
    return start or date.min, end


def read_citations(fields: Fields, context: Context, key: str = "cite") -> tuple[str, ...]:
    """Return the clause ids under a key; each must stand in documents.yaml."""
    found: list[str] = []
    for text, line in fields.texts_with_lines(key):
        document, slash, clause = text.partition("/")
        if not slash or not clause:
            _cite_problem(
                fields, line, key, f"{text} is not a clause id", "write document/clause, e.g. city-rules/14.1"
            )
        elif context.documents is not None and document not in context.documents:
            _cite_problem(
                fields, line, key, f"unknown document {document}", one_of(document, context.documents)
            )
        elif text in found:
            _cite_problem(fields, line, key, f"{text} stands twice", "keep one")
        elif _check_clause(fields, line, key, document, clause, context):
            found.append(text)
    return tuple(found)


def _cite_problem(fields: Fields, line: int, key: str, message: str, mend: str) -> None:
    fields.problems.add(fields.node.file, line, fields.name(key), message, mend)


def read_events(fields: Fields, key: str, *, required: bool = False) -> tuple[EventMatch, ...]:
    """Return event kinds under a key: `a.b`, or a list of `a.b` and `{event: a.b, when: {...}}`."""
    node = fields.get(key, required=required)
    if node is None:
        return ()
    items = node.items if isinstance(node, ListNode) else (node,)
    if isinstance(node, ListNode) and not items and required:
        fields.problem(key, "is empty", "name at least one event kind")
    found: list[EventMatch] = []
    for item in items:
        when = ALWAYS
        if isinstance(item, MapNode):
            inner = Fields(item, fields.problems, fields.name(key))
            kind, when, line = inner.text("event", required=True), read_condition(inner), inner.line("event")
            inner.finish()
        elif isinstance(item, ScalarNode):
            kind, line = item.text, item.line
        else:
            fields.wrong(key, item, "an event kind", "write e.g. hotline.signed")
            continue
        if kind and not DOTTED.match(kind):
            _cite_problem(fields, line, key, f"{kind} is not an event kind", "write e.g. hotline.signed")
        elif len(kind) > EVENT_LENGTH:
            _cite_problem(
                fields, line, key, f"has {len(kind)} characters", f"write at most {EVENT_LENGTH} characters"
            )
        elif EventMatch(kind, when) in found:
            _cite_problem(fields, line, key, f"{kind} stands twice", "keep one")
        elif kind:
            found.append(EventMatch(kind, when))
    return tuple(found)


def read_duration(fields: Fields, key: str) -> Duration | None:
    """Return a duration such as `4 working hours`, or None for `none` and after a problem."""
    node = fields.get(key, required=True)
    if node is None:
        return None
    text = node.text if isinstance(node, ScalarNode) else ""
    if text == "none":
        return None
    if not text:
        fields.wrong(key, node, "a duration", "write a whole number and a unit, or none")
        return None
    try:
        return Duration.parse(text)
    except LimitError:
        amount, _, unit = text.partition(" ")
        close = nearest(unit, UNITS) if amount.isdecimal() else None
        mend = (
            f"write {amount} {close}"
            if close and close != unit
            else f"write a whole number from 1 and {_UNITS}"
        )
        fields.problems.add(node.file, node.line, fields.name(key), f"{text} is not a duration", mend)
        return None


def check_table(conditions: list[tuple[Condition, Fields]], fields: Fields, key: str) -> None:
    """Refuse a decision table with rows that are never reached, or that may match nothing at all."""
    for number, (condition, row) in enumerate(conditions):
        for before, (earlier, _) in enumerate(conditions[:number], start=1):
            if earlier.covers(condition):
                row.problem(
                    "when",
                    f"row {number + 1} is never reached: row {before} matches first",
                    "move it up or remove it",
                )
                break
    if conditions and all(condition.tests for condition, _ in conditions):
        fields.problem(key, "the table may match nothing", "end it with a row without when:")
