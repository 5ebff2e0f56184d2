"""Everything that writes."""

from luoshi.agenda.services.absences import overlap_arrange, stand_in_name
from luoshi.agenda.services.clearances import (
    activity_cancel,
    activity_plan,
    clearance_apply,
    clearance_withdraw,
)
from luoshi.agenda.services.delegations import delegation_add, delegation_revoke
from luoshi.agenda.services.leave import (
    leave_apply,
    leave_call_off,
    leave_file,
    leave_register,
    leave_return,
    leave_withdraw,
)
from luoshi.agenda.services.roster import (
    assists_set,
    charge_set,
    leader_add,
    leader_edit,
    leader_end,
    pair_end,
    pair_set,
    roster,
    serves_set,
)
from luoshi.agenda.services.stops import step_agree, step_refuse

__all__ = [
    "activity_cancel",
    "activity_plan",
    "assists_set",
    "charge_set",
    "clearance_apply",
    "clearance_withdraw",
    "delegation_add",
    "delegation_revoke",
    "leader_add",
    "leader_edit",
    "leader_end",
    "leave_apply",
    "leave_call_off",
    "leave_file",
    "leave_register",
    "leave_return",
    "leave_withdraw",
    "overlap_arrange",
    "pair_end",
    "pair_set",
    "roster",
    "serves_set",
    "stand_in_name",
    "step_agree",
    "step_refuse",
]
