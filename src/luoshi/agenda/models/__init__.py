"""The tables: who leads, who is away, who asked leave of whom. luoshi.agenda.services alone writes them."""

from luoshi.agenda.models.leave import Absence, Activity, Clearance, Leave, Step
from luoshi.agenda.models.roster import Assists, Charge, Delegation, Leader, Pair, Serves

__all__ = [
    "Absence",
    "Activity",
    "Assists",
    "Charge",
    "Clearance",
    "Delegation",
    "Leader",
    "Leave",
    "Pair",
    "Serves",
    "Step",
]
