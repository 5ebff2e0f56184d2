"""From the texts of a folder to a rulebook, or to everything that is wrong with it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from luoshi.engines.rulebook.book import Rulebook
from luoshi.engines.rulebook.checks import check_codes, check_ids, check_references
from luoshi.engines.rulebook.fields import MISSING, Fields
from luoshi.engines.rulebook.model import Rule
from luoshi.engines.rulebook.problems import Problems, RulebookError, nearest
from luoshi.engines.rulebook.read_flow import read_gate, read_route
from luoshi.engines.rulebook.read_head import Head, read_documents, read_head_file
from luoshi.engines.rulebook.read_kinds import (
    read_authority,
    read_choice,
    read_content,
    read_ground,
    read_notice,
    read_setting,
)
from luoshi.engines.rulebook.read_limits import read_limit
from luoshi.engines.rulebook.read_rounds import read_round
from luoshi.engines.rulebook.read_schemes import read_scheme
from luoshi.engines.rulebook.read_worktime import (
    read_holidays,
    read_working_hours,
    working_calendar,
    working_hours,
)
from luoshi.engines.rulebook.reading import Context
from luoshi.engines.rulebook.yamltree import MapNode, read_tree
from luoshi.engines.worktime import Calendar

HEAD, DOCUMENTS = "rulebook.yaml", "documents.yaml"
CHANGES = "changes/"
"""Files under this folder, in order of their names, change rules: each version in them ends the one before it."""

READERS: dict[str, Callable[[Fields, Context], Rule]] = {
    "limits": read_limit,
    "grounds": read_ground,
    "contents": read_content,
    "choices": read_choice,
    "authorities": read_authority,
    "settings": read_setting,
    "notices": read_notice,
    "schemes": read_scheme,
    "rounds": read_round,
    "gates": read_gate,
    "routes": read_route,
    "holidays": read_holidays,
    "working_hours": read_working_hours,
}


def parse(
    files: Mapping[str, str | bytes], *, calendars: Mapping[str, Calendar], trial: bool = False
) -> Rulebook:
    """Return the rulebook that the files hold.

    `files` maps each path inside the rulebook's folder to its text, or to its bytes, which must be UTF-8:
    rulebook.yaml, documents.yaml and rule files. `calendars` are the calendars that rulebook.yaml may name.
    trial: its drafts hold as if they were in force. Raises RulebookError with every problem found.
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
            problems.add(file, 1, file, MISSING, f"add {file} to the rulebook's folder")
    if DOCUMENTS in trees:
        context.documents = read_documents(trees[DOCUMENTS], problems)
    head = read_head_file(trees[HEAD], context, calendars) if HEAD in trees else Head()
    rules = [
        rule
        for file, tree in trees.items()
        if file not in (HEAD, DOCUMENTS)
        for rule in _read_rules(tree, context)
    ]
    rules = _superseded(rules, problems)
    if head.calendar is not None:
        head.calendar = working_calendar(head.calendar, rules, problems)
    check_ids(rules, problems)
    check_codes(rules, problems)
    if len(trees) == len(files):  # else what is referred to may stand in a file that cannot be read
        check_references(rules, context)
    problems.raise_if_any()
    if head.calendar is None or head.hours is None:  # not reached: each is a problem above
        raise RulebookError([])
    return Rulebook(
        id=head.id,
        title=head.title,
        jurisdiction=head.jurisdiction,
        timezone=head.timezone,
        version=digest(files),
        documents=context.documents or {},
        roles=context.roles or {},
        slots=context.slots or {},
        facts=head.facts,
        calendar=head.calendar,
        hours=working_hours(head.hours, rules),
        zone=head.zone,
        rules=rules,
        trial=trial,
    )


def _superseded(rules: list[Rule], problems: Problems) -> list[Rule]:
    """End each version the day before the change that takes its place; a change cannot begin before what it ends."""
    kept = [rule for rule in rules if not rule.file.startswith(CHANGES)]
    for change in sorted((r for r in rules if r.file.startswith(CHANGES)), key=lambda r: (r.file, r.line)):
        before: list[Rule] = []
        for rule in kept:
            same = (rule.kind, rule.id, rule.status) == (change.kind, change.id, change.status)
            ended = rule.valid_until is not None and rule.valid_until < change.valid_from
            if not same or ended:
                before.append(rule)
            elif rule.valid_from >= change.valid_from:
                problems.add(
                    change.file,
                    change.line,
                    f"{change.id}.valid",
                    f"begins on {change.valid_from}, but a version that begins on {rule.valid_from} stands",
                    "let it begin later",
                )
                before.append(rule)
            else:
                before.append(replace(rule, valid_until=change.valid_from - timedelta(days=1)))
        kept = [*before, change]
    return kept


def digest(files: Mapping[str, str | bytes]) -> str:
    """Return 16 hexadecimal digits of the SHA-256 over all paths and texts, line ends made alike."""
    total = hashlib.sha256()
    for file in sorted(files):
        content = files[file]
        text = content if isinstance(content, bytes) else content.encode()
        for part in (file.encode(), text.replace(b"\r\n", b"\n")):
            total.update(len(part).to_bytes(8, "big") + part)
    return total.hexdigest()[:16]


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
