"""Checks a file as a whole: points of each body, names, the year's known layout, counties against the city."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from luoshi.engines.targets import Comparison, plain
from luoshi.targets.imports.model import Fault, PlanFile, SheetSpec

SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000)}
UNIT = re.compile(r"(亿|万)?(.+)")


def check_plan(
    plan: PlanFile,
    *,
    points: Mapping[str, Decimal],
    sums: Mapping[str, Any],
    preconditions: Mapping[str, Any],
    categories: Collection[str],
    layout: Mapping[str, Any] | None,
) -> None:
    """Note faults and hints. points: what a department's classes must add up to; preconditions: the events and works
    that every county answers for; categories: kinds of bodies; layout: the known parts of that very document, None for
    any other year.
    """
    _names(plan)
    for sheet in plan.of("department"):
        _points(plan, sheet, points)
        if sheet.category and sheet.category not in categories:
            plan.faults.append(Fault(sheet.line, sheet.name, f"没有“{sheet.category}”这一类单位"))
    for sheet in plan.of("county"):
        _parts(plan, sheet, preconditions)
    if layout is not None and plan.document == layout["document"]:
        _layout(plan, layout)
    for indicator in sums["indicators"]:
        _against_city(plan, indicator)


def _names(plan: PlanFile) -> None:
    for (layer, name), times in Counter((sheet.layer, sheet.name) for sheet in plan.sheets).items():
        if times > 1:
            sheet = next(one for one in reversed(plan.sheets) if (one.layer, one.name) == (layer, name))
            plan.faults.append(Fault(sheet.line, name, f"单位重复出现{times}次"))


def _points(plan: PlanFile, sheet: SheetSpec, points: Mapping[str, Decimal]) -> None:
    """Key and general targets add up to 600 and 200, unless all of a body's targets are undivided: then to 800.

    Source: smx-targets-2017/4.1, smx-targets-2017/4.2
    """
    for message in points_problems([(one.group, one.points) for one in sheet.targets], points):
        plan.faults.append(Fault(sheet.line, sheet.name, message))


def points_problems(targets: list[tuple[str, Decimal | None]], points: Mapping[str, Decimal]) -> list[str]:
    """What is wrong with the points of one body's targets, given as (class, points); nothing when they add up."""
    found = [f"第{place}项没有分值" for place, (_, value) in enumerate(targets, 1) if value is None]
    classes = {group for group, _ in targets}
    if "undivided" in classes and len(classes) > 1:
        found.append("不分类的目标不能与重点目标、一般目标并列")
    wanted = {"undivided": points["undivided"]} if "undivided" in classes else {
        "key": points["key"], "general": points["general"],
    }  # fmt: skip
    names = {"key": "重点目标", "general": "一般目标", "undivided": "不分类目标"}
    for group, full in wanted.items():
        got = sum((value or Decimal(0) for one, value in targets if one == group), Decimal(0))
        if got != full:
            found.append(f"{names[group]}合计{plain(got)}分，应为{plain(full)}分")
    return found


def _parts(plan: PlanFile, sheet: SheetSpec, preconditions: Mapping[str, Any]) -> None:
    """A county answers for quantities and for six events and six works; one that it does not list is a hint.

    Source: smx-target-management/3.1.2, smx-targets-2017/3.5.1, smx-targets-2017/3.5.2
    """
    groups = {target.group for target in sheet.targets}
    if not groups - {"precondition"}:
        plan.faults.append(Fault(sheet.line, sheet.name, "没有定量指标"))
    listed = [
        spec.measure.indicator
        for target in sheet.targets
        if target.group == "precondition"
        for spec in target.measures
    ]
    wanted = (*preconditions["events"], *preconditions["works"])
    missing = [one for one in wanted if not any(one in indicator for indicator in listed)]
    if missing:
        plan.hints.append(Fault(sheet.line, sheet.name, f"前置类扣分因素没有列{'、'.join(missing)}"))


def _layout(plan: PlanFile, layout: Mapping[str, Any]) -> None:
    """The document's own parts: 16 city targets in four groups, 8 areas, 77 bodies.

    Source: smx-targets-2017/1.1, smx-targets-2017/3.1
    """
    groups = Counter(target.group for sheet in plan.of("city") for target in sheet.targets)
    found: list[tuple[str, int, int]] = [
        (f"全市目标（{group}）", groups[group], count)
        for group, count in zip(layout["city_groups"], layout["city_counts"], strict=True)
    ]
    areas = {sheet.name: len(sheet.targets) for sheet in plan.of("county")}
    for name, count in zip(layout["areas"], layout["area_counts"], strict=True):
        found.append((name, areas.get(name, 0), count))
    found.append(("责任单位数", len(plan.of("department")), layout["bodies"]))
    found.append(("部门目标数", plan.count("department"), layout["department_targets"]))
    for name, got, wanted in found:
        if got != wanted:
            plan.faults.append(Fault(1, name, f"有{got}项，{layout['document']}为{wanted}项"))


def _against_city(plan: PlanFile, indicator: str) -> None:
    """The counties' shares of an indicator should reach the city's figure; more is a reserve, less is worth a look.

    Source: smx-targets-2017/3.6
    """
    city = _sum(plan, "city", indicator)
    counties = _sum(plan, "county", indicator)
    if city is None or counties is None:
        return
    unit, wanted = city
    other, got = counties
    if unit != other:
        plan.hints.append(Fault(1, indicator, f"全市以{unit}计，县级以{other}计，无法合计核对"))
    elif got < wanted:
        plan.hints.append(Fault(1, indicator, f"县级合计{plain(got)}{unit}，小于全市的{plain(wanted)}{unit}"))


def sums(plan: PlanFile, indicator: str) -> dict[str, tuple[str, Decimal] | None]:
    """Of an indicator the city's figure and the counties' sum, in the unit without 万 and 亿."""
    return {layer: _sum(plan, layer, indicator) for layer in ("city", "county")}


def _sum(plan: PlanFile, layer: str, indicator: str) -> tuple[str, Decimal] | None:
    total, unit = Decimal(0), ""
    for sheet in plan.of(layer):
        for target in sheet.targets:
            for spec in target.measures:
                measure = spec.measure
                if measure.indicator != indicator or measure.comparison is not Comparison.AT_LEAST:
                    continue
                scale, unit = _unit(measure.unit)
                total += (measure.value or Decimal(0)) * scale
    return (unit, total) if unit else None


def _unit(text: str) -> tuple[Decimal, str]:
    found = UNIT.fullmatch(text)
    scale, base = found.groups() if found else (None, text)
    return (SCALES[scale], base) if scale else (Decimal(1), base)
