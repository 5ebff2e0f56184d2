"""Mappings: which column of a city's export holds which field of a request. A mapping is a small YAML file.

    name: messages                  # how to call it with --mapping
    title: 网上留言与答复            # what it is for, in a few words
    source: messages                # where the requests come from; ids are unique within one source
    channel: web                    # optional: the channel that the requests came by
    kind: help                      # optional: what they are (the rulebook's choice hotline.kind)
    unanswered: pending             # optional: a request without a reply waits for work, or is archived
    timezone: Asia/Shanghai         # optional: the zone of the times in the file
    columns:
      id: 留言编号                   # field: name of the column,
      subject: [留言主题, 标题]       # or several names, of which the first found is taken
      reply: {column: 答复意见, optional: true}   # or with `optional`: the column may be absent

The fields are those of FIELDS; id, subject and received are always needed.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from luoshi.engines.rulebook.problems import nearest, one_of

FIELDS = {
    "id": "number of the request in its source",
    "citizen": "name of the citizen",
    "account": "user name of the citizen on the net",
    "phone": "telephone of the citizen",
    "address": "place that the request is about",
    "subject": "subject, one line",
    "text": "what the citizen writes",
    "received": "time of the request",
    "reply": "text of the reply",
    "replied": "time of the reply",
    "votes_for": "number of citizens who agree",
    "votes_against": "number of citizens who disagree",
}
NEEDED = ("id", "subject", "received")
UNANSWERED = ("archived", "pending")
_KEYS = ("name", "title", "source", "channel", "kind", "unanswered", "timezone", "columns")
_FOLDER = Path(__file__).parent / "mappings"
LONGEST_SOURCE = 40
_DEEPEST = 5
_LARGEST = 100_000  # bytes; a mapping is small


class MappingError(ValueError):
    """A mapping that cannot be used: one clear line with file, key and the mend."""


@dataclass(frozen=True, slots=True)
class Column:
    """The names under which a column may stand in the file, and whether it may be absent."""

    names: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping that has been read and found right."""

    name: str
    title: str
    source: str
    channel: str
    kind: str
    unanswered: str
    zone: ZoneInfo
    columns: MappingType[str, Column]


def shipped() -> dict[str, Path]:
    """Return the mappings that ship with Luoshi, by name."""
    return {path.stem: path for path in sorted(_FOLDER.glob("*.yaml"))}


def find_mapping(name_or_path: str) -> Mapping:
    """Return a shipped mapping by its name, or one from a YAML file by its path. Raises MappingError."""
    return read_mapping(find_file(name_or_path))


def find_file(name_or_path: str) -> Path:
    """Return the file of a shipped mapping, or the path itself when it is one. Raises MappingError."""
    known = shipped()
    if name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path)
    if path.is_file():
        return path
    if path.suffix.lower() in (".yaml", ".yml") or len(path.parts) > 1:
        raise MappingError(f"mapping {name_or_path}: no such file")
    raise MappingError(
        f"unknown mapping {name_or_path}; {one_of(name_or_path, known)}, or give the path of a YAML file"
    )


def read_mapping(path: Path) -> Mapping:
    """Read and check a mapping file. Raises MappingError naming file and key."""
    top = _load(path)
    for key in top:
        if key not in _KEYS:
            raise MappingError(f"{path}: {key}: unknown key; {one_of(str(key), _KEYS)}")
    name = _text(path, top, "name", default=path.stem)
    zone_name = _text(path, top, "timezone", default="Asia/Shanghai")
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MappingError(f"{path}: timezone: {zone_name} is no time zone; write Asia/Shanghai") from None
    unanswered = _text(path, top, "unanswered", default="pending")
    if unanswered not in UNANSWERED:
        raise MappingError(f"{path}: unanswered: {unanswered}; {one_of(unanswered, UNANSWERED)}")
    source = _text(path, top, "source")
    if len(source) > LONGEST_SOURCE:
        raise MappingError(f"{path}: source: {len(source)} characters; write at most {LONGEST_SOURCE}")
    return Mapping(
        name=name,
        title=_text(path, top, "title", default=name),
        source=source,
        channel=_text(path, top, "channel", default="other"),
        kind=_text(path, top, "kind", default="help"),
        unanswered=unanswered,
        zone=zone,
        columns=_columns(path, top.get("columns")),
    )


def _load(path: Path) -> dict[object, object]:
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise MappingError(f"{path}: too large for a mapping ({len(data)} bytes)")
        text = data.decode("utf-8-sig")
        _refuse_odd(path, text)
        top = yaml.safe_load(text)
    except OSError as error:
        raise MappingError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise MappingError(f"{path}: not UTF-8; save the mapping as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" in line {mark.line + 1}" if mark else ""
        raise MappingError(
            f"{path}: not valid YAML{place}: {getattr(error, 'problem', None) or 'unreadable'}"
        ) from None
    if not isinstance(top, dict):
        raise MappingError(f"{path}: no mapping; the file must hold source and columns")
    return top


def _refuse_odd(path: Path, text: str) -> None:
    """Refuse what YAML allows and a mapping has no use for: deep nesting, aliases, a key that stands twice."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            place = f" in line {event.start_mark.line + 1}" if event.start_mark else ""
            raise MappingError(f"{path}: an alias{place}; write the value out")
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise MappingError(f"{path}: nested more than {_DEEPEST} levels deep; flatten it")
    waiting = [yaml.compose(text, Loader=yaml.SafeLoader)]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, yaml.MappingNode):
            continue
        names = [str(key.value) for key, _ in node.value]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise MappingError(f"{path}: {twice}: stands twice; keep one of them")
        waiting += [value for _, value in node.value]


def _text(path: Path, top: dict[object, object], key: str, *, default: str | None = None) -> str:
    value = top.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or not value.strip():
        raise MappingError(f"{path}: {key}: {'missing' if value is None else 'no text'}; write a text")
    return value.strip()


def _columns(path: Path, value: object) -> dict[str, Column]:
    if not isinstance(value, dict) or not value:
        raise MappingError(f"{path}: columns: missing; write field: name of the column")
    columns: dict[str, Column] = {}
    for field, entry in value.items():
        if field not in FIELDS:
            raise MappingError(f"{path}: columns.{field}: unknown field; {one_of(str(field), FIELDS)}")
        columns[field] = _column(f"{path}: columns.{field}", entry)
    for field in NEEDED:
        if field not in columns:
            raise MappingError(f"{path}: columns.{field}: missing; every request needs its {FIELDS[field]}")
        if columns[field].optional:
            raise MappingError(
                f"{path}: columns.{field}: cannot be optional; every request needs its {FIELDS[field]}"
            )
    if "reply" in columns and "replied" not in columns:
        raise MappingError(f"{path}: columns.replied: missing; a reply needs its time")
    return columns


def _column(place: str, entry: object) -> Column:
    optional: object = False
    if isinstance(entry, dict):
        for key in entry:
            if key not in ("column", "optional"):
                raise MappingError(f"{place}.{key}: unknown key; {one_of(str(key), ('column', 'optional'))}")
        optional = entry.get("optional", False)
        entry = entry.get("column")
    if not isinstance(optional, bool):
        raise MappingError(f"{place}.optional: write true or false")
    names = entry if isinstance(entry, list) else [entry]
    if not names or not all(isinstance(name, str) and name.strip() for name in names):
        raise MappingError(f"{place}: no column; write the name of the column, or a list of names")
    return Column(tuple(str(name).strip() for name in names), optional)


def match_columns(mapping: Mapping, header: list[str]) -> tuple[dict[str, int], list[str]]:
    """Return the place of each field's column in a header row, and what is wrong with the header.

    Each missing column is told as one line, with the nearest header where one comes near. Optional
    columns may be absent, but a reply's text and time are there together or not at all, so that no reply
    is lost unseen.
    """
    places: dict[str, int] = {}
    missing: list[str] = []
    for field, column in mapping.columns.items():
        found = next((header.index(name) for name in column.names if name in header), None)
        if found is not None:
            places[field] = found
            if header.count(header[found]) > 1:
                missing.append(
                    f"column {header[found]} stands {header.count(header[found])} times in the header"
                )
        elif not column.optional:
            missing.append(_missing(column, header))
    if {"reply", "replied"} <= mapping.columns.keys() and ("reply" in places) != ("replied" in places):
        absent = mapping.columns["replied" if "reply" in places else "reply"]
        line = _missing(absent, header)
        if line not in missing:
            missing.append(line)
    return places, missing


def _missing(column: Column, header: list[str]) -> str:
    close = next((near for near in (nearest(name, header) for name in column.names) if near), None)
    names = " or ".join(column.names)
    return f"column {names} is missing" + (f" (nearest: {close})" if close else "")
