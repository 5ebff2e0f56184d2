"""The file of a plan's tasks (docs/supervision.md): read, checked against the register of bodies, loaded whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete
from luoshi.organisation.models import Body
from luoshi.organisation.selectors import body_by_name, local_day
from luoshi.supervision.models import Campaign
from luoshi.supervision.services.campaigns import Item, plan_open

KNOWN = {"number", "task", "lead", "support", "due", "note"}
EVERY_COUNTY = ("各县(市、区)政府", "各县（市、区）政府", "各县(市、区)", "各县（市、区）")


@dataclass(slots=True)
class Line:
    """A task of the file: bodies as printed, and as the register knows them (None: unknown)."""

    number: int
    task: str
    lead: str
    support: tuple[str, ...]
    due: tuple[dt.date, ...]
    note: str = ""
    bodies: dict[str, list[Body]] = field(default_factory=dict)

    @property
    def unknown(self) -> list[str]:
        """The printed names that belong to no body."""
        return [name for name in (self.lead, *self.support) if not self.bodies.get(name)]

    def item(self, today: dt.date) -> Item:
        """As the service takes it; unknown names stay as printed."""
        ahead = [day for day in self.due if day > today]
        said = [self.task]
        if self.due:
            said.append("时限：" + "、".join(f"{day.year}年{day.month}月{day.day}日" for day in self.due))
        if self.note:
            said.append(f"注：{self.note}")
        known = self.bodies.get(self.lead)
        lead: Body | str = known[0] if known else self.lead
        seen: list[Body | str] = [lead]
        for name in self.support:
            found: list[Any] = self.bodies.get(name) or [name]
            seen += [one for one in found if one not in seen]
        return Item(
            self.task, "\n".join(said), lead, ahead[-1] if ahead else None, tuple(seen[1:]), self.number
        )


@dataclass(slots=True)
class Checked:
    """What a file holds and what is wrong with it. usable: it can be loaded; unknown names do not hinder it."""

    title: str = ""
    document: str = ""
    lines: list[Line] = field(default_factory=list)
    indicators: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """No faults, at least one task."""
        return not self.faults and bool(self.lines)

    @property
    def unknown(self) -> dict[str, list[int]]:
        """Each printed name without a body, with the numbers of the tasks that name it."""
        found: dict[str, list[int]] = {}
        for line in self.lines:
            for name in line.unknown:
                found.setdefault(name, []).append(line.number)
        return found


def plan_check(content: bytes, *, mapped: Mapping[str, str] | None = None) -> Checked:
    """Read a file and say what it holds; nothing is written. mapped: the body's code that a printed name means."""
    checked = Checked()
    try:
        data = yaml.safe_load(content.decode("utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        checked.faults.append("不是UTF-8编码的YAML文件" + (f"（第{line + 1}行）" if line is not None else ""))
        return checked
    if not isinstance(data, dict):
        checked.faults.append("文件须有tasks一节")
        return checked
    document, facts_part = data.get("document"), data.get("facts")
    head: dict[str, Any] = document if isinstance(document, dict) else {}
    facts: dict[str, Any] = facts_part if isinstance(facts_part, dict) else data
    checked.title = str(head.get("title") or data.get("title") or "").strip()
    checked.document = str(head.get("number") or data.get("number") or "").strip()
    if not checked.title:
        checked.faults.append("document.title：缺少规划名称")
    _read_lines(facts.get("tasks"), checked)
    _read_indicators(facts.get("indicators"), checked)
    _resolve(checked, mapped or {})
    return checked


def _read_lines(rows: Any, checked: Checked) -> None:
    if not isinstance(rows, list) or not rows:
        checked.faults.append("tasks：没有任务")
        return
    for place, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            checked.faults.append(f"tasks第{place}条：应为键和值")
            continue
        strange = sorted(set(map(str, row)) - KNOWN)
        if strange:
            checked.faults.append(f"tasks第{place}条：不认识的键{'、'.join(strange)}")
        line = _line(row, place, checked)
        if line is not None:
            checked.lines.append(line)
    numbers = [line.number for line in checked.lines]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        checked.faults.append(f"tasks：序号{'、'.join(map(str, twice))}重复")


def _line(row: Mapping[str, Any], place: int, checked: Checked) -> Line | None:
    task, lead = str(row.get("task") or "").strip(), str(row.get("lead") or "").strip()
    support, due = row.get("support") or [], row.get("due") or []
    days = due if isinstance(due, list) else [due]
    problems = []
    if not task:
        problems.append("缺少任务内容（task）")
    if len(task) > 200:
        problems.append(f"任务内容超过200个字（现有{len(task)}个字）")
    if not lead:
        problems.append("缺少牵头单位（lead）")
    if not isinstance(support, list):
        problems.append("配合单位（support）应为列表")
        support = []
    if not all(type(day) is dt.date for day in days):
        problems.append("时限（due）应为日期，如2017-12-31")
        days = []
    number = row.get("number", place)
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        problems.append("序号（number）应为正整数")
        number = place
    checked.faults += [f"tasks第{place}条：{problem}" for problem in problems]
    if not task or not lead:
        return None
    names = tuple(
        dict.fromkeys(str(name).strip() for name in support if str(name).strip() and str(name) != lead)
    )
    return Line(number, task, lead, names, tuple(sorted(days)), str(row.get("note") or "").strip())


def _read_indicators(rows: Any, checked: Checked) -> None:
    if rows is None:
        return
    for place, row in enumerate(rows if isinstance(rows, list) else [None], start=1):
        if not isinstance(row, dict) or not row.get("name") or "number" not in row:
            checked.faults.append(f"indicators第{place}条：须有number和name")
            continue
        keys = ("number", "name", "op", "value", "unit", "attribute")
        checked.indicators.append({key: row[key] for key in keys if key in row})


def _resolve(checked: Checked, mapped: Mapping[str, str]) -> None:
    """Find the body of every printed name; all counties together where all are meant."""
    known: dict[str, list[Body]] = {}
    for name in {name for line in checked.lines for name in (line.lead, *line.support)}:
        if name in mapped:
            known[name] = list(Body.objects.filter(code=mapped[name], active=True))
            if not known[name]:
                checked.faults.append(f"“{name}”对应的单位代码{mapped[name]}不存在")
        elif name in EVERY_COUNTY:
            known[name] = list(Body.objects.filter(kind=Body.Kind.COUNTY, active=True).order_by("id"))
        else:
            found = body_by_name(name)
            known[name] = [found] if found is not None and found.active else []
    for line in checked.lines:
        line.bodies = {name: known[name] for name in (line.lead, *line.support)}


def plan_load(*, checked: Checked, actor: Actor, at: dt.datetime) -> Campaign:
    """Load a checked file, all tasks or none. Errors: Incomplete with the first fault, NotAllowed."""
    if not checked.usable:
        raise Incomplete(f"文件不能导入：{checked.faults[0]}", field="file")
    today = local_day(at)
    ordered = sorted(checked.lines, key=lambda line: line.number)
    return plan_open(
        title=checked.title,
        document=checked.document,
        items=[line.item(today) for line in ordered],
        indicators=checked.indicators,
        assessed=bool(checked.indicators),
        actor=actor,
        at=at,
    )
