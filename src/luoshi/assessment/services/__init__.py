"""Everything that changes something."""

from luoshi.assessment.services.base_work import (
    base_file,
    base_judge,
    base_strike,
)
from luoshi.assessment.services.candidates import (
    candidate_accept,
    candidate_dismiss,
)
from luoshi.assessment.services.entries import (
    entries_approve,
    entry_approve,
    entry_propose,
    entry_refer,
    entry_reject,
    entry_revoke,
    entry_supplement,
    entry_withdraw,
)
from luoshi.assessment.services.opinions import (
    opinion_answer,
    opinion_confirm,
    opinion_issue,
    opinion_turn_down,
    opinion_withdraw,
)
from luoshi.assessment.services.reports import (
    information_file,
    report_file,
    report_open,
    report_strike,
    report_supplement,
    reports_open,
)

__all__ = [
    "base_file",
    "base_judge",
    "base_strike",
    "candidate_accept",
    "candidate_dismiss",
    "entries_approve",
    "entry_approve",
    "entry_propose",
    "entry_refer",
    "entry_reject",
    "entry_revoke",
    "entry_supplement",
    "entry_withdraw",
    "information_file",
    "opinion_answer",
    "opinion_confirm",
    "opinion_issue",
    "opinion_turn_down",
    "opinion_withdraw",
    "report_file",
    "report_open",
    "report_strike",
    "report_supplement",
    "reports_open",
]
