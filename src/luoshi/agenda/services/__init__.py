"""Everything that writes."""

from luoshi.agenda.services.roster import (
    assists_set,
    charge_set,
    leader_add,
    leader_end,
    pair_end,
    pair_set,
    roster,
    serves_set,
)

__all__ = [
    "assists_set",
    "charge_set",
    "leader_add",
    "leader_end",
    "pair_end",
    "pair_set",
    "roster",
    "serves_set",
]
