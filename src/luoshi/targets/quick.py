"""What may be done with targets straight from the worklist: every step has its form, on the page of the matter."""

from __future__ import annotations

from luoshi.ledger.quick import Step, steps
from luoshi.targets import states

QUICK = {
    states.REPORT: steps(
        Step("report", "w", label="填报", form=True), url="target-report", page="target-report"
    ),
    states.NOTICE: steps(
        Step("issue", "t", form=True),
        Step("draw_up", "w", label="起草", form=True),
        url="target-notice",
        page="target-notice",
    ),
}
"""By kind of matter."""
