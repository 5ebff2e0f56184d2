"""What the overview does: count anew for an older database, urge what a unit has overdue."""

from luoshi.overview.services.rebuilding import counts_rebuild
from luoshi.overview.services.urging import Overdue, Urged, may_urge, overdue_of, unit_urge

__all__ = ["Overdue", "Urged", "counts_rebuild", "may_urge", "overdue_of", "unit_urge"]
