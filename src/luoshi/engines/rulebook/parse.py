"""From the texts of a folder to a rulebook, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from luoshi.engines.rulebook.book import Rulebook
from luoshi.engines.rulebook.fields import Fields
from luoshi.engines.rulebook.model import Content, Document, Ground, Limit, Notice, Rule, Status
from luoshi.engines.rulebook.problems import Problems, RulebookError, nearest, one_of
from luoshi.engines.rulebook.read_kinds import (
    read_authority,
    read_choice,
    read_content,
    read_ground,
    read_notice,
    read_setting,
)
from luoshi.engines.rulebook.read_limits import read_limit
from luoshi.engines.rulebook.reading import Context
from luoshi.engines.rulebook.yamltree import ListNode, MapNode, Node, ScalarNode, read_tree
from luoshi.engines.worktime import Calendar, Hours, Worktime, WorktimeError

HEAD, DOCUMENTS = "rulebook.yaml", "documents.yaml"

READERS: dict[str, Callable[[Fields, Context], Rule]] = {
    "limits": read_limit,
    "grounds": read_ground,
    "contents": read_content,
    "choices": read_choice,
    "authorities": read_authority,
    "settings": read_setting,
    "notices": read_notice,
}


@dataclass(slots=True)
class _Head:
    """What rulebook.yaml says."""

    id: str = ""
    title: str = ""
    jurisdiction: str = ""
    timezone: str = "Asia/Shanghai"
    worktime: Worktime | None = None


def parse(files: Mapping[str, str | bytes], *, calendars: Mapping[str, Calendar]) -> Rulebook:
    """Return the rulebook that the files hold.

    `files` maps each path inside the rulebook's folder to its text, or to its bytes, which must be UTF-8:
    rulebook.yaml, documents.yaml and rule files. `calendars` are the calendars that rulebook.yaml may name.
    Raises RulebookError with every problem found.
    """
    problems = Problems()
    context = Context(problems)
    trees: dict[str, MapNode] = {}
    for file in sorted(files):
        tree = read_tree(file, files[file], problems)
        if tree is not None:
            trees[file] = tree
    for file in (HEAD, DOCUMENTS):
        if file not in files:
            problems.add(file, 1, file, "is missing", f"add {file} to the rulebook's folder")
    head = _read_head(trees[HEAD], context, calendars) if HEAD in trees else _Head()
    if DOCUMENTS in trees:
        context.documents = _read_documents(trees[DOCUMENTS], problems)
    rules = [
        rule
        for file, tree in trees.items()
        if file not in (HEAD, DOCUMENTS)
        for rule in _read_rules(tree, context)
    ]
    _check_ids(rules, problems)
    if len(trees) == len(files):  # else what is referred to may stand in a file that cannot be read
        _check_references(rules, problems)
    problems.raise_if_any()
    if head.worktime is None:  # not reached: whatever keeps it from being built is a problem above
        raise RulebookError([])
    return Rulebook(
        id=head.id,
        title=head.title,
        jurisdiction=head.jurisdiction,
        timezone=head.timezone,
        version=digest(files),
        documents=context.documents,
        roles=context.roles,
        slots=context.slots,
        worktime=head.worktime,
        rules=rules,
    )


def digest(files: Mapping[str, str | bytes]) -> str:
    """Return 16 hexadecimal digits of the SHA-256 over all paths and texts, line ends made alike."""
    total = hashlib.sha256()
    for file in sorted(files):
        content = files[file]
        text = content if isinstance(content, bytes) else content.encode()
        for part in (file.encode(), text.replace(b"\r\n", b"\n")):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()[:16]


def _read_head(tree: MapNode, context: Context, calendars: Mapping[str, Calendar]) -> _Head:
    fields = Fields(tree, context.problems)
    head = _Head(
        id=fields.text("id", required=True),
        title=fields.text("title", required=True),
        jurisdiction=fields.text("jurisdiction", required=True),
        timezone=fields.text("timezone", required=True),
    )
    calendar = fields.text("calendar", required=True)
    if calendar and calendar not in calendars:
        fields.problem("calendar", f"unknown calendar {calendar}", one_of(calendar, calendars))
    context.roles = _labels(fields, "roles")
    context.slots = _labels(fields, "slots")
    hours = _read_hours(fields)
    try:
        zone = ZoneInfo(head.timezone or "Asia/Shanghai")
    except (ZoneInfoNotFoundError, ValueError):
        fields.problem("timezone", f"unknown time zone {head.timezone}", "write e.g. Asia/Shanghai")
        zone = ZoneInfo("Asia/Shanghai")
    if calendar in calendars and hours is not None:
        head.worktime = Worktime(calendars[calendar], hours, zone)
    fields.finish()
    return head


def _labels(fields: Fields, key: str) -> dict[str, str]:
    inner = fields.child(key, required=True)
    if inner is None:
        return {}
    labels = {name: inner.text(name, required=True) for name in inner.node.items}
    return labels


def _read_hours(fields: Fields) -> Hours | None:
    """Return the working hours. Like every rule they cite a clause or are called an assumption."""
    inner = fields.child("hours", required=True)
    if inner is None:
        return None
    assumption = inner.text("assumption")
    if not inner.texts("cite") and not assumption:
        inner.problem(
            "assumption", "is missing", "say in assumption: why these hours are taken, or cite a clause"
        )
    rows = inner.nodes("spans", required=True)
    inner.finish()
    plain = [_plain(row) for row in rows]
    if not all(isinstance(row, dict) for row in plain):
        plain = [{"spans": plain}]
    try:
        return Hours.parse(plain) if rows else None
    except WorktimeError as error:
        inner.problem("spans", str(error), "mend the hours")
        return None


def _plain(node: Node) -> Any:
    if isinstance(node, ScalarNode):
        return node.value
    if isinstance(node, ListNode):
        return [_plain(item) for item in node.items]
    return {key: _plain(item) for key, item in node.items.items()}


def _read_documents(tree: MapNode, problems: Problems) -> dict[str, Document]:
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


def _read_rules(tree: MapNode, context: Context) -> Iterable[Rule]:
    fields = Fields(tree, context.problems)
    known = sorted(READERS)
    for key in tree.items:
        fields.asked.add(key)
        if key not in READERS:
            close = nearest(key, known)
            mend = f"did you mean {close}?" if close else "write one of: " + ", ".join(known)
            fields.problem(key, "unknown kind of rule", mend)
            continue
        if fields.get(key) is None:
            fields.problem(key, "holds no rule", "write at least one rule, or remove the key")
        for row in fields.children(key):
            yield READERS[key](row, context)


def _check_ids(rules: list[Rule], problems: Problems) -> None:
    """Refuse an id of two kinds, and two versions of a rule that hold on the same day."""
    seen: dict[str, list[Rule]] = {}
    for rule in rules:
        if not rule.id:
            continue
        for other in seen.setdefault(rule.id, []):
            place = f"{other.file}:{other.line}"
            if other.kind != rule.kind:
                problems.add(
                    rule.file,
                    rule.line,
                    rule.id,
                    f"the id is already taken by another kind of rule, {other.kind} ({place})",
                    "choose another id",
                )
            elif (other.status is Status.DRAFT) == (rule.status is Status.DRAFT) and _overlap(rule, other):
                problems.add(
                    rule.file,
                    rule.line,
                    f"{rule.id}.valid",
                    f"overlaps the version that holds {_span(other)} ({place})",
                    "end one version the day before the other begins, or remove one",
                )
        seen[rule.id].append(rule)


def _overlap(a: Rule, b: Rule) -> bool:
    return not (
        (a.valid_until is not None and a.valid_until < b.valid_from)
        or (b.valid_until is not None and b.valid_until < a.valid_from)
    )


def _span(rule: Rule) -> str:
    return f"from {rule.valid_from}" + (f" to {rule.valid_until}" if rule.valid_until else "")


def _check_references(rules: list[Rule], problems: Problems) -> None:
    """Refuse a content or notice that does not exist, and two grounds with one code."""
    notices = {rule.id for rule in rules if isinstance(rule, Notice)}
    contents = {rule.id for rule in rules if isinstance(rule, Content)}
    codes: dict[tuple[str, str], Ground] = {}
    for rule in rules:
        if isinstance(rule, Limit) and rule.content and rule.content not in contents:
            problems.add(
                rule.file,
                rule.line,
                f"{rule.id}.content",
                f"unknown content {rule.content}",
                one_of(rule.content, contents),
            )
        if not isinstance(rule, Ground):
            continue
        if rule.notice and rule.notice not in notices:
            problems.add(
                rule.file,
                rule.line,
                f"{rule.id}.notice",
                f"unknown notice {rule.notice}",
                one_of(rule.notice, notices),
            )
        twin = codes.setdefault((rule.matter, rule.code), rule)
        if rule.code and twin.id != rule.id:
            problems.add(
                rule.file,
                rule.line,
                f"{rule.id}.code",
                f"{rule.code} is already the code of {twin.id}",
                "choose another code",
            )
