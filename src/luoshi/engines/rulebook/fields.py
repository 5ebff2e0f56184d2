"""Reading the fields of one mapping: each wrong type, missing key and unknown key becomes a problem."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal

from luoshi.engines.rulebook.problems import Problems, nearest, one_of
from luoshi.engines.rulebook.yamltree import ListNode, MapNode, Node, ScalarNode

_DATE_LIKE = re.compile(r"[0-9]{1,4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?\Z")


MISSING = "is missing"


def kind_of(node: Node) -> str:
    """Return what a node holds, in words fit for a message."""
    if isinstance(node, ListNode):
        return "a list"
    if isinstance(node, MapNode):
        return "a mapping"
    match node.value:
        case None:
            return "nothing"
        case bool():
            return f"{node.text} (yes or no)"
        case int() | Decimal():
            return f"the number {node.text}"
        case date():
            return f"the date {node.text}"
        case _:
            return f"the text {node.text}"


class Fields:
    """A cursor over one mapping. Ask for each key, then call `finish` to refuse the keys nobody asked for.

    `path` is put before each key in messages, e.g. `hotline.sign_in`.
    """

    def __init__(self, node: MapNode, problems: Problems, path: str = "") -> None:
        self.node = node
        self.problems = problems
        self.path = path
        self.asked: set[str] = set()

    def name(self, key: str) -> str:
        """Return the full name of a key for a message."""
        return f"{self.path}.{key}" if self.path else key

    def line(self, key: str) -> int:
        """Return the line of a key, or of the mapping when the key is absent."""
        return self.node.lines.get(key, self.node.line)

    def problem(self, key: str, message: str, mend: str) -> None:
        """Note a problem at a key."""
        self.problems.add(self.node.file, self.line(key), self.name(key), message, mend)

    def get(self, key: str, *, required: bool = False) -> Node | None:
        """Return the node under a key; absent and empty (`key:`) count alike."""
        self.asked.add(key)
        node = self.node.items.get(key)
        if node is None or (isinstance(node, ScalarNode) and node.value is None and node.text != "null"):
            if required:
                self.problem(key, MISSING, f"add {key}:")
            return None
        return node

    def wrong(self, key: str, node: Node, expected: str, mend: str | None = None) -> None:
        """Note that a key holds the wrong kind of thing."""
        self.problems.add(
            node.file,
            node.line,
            self.name(key),
            f"expects {expected}, found {kind_of(node)}",
            mend or f"write {expected}",
        )

    def text(self, key: str, *, required: bool = False) -> str:
        """Return a text, or "" when absent or wrong."""
        node = self.get(key, required=required)
        if node is None:
            return ""
        if isinstance(node, ScalarNode) and isinstance(node.value, str):
            return node.value.strip()
        mend = "put it in quotes" if isinstance(node, ScalarNode) else None
        self.wrong(key, node, "a text", mend)
        return ""

    def short(self, key: str, *, longest: int, required: bool = False) -> str:
        """Return a text that is kept in a column of so many characters, or "" when absent or wrong."""
        text = self.text(key, required=required)
        if len(text) > longest:
            self.problem(key, f"has {len(text)} characters", f"write at most {longest} characters")
        return text

    def flag(self, key: str, *, default: bool = False) -> bool:
        """Return true or false."""
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node, ScalarNode) and isinstance(node.value, bool):
            return node.value
        self.wrong(key, node, "true or false")
        return default

    def whole(self, key: str) -> int | None:
        """Return a whole number from 0 up, or None when absent or wrong."""
        node = self.get(key)
        if node is None:
            return None
        if isinstance(node, ScalarNode) and type(node.value) is int and node.value >= 0:
            return node.value
        self.wrong(key, node, "a whole number from 0 up")
        return None

    def word(self, key: str, known: Collection[str], *, default: str | None = None) -> str:
        """Return one word of a fixed list; without a `default` the key is required."""
        node = self.get(key, required=default is None)
        if node is None:
            return default or ""
        if isinstance(node, ScalarNode) and node.text in known:
            return node.text
        text = node.text if isinstance(node, ScalarNode) else kind_of(node)
        self.problems.add(node.file, node.line, self.name(key), f"unknown value {text}", one_of(text, known))
        return default or ""

    def day(self, key: str, *, required: bool = False) -> date | None:
        """Return a date, or None when absent, `null` or wrong."""
        node = self.get(key, required=required)
        if node is None or (isinstance(node, ScalarNode) and node.value is None):
            return None
        if isinstance(node, ScalarNode):
            if isinstance(node.value, date):
                return node.value
            if _DATE_LIKE.match(node.text):
                self.problems.add(
                    node.file,
                    node.line,
                    self.name(key),
                    f"{node.text} is not a date",
                    "write a day that exists as YYYY-MM-DD",
                )
                return None
        self.wrong(key, node, "a date", "write it as YYYY-MM-DD")
        return None

    def texts(self, key: str, *, required: bool = False, single: bool = True) -> tuple[str, ...]:
        """Return a list of texts; one text alone counts as a list of one when `single`."""
        return tuple(text for text, _ in self.texts_with_lines(key, required=required, single=single))

    def texts_with_lines(
        self, key: str, *, required: bool = False, single: bool = True
    ) -> list[tuple[str, int]]:
        """Return a list of texts, each with its line."""
        node = self.get(key, required=required)
        if node is None:
            return []
        items = node.items if isinstance(node, ListNode) else (node,) if single else ()
        if isinstance(node, MapNode) or (isinstance(node, ScalarNode) and not single):
            self.wrong(key, node, "a list of texts", "write [a, b]")
            return []
        found: list[tuple[str, int]] = []
        for item in items:
            if isinstance(item, ScalarNode) and isinstance(item.value, str) and item.value.strip():
                found.append((item.value.strip(), item.line))
            else:
                self.wrong(key, item, "a text", "put it in quotes" if isinstance(item, ScalarNode) else None)
        return found

    def nodes(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """Return the members of a list; anything else is a problem."""
        node = self.get(key, required=required)
        if node is None:
            return ()
        if isinstance(node, ListNode):
            return node.items
        self.wrong(key, node, "a list", "begin each member with a dash (-)")
        return ()

    def child(self, key: str, *, required: bool = False) -> Fields | None:
        """Return the fields of a mapping under a key."""
        node = self.get(key, required=required)
        if node is None:
            return None
        if isinstance(node, MapNode):
            return Fields(node, self.problems, self.name(key))
        self.wrong(key, node, "a mapping", f"write its keys, indented, under {key}:")
        return None

    def children(self, key: str, *, required: bool = False) -> Iterator[Fields]:
        """Return the fields of each mapping in a list."""
        for number, node in enumerate(self.nodes(key, required=required), start=1):
            path = f"{key}[{number}]"
            if isinstance(node, MapNode):
                yield Fields(node, self.problems, self.name(path))
            else:
                self.wrong(path, node, "a mapping", "write its keys, indented, after the dash")

    def finish(self, others: Collection[str] = ()) -> None:
        """Refuse every key that was not asked for, naming the nearest known one."""
        known = self.asked | set(others)
        for key in self.node.items:
            if key not in known:
                close = nearest(key, known)
                if close and close not in self.node.items:  # the slip explains why that one is missing
                    self.problems.drop(self.node.file, self.name(close), MISSING)
                mend = (
                    f"did you mean {close}?"
                    if close
                    else "remove it; known here: " + ", ".join(sorted(known))
                )
                self.problem(key, "unknown key", mend)
