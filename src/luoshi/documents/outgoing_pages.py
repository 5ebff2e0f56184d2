"""Where outgoing papers are shown, and their lines in the menu."""

from __future__ import annotations

from django.urls import reverse

from luoshi.documents import outgoing_policies as may
from luoshi.documents.quick import errand_quick
from luoshi.documents.states.briefs import BRIEF, may_end
from luoshi.documents.states.outgoing import ERRAND, OUTGOING
from luoshi.ledger import links
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.organisation import navigation
from luoshi.organisation.navigation import PORTAL, Entry

SECTION = "公文"


def _errand_url(matter: Matter) -> str:
    if matter.facts.get("what") in ("consult", "receipt"):
        which = "?which=receipts" if matter.facts["what"] == "receipt" else ""
        return f"{reverse('outgoing-unit')}{which}"
    return reverse("outgoing", args=[matter.parent_id])


def _may_read_errand(actor: Actor, matter: Matter) -> bool:
    """An errand is read by its body and its person, and by those who read all papers."""
    if not may.cleared(actor, matter):
        return False
    own = actor.person_id is not None and matter.facts.get("person") == actor.person_id
    return own or actor.body_id == matter.body_id or actor.can("documents.read_all")


def register_outgoing_pages() -> None:
    """Register links of matters and menu lines; called once, when the app starts."""
    links.register(
        OUTGOING,
        label="发文",
        url=lambda matter: reverse("outgoing", args=[matter.pk]),
        may_read=may.may_read,
    )
    links.register(BRIEF, label="简报", url=lambda matter: reverse("briefs"), may_read=may_end)
    links.register(ERRAND, label="公文办理", url=_errand_url, may_read=_may_read_errand, quick=errand_quick)
    navigation.register(
        Entry(SECTION, "发文", "outgoing-list", "file-text", 615),
        Entry(SECTION, "待我签批", "outgoing-signing", "pencil", 616),
        Entry(SECTION, "编号印发", "outgoing-desk", "printer", 617),
        Entry(SECTION, "会签与签收", "outgoing-unit", "users", 618),
        Entry(SECTION, "简报", "briefs", "file-text", 629),
        Entry(PORTAL, "政府文件", "portal-papers", "file-text", 600),
    )
