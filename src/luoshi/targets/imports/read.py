"""Reads a file of a year's targets into specs; whatever is wrong is noted with its path and line.

Pure: text in, a PlanFile out. Strict YAML (no anchors, no duplicate keys, Decimals kept as written).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from luoshi.engines.rulebook.problems import Problems, nearest
from luoshi.engines.rulebook.yamltree import ListNode, MapNode, Node, ScalarNode, read_tree
from luoshi.engines.targets import REFERRING, SET_BY_OTHERS, VALUED, Comparison, Measure
from luoshi.targets.imports.model import Fault, MeasureSpec, PlanFile, SheetSpec, TargetSpec

GROUPS = {
    "结构优化升级": "structure",
    "创新驱动发展": "innovation",
    "基础能力建设": "foundation",
    "新型城镇化": "urbanisation",
    "前置类扣分因素": "precondition",
}
CLASSES = ("key", "general", "undivided")
TOP = {"document", "conventions", "city", "areas", "bodies", "totals", "checks"}
SHEET = {"name", "type", "count", "points", "note", "renamed", "targets"}
TARGET = {
    "number", "group", "class", "points", "text", "measures", "theme", "note", "basis", "doubtful", "line", "repaired",
    "source_group",
}  # fmt: skip
MEASURE = {"indicator", "comparison", "value", "unit", "set_by", "reference", "expected", "due", "counted"}
LONGEST = {
    "text": 1000, "indicator": 120, "unit": 20, "set_by": 60, "reference": 60, "note": 300, "name": 100, "theme": 30,
    "type": 20, "basis": 200,
}  # fmt: skip
BIGGEST = Decimal(10) ** 14


def read_plan(
    name: str, content: str | bytes, *, doubt_words: Collection[str], rates: Collection[str] = ()
) -> PlanFile:
    """Read a file; the PlanFile carries every fault.

    doubt_words: words of a note that make a figure doubtful. rates: indicators that are computed from cases.
    """
    return _Reader(name, tuple(doubt_words), frozenset(rates)).read(content)


class _Reader:
    def __init__(self, name: str, doubt_words: tuple[str, ...], rates: frozenset[str]) -> None:
        self.name, self.doubt_words, self.rates = name, doubt_words, rates
        self.plan = PlanFile()

    def fault(self, line: int, path: str, message: str) -> None:
        self.plan.faults.append(Fault(line, path, message))

    def read(self, content: str | bytes) -> PlanFile:
        problems = Problems()
        root = read_tree(self.name, content, problems)
        for problem in problems.found:
            self.fault(problem.line, problem.key, f"不是可读的YAML（{problem.message}）")
        if root is None:
            return self.plan
        self._known(root, "", TOP)
        self._document(root)
        city = root.items.get("city")
        if isinstance(city, MapNode):
            self._sheet(city, "city", "city")
        for key, layer in (("areas", "county"), ("bodies", "department")):
            for path, node in self._list(root, key, ""):
                self._sheet(node, layer, path)
        if not self.plan.sheets:
            self.fault(root.line, "city/areas/bodies", "没有任何目标，文件须有city、areas或bodies")
        self._totals(root)
        return self.plan

    def _document(self, root: MapNode) -> None:
        head = root.items.get("document")
        if not isinstance(head, MapNode):
            self.fault(root.line, "document", "缺少文件信息（year、title、number、issued）")
            return
        year = self._value(head, "year", "document", int)
        if year is not None and not 1990 <= year <= 2099:
            self.fault(head.lines["year"], "document.year", f"年度“{year}”不在1990至2099之间")
        self.plan.year = year or 0
        self.plan.title = str(self._value(head, "title", "document", str) or "")[:120]
        self.plan.document = str(self._value(head, "number", "document", str, required=False) or "")[:60]
        self.plan.issued_on = self._value(head, "issued", "document", date, required=False)

    def _sheet(self, node: MapNode, layer: str, path: str) -> None:
        self._known(node, path, SHEET)
        name = self._value(node, "name", path, str) or ""
        here = f"{path}（{name}）" if name else path
        kind = self._value(node, "type", path, str, required=False) or ""
        pairs = [
            (self._target(item, layer, f"{here}.{place}"), item)
            for place, item in ((p.split(".")[-1], n) for p, n in self._list(node, "targets", path))
        ]
        targets = tuple(target for target, _ in pairs)
        count = self._value(node, "count", here, int, required=False)
        if count is not None and count != len(targets):
            self.fault(node.lines["count"], f"{here}.count", f"写明{count}项，实有{len(targets)}项")
        for place, (target, item) in enumerate(pairs, 1):
            if target.number != place:
                line = item.lines.get("number", item.line)
                self.fault(
                    line, f"{here}.targets[{place - 1}].number", f"编号{target.number}不连续，应为{place}"
                )
        self.plan.sheets.append(
            SheetSpec(
                layer=layer,
                name=name,
                category=kind,
                undivided=any(target.group == "undivided" for target in targets),
                note=self._value(node, "note", path, str, required=False) or "",
                targets=targets,
                line=node.line,
            )
        )
        self._stated_points(node, here, targets)

    def _stated_points(self, node: MapNode, here: str, targets: tuple[TargetSpec, ...]) -> None:
        """The sums that the file states for a body must be those of its targets."""
        stated = node.items.get("points")
        if not isinstance(stated, MapNode):
            return
        sums = {name: Decimal(0) for name in CLASSES}
        for target in targets:
            if target.group in sums:
                sums[target.group] += target.points or 0
        sums["total"] = sum(sums.values(), Decimal(0))
        for key in stated.items:
            value = self._number(stated, key, f"{here}.points")
            if value is not None and key in sums and value != sums[key]:
                self.fault(stated.lines[key], f"{here}.points.{key}", f"写明{value}分，各项合计{sums[key]}分")

    def _target(self, node: MapNode, layer: str, path: str) -> TargetSpec:
        self._known(node, path, TARGET)
        note = self._value(node, "note", path, str, required=False) or ""
        doubtful = bool(self._value(node, "doubtful", path, bool, required=False))
        measures = tuple(
            self._measure(item, place) for place, item in self._list(node, "measures", path, required=False)
        )
        return TargetSpec(
            number=self._value(node, "number", path, int) or 0,
            group=self._group(node, layer, path),
            text=self._value(node, "text", path, str) or "",
            points=self._points(node, layer, path),
            theme=self._value(node, "theme", path, str, required=False) or "",
            note=note,
            doubtful=doubtful or any(word in note for word in self.doubt_words),
            basis=self._value(node, "basis", path, str, required=False) or "",
            measures=measures,
            line=node.line,
        )

    def _group(self, node: MapNode, layer: str, path: str) -> str:
        if layer == "department":
            word = self._value(node, "class", path, str) or ""
            if word and word not in CLASSES:
                self.fault(
                    node.lines["class"], f"{path}.class", f"“{word}”不是类别，应为{'、'.join(CLASSES)}之一"
                )
            return word
        word = self._value(node, "group", path, str) or ""
        if word and word not in GROUPS:
            self.fault(node.lines["group"], f"{path}.group", f"“{word}”不是组名，应为{'、'.join(GROUPS)}之一")
        return GROUPS.get(word, "")

    def _points(self, node: MapNode, layer: str, path: str) -> Decimal | None:
        if layer != "department" and "points" not in node.items:
            return None
        value = self._number(node, "points", path, required=layer == "department")
        if value is not None and not 0 <= value <= 9999:
            self.fault(node.lines["points"], f"{path}.points", f"分值{value}不合理")
            return None
        return value

    def _measure(self, node: MapNode, path: str) -> MeasureSpec:
        self._known(node, path, MEASURE)
        number = self._number(node, "value", path, required=False)
        comparison = self._comparison(node, path, number)
        measure = Measure(
            indicator=self._value(node, "indicator", path, str) or "",
            comparison=comparison,
            value=number,
            unit=self._value(node, "unit", path, str, required=False) or "",
            set_by=self._value(node, "set_by", path, str, required=False) or "",
            reference=self._value(node, "reference", path, str, required=False) or "",
            expected=bool(self._value(node, "expected", path, bool, required=False)),
        )
        lacking = {
            "value": comparison in VALUED and number is None,
            "reference": comparison in REFERRING and not measure.reference,
            "set_by": comparison in SET_BY_OTHERS and not measure.set_by,
        }
        for key in (key for key, lacks in lacking.items() if lacks):
            self.fault(node.line, f"{path}.{key}", f"比较方式{comparison}须写明{key}")
        if comparison not in VALUED and number is not None:
            self.fault(node.lines["value"], f"{path}.value", f"比较方式{comparison}不带数值")
        return MeasureSpec(
            measure=measure,
            due_on=self._value(node, "due", path, date, required=False),
            counted=bool(self._value(node, "counted", path, bool, required=False))
            or measure.indicator in self.rates,
        )

    def _comparison(self, node: MapNode, path: str, number: Decimal | None) -> Comparison:
        """The comparison; a bare value has to be reached or exceeded."""
        if "comparison" not in node.items and number is not None:
            return Comparison.AT_LEAST
        word = self._value(node, "comparison", path, str) or ""
        try:
            return Comparison(word)
        except ValueError:
            if word:
                close = nearest(word, list(Comparison))
                hint = f"，是否为{close}" if close else f"，应为{'、'.join(Comparison)}之一"
                self.fault(node.lines["comparison"], f"{path}.comparison", f"没有“{word}”这种比较方式{hint}")
            return Comparison.AT_LEAST

    def _totals(self, root: MapNode) -> None:
        stated = root.items.get("totals")
        if not isinstance(stated, MapNode):
            return
        plan = self.plan
        found = {
            "city_targets": plan.count("city"), "areas": len(plan.of("county")), "area_targets": plan.count("county"),
            "bodies": len(plan.of("department")), "body_targets": plan.count("department"),
        }  # fmt: skip
        for key in stated.items:
            value = self._value(stated, key, "totals", int)
            if value is not None and key in found and value != found[key]:
                self.fault(stated.lines[key], f"totals.{key}", f"写明{value}，实有{found[key]}")

    def _list(
        self, node: MapNode, key: str, path: str, *, required: bool = True
    ) -> Iterator[tuple[str, MapNode]]:
        """The mappings of a list with their paths. A missing list at the top is an empty one."""
        here = f"{path}.{key}" if path else key
        found = node.items.get(key)
        if found is None:
            if required and path:
                self.fault(node.line, here, "缺少这一列表")
            return
        if not isinstance(found, ListNode):
            self.fault(node.lines[key], here, "应为列表")
            return
        for place, item in enumerate(found.items):
            if isinstance(item, MapNode):
                yield f"{here}[{place}]", item
            else:
                self.fault(item.line, f"{here}[{place}]", "应为一组键和值")

    def _known(self, node: MapNode, path: str, known: Collection[str]) -> None:
        for key, line in node.lines.items():
            if key not in known:
                close = nearest(key, known)
                hint = f"，是否为{close}" if close else ""
                self.fault(line, f"{path}.{key}" if path else key, f"不认识的键{hint}")

    def _number(self, node: MapNode, key: str, path: str, *, required: bool = True) -> Decimal | None:
        value = self._value(node, key, path, (int, Decimal), required=required)
        if value is None:
            return None
        number = Decimal(value)
        if abs(number) >= BIGGEST or number != round(number, 4):
            self.fault(node.lines[key], f"{path}.{key}", f"“{number}”过大或超过四位小数")
            return None
        return number

    def _value(self, node: MapNode, key: str, path: str, kind: Any, *, required: bool = True) -> Any:
        """The value of a key if it is of that kind; else None, after noting why."""
        found: Node | None = node.items.get(key)
        here = f"{path}.{key}" if path else key
        if found is None or (isinstance(found, ScalarNode) and found.value is None):
            if required:
                self.fault(node.line, here, "缺少这一项")
            return None
        if not isinstance(found, ScalarNode):
            self.fault(node.lines[key], here, "应为单个值")
            return None
        value = found.text if kind is str else found.value
        if kind is str:
            value = " ".join(str(value).split())
            longest = LONGEST.get(key, 300)
            if len(value) > longest:
                self.fault(found.line, here, f"超过{longest}个字")
                return value[:longest]
            return value
        wrong_flag = isinstance(value, bool) is not (kind is bool)
        if wrong_flag or not isinstance(value, kind):
            names = {int: "整数", bool: "true或false", date: "日期（2017-06-20）"}
            self.fault(found.line, here, f"“{found.text}”不是{names.get(kind, '数')}")
            return None
        return value
