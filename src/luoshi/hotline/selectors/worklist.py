"""Which of the platform's duties on the hotline fall to whom."""

from __future__ import annotations

from collections.abc import Mapping

from luoshi.ledger.actors import Actor

BY_PERMISSION: Mapping[str, tuple[str, ...]] = {
    "hotline.dispatch": ("hotline.dispatch",),
    "hotline.decide": (
        "hotline.return_decision",
        "hotline.county_report_decision",
        "hotline.assist_request_decision",
        "hotline.extension_decision",
        "hotline.no_redispatch_decision",
    ),
    "hotline.review": ("hotline.review",),
    "hotline.callback": ("hotline.feedback", "hotline.callback"),
    "hotline.supervise": ("hotline.monthly_statistics", "hotline.callback_notice"),
    "hotline.escalate": ("hotline.coordination_decision",),
    "hotline.leader": ("hotline.leader_decision",),
}
"""Which of the platform's duties belong to whom."""


def rules_of(actor: Actor) -> list[str]:
    """The rules whose duties the actor carries out for the platform, by the actor's permissions."""
    return [rule for code, ids in BY_PERMISSION.items() if actor.can(code) for rule in ids]
