"""Time limits: reading them, computing when they run out, measuring, and explaining each step.

compute(rule, facts, start, worktime)            a rulebook's limit, with its clauses
due(Duration.parse("4 working hours"), start, worktime=worktime)
elapsed(start, end, Unit.WORKING_MINUTES, worktime=worktime)
"""

from luoshi.engines.limits.counting import CIVIL, ELAPSED, due
from luoshi.engines.limits.duration import Duration, LimitError, Unit
from luoshi.engines.limits.measure import elapsed
from luoshi.engines.limits.result import Due, Elapsed, Interval, Step
from luoshi.engines.limits.rule import compute, missing_facts
from luoshi.engines.limits.times import parse_pause, parse_time

__all__ = [
    "CIVIL",
    "ELAPSED",
    "Due",
    "Duration",
    "Elapsed",
    "Interval",
    "LimitError",
    "Step",
    "Unit",
    "compute",
    "due",
    "elapsed",
    "missing_facts",
    "parse_pause",
    "parse_time",
]
