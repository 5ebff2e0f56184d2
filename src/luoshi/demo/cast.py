"""Who acts in the demo city: its accounts by role and body, looked up once."""

from __future__ import annotations

from luoshi.hotline.models import Dispatch, Request
from luoshi.ledger.actors import Actor
from luoshi.organisation.models import Body, Grant
from luoshi.organisation.selectors import actor_for

PLATFORM = "platform"


class Cast:
    """The people and bodies of one city."""

    def __init__(self) -> None:
        self._actors: dict[tuple[str, str], list[Actor]] = {}
        self._bodies = {body.code: body for body in Body.objects.all()}

    def body(self, code: str) -> Body:
        """A body by its code."""
        return self._bodies[code]

    def actor(self, role: str, code: str, turn: int = 0) -> Actor:
        """The account with a role at a body; where there are several they take turns."""
        found = self._actors.get((role, code))
        if found is None:
            grants = (
                Grant.objects.filter(role__code=role, body__code=code).select_related("user").order_by("pk")
            )
            found = [actor_for(user=grant.user, body_id=grant.body_id) for grant in grants]
            self._actors[(role, code)] = found
        return found[turn % len(found)]

    def agent(self, turn: int = 0) -> Actor:
        """One of the agents."""
        return self.actor("agent", PLATFORM, turn)

    def dispatcher(self, turn: int = 0) -> Actor:
        """One of the dispatchers."""
        return self.actor("dispatcher", PLATFORM, turn)

    @property
    def reviewer(self) -> Actor:
        """The reviewer."""
        return self.actor("reviewer", PLATFORM)

    @property
    def caller(self) -> Actor:
        """Who calls back."""
        return self.actor("callback", PLATFORM)

    @property
    def head(self) -> Actor:
        """The platform's leader."""
        return self.actor("platform_leader", PLATFORM)


def request_of(pk: int) -> Request:
    """A request as it is now."""
    found: Request = Request.objects.select_related("matter", "contact").get(pk=pk)
    return found


def dispatch_of(pk: int) -> Dispatch:
    """A dispatch as it is now."""
    rows = Dispatch.objects.select_related("matter", "body", "request__matter", "request__contact")
    found: Dispatch = rows.get(pk=pk)
    return found
