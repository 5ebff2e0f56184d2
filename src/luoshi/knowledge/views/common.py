"""What the pages share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from luoshi.knowledge.forms import PREFIX
from luoshi.knowledge.policies import may_manage
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Matter
from luoshi.organisation import pagekit
from luoshi.organisation.models import Body
from luoshi.organisation.pagekit import actor_of, answer_page, history, page_of, step, tab_items, today

TONES = {
    "draft": "neutral",
    "published": "success",
    "issued": "success",
    "withdrawn": "muted",
    "asked": "warning",
    "delivered": "success",
    "cancelled": "muted",
}
__all__ = [
    "TONES",
    "actor_of",
    "answer_page",
    "crumbs",
    "flag",
    "history",
    "own_bodies",
    "own_body",
    "page_of",
    "run",
    "step",
    "tab_items",
    "today",
]


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the search."""
    return [("业务知识库", reverse("knowledge-search")), *more]


def flag(matter: Matter) -> str:
    """The tone of a matter's state."""
    return TONES.get(matter.state, "neutral")


def own_bodies(actor: Actor) -> QuerySet[Body] | None:
    """The bodies that the platform may choose from; None for a unit, which acts for itself."""
    return Body.objects.filter(active=True).order_by("kind", "code") if may_manage(actor) else None


def own_body(request: HttpRequest) -> Body:
    """The body for which the actor acts. Errors: 404 where there is none."""
    return get_object_or_404(Body, pk=actor_of(request).body_id)


def run(form: Form, service: Callable[[dict[str, Any]], object]) -> bool:
    """Call the service with the form's values; a refusal is said beside the field, be it a field of the content.

    Errors: NotAllowed passes through.
    """
    return pagekit.run(form, service, prefix=PREFIX)
