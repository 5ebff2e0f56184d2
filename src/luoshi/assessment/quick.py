"""What may be done with scores and records straight from the worklist: every step has its form, on the matter's page."""

from __future__ import annotations

from luoshi.assessment import states_records, states_sheets
from luoshi.ledger.quick import Step, steps

QUICK = {
    states_records.OPINION: steps(
        Step("answer", "w", label="答复", form=True),
        Step("carry_out", "p", label="核查", form=True),
        url="assessment-opinion",
        page="assessment-opinion",
    ),
    states_records.REPORT: steps(
        Step("file", "w", form=True), url="assessment-report", page="assessment-report"
    ),
    states_sheets.SHEET: steps(
        Step("close", "p", form=True),
        Step("publish", "t", form=True),
        url="sheet-detail",
        page="sheet-detail",
    ),
    states_sheets.APPEAL: steps(
        Step("draft", "w", label="提出处理意见", form=True),
        Step("accept", "p", label="审定", form=True),
        url="appeal-detail",
        page="appeal-detail",
    ),
}
"""By kind of matter."""
