"""The tables. Each hangs on a matter of the ledger; luoshi.targets.services alone writes them."""

from luoshi.targets.models.base import Layer
from luoshi.targets.models.plans import Plan, Sheet, Target, TargetMeasure
from luoshi.targets.models.results import Result, Standing
from luoshi.targets.models.running import Change, Figure, Notice, Report

__all__ = [
    "Change",
    "Figure",
    "Layer",
    "Notice",
    "Plan",
    "Report",
    "Result",
    "Sheet",
    "Standing",
    "Target",
    "TargetMeasure",
]
