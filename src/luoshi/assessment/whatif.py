"""What another rulebook would change: rulebooks from uploaded texts, and where their limits differ. Pure."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any

from luoshi import rulebooks
from luoshi.engines.rulebook import Rulebook, parse
from luoshi.engines.rulebook.model import Rule, Status
from luoshi.engines.rulebook.scheme import Scheme
from luoshi.engines.worktime import Calendar
from luoshi.rulebooks import calendars

MOST_BYTES = 2_000_000
MOST_FILES = 200
COUNTED_BY = (
    "hotline.sign_in",
    "hotline.hand_over",
    "hotline.return_window_scoring",
    "hotline.close",
    "hotline.coordination",
    "hotline.redo",
    "assessment.sign_in",
    "assessment.monthly_report",
)
"""Rules by which events become counts: where they differ, counts differ and not only points."""
_WORDS = frozenset({"title", "cite", "see", "assumption", "status", "file", "line"})


class BadUpload(ValueError):
    """An upload that holds no rulebook; the message is a Chinese sentence that says what to do."""


@lru_cache(maxsize=1)
def _calendars() -> dict[str, Calendar]:
    return {name: Calendar.parse(calendars.read(name)) for name in calendars.names()}


def uploaded(name: str, data: bytes, base: str) -> Rulebook:
    """Return the rulebook of an upload: a zip with a rulebook's folder, or one YAML file that takes the place of
    the file of the same name in the rulebook `base` (or is added to it). Nothing is kept.

    Raises BadUpload for what is neither, RulebookError with every problem by file and line.
    """
    if len(data) > MOST_BYTES:
        raise BadUpload(f"文件超过{MOST_BYTES // 1_000_000}MB，请只上传规则文件")
    lower = name.lower()
    if lower.endswith(".zip"):
        return parse(_unzipped(data), calendars=_calendars())
    if lower.endswith((".yaml", ".yml")):
        return parse(
            {**_without_drafts(base), _place(name, rulebooks.read(base)): data}, calendars=_calendars()
        )
    raise BadUpload("请上传规则集文件夹打成的.zip，或者一个.yaml文件")


def _without_drafts(base: str) -> dict[str, str]:
    """The files of a rulebook but those that hold drafts alone: a draft would take the uploaded rule's place."""
    files = rulebooks.read(base)
    rules = list(parse(files, calendars=_calendars()).rules())
    drafts = {rule.file for rule in rules if rule.status is Status.DRAFT}
    alone = drafts - {rule.file for rule in rules if rule.status is not Status.DRAFT}
    return {path: text for path, text in files.items() if path not in alone}


def _place(name: str, files: Mapping[str, Any]) -> str:
    """Where a single file belongs: the file of its name, that of the assessment first."""
    short = name.replace("\\", "/").rpartition("/")[2]
    same = [path for path in files if path.rpartition("/")[2] == short]
    own = [path for path in same if path.startswith("assessment/")]
    return (own or same or [f"assessment/{short}"])[0]


def _unzipped(data: bytes) -> dict[str, str | bytes]:
    """The YAML files of the folder that holds rulebook.yaml."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        names = [info for info in archive.infolist() if info.filename.endswith(".yaml")]
        if len(names) > MOST_FILES or sum(info.file_size for info in names) > MOST_BYTES:
            raise BadUpload("压缩包里的规则文件太多或太大，请只打包规则集文件夹")
        if any(".." in info.filename.split("/") for info in names):
            raise BadUpload("压缩包里的文件名指向文件夹之外，请重新打包规则集文件夹")
        head = next((info.filename for info in names if info.filename.endswith("rulebook.yaml")), None)
        if head is None:
            raise BadUpload("压缩包里没有rulebook.yaml，请把整个规则集文件夹打成.zip")
        folder = head.removesuffix("rulebook.yaml")
        return {
            info.filename.removeprefix(folder): archive.read(info)
            for info in names
            if info.filename.startswith(folder)
        }
    except BadUpload:
        raise
    except Exception:  # zipfile and zlib raise many kinds for a broken file
        raise BadUpload("压缩包打不开，请重新打包后上传") from None


def drafts_of(book: Rulebook, scheme: str) -> list[Scheme]:
    """Return the drafts of a scheme in a rulebook."""
    return [
        rule for rule in book.versions(scheme) if isinstance(rule, Scheme) and rule.status is Status.DRAFT
    ]


def counted_otherwise(book: Rulebook, other: Rulebook, day: date) -> list[str]:
    """Return the titles of the rules by which events become counts and which the other rulebook, its drafts
    included, words otherwise on a day; also working time."""
    found = []
    for id in COUNTED_BY:
        mine, theirs = _holding(book, id, day, drafts=False), _holding(other, id, day, drafts=True)
        if (mine and _terms(mine)) != (theirs and _terms(theirs)):
            known = mine or theirs
            found.append(known.title if known else id)
    if book.worktime.hours != other.worktime.hours:
        found.append("工作时间")
    return found


def _holding(book: Rulebook, id: str, day: date, *, drafts: bool) -> Rule | None:
    """The version of a rule that holds on a day, a draft in its place where drafts count."""
    held = [rule for rule in book.versions(id) if rule.holds_on(day)]
    draft = [rule for rule in held if rule.status is Status.DRAFT]
    live = [rule for rule in held if rule.status is not Status.DRAFT]
    return next(iter([*(draft if drafts else []), *live]), None)


def _terms(rule: Rule) -> list[tuple[str, str]]:
    """What a rule says, its words and its place left out."""
    return [
        (field.name, repr(getattr(rule, field.name)))
        for field in fields(rule)
        if field.name not in _WORDS and not field.name.startswith("valid")
    ]


def not_counted(scheme: Scheme, known: Scheme) -> Iterator[str]:
    """Yield the labels of counts that a scheme uses and this system does not keep."""
    used = {count for leaf in scheme.leaves() for count in leaf.counts.values()}
    sources = {name for count in used for name in _sources(scheme, count)}
    for name in sorted(sources - set(known.counts)):
        yield scheme.counts.get(name, name)


def _sources(scheme: Scheme, count: str) -> set[str]:
    derived = scheme.derived.get(count)
    if derived is None:
        return {count}
    return {source for name in derived.names for source in _sources(scheme, name)}
