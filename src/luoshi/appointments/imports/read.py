"""Reads a file of past notices (docs/appointments.md): YAML, every fault named by line and path."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

ACTIONS = {"appoint", "remove", "no_longer"}
TOP = {"notices", "facts", "document", "clauses"}
FACT = {
    "person": str, "sex": str, "action": str, "post": str, "organisation": str, "title": str, "rank": str, "probation": str,
    "number": str, "date": dt.date, "note": str, "printed_name": str, "acting": str,
}  # fmt: skip
NOTICE = {
    "number": str, "date": dt.date, "title": str, "addressees": list, "closing": str, "gazette": dict, "persons": int,
    "actions": int,
}  # fmt: skip
GAZETTE = {"issue": str, "published": dt.date}
REQUIRED = ("person", "action", "number", "date")
YEAR = re.compile(r"1 year|一年|1年")
DEEPEST = 10
ALIASED = (yaml.AliasEvent,)


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong, or worth a look, at a line."""

    line: int
    path: str
    message: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One act as the file gives it."""

    line: int
    values: Mapping[str, Any]

    def get(self, key: str) -> str:
        """A text of the fact; empty where it is not given."""
        return str(self.values.get(key, ""))


@dataclass(slots=True)
class NoticeFile:
    """One notice of the file with its acts in order."""

    line: int
    number: str
    dated: dt.date
    facts: list[Fact] = field(default_factory=list)
    head: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class PastFile:
    """A file as read. faults: what keeps it out."""

    notices: list[NoticeFile] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def facts(self) -> list[Fact]:
        """All acts of the file."""
        return [fact for notice in self.notices for fact in notice.facts]


def read_past(content: bytes) -> PastFile:
    """Read a file; what is wrong stands in its faults, nothing is raised for it."""
    found = PastFile()
    try:
        text = content.decode("utf-8")
        _refuse_odd(text)
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        found.faults.append(Fault(line, "文件", f"不是UTF-8编码的YAML：{' '.join(str(error).split())[:120]}"))
        return found
    if not isinstance(root, MappingNode):
        found.faults.append(Fault(1, "文件", "最外层应是facts和notices"))
        return found
    parts = _mapping(root, "文件", found)
    for key in sorted(parts.keys() - TOP):
        found.faults.append(Fault(_line(parts[key]), key, "不认识的键，只用facts和notices"))
    heads = _heads(parts.get("notices"), found)
    _facts(parts.get("facts"), heads, found)
    if not found.faults and not found.notices:
        found.faults.append(Fault(1, "facts", "没有任免事项"))
    return found


def _refuse_odd(text: str) -> None:
    """Refuse aliases, and a depth that no such file has and that takes minutes to read. Errors: YAMLError."""
    depth = 0
    for event in yaml.parse(text):
        if isinstance(event, ALIASED):
            raise yaml.YAMLError("不能用锚点和别名")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise yaml.YAMLError(f"嵌套超过{DEEPEST}层")


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _mapping(node: Node, path: str, found: PastFile) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        found.faults.append(Fault(_line(node), path, "应是“键: 值”"))
        return {}
    keys: dict[str, Node] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in keys:
            found.faults.append(Fault(_line(key), f"{path}.{name}", "重复的键"))
        keys[name] = value
    return keys


def _rows(node: Node | None, path: str, found: PastFile) -> list[tuple[Node, str]]:
    if node is None:
        return []
    if not isinstance(node, SequenceNode):
        found.faults.append(Fault(_line(node), path, "应是一列“- …”"))
        return []
    return [(one, f"{path}[{place}]") for place, one in enumerate(node.value, start=1)]


def _values(node: Node, path: str, known: Mapping[str, type], found: PastFile) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in _mapping(node, path, found).items():
        kind = known.get(key)
        if kind is None:
            found.faults.append(Fault(_line(value), f"{path}.{key}", "不认识的键"))
            continue
        plain = yaml.SafeLoader("")
        try:
            given = plain.construct_document(value)
        except (yaml.YAMLError, ValueError):
            given = None
        if kind is str and isinstance(value, ScalarNode):
            given = value.value.strip()
        if not isinstance(given, kind) or isinstance(given, bool | dt.datetime):
            found.faults.append(Fault(_line(value), f"{path}.{key}", _wrong(kind)))
            continue
        values[key] = given
    return values


def _wrong(kind: type) -> str:
    return {
        dt.date: "应是日期，如2017-04-27",
        int: "应是整数",
        list: "应是一列文字",
        dict: "应是“键: 值”",
    }.get(kind, "应是文字")


def _heads(node: Node | None, found: PastFile) -> dict[str, tuple[int, dict[str, Any]]]:
    heads: dict[str, tuple[int, dict[str, Any]]] = {}
    for row, path in _rows(node, "notices", found):
        values = _values(row, path, NOTICE, found)
        number = values.get("number", "")
        if not number:
            found.faults.append(Fault(_line(row), path, "缺文号number"))
            continue
        if number in heads:
            found.faults.append(Fault(_line(row), path, f"{number}重复"))
        if any(not isinstance(one, str) for one in values.get("addressees", [])):
            found.faults.append(Fault(_line(row), f"{path}.addressees", "应是一列文字"))
        gazette = values.get("gazette", {})
        if gazette and (
            set(gazette) != set(GAZETTE)
            or any(not isinstance(gazette[key], kind) for key, kind in GAZETTE.items())
        ):
            found.faults.append(Fault(_line(row), f"{path}.gazette", "写issue（期次）和published（日期）"))
        heads[number] = (_line(row), values)
    return heads


def _facts(node: Node | None, heads: dict[str, tuple[int, dict[str, Any]]], found: PastFile) -> None:
    notices: dict[str, NoticeFile] = {}
    for row, path in _rows(node, "facts", found):
        values = _values(row, path, FACT, found)
        missing = [key for key in REQUIRED if not values.get(key)]
        if not values.get("title") and not values.get("post"):
            missing.append("title")
        if missing:
            found.faults.append(Fault(_line(row), path, f"缺{'、'.join(missing)}"))
            continue
        if values["action"] not in ACTIONS:
            found.faults.append(Fault(_line(row), f"{path}.action", "动作应为appoint、remove或no_longer"))
        if values.get("probation") and not YEAR.fullmatch(values["probation"]):
            found.faults.append(Fault(_line(row), f"{path}.probation", "试用期为一年，写1 year"))
        notice = notices.setdefault(
            values["number"], NoticeFile(_line(row), values["number"], values["date"])
        )
        if notice.dated != values["date"]:
            found.faults.append(
                Fault(
                    _line(row),
                    f"{path}.date",
                    f"{notice.number}的日期前后不一：{notice.dated}、{values['date']}",
                )
            )
        notice.facts.append(Fact(_line(row), values))
    for number, (line, values) in heads.items():
        if number not in notices:
            found.faults.append(Fault(line, "notices", f"{number}没有任免事项"))
            continue
        notices[number].head = values
        _check_days(line, notices[number], found)
    found.notices = list(notices.values())


def _check_days(line: int, notice: NoticeFile, found: PastFile) -> None:
    """The head's day is that of the acts, and a gazette comes out on that day or later."""
    published = notice.head.get("gazette", {}).get("published")
    if isinstance(published, dt.date) and published < notice.dated:
        said = f"{notice.number}的公报日期{published}早于成文日期{notice.dated}，请核对"
        found.faults.append(Fault(line, "notices", said))
    if notice.head.get("date", notice.dated) != notice.dated:
        found.faults.append(Fault(line, "notices", f"{notice.number}的日期与facts不一"))
