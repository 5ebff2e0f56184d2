"""The tables."""

from luoshi.rounds.models.after import Problem, Rectification, UseDone
from luoshi.rounds.models.rounds import PointsTable, Remark, Round, RoundUnit, SelfItem
from luoshi.rounds.models.websites import BranchSite, ColumnCount, ColumnDuty
from luoshi.rounds.models.work import (
    Assignment,
    Draw,
    FrozenSheet,
    Mark,
    Member,
    QuarterNotice,
    Record,
    SpotScore,
)

__all__ = [
    "Assignment",
    "BranchSite",
    "ColumnCount",
    "ColumnDuty",
    "Draw",
    "FrozenSheet",
    "Mark",
    "Member",
    "PointsTable",
    "Problem",
    "QuarterNotice",
    "Record",
    "Rectification",
    "Remark",
    "Round",
    "RoundUnit",
    "SelfItem",
    "SpotScore",
    "UseDone",
]
