"""The tables of collective decisions and normative documents."""

from luoshi.decisions.models.after import Accountability, MemberReport, Note, Submission, Urgent
from luoshi.decisions.models.decisions import (
    Brewing,
    Consulted,
    Decision,
    Opinion,
    Outcome,
    Sitting,
    Step,
    View,
    Weight,
)
from luoshi.decisions.models.normative import Filing, Issuer, LegalityReview, Normative

__all__ = [
    "Accountability",
    "Brewing",
    "Consulted",
    "Decision",
    "Filing",
    "Issuer",
    "LegalityReview",
    "MemberReport",
    "Normative",
    "Note",
    "Opinion",
    "Outcome",
    "Sitting",
    "Step",
    "Submission",
    "Urgent",
    "View",
    "Weight",
]
