"""What a file of a year's targets holds, and what is wrong with one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from luoshi.engines.targets import Measure


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong in a file: line, path (bodies[3].targets[0].points), what is wrong and what is expected."""

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"第{self.line}行 {self.path}：{self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureSpec:
    """One measure of the file with its own due day where there is one."""

    measure: Measure
    due_on: date | None = None
    counted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSpec:
    """One target of the file. group: a value of Target.Group."""

    number: int
    group: str
    text: str
    points: Decimal | None = None
    theme: str = ""
    note: str = ""
    doubtful: bool = False
    basis: str = ""
    measures: tuple[MeasureSpec, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetSpec:
    """What the file lists for one body. layer: city, county or department."""

    layer: str
    name: str
    category: str = ""
    undivided: bool = False
    note: str = ""
    targets: tuple[TargetSpec, ...] = ()
    line: int = 0


@dataclass(slots=True)
class PlanFile:
    """A file as read: what it holds, what is wrong (faults stop an import) and what to look at (hints do not)."""

    year: int = 0
    title: str = ""
    document: str = ""
    issued_on: date | None = None
    sheets: list[SheetSpec] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    hints: list[Fault] = field(default_factory=list)

    def of(self, layer: str) -> list[SheetSpec]:
        """The sheets of a layer."""
        return [sheet for sheet in self.sheets if sheet.layer == layer]

    def count(self, layer: str) -> int:
        """The number of targets of a layer."""
        return sum(len(sheet.targets) for sheet in self.of(layer))

    def doubtful(self) -> list[tuple[SheetSpec, TargetSpec]]:
        """The targets whose figures are in doubt."""
        return [(sheet, target) for sheet in self.sheets for target in sheet.targets if target.doubtful]
