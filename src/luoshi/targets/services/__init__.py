"""Everything that changes something."""

from luoshi.targets.services.drafting import target_edit, target_list, target_remove
from luoshi.targets.services.plans import (
    plan_edit,
    plan_issue,
    plan_open,
    plan_set_common,
    sheet_adopt,
    sheet_open,
    sheet_send_back,
    sheet_step,
)

__all__ = [
    "plan_edit",
    "plan_issue",
    "plan_open",
    "plan_set_common",
    "sheet_adopt",
    "sheet_open",
    "sheet_send_back",
    "sheet_step",
    "target_edit",
    "target_list",
    "target_remove",
]
