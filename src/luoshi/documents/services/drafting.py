"""Drafts: written where they are drafted, approved there part by part, sent in; what is incomplete comes back at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, BinaryIO

from django.db import transaction

from luoshi.documents import rules
from luoshi.documents.models import Edition, Outgoing
from luoshi.documents.outgoing_policies import may_unit_sign, require
from luoshi.documents.services.outgoing import (
    begin,
    checked_traits,
    errand_open,
    errands_close,
    locked,
    mark,
    save,
)
from luoshi.documents.services.text import block
from luoshi.documents.standing import require_gate, standing
from luoshi.engines.rulebook.flow import Need
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.errors import Incomplete
from luoshi.ledger.inputs import line
from luoshi.ledger.models import Attachment, Matter, door
from luoshi.organisation.selectors import local_day

PARTS = {
    "principal": "代拟稿",
    "interpretation_plan": "解读方案",
    "interpretation_material": "解读材料",
}
LINES = {
    "addressees": ("主送机关", 500),
    "copies": ("抄送机关", 500),
    "remark": ("附注", 200),
    "basis": ("发文依据", 500),
    "disclosure_reason": ("公开属性的理由", 500),
}
BLOCKS = {"text": "正文", "interpretation_plan": "解读方案", "interpretation_material": "解读材料"}
FLAGS = ("policy", "normative")


def _apply(paper: Outgoing, values: Mapping[str, Any], at: dt.datetime) -> None:
    """Put checked values on a paper. Errors: Incomplete naming the field."""
    for key, (label, longest) in LINES.items():
        if key in values:
            setattr(
                paper, key, line(values[key] or "", field=key, label=label, longest=longest, required=False)
            )
    for key, label in BLOCKS.items():
        if key in values:
            setattr(paper, key, block(values[key] or "", field=key, label=label, required=False))
    for key in FLAGS:
        if key in values:
            setattr(paper, key, bool(values[key]))
    _apply_special(paper, values, at)
    paper.policy = paper.policy or paper.normative


def _apply_special(paper: Outgoing, values: Mapping[str, Any], at: dt.datetime) -> None:
    """The attribute of disclosure, the annexes, other facts and the wanted day."""
    if values.get("disclosure"):
        paper.disclosure = rules.require_choice(
            "documents.disclosure", values["disclosure"], at, field="disclosure", label="公开属性"
        )
    elif "disclosure" in values:
        paper.disclosure = ""
    if "annexes" in values:
        names = [line(one, field="annexes", label="附件名称", longest=150) for one in values["annexes"]]
        paper.annexes = names
    if "traits" in values:
        paper.traits = checked_traits({**paper.traits, **values["traits"]}, at)
    if "wanted_on" in values:
        paper.wanted_on = values["wanted_on"]


def _edition(paper: Outgoing, title: str, actor: Actor, at: dt.datetime) -> None:
    """Keep the text as it stands under a new number: marks on earlier editions no longer count."""
    last = Edition.objects.filter(paper=paper).order_by("-number").values_list("number", flat=True).first()
    paper.edition = (last or 0) + 1
    made = Edition(
        paper=paper,
        number=paper.edition,
        title=title,
        text=paper.text,
        disclosure=paper.disclosure,
        at=at,
        by=actor.name,
    )
    with door():
        made.save(force_insert=True)


@transaction.atomic
def draft_edit(
    *, paper: Outgoing, values: Mapping[str, Any], actor: Actor, at: dt.datetime, version: int | None = None
) -> Outgoing:
    """Change a draft: its text and everything around it, while it is being drafted, or by the section before the slip.

    values: title, text, addressees, copies, annexes, remark, basis, disclosure, disclosure_reason, policy, normative,
    interpretation_plan, interpretation_material, traits, wanted_on; what is left out stays. Every change is a new
    edition, for which approvals are given anew. Nothing is edited once it is on its way or signed.
    Errors: NotAllowed, Incomplete naming the field, WrongState.
    """
    fresh, matter = locked(paper)
    begin(matter, "revise" if matter.state == "reviewed" else "edit", actor)
    _apply(fresh, values, at)
    title = line(values.get("title") or matter.title, field="title", label="标题", longest=200)
    action = "revise" if matter.state == "reviewed" else "edit"
    _edition(fresh, title, actor, at)
    ledger.act(
        matter=matter,
        action=action,
        actor=actor,
        at=at,
        data={"edition": fresh.edition, "changed": sorted(values)},
        version=version,
        changes={"title": title},
    )
    save(fresh)
    if action == "revise":
        errands_close(fresh, "fill_slip", actor=actor, at=at, void=True)
        _to_section(fresh, matter, "fill_slip", "填附呈批签", actor=actor, at=at)
    return fresh


@transaction.atomic
def part_approve(*, paper: Outgoing, part: str, actor: Actor, at: dt.datetime, opinion: str = "") -> Outgoing:
    """The drafting unit's principal leader approves the draft, the plan or the material of interpretation, each by itself.

    Whoever drafts interprets: plan and material are the drafting unit's own.
    Errors: NotAllowed (another unit, no principal), Incomplete (nothing to approve), WrongState.
    Source: smx-document-flow/25.1, smx-document-flow/25.2
    """
    fresh, matter = locked(paper)
    if part not in PARTS:
        raise Incomplete("请选择要审定的材料", field="part")
    require(may_unit_sign(actor, matter), f"审定{PARTS[part]}", mend="由起草单位主要负责人审定")
    content = fresh.text if part == "principal" else getattr(fresh, part)
    if not content.strip():
        raise Incomplete(f"还没有{PARTS[part]}", mend="请先起草", field=part)
    said = line(opinion, field="opinion", label="意见", longest=500, required=False)
    ledger.act(
        matter=matter,
        action="approve_part",
        actor=actor,
        at=at,
        data={"part": part, "what": PARTS[part], "opinion": said, "edition": fresh.edition},
    )
    mark(fresh, part, actor=actor, at=at, text=said)
    return fresh


@transaction.atomic
def file_add(*, paper: Outgoing, file: BinaryIO, name: str, actor: Actor, at: dt.datetime) -> Attachment:
    """Attach a file to a draft. Errors: NotAllowed, Incomplete (type, size), WrongState (on its way already)."""
    _, matter = locked(paper)
    ledger.act(matter=matter, action="attach", actor=actor, at=at, data={"name": name[:200]})
    return ledger.attachment_add(matter=matter, file=file, name=name, purpose="附件", actor=actor, at=at)


def faults(paper: Outgoing, *, at: dt.datetime) -> tuple[Need, ...]:
    """What would send the draft back at once if it were handed in now."""
    stand = standing(paper, at=at)
    return rules.missing("documents.submit", stand.facts, stand.have, at)


@transaction.atomic
def draft_submit(*, paper: Outgoing, actor: Actor, at: dt.datetime, version: int | None = None) -> Outgoing:
    """Send the draft to the section. What lacks its disclosure attribute, reasons, approvals or interpretation comes back.

    The return is recorded with its grounds, and the draft can be sent in again. A draft that comes later than the rule's
    days before the wanted day is taken all the same, and the lateness is kept.
    Errors: NotAllowed, Incomplete (no text; no leader agreed), WrongState.
    Source: smx-document-flow/22, smx-document-flow/24.2, smx-document-flow/25.3
    """
    fresh, matter = locked(paper)
    stand = standing(fresh, at=at)
    require_gate("documents.draft", stand.facts, stand.have, at)
    if not fresh.text.strip():
        raise Incomplete("还没有正文", mend="请先起草", field="text")
    fresh.submitted_at, fresh.late = at, is_late(fresh, at)
    data = {"edition": fresh.edition, "late": fresh.late, "wanted_on": fresh.wanted_on}
    ledger.act(matter=matter, action="submit", actor=actor, at=at, data=data, version=version)
    lacking = rules.missing("documents.submit", stand.facts, stand.have, at)
    if lacking:
        _return(matter, lacking, at)
    else:
        errands_close(fresh, "draft", actor=actor, at=at)
        _to_section(fresh, matter, "first_review", "初审代拟稿", actor=actor, at=at)
    save(fresh)
    return fresh


def is_late(paper: Outgoing, at: dt.datetime) -> bool:
    """Whether a draft comes later than the rule's natural days before the day on which the paper is wanted."""
    if paper.wanted_on is None:
        return False
    lead = int(rules.setting("documents.lead", at)["days"])
    return local_day(at) > paper.wanted_on - dt.timedelta(days=lead)


def _return(matter: Matter, lacking: tuple[Need, ...], at: dt.datetime) -> None:
    """The mandatory return of an incomplete draft, with every ground and its clause."""
    ledger.act(
        matter=matter,
        action="return",
        actor=SYSTEM,
        at=at,
        data={
            "reason": "；".join(f"缺{need.title}" for need in lacking),
            "grounds": [need.key for need in lacking],
            "cite": sorted({one for need in lacking for one in need.cite}),
            "mandatory": True,
        },
    )


def _to_section(
    paper: Outgoing, matter: Matter, what: str, title: str, *, actor: Actor, at: dt.datetime
) -> None:
    errand_open(paper, what, actor=actor, at=at, title=title, body=matter.body)
