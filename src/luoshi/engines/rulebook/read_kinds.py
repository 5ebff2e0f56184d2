"""Reading grounds, contents, choices, authorities, settings and notices."""

from __future__ import annotations

import string
from typing import Any

from luoshi.engines.rulebook.conditions import Condition, read_condition
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.model import (
    Authority,
    AuthorityRow,
    Choice,
    Content,
    ContentField,
    Ground,
    GroundCondition,
    Notice,
    Option,
    Setting,
)
from luoshi.engines.rulebook.problems import one_of
from luoshi.engines.rulebook.read_keeping import PREFIX as KEEPING
from luoshi.engines.rulebook.read_keeping import check_keeping
from luoshi.engines.rulebook.reading import Context, check_table, dotted, read_citations, read_head
from luoshi.engines.rulebook.yamltree import ListNode, Node, ScalarNode

FIELD_TYPES = ("text", "person", "phone", "time", "date", "body", "flag")
CHANNELS = ("sms", "original", "internal", "screen")


def read_ground(fields: Fields, context: Context) -> Ground:
    """Return a ground of refusal."""
    head = read_head(fields, context)
    conditions = tuple(_ground_condition(row) for row in fields.children("conditions"))
    refuse_twins(fields, "conditions", [condition.key for condition in conditions])
    ground = Ground(
        **head,
        matter=dotted(fields, "matter", "a kind of matter"),
        code=fields.text("code", required=True),
        statement=fields.text("statement"),
        needs_reason=fields.flag("needs_reason"),
        conditions=conditions,
        routes=fields.texts("routes"),
        subjects=fields.texts("subjects"),
        advice=fields.text("advice"),
        numbers=fields.texts("numbers"),
        hint=fields.text("hint"),
        notice=context.refer(fields, "notice", "notice"),
    )
    fields.finish()
    return ground


def _ground_condition(row: Fields) -> GroundCondition:
    condition = GroundCondition(row.text("key", required=True), row.text("label", required=True))
    row.finish()
    return condition


def read_content(fields: Fields, context: Context) -> Content:
    """Return what a paper must hold."""
    head = read_head(fields, context)
    rows: list[ContentField] = []
    for row in fields.children("fields", required=True):
        rows.append(
            ContentField(
                key=row.text("key", required=True),
                label=row.text("label", required=True),
                required=row.flag("required", default=True),
                min_length=row.whole("min_length") or 0,
                type=row.word("type", FIELD_TYPES, default="text"),
            )
        )
        row.finish()
    refuse_twins(fields, "fields", [row.key for row in rows])
    content = Content(
        **head,
        matter=dotted(fields, "matter", "a kind of matter"),
        form=fields.text("form"),
        fields=tuple(rows),
    )
    fields.finish()
    return content


def read_choice(fields: Fields, context: Context) -> Choice:
    """Return an enumeration."""
    head = read_head(fields, context)
    options: list[Option] = []
    for row in fields.children("options", required=True):
        options.append(
            Option(
                row.text("value", required=True),
                row.text("label", required=True),
                row.text("hint"),
                row.flag("public"),
            )
        )
        row.finish()
    values = [option.value for option in options]
    refuse_twins(fields, "options", values)
    default = fields.text("default")
    if default and default not in values:
        fields.problem("default", f"{default} is none of the options", one_of(default, values))
    fields.finish()
    return Choice(**head, options=tuple(options), default=default)


def read_authority(fields: Fields, context: Context) -> Authority:
    """Return a decision table."""
    head = read_head(fields, context)
    rows: list[AuthorityRow] = []
    tables: list[tuple[Condition, Fields]] = []
    for row in fields.children("table", required=True):
        made = AuthorityRow(
            when=read_condition(row),
            who=read_roles(row, context, "who", required=True),
            copied=read_roles(row, context, "copied"),
            stands_in=read_roles(row, context, "stands_in"),
            in_person=row.flag("in_person"),
            reason=row.text("reason"),
            cite=read_citations(row, context),
            line=row.node.line,
        )
        row.finish()
        who = row.node.items.get("who")
        if isinstance(who, ListNode) and not who.items and not made.reason:
            row.problem("reason", "is missing where nobody may decide", "say why in reason:")
        if made.in_person and made.stands_in:
            row.problem("stands_in", "nobody can stand in where in_person is true", "remove one of them")
        rows.append(made)
        tables.append((made.when, row))
    check_table(tables, fields, "table")
    authority = Authority(**head, matter=dotted(fields, "matter", "a kind of matter"), table=tuple(rows))
    fields.finish()
    return authority


def read_roles(row: Fields, context: Context, key: str, *, required: bool = False) -> tuple[str, ...]:
    """Return role names under a key; each must stand under roles: of rulebook.yaml."""
    found: list[str] = []
    for role, line in row.texts_with_lines(key, required=required):
        if context.roles is None or role in context.roles:
            found.append(role)
        else:
            row.problems.add(
                row.node.file, line, row.name(key), f"unknown role {role}", one_of(role, context.roles)
            )
    return tuple(found)


def read_setting(fields: Fields, context: Context) -> Setting:
    """Return named parameters."""
    head = read_head(fields, context)
    inner = fields.child("values", required=True)
    values: dict[str, Any] = {}
    if inner is not None:
        values = {key: _value(node) for key, node in inner.node.items.items()}
        if not values:
            fields.problem("values", "is empty", "name at least one value")
        elif head["id"].startswith(KEEPING):
            check_keeping(inner)
    fields.finish()
    return Setting(**head, values=values)


def _value(node: Node) -> Any:
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, ListNode):
        return tuple(_value(item) for item in node.items)
    return {key: _value(item) for key, item in node.items.items()}


def read_notice(fields: Fields, context: Context) -> Notice:
    """Return a notice with its template."""
    head = read_head(fields, context)
    template = fields.text("template", required=True)
    to = fields.word("to", ["citizen", *context.roles]) if context.roles is not None else fields.text("to")
    notice = Notice(
        **head,
        channel=fields.word("channel", CHANNELS),
        to=to,
        template=template,
        slots=_slots(fields, context, template),
    )
    fields.finish()
    return notice


def _slots(fields: Fields, context: Context, template: str) -> tuple[str, ...]:
    """Return the slots of a template: bare names only, no attributes, indexes or formats."""
    slots: list[str] = []
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        fields.problem(
            "template", f"braces do not match ({error})", "write {name}, and {{ for a brace itself"
        )
        return ()
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            fields.problem("template", f"the slot {{{name}}} is not a bare name", "write {name} only")
        elif context.slots is not None and name not in context.slots:
            fields.problem("template", f"the slot {{{name}}} is not allowed", one_of(name, context.slots))
        else:
            slots.append(name)
    return tuple(dict.fromkeys(slots))


def refuse_twins(fields: Fields, key: str, values: list[str]) -> None:
    """Note each value that stands twice."""
    for value in dict.fromkeys(values):
        if value and values.count(value) > 1:
            fields.problem(key, f"{value} stands twice", "keep one")
