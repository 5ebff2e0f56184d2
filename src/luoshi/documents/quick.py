"""What may be done with papers straight from the worklist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.urls import reverse

from luoshi.documents.commissions import COORDINATION
from luoshi.documents.models import Step, Transfer
from luoshi.documents.services.review import READERS
from luoshi.documents.services.steps import AGREE, CIRCLE, stop_of
from luoshi.documents.states.outgoing import ERRANDS
from luoshi.documents.states.steps import STEPS
from luoshi.ledger import quick
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.ledger.quick import Offered, Quick

AGREED = "同意后公文随即送下一环节，不能收回。材料已经看过，确定同意？"
PAPER = {
    "agree": ("agree", "a", "同意发文"),
    "draft": ("submit", "t", "报送代拟稿"),
    "fill_slip": ("fill-slip", "w", "填呈批签"),
    "check": ("pass-check", "p", "综合把关"),
    "present": ("present", "w", "签署意见"),
    "speaker": ("approve-speech", "p", "审定讲话稿"),
    "sign": ("sign", "a", "签发"),
    "number": ("number", "t", "编号"),
    "print": ("print", "t", "印发"),
    "publish": ("publish", "t", "公开发布"),
    **dict.fromkeys(READERS, ("proof-read", "p", "核稿")),
}
"""What meets an errand on the page of its paper: (action of the page, letter, label)."""


def errand_quick(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
    """What meets an errand, without a query: a receipt at once, all else by the form on the paper's page."""
    return {one.pk: found for one in matters if (found := _errand(actor, one))}


def _errand(actor: Actor, matter: Matter) -> list[Quick]:
    edge, what = ERRANDS.edge(matter.state, "do"), str(matter.facts.get("what", ""))
    if edge is None or not edge.may(actor, matter):
        return []
    if what == "receipt":
        return [
            Quick("receive", "签收", "s", reverse("outgoing-receive", args=[matter.pk]), event=edge.event)
        ]
    if what == "consult":
        address = f"{reverse('outgoing-unit')}#{quick.anchor('answer', matter.pk)}"
        return [Quick("answer", "回复", "w", address, form=True, event=edge.event)]
    if what not in PAPER or matter.parent_id is None:
        return []
    code, key, label = PAPER[what]
    address = f"{reverse('outgoing', args=[matter.parent_id])}#{quick.anchor(code, matter.parent_id)}"
    return [Quick(code, label, key, address, form=True, event=edge.event)]


def step_quick(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
    """What one's own turn on a paper's way asks for: two queries for all.

    A turn that asks for words, a coordinator's, and one on which coordination was commissioned open their form; the
    others are taken at once: a reader circles, an approver agrees or circles.
    """
    open_ones = [one for one in matters if _may(actor, one)]
    rows = list(Step.objects.filter(pk__in=[one.pk for one in open_ones]).select_related("course"))
    courses = Step.objects.filter(stop=COORDINATION, course__in={row.course_id for row in rows})
    asked = (
        set(courses.exclude(matter__state="recalled").values_list("course_id", flat=True)) if rows else set()
    )
    return {row.pk: _offers(row, asked) for row in rows}


def _may(actor: Actor, matter: Matter) -> bool:
    edge = STEPS.edge(matter.state, "done")
    return edge is not None and edge.may(actor, matter)


def _offers(row: Step, asked: set[int]) -> list[Quick]:
    if row.stop == COORDINATION:
        return [_form(row, "report", "报协调情况")]
    if row.course_id in asked or stop_of(row).content:
        return [_form(row, "done", "批阅")]
    address = reverse("incoming-step-act", args=[row.pk, "done"])
    read = Quick("circle", "已阅", "r", address, fields={"mark": CIRCLE})
    if row.course.facts.get("purpose") == "reading":
        return [read]
    return [Quick("agree", "同意", "a", address, confirm=AGREED, fields={"mark": AGREE}), read]


def _form(row: Step, code: str, label: str) -> Quick:
    return Quick(
        code, label, "w", f"{reverse('incoming-step', args=[row.pk])}#{quick.anchor(code, row.pk)}", form=True
    )


def transfer_quick(actor: Actor, matters: Sequence[Matter], at: dt.datetime) -> Offered:
    """What a unit does next with a paper passed to it: sign for it, reply, or note that it has read: one query."""
    rows = Transfer.objects.filter(pk__in=[one.pk for one in matters]).values_list("pk", "role", "purpose")
    ends = {pk: _end(role, purpose) for pk, role, purpose in rows}
    return {
        one.pk: [
            step.at(one, "incoming-transfer-act", "incoming-transfer")
            for step in (RECEIVE, ends[one.pk])
            if step.may(actor, one)
        ]
        for one in matters
        if one.pk in ends
    }


RECEIVE = quick.Step("receive", "s")


def _end(role: str, purpose: str) -> quick.Step:
    if purpose == "know":
        return quick.Step("know", "r", label="已阅")
    return quick.Step("contribute" if role == "assist" else "reply", "w", label="回复", form=True)
