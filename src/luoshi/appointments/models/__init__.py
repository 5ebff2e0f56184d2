"""The tables. Each hangs on a matter of the ledger; luoshi.appointments.services alone writes them."""

from luoshi.appointments.models.notices import Act, Notice
from luoshi.appointments.models.placements import Placement
from luoshi.appointments.models.probations import Probation
from luoshi.appointments.models.renamings import Renaming

__all__ = ["Act", "Notice", "Placement", "Probation", "Renaming"]
