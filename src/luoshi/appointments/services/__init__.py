"""Everything that writes appointments, probations, changes of name and placements."""

from luoshi.appointments.services.acts import ActSpec, act_add, act_change, act_drop
from luoshi.appointments.services.after import (
    doubt_settle,
    gazette_publish,
    procedure_complete,
    site_publish,
)
from luoshi.appointments.services.history import PastNotice, notice_take_over
from luoshi.appointments.services.notices import (
    decision_link,
    notice_edit,
    notice_issue,
    notice_open,
    notice_send_back,
    notice_sign,
    notice_submit,
    notice_withdraw,
)
from luoshi.appointments.services.placements import placement_open, placement_report, placement_strike
from luoshi.appointments.services.probations import (
    probation_assess,
    probation_confirm,
    probation_extend,
    probation_remove,
    probations_remind,
)
from luoshi.appointments.services.renamings import (
    renaming_announce,
    renaming_edit,
    renaming_effect,
    renaming_open,
    renaming_withdraw,
    renamings_effect,
)

__all__ = [
    "ActSpec",
    "PastNotice",
    "act_add",
    "act_change",
    "act_drop",
    "decision_link",
    "doubt_settle",
    "gazette_publish",
    "notice_edit",
    "notice_issue",
    "notice_open",
    "notice_send_back",
    "notice_sign",
    "notice_submit",
    "notice_take_over",
    "notice_withdraw",
    "placement_open",
    "placement_report",
    "placement_strike",
    "probation_assess",
    "probation_confirm",
    "probation_extend",
    "probation_remove",
    "probations_remind",
    "procedure_complete",
    "renaming_announce",
    "renaming_edit",
    "renaming_effect",
    "renaming_open",
    "renaming_withdraw",
    "renamings_effect",
    "site_publish",
]
