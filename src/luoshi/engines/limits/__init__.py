"""Time limits: reading them, computing when they run out, measuring, and explaining each step."""

from luoshi.engines.limits.counting import CIVIL, ELAPSED, due
from luoshi.engines.limits.duration import Duration, LimitError, Unit
from luoshi.engines.limits.result import Due, Elapsed, Interval, Step

__all__ = ["CIVIL", "ELAPSED", "Due", "Duration", "Elapsed", "Interval", "LimitError", "Step", "Unit", "due"]
