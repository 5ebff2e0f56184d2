"""YAML read into a small tree in which every key and value knows its line.

A rulebook is plain data, so only the plain part of YAML is taken: no anchors and aliases, no tags, no
duplicate keys, one document in a file, limited depth and size. Scalars are read strictly: `yes`, `on` and
`12:30` stay texts. The parser's events are walked without recursion, so that a hostile file can neither
exhaust the stack nor grow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from luoshi.engines.rulebook.problems import Problems

MAX_DEPTH = 20
MAX_CHARACTERS = 1_000_000

Plain = str | int | bool | Decimal | date | None

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_WORDS: dict[str, Plain] = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value with the text it was written as."""

    file: str
    line: int
    value: Plain
    text: str


@dataclass(frozen=True, slots=True)
class ListNode:
    """A list of nodes."""

    file: str
    line: int
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class MapNode:
    """A mapping; `lines` holds the line of each key."""

    file: str
    line: int
    items: dict[str, Node]
    lines: dict[str, int]


Node = ScalarNode | ListNode | MapNode


class _Refused(Exception):
    """Raised inside this module when a file is given up; the problem has been noted."""


def plain_value(text: str) -> Plain:
    """Return the value of an unquoted scalar: null, true, false, int, Decimal, date, else its text.

    A date that does not exist (2017-02-30) stays a text, so that the reader of the field can name it.
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    if _DATE.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being read."""

    line: int
    is_map: bool
    children: list[Node]
    keys: list[ScalarNode]


class _Builder:
    """Builds the tree of one file from the parser's events."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.stack: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0

    def refuse(self, line: int, message: str, mend: str) -> None:
        self.problems.add(self.file, line, "yaml", message, mend)
        raise _Refused

    def build(self, events: Iterator[Any]) -> Node | None:
        for event in events:
            line = event.start_mark.line + 1
            if isinstance(event, yaml.AliasEvent):
                self.refuse(
                    line, "an alias (*) is used", "write the value out; rulebooks use no anchors and aliases"
                )
            if getattr(event, "anchor", None):
                self.refuse(
                    line, "an anchor (&) is used", "write the value out; rulebooks use no anchors and aliases"
                )
            if isinstance(event, yaml.DocumentStartEvent):
                self.documents += 1
                if self.documents > 1:
                    self.refuse(line, "a second document begins (---)", "put it into a file of its own")
            elif isinstance(event, yaml.ScalarEvent):
                self._refuse_tag(event, line)
                value = plain_value(event.value) if event.implicit[0] else event.value
                self._add(ScalarNode(self.file, line, value, event.value))
            elif isinstance(event, yaml.SequenceStartEvent | yaml.MappingStartEvent):
                self._refuse_tag(event, line)
                self._open(event, line)
            elif isinstance(event, yaml.SequenceEndEvent | yaml.MappingEndEvent):
                self._close()
        return self.root

    def _refuse_tag(self, event: Any, line: int) -> None:
        if event.tag is not None:
            self.refuse(line, f"the tag {event.tag} is used", "remove it; rulebooks use plain values only")

    def _open(self, event: Any, line: int) -> None:
        if len(self.stack) >= MAX_DEPTH:
            self.refuse(line, f"nested more than {MAX_DEPTH} levels deep", "flatten it")
        top = self.stack[-1] if self.stack else None
        if top is not None and top.is_map and len(top.keys) == len(top.children):
            self.refuse(line, "a list or mapping is used as a key", "use a plain word as the key")
        self.stack.append(_Open(line, isinstance(event, yaml.MappingStartEvent), [], []))

    def _close(self) -> None:
        done = self.stack.pop()
        if not done.is_map:
            self._add(ListNode(self.file, done.line, tuple(done.children)))
            return
        items: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for key, child in zip(done.keys, done.children, strict=True):
            if key.text in items:
                self.problems.add(
                    self.file,
                    key.line,
                    key.text,
                    f"the key stands twice (first in line {lines[key.text]})",
                    "keep one",
                )
                continue
            items[key.text] = child
            lines[key.text] = key.line
        self._add(MapNode(self.file, done.line, items, lines))

    def _add(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        top = self.stack[-1]
        if top.is_map and len(top.keys) == len(top.children):
            if isinstance(node, ScalarNode):  # always: _open refuses lists and mappings as keys
                top.keys.append(node)
        else:
            top.children.append(node)


def read_tree(file: str, content: str | bytes, problems: Problems) -> MapNode | None:
    """Return a file's tree, or None after noting why it cannot be read.

    `content` may be bytes, which must be UTF-8. The top of the file must be a mapping.
    """
    text = _decode(file, content, problems)
    if text is None:
        return None
    if len(text) > MAX_CHARACTERS:
        problems.add(file, 1, "yaml", f"the file is longer than {MAX_CHARACTERS:,} characters", "split it")
        return None
    try:
        root = _Builder(file, problems).build(yaml.parse(text, Loader=_LOADER))
    except _Refused:
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        problems.add(
            file, line, "yaml", f"not readable: {error.problem or error.context}", "mend the YAML there"
        )
        return None
    except yaml.YAMLError as error:
        reason = str(error).splitlines()[0]
        problems.add(file, 1, "yaml", f"not readable: {reason}", "remove characters that YAML does not allow")
        return None
    if root is None or (isinstance(root, ScalarNode) and root.value is None):
        problems.add(file, 1, "yaml", "the file is empty", "write at least one rule, or remove the file")
        return None
    if not isinstance(root, MapNode):
        problems.add(
            file,
            root.line,
            "yaml",
            "the file does not begin with a key",
            "begin it with the kind, e.g. limits:",
        )
        return None
    return root


def _decode(file: str, content: str | bytes, problems: Problems) -> str | None:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.add(file, line, "yaml", "the file is not UTF-8", "save it as UTF-8")
        return None
