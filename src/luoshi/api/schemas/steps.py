"""What further steps of requests and dispatches take. Choices are values of the rulebook."""

from __future__ import annotations

from pydantic import Field

from luoshi.api.schemas.common import Block, Code, Given, Id, Line, Moment, Words


class ConditionsIn(Given):
    """What a person confirms of ground 8.6; what is left out is taken from the record."""

    own_rights: bool | None = None
    no_identity: bool | None = None
    cannot_verify: bool | None = None


class PointingIn(Given):
    """The emergency number that was told or put through (ground 8.10)."""

    number: Line
    transferred: bool = False
    connected: bool = False


class RefuseIn(Given):
    """code: the ground's clause number (8.1 to 8.11). route: for 8.7; reason: for 8.11. told_now: said in the call."""

    code: Code
    reason: Block = ""
    route: Line = ""
    conditions: ConditionsIn = Field(default_factory=ConditionsIn)
    pointing: PointingIn | None = None
    told_now: bool = False


class AnswerIn(Given):
    """means: knowledge | three_way | transfer. entry: the knowledge entry; unit: who answered, otherwise."""

    means: Code
    answer: Block = ""
    entry: Id | None = None
    unit: Code = ""
    told_now: bool = True


class ConnectIn(Given):
    """A call that a unit was brought into. kind: three_way | transfer; to: the person or desk; connected: somebody took it."""

    kind: Code
    unit: Code
    to: Line
    connected: bool
    note: Words = ""


class EscalateIn(Given):
    """to: party | government."""

    to: Code
    summary: Block


class DecisionIn(Given):
    """What the leader decided, and by when it is to be done."""

    decision: Block
    until: Moment | None = None


class JointIn(Given):
    """Who leads and who assists (codes), what was settled, by when."""

    lead: Code
    assisting: list[Code] = Field(min_length=1, max_length=20)
    instruction: Block
    until: Moment | None = None


class OfferIn(Given):
    """Why the return was right, why no unit can be named, and that it can be taken on."""

    reason: Block
    unsuitable: Block
    acceptable: bool


class PublishIn(Given):
    """What is shown to the public, as a person edited it. confirmed: no personal data is left in it."""

    title: Line
    content: Block
    reply: Block
    confirmed: bool


class HandOnIn(Given):
    """To whom now, and why."""

    handler: Line
    reason: Block


class CountyReportIn(Given):
    """Why it goes beyond the county's competence, what it suggests, whose it is (a body's code)."""

    reason: Block
    suggestion: Block
    proposed: Code = ""


class AssistIn(Given):
    """Why the lead needs help, and whose (bodies' codes)."""

    reason: Block
    proposed: list[Code] = Field(min_length=1, max_length=20)


class UnitIn(Given):
    """What one further unit is told. part: its own problem."""

    unit: Code
    instruction: Block
    part: Words = ""


class AdoptIn(Given):
    """Which units assist from now on, while the county leads; without any, its dispatch is recalled. The opinion."""

    orders: list[UnitIn] = Field(default_factory=list, max_length=20)
    opinion: Block = ""


class UnitsIn(AdoptIn):
    """Which units assist from now on, and the opinion."""

    orders: list[UnitIn] = Field(min_length=1, max_length=20)
