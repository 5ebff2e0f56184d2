"""What every page needs: the time, who acts, the navigation that they may use, and whether this is a demo."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from luoshi.inbox.selectors import bell, unread_count
from luoshi.ledger import rules
from luoshi.ledger.actors import CITIZEN, Actor
from luoshi.organisation import navigation
from luoshi.organisation.models import Body
from luoshi.organisation.roles import roles_data
from luoshi.organisation.standing import granted_today

MAIN, HUB = 100, "portal-open"
"""Public entries below this position stand in the header; the others under the entry HUB."""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Values for the base templates. Only the bell costs a query."""
    actor = getattr(request, "actor", CITIZEN)
    user = getattr(request, "user", None)
    signed_in = bool(user and user.is_authenticated)
    return {
        "now": timezone.now(),
        "actor": actor,
        "signed_in": signed_in,
        "site": settings.SITE_NAME,
        "demo": settings.DEMO,
        "trial": rules.current().title if settings.RULEBOOK_ON_TRIAL else "",
        "menu_parts": SimpleLazyObject(
            lambda: navigation.menu(
                navigation.visible(actor=actor, signed_in=signed_in, current=request.path)
            )
        ),
        "portal_links": SimpleLazyObject(lambda: _portal(request, actor, signed_in)[0]),
        "portal_more": SimpleLazyObject(lambda: _portal(request, actor, signed_in)[1]),
        "large_print": request.COOKIES.get("ls_view") == "elder",
        "unread": SimpleLazyObject(lambda: bell(unread_count(actor))),
        "acting_body": SimpleLazyObject(lambda: _body_name(actor.body_id, user)),
        "acting_roles": SimpleLazyObject(lambda: _role_titles(actor.roles)),
    }


def _portal(
    request: HttpRequest, actor: Actor, signed_in: bool
) -> tuple[list[navigation.Link], list[navigation.Link]]:
    """The public entries: those of the header, and all others, which stand in the footer and under 看公开.

    While one of the others is open, 看公开 is shown as the place where one is.
    """
    links = navigation.portal(actor=actor, signed_in=signed_in, current=request.path)
    more = [link for link in links if link.entry.position >= MAIN]
    inside = any(link.active for link in more)
    head = [
        replace(link, active=True) if inside and link.entry.url_name == HUB else link
        for link in links
        if link.entry.position < MAIN
    ]
    return head, more


def _body_name(body_id: int | None, user: Any) -> str:
    if body_id is None:
        return ""
    own: Body = user.person.body  # read together with the user
    if own.pk == body_id:
        return own.short_name
    return next((row.body for row in granted_today(user) if row.body_id == body_id), "")


def _role_titles(codes: frozenset[str]) -> str:
    named = rules.current().roles  # a county's mayor is its 县长
    return "、".join(
        named.get(role["code"], role["title"]) for role in roles_data()["roles"] if role["code"] in codes
    )
