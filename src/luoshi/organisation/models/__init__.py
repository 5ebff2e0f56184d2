"""Bodies, people and accounts. Every period runs from `since` (included) to `until` (no longer included)."""

from luoshi.organisation.models.accounts import Grant, Role, RolePermission, User, UserSession
from luoshi.organisation.models.base import DirectWriteError
from luoshi.organisation.models.bodies import Body, BodyName
from luoshi.organisation.models.people import Person, Post

__all__ = [
    "Body",
    "BodyName",
    "DirectWriteError",
    "Grant",
    "Person",
    "Post",
    "Role",
    "RolePermission",
    "User",
    "UserSession",
]
