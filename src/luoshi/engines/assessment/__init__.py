"""Scores from counts: a scheme of the rulebook evaluated for all units, each point with its trace.

    sheet = evaluate(scheme, units, period=Period.parse("2017-10"))
    changes = compare(sheet, other)

Pure: counts in, a Sheet out. Counting is the caller's work (`luoshi.exchange`, or the ledger's tallies).
"""

from luoshi.engines.assessment.compare import Change, ItemChange, compare
from luoshi.engines.assessment.evaluate import evaluate, reranked, rescored
from luoshi.engines.assessment.lift import Gain, gains
from luoshi.engines.assessment.period import Period, PeriodError
from luoshi.engines.assessment.points import (
    Column,
    PointsError,
    columns,
    points_problems,
    points_total,
    with_points,
)
from luoshi.engines.assessment.result import Line, Sheet, UnitScore
from luoshi.engines.assessment.units import Charge, UnitCounts

__all__ = [
    "Change",
    "Charge",
    "Column",
    "Gain",
    "ItemChange",
    "Line",
    "Period",
    "PeriodError",
    "PointsError",
    "Sheet",
    "UnitCounts",
    "UnitScore",
    "columns",
    "compare",
    "evaluate",
    "gains",
    "points_problems",
    "points_total",
    "reranked",
    "rescored",
    "with_points",
]
