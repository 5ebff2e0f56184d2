"""Where incoming papers are shown, and their lines in the menu."""

from __future__ import annotations

from django.urls import reverse

from luoshi.documents.selectors import incoming as select
from luoshi.documents.states import incoming as states
from luoshi.documents.states.steps import STEP
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.organisation import navigation
from luoshi.organisation.navigation import Entry

SECTION = "公文"


def _to_paper(matter: Matter) -> str:
    return reverse("incoming", args=[matter.parent_id])


def _notice_reader(actor: Actor, matter: Matter) -> bool:
    return any(actor.can(f"documents.{name}") for name in ("read_all", "register", "approve"))


def _consultation_reader(actor: Actor, matter: Matter) -> bool:
    return actor.body_id is not None and actor.body_id in (matter.body_id, matter.facts.get("sender"))


def register_incoming_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    from luoshi.documents.quick import step_quick, transfer_quick

    links.register(
        states.INCOMING,
        label="收文",
        url=lambda matter: reverse("incoming", args=[matter.pk]),
        may_read=select.may_read,
    )
    links.register(
        STEP,
        label="批阅公文",
        url=lambda matter: reverse("incoming-step", args=[matter.pk]),
        may_read=select.may_read_step,
        quick=step_quick,
    )
    for kind, label in ((states.ASSIGNMENT, "科室承办"), (states.INSTRUCTION, "领导批示")):
        links.register(kind, label=label, url=_to_paper, may_read=select.may_read_part)
    links.register(
        states.TRANSFER, label="转办件", url=lambda matter: reverse("incoming-transfer", args=[matter.pk]),
        may_read=select.may_read_part, quick=transfer_quick,
    )  # fmt: skip
    links.register(
        states.NOTICE,
        label="公文通报",
        url=lambda matter: reverse("incoming-notice", args=[matter.pk]),
        may_read=_notice_reader,
    )
    links.register(
        states.CONSULTATION,
        label="征求意见",
        url=lambda matter: reverse("incoming-consultations"),
        may_read=_consultation_reader,
    )
    navigation.register(
        Entry(SECTION, "待我批阅", "incoming-steps", "checklist", 600),
        Entry(SECTION, "收文", "incoming-list", "inbox", 602),
        Entry(SECTION, "科室承办", "incoming-section", "clipboard-list", 604),
        Entry(SECTION, "转办件", "incoming-transfers", "arrow-forward-up", 606),
        Entry(SECTION, "报送公文", "incoming-sent", "send", 608),
        Entry(SECTION, "征求意见", "incoming-consultations", "message-circle", 610),
        Entry(SECTION, "公文通报", "incoming-notices", "speakerphone", 612),
    )
