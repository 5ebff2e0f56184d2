"""Bodies, people and accounts. Every period runs from `since` (included) to `until` (no longer included)."""

from luoshi.organisation.models.accounts import Grant, Role, RolePermission, User, UserSession
from luoshi.organisation.models.base import DirectWriteError
from luoshi.organisation.models.bodies import Body, BodyName
from luoshi.organisation.models.people import Person, Post
from luoshi.organisation.models.second_factor import RecoveryCode, SecondFactor

__all__ = [
    "Body",
    "BodyName",
    "DirectWriteError",
    "Grant",
    "Person",
    "Post",
    "RecoveryCode",
    "Role",
    "RolePermission",
    "SecondFactor",
    "User",
    "UserSession",
]
