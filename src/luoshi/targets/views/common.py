"""What the pages share: offers of actions, badges, timelines, pages of lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from luoshi.ledger.models import Matter
from luoshi.organisation import pagekit
from luoshi.organisation.pagekit import Action, actor_of, answer_page, do, offers_for, page_of, run
from luoshi.organisation.pagekit import own_history as history
from luoshi.targets.models import Target

TONES = {
    "drafting": "neutral", "declared": "info", "vetted": "info", "coordinated": "info", "gated": "info", "reviewed": "info",
    "approved": "success", "issued": "success", "in_force": "progress", "self_assessed": "info", "examined": "success",
    "closed": "muted", "owed": "warning", "reported": "success", "waived": "muted", "drafted": "info", "applied": "warning",
    "verified": "info", "advised": "info", "granted": "success", "refused": "muted", "withdrawn": "muted",
    "proposed": "warning", "agreed": "success", "decided": "success", "removed": "muted", "listed": "progress",
}  # fmt: skip
OUTCOME_TONES = {
    "met": "success", "not_met": "danger", "pending": "neutral", "to_decide": "warning", "not_applicable": "muted",
}  # fmt: skip
LACKING = {
    "doubt": "数值存疑待核", "assigned": "待下达", "certificate": "待主管部门认定", "figure": "缺数据", "decision": "待人工认定",
}  # fmt: skip
LIGHTS = {
    "green": ("正常", "success"),
    "amber": ("关注", "warning"),
    "red": ("警示", "danger"),
    "grey": ("未开始", "muted"),
}

__all__ = [
    "LACKING", "LIGHTS", "OUTCOME_TONES", "TONES", "Action", "actor_of", "answer_page", "crumbs", "do", "files_of", "flag",
    "history", "offers_for", "outcome_badge", "page_of", "run",
]  # fmt: skip


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the plans."""
    return [("目标管理", reverse("target-plans")), *more]


def flag(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "info")


def outcome_badge(target: Target) -> dict[str, str]:
    """Label and tone of a target's judgement; on track shows while it is open."""
    if target.outcome == "pending" and target.on_track:
        return {"label": "目前符合", "tone": "success"}
    if target.outcome == "pending" and target.lacking:
        return {"label": LACKING[target.lacking], "tone": "neutral"}
    label = str(Target.Outcome(target.outcome).label)
    return {"label": label, "tone": OUTCOME_TONES[target.outcome]}


def files_of(matter: Matter) -> Sequence[dict[str, Any]]:
    """A matter's attachments for the component."""
    return pagekit.files_of(matter, "target-file")
