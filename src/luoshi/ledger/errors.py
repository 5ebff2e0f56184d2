"""What a service refuses, said in one clear Chinese sentence with the clause where there is one."""

from __future__ import annotations


class Refusal(Exception):
    """A service refuses: `message` says what and why, `mend` what to do, `cite` the clauses.

    It is the rule's answer, not a fault.
    """

    status = 409

    def __init__(self, message: str, *, mend: str = "", cite: tuple[str, ...] = (), field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.mend = mend
        self.cite = cite
        self.field = field

    def __str__(self) -> str:
        return f"{self.message}{self.mend and '。' + self.mend}"


class NotAllowed(Refusal):
    """The actor lacks the permission, or the matter is not the actor's."""

    status = 403


class WrongState(Refusal):
    """The matter is in a state in which the action is not possible; someone may have been quicker."""

    status = 409


class Stale(WrongState):
    """The matter was changed since the actor saw it: nobody overwrites what they have not seen."""


class Incomplete(Refusal):
    """Something that the rule asks for is missing or malformed; `field` names the input."""

    status = 422


def require(
    allowed: bool, doing: str, *, mend: str, cite: tuple[str, ...] = (), said: str = "您没有{}的权限"
) -> None:
    """Refuse with a sentence that names what was to be done (said), and whom to turn to (mend). Errors: NotAllowed."""
    if not allowed:
        raise NotAllowed(said.format(doing), mend=mend, cite=cite)
