"""The kinds of value that the interface takes, and what several answers share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

PLAIN = r"^[^\x00]*$"
LARGEST = 2**63 - 1

Size = Annotated[int, Field(ge=1, le=200)]
Id = Annotated[int, Field(ge=1, le=LARGEST)]


Line = Annotated[str, Field(max_length=200, pattern=PLAIN)]
Words = Annotated[str, Field(max_length=300, pattern=PLAIN)]
Block = Annotated[str, Field(max_length=5000, pattern=PLAIN)]
Code = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9._-]*$")]
Cursor = Annotated[str, Field(max_length=400, pattern=r"^[A-Za-z0-9_=-]*$")]


def _in_our_time(value: datetime) -> datetime:
    if not 1990 <= value.year < 2100:
        raise ValueError("年份应在1990至2099之间")
    return value


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


class Given(Schema):
    """What is sent: nothing that is not asked for."""

    model_config = ConfigDict(extra="forbid")


class FieldError(Schema):
    """One thing that is wrong. where: the place, with dots; what: why, in Chinese."""

    where: str
    what: str


class ProblemOut(Schema):
    """Why something was not done (RFC 9457). detail: one clear sentence; where and mend: the place and what to do."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    where: str
    mend: str
    cite: list[str]
    errors: list[FieldError]


class UnitOut(Schema):
    """A body by its code and short name."""

    code: str
    name: str


class Due(Schema):
    """A duty: what is owed, by whom, by when."""

    rule: str
    title: str
    unit: UnitOut | None
    due_at: datetime | None
    state: str
    overdue: bool


class Stepped(Schema):
    """How a thing stands after a step. version: the next step's If-Match."""

    id: int
    number: str
    state: str
    state_label: str
    version: int


class Paged(Schema):
    """Cursors of the pages beside; null at the ends."""

    next: str | None
    previous: str | None
