"""The tables. Each hangs on a matter of the ledger; luoshi.supervision.services alone writes them."""

from luoshi.supervision.models.campaigns import Campaign, Evaluation
from luoshi.supervision.models.tasks import Accountability, Ask, Part, Reminder, Report, Task

__all__ = ["Accountability", "Ask", "Campaign", "Evaluation", "Part", "Reminder", "Report", "Task"]
