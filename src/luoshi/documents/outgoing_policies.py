"""Who may read and move papers that are issued. Whose signature it takes, the rulebook says (services.signing)."""

from __future__ import annotations

from functools import partial
from typing import Any

from luoshi.ledger import errors
from luoshi.ledger.actors import Actor, ActorKind

require = partial(errors.require, mend="请联系承办科室或秘书科")
SECTION = "documents.handle"


def is_section(actor: Actor, matter: Any) -> bool:
    """The section that handles the paper."""
    return actor.can(SECTION) and (actor.kind is ActorKind.SYSTEM or actor.body_id == matter.body_id)


def is_drafter(actor: Actor, matter: Any) -> bool:
    """The body that drafts it: a department, or a section."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    own = actor.body_id is not None and matter.facts.get("drafted_by") == actor.body_id
    codes = ("documents.unit", SECTION, "documents.unit_sign", "documents.reading")
    return own and any(actor.can(code) for code in codes)


def cleared(actor: Actor, matter: Any) -> bool:
    """Nobody without clearance has to do with a secret paper. Source: smx-work-rules/68.1"""
    return not matter.secrecy or actor.can("documents.secret")


def is_office(actor: Actor, matter: Any, permission: str) -> bool:
    """Those of the office's desk; secret papers are the confidential office's instead."""
    if matter.secrecy:
        return actor.can("documents.secret") and (actor.can(permission) or actor.can("documents.reading"))
    return actor.can(permission)


def may_propose(actor: Actor, matter: Any) -> bool:
    """The one who wants the paper."""
    return is_drafter(actor, matter) or is_section(actor, matter)


def may_agree(actor: Actor, matter: Any) -> bool:
    """Leaders; which of them, the rulebook's table says."""
    return actor.can("documents.sign") and cleared(actor, matter)


def may_draft(actor: Actor, matter: Any) -> bool:
    """The drafting body sends its draft in."""
    return is_drafter(actor, matter) and cleared(actor, matter)


def may_edit(actor: Actor, matter: Any) -> bool:
    """A draft is edited where it is drafted."""
    return is_drafter(actor, matter) and cleared(actor, matter)


def may_unit_sign(actor: Actor, matter: Any) -> bool:
    """The drafting department's principal leader; a section's head for the section's own draft."""
    if actor.kind is ActorKind.SYSTEM:
        return True
    own = actor.body_id is not None and matter.facts.get("drafted_by") == actor.body_id
    return own and (actor.can("documents.unit_sign") or actor.has_role("section_head"))


def may_countersign_ask(actor: Actor, matter: Any) -> bool:
    """The drafting body or the section."""
    return is_drafter(actor, matter) or is_section(actor, matter)


def may_review(actor: Actor, matter: Any) -> bool:
    """The section that handles it. Source: smx-document-flow/20.1.1"""
    return cleared(actor, matter) and (
        is_section(actor, matter) or (bool(matter.secrecy) and actor.can("documents.reading"))
    )


def may_check(actor: Actor, matter: Any) -> bool:
    """The secretariat; of papers without a number the section itself. Source: smx-document-flow/21.1"""
    if matter.facts.get("genre") == "slip":
        return is_section(actor, matter)
    return is_office(actor, matter, "documents.number")


def may_lead(actor: Actor, matter: Any) -> bool:
    """Deputy secretaries-general; which of them, the service checks."""
    return actor.can("documents.approve") and cleared(actor, matter)


def may_present(actor: Actor, matter: Any) -> bool:
    """The secretary-general; the rulebook's table says so."""
    return actor.can("documents.sign") and cleared(actor, matter)


may_speak = may_sign = may_present


def may_prove(actor: Actor, matter: Any) -> bool:
    """The secretariat proves the clean copy; the section for papers without a number."""
    return may_check(actor, matter)


def may_number(actor: Actor, matter: Any) -> bool:
    """The secretariat. Source: smx-document-flow/20.4"""
    return is_office(actor, matter, "documents.number")


def may_issue(actor: Actor, matter: Any) -> bool:
    """The secretariat; the section sends out what has no number. Source: smx-document-flow/21.1"""
    return may_check(actor, matter)


def may_publish(actor: Actor, matter: Any) -> bool:
    """The office publishes. Source: smx-document-flow/25.5"""
    return actor.can("documents.number") and cleared(actor, matter)


def may_answer(actor: Actor, matter: Any) -> bool:
    """Anybody with a part in papers; whose errand it is, the services check."""
    codes = (
        "documents.unit",
        "documents.unit_sign",
        "documents.handle",
        "documents.number",
        "documents.sign",
    )
    return any(actor.can(code) for code in (*codes, "documents.approve", "documents.reading"))


def may_read(actor: Actor, matter: Any) -> bool:
    """Those who read all, the section, leaders of the office; a drafting body knows that it exists.

    A secret paper: only with clearance, and only by those who might read it anyway.
    """
    if not cleared(actor, matter):
        return False
    inside = actor.can("documents.read_all") or actor.can("documents.sign")
    return inside or is_section(actor, matter) or is_drafter(actor, matter) or _has_part(actor, matter)


def may_see_progress(actor: Actor, matter: Any) -> bool:
    """How a paper goes, step by step, is for those who handle it; the sender sees a coarse status only."""
    inside = actor.can("documents.read_all") or actor.can("documents.sign")
    return cleared(actor, matter) and (inside or is_section(actor, matter))


def _has_part(actor: Actor, matter: Any) -> bool:
    return actor.body_id is not None and actor.body_id in matter.facts.get("bodies", ())
