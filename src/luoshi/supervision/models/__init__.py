"""The tables. Each hangs on a matter of the ledger; luoshi.supervision.services alone writes them."""

from luoshi.supervision.models.accounts import Bulletin, Entry, Inspection, Letter
from luoshi.supervision.models.campaigns import Campaign, Evaluation
from luoshi.supervision.models.dangers import Danger, Measure, Patrol, PatrolObject, RoadStep
from luoshi.supervision.models.tasks import Accountability, Ask, Part, Reminder, Report, Task

__all__ = [
    "Accountability",
    "Ask",
    "Bulletin",
    "Campaign",
    "Danger",
    "Entry",
    "Evaluation",
    "Inspection",
    "Letter",
    "Measure",
    "Part",
    "Patrol",
    "PatrolObject",
    "Reminder",
    "Report",
    "RoadStep",
    "Task",
]
