"""The whole matrix of an outgoing paper's states and actions, forbidden pairs included."""

from __future__ import annotations

import pytest
from django.db import transaction

from luoshi.documents.states.outgoing import ERRANDS, PAPERS
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import CITIZEN, SYSTEM
from luoshi.ledger.errors import NotAllowed, WrongState

CHAIN = (
    "agree", "submit", "accept", "fill_slip", "pass_check", "forward", "present", "sign", "number", "print", "archive",
)  # fmt: skip
WAYS = {
    **dict(
        zip(
            ("proposed", "drafting", "submitted", "reviewed", "checking", "proofing", "presenting", "signing",
             "signed", "numbered", "printed", "archived"),
            [CHAIN[:place] for place in range(len(CHAIN) + 1)],
            strict=True,
        )
    ),
    "declined": ("decline",),
    "withdrawn": (*CHAIN[:10], "withdraw"),
}  # fmt: skip
ALLOWED = {
    "proposed": {"screen", "allow_repeat", "agree", "decline"},
    "declined": set(),
    "drafting": {"edit", "attach", "approve_part", "consult", "submit"},
    "submitted": {"consult", "return", "accept"},
    "reviewed": {"attach", "revise", "consult", "return", "fill_slip"},
    "checking": {"pass_check", "raise"},
    "proofing": {"raise_proof", "proof_read", "forward"},
    "presenting": {"present", "sign_direct", "raise_present"},
    "signing": {"approve_speech", "ask_mayor", "sign", "refuse"},
    "signed": {"reopen", "prove", "number", "print_slip", "ask_disclosure", "approve_disclosure"},
    "numbered": {"print", "ask_disclosure", "approve_disclosure"},
    "printed": {
        "ask_disclosure",
        "approve_disclosure",
        "publish",
        "receive",
        "correct",
        "withdraw",
        "archive",
    },
    "archived": {"ask_disclosure", "approve_disclosure", "publish", "receive", "correct", "withdraw"},
    "withdrawn": set(),
}
ERRAND_ALLOWED = {"open": {"do", "drop", "postpone", "lapse"}, "done": {"append"}, "void": set()}
ERRAND_WAYS = {"open": (), "done": ("do",), "void": ("drop",)}


CASES = [
    pytest.param(table, state, ways[state], allowed[state], id=f"{table.kind} {state}")
    for table, ways, allowed in ((PAPERS, WAYS, ALLOWED), (ERRANDS, ERRAND_WAYS, ERRAND_ALLOWED))
    for state in table.labels
]


@pytest.mark.django_db
@pytest.mark.parametrize(("table", "state", "way", "allowed"), CASES)
def test_a_step_is_taken_where_the_table_has_it_and_nowhere_else(bodies, at, table, state, way, allowed):
    now = at("2017-10-16 09:00")
    facts = {"what": "draft", "drafted_by": bodies["chengguan"].pk}
    matter = ledger.matter_open(
        kind=table.kind, title="公文", actor=SYSTEM, at=now, body_id=bodies["zonghe1"].pk, facts=facts
    )
    for step in way:
        ledger.act(matter=matter, action=step, actor=SYSTEM, at=now)
    assert matter.state == state
    for action in sorted({edge.action for edge in table.edges}):
        given = {"matter": matter.pk, "action": action, "at": now}
        if action not in allowed:
            with pytest.raises(WrongState):
                ledger.act(actor=SYSTEM, **given)
            continue
        with pytest.raises(NotAllowed):
            ledger.act(actor=CITIZEN, **given)
        with transaction.atomic():
            ledger.act(actor=SYSTEM, **given)
            transaction.set_rollback(True)
