"""Working time: legal working days of China with make-up days, working hours, and adding and measuring them.

`Calendar` says which days are worked, `Hours` which hours of them, `Worktime` compiles both into tables that
answer one question in under a microsecond. `luoshi.engines.worktime.batch` (numpy) answers millions.
"""

from luoshi.engines.worktime.calendar import Calendar, Day, WorktimeError
from luoshi.engines.worktime.hours import Hours, HoursRow
from luoshi.engines.worktime.own import OwnHours
from luoshi.engines.worktime.tables import FIRST, LAST, Worktime

__all__ = ["FIRST", "LAST", "Calendar", "Day", "Hours", "HoursRow", "OwnHours", "Worktime", "WorktimeError"]
