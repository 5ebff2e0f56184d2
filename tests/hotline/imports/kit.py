"""What the tests of the import share: small files, a rulebook with one limit. All texts are invented."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from luoshi.engines.rulebook import Rulebook, parse
from luoshi.engines.worktime import Calendar
from luoshi.hotline.imports.mapping import find_mapping
from luoshi.hotline.imports.report import Report, check
from luoshi.hotline.imports.source import open_source
from luoshi.hotline.imports.timeliness import Timeliness
from luoshi.rulebooks import calendars

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 1, 1, 12, tzinfo=SHANGHAI)
HEADER = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间"
GOOD = "1,游客甲,路灯不亮,2019/6/26 11:13:14,南门外的路灯三天没亮了。,已修好。,2019/6/28 9:00:00"

_HEAD = """
id: town
title: 试验市
jurisdiction: town
timezone: Asia/Shanghai
calendar: china
hours: {spans: [08:00-12:00, 14:00-18:00], assumption: 试验市的作息}
roles: {agent: 坐席}
slots: {number: 工单编号}
"""
_DOCUMENTS = """
documents:
  - id: town-rules
    title: 试验办法
    number: 试政〔2018〕1号
    issued: 2018-01-01
    issuer: 试验市人民政府
    clauses: {"1": 第一条}
"""
_LIMITS = """
limits:
  - id: hotline.close
    title: 办结
    cite: [town-rules/1]
    valid: {from: 2018-01-01}
    status: in_force
    matter: hotline.dispatch
    opens: [hotline.dispatched]
    meets: [hotline.replied]
    owner: body
    duration:
      - when: {urgency: urgent}
        is: 24 hours
      - is: 5 working days
"""


_FILES = {"rulebook.yaml": _HEAD, "documents.yaml": _DOCUMENTS, "hotline/limits.yaml": _LIMITS}


@cache
def town() -> Rulebook:
    """A rulebook with the closing limit alone, in force from 2018-01-01."""
    return parse(_FILES, calendars={"china": Calendar.parse(calendars.read("china"))})


def town_folder(folder: Path) -> Path:
    """The same rulebook as a folder, for the command line."""
    for name, text in _FILES.items():
        path = folder / "town" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "town"


def write(folder: Path, text: str | bytes, name: str = "export.csv") -> Path:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def messages(*rows: str, header: str = HEADER) -> str:
    """The text of a CSV file with the columns of the mapping `messages`."""
    return "\n".join([header, *rows]) + "\n"


def check_file(path: Path, *, mapping: str = "messages", now: datetime = NOW) -> Report:
    """Check a file with a mapping and the town's rulebook."""
    with open_source(path, find_mapping(mapping), now=now) as source:
        return check(source, Report(path.name, mapping, source.table.encoding, Timeliness(town())))
