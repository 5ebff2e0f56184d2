"""The tables of documents. Each hangs on a matter of the ledger; luoshi.documents.services alone writes them."""

from luoshi.documents.models.incoming import (
    Assignment,
    Consultation,
    Fault,
    Incoming,
    Instruction,
    Notice,
    Transfer,
    Urging,
)
from luoshi.documents.models.steps import Course, Step

__all__ = [
    "Assignment",
    "Consultation",
    "Course",
    "Fault",
    "Incoming",
    "Instruction",
    "Notice",
    "Step",
    "Transfer",
    "Urging",
]
