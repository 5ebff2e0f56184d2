"""The texts of rules: one rule taken out of its file, its values changed, and the file that a change becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import yaml

from luoshi.engines.rulebook import Rule
from luoshi.engines.rulebook.parse import CHANGES, READERS

Path = tuple[str | int, ...]

FIXED = frozenset(
    {"id", "cite", "see", "valid", "status", "matter", "opens", "meets", "cancels", "breaks", "pauses", "resumes",
     "extends", "ends", "owner", "nature", "start", "override", "silence", "key", "value", "code", "channel", "when",
     "unless", "counts", "uses", "content", "notice", "default", "type", "counting"}
)  # fmt: skip
"""Keys whose values are not offered one by one: what holds a rule together is changed in its text."""


class TextError(ValueError):
    """The text is not one rule; the message is one clear Chinese line."""


def rule_text(rule: Rule, files: Mapping[str, str]) -> tuple[str, str]:
    """The key under which a rule stands and its own YAML, from the file that it was read from."""
    found = yaml.safe_load(files[rule.file])
    for kind, entries in found.items():
        for entry in entries if kind in READERS else []:
            if entry["id"] == rule.id and entry["valid"]["from"] == rule.valid_from:
                return kind, written(entry)
    raise LookupError(f"{rule.id} is not in {rule.file}")


def written(entry: Mapping[str, Any]) -> str:
    """A rule as YAML, its keys in their order."""
    return yaml.safe_dump(dict(entry), allow_unicode=True, sort_keys=False, width=110)


def read_entry(text: str) -> dict[str, Any]:
    """The one rule that a text holds. Errors: TextError."""
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第{mark.line + 1}行第{mark.column + 1}列附近" if mark else "文中"
        raise TextError(f"{where}的写法不是有效的YAML，请检查缩进、引号和冒号") from None
    if not isinstance(found, dict) or "id" not in found:
        raise TextError("这里只写一条规则：每行一个“键: 值”，并保留id一行")
    return found


def with_start(text: str, day: date) -> str:
    """The rule's text with its first day set, in force, without an end."""
    entry = read_entry(text)
    return written({**entry, "valid": {"from": day}, "status": "in_force"})


def file_of(number: int, kind: str, text: str) -> tuple[str, str]:
    """Path and content of the file that an edition adds."""
    body = "\n".join(f"    {line}" if line else "" for line in text.rstrip().splitlines())
    return f"{CHANGES}{number:05d}.yaml", f"{kind}:\n  -\n{body}\n"


def leaves(entry: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """The values that can be changed one by one, with the way to each: title, durations, numbers, texts, people."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key not in FIXED:
                yield from leaves(value, (*path, key))
    elif isinstance(entry, list) and any(isinstance(item, dict | list) for item in entry):
        for index, item in enumerate(entry):
            yield from leaves(item, (*path, index))
    else:
        yield path, entry


def at(entry: Any, path: Path) -> Any:
    """What stands at the end of a way."""
    for key in path:
        entry = entry[key]
    return entry


def put(entry: Any, path: Path, value: Any) -> None:
    """Change what stands at the end of a way."""
    at(entry, path[:-1])[path[-1]] = value


def name_of(path: Path) -> str:
    """A way as the name of a form's field."""
    return "v." + ".".join(re.sub(r"[^\w-]", "_", str(part)) for part in path)
