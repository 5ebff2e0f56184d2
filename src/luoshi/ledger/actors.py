"""Who does something: a person signed in, a citizen, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class ActorKind(StrEnum):
    """What kind of actor an event names."""

    USER = "user"
    CITIZEN = "citizen"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, for which body, with which roles and permissions at that moment.

    `roles` and `permissions` hold code names (liaison, hotline.sign). An actor is made once per
    request or job and passed to every service; services never look at a session.
    """

    kind: ActorKind
    name: str
    user_id: int | None = None
    body_id: int | None = None
    person_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    permissions: frozenset[str] = field(default_factory=frozenset)

    def can(self, permission: str) -> bool:
        """Whether the actor holds the permission; the system holds all."""
        return self.kind is ActorKind.SYSTEM or permission in self.permissions

    def has_role(self, *roles: str) -> bool:
        """Whether the actor holds at least one of the roles."""
        return bool(self.roles.intersection(roles))


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="系统")
CITIZEN = Actor(kind=ActorKind.CITIZEN, name="诉求人")
