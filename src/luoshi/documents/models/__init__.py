"""The tables of documents. Each hangs on a matter of the ledger; luoshi.documents.services alone writes them."""

from luoshi.documents.models.briefs import Brief
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
from luoshi.documents.models.outgoing import Countersign, Delivery, Edition, Errand, Mark, Outgoing
from luoshi.documents.models.steps import Course, Step

__all__ = [
    "Assignment",
    "Brief",
    "Consultation",
    "Countersign",
    "Course",
    "Delivery",
    "Edition",
    "Errand",
    "Fault",
    "Incoming",
    "Instruction",
    "Mark",
    "Notice",
    "Outgoing",
    "Step",
    "Transfer",
    "Urging",
]
