"""At the meeting: quorum, each member's opinion with its reason, the conclusion last, outcomes and majorities."""

from __future__ import annotations

import pytest

from luoshi.decisions import services
from luoshi.decisions.models import Opinion

from .conftest import NOW

pytestmark = pytest.mark.django_db


def conclude(decision, by, outcome="passed", view="agree", **more):
    return services.decision_conclude(
        decision=decision, outcome=outcome, view=view, conclusion="虚构结论", actor=by, at=NOW, **more
    )


@pytest.mark.clause("smx-major-decisions/2.4.1")
@pytest.mark.clause("smx-major-decisions/4.0.1")
def test_a_matter_is_decided_by_a_meeting_in_which_all_have_spoken(decided):
    decision = decided("city_renewal")
    assert decision.matter.state == "executing" and decision.outcome == "passed"
    assert decision.result == "同意实施"
    assert Opinion.objects.filter(sitting__decision=decision).count() == len(decision.sittings.get().present)
