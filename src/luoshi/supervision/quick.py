"""What may be done with tasks straight from the worklist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.quick import Offered, Quick, Step, anchor, steps
from luoshi.supervision.models import Part
from luoshi.supervision.policies import may_decide

task_quick = steps(
    Step("receive", "s"),
    Step("submit", "b", label="报结", form=True, when=lambda actor, matter: not matter.facts.get("survey")),
    Step(
        "submit", "b", code="survey", form=True, when=lambda actor, matter: bool(matter.facts.get("survey"))
    ),
    Step("progress", "w", label="报进展", form=True),
    Step("close", "p", label="核查", form=True),
    Step("return", "b", label="退回", form=True),
    url="task-act",
    page="task-detail",
)
_PART = (Step("receive", "s"), Step("reply", "w", label="回复", form=True))
_ANSWERS = {
    "extension": ("grant", "批复延期"),
    "problem": ("answer", "答复"),
    "check": ("close", "核查"),
    "leader": ("leader", "明确领导"),
    "recheck": ("pass", "复查"),
    "inspection": ("inspect", "反馈督查"),
}


def part_quick(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
    """What an assisting body does next: one query, because its page goes by its own number."""
    numbers = dict(Part.objects.filter(matter__in=matters).values_list("matter_id", "pk"))
    return {
        one.pk: [step.at(one, "task-part-act", "task-part", numbers[one.pk]) for step in _PART if step.may(actor, one)]
        for one in matters
        if one.pk in numbers
    }  # fmt: skip


def ask_quick(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
    """The answer to what was asked, on the page of its subject."""
    found = {}
    for one in matters:
        code, label = _ANSWERS.get(str(one.facts.get("ask")), ("", ""))
        if one.state == "waiting" and one.parent is not None and code and may_decide(actor, one):
            address = f"{links.matter_url(one.parent)}#{anchor(code, one.parent.pk)}"
            found[one.pk] = [Quick(code, label, "p", address, form=True)]
    return found
