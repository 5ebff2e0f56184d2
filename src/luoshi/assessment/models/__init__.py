"""The tables."""

from luoshi.assessment.models.appeals import Appeal, Consequence
from luoshi.assessment.models.records import BasePoint, BaseRecord, Dismissal, Entry, Opinion, Report
from luoshi.assessment.models.sheets import RulebookCopy, Sheet, SheetRevision, SheetUnit
from luoshi.assessment.models.standing import Standing

__all__ = [
    "Appeal",
    "BasePoint",
    "BaseRecord",
    "Consequence",
    "Dismissal",
    "Entry",
    "Opinion",
    "Report",
    "RulebookCopy",
    "Sheet",
    "SheetRevision",
    "SheetUnit",
    "Standing",
]
