"""Requests and dispatches, as they are sent and as they are answered. Choices are values of the rulebook."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import Field

from luoshi.api.schemas.common import Block, Code, Due, Given, Line, Moment, Paged, Stepped, UnitOut, Words


class ContactIn(Given):
    """The citizen's data, as far as it was given."""

    name: Line = ""
    mobile: Line = ""
    phone: Line = ""
    email: Line = ""
    fax: Line = ""
    account: Line = ""
    address: Line = ""


class ContactOut(Schema):
    """The citizen's data: masked, except from the operation that reveals it. Empty where nothing was left."""

    name: str
    mobile: str
    phone: str
    email: str
    fax: str
    account: str
    address: str


class RequestIn(Given):
    """What came in. channel, kind, urgency: see /choices. area: a body's code. transferred_at: for 110 alone."""

    channel: Code
    kind: Code
    content: Block
    title: Line = ""
    contact: ContactIn = Field(default_factory=ContactIn)
    place: Line = ""
    area: Code = ""
    category: Line = ""
    wants_public: bool = True
    rights_matter: bool = False
    conduct_matter: bool = False
    urgency: Code = "routine"
    urgency_basis: Line = ""
    transferred_at: Moment | None = None


class RequestCreated(Stepped):
    """The new request. query_code: what the citizen looks it up with."""

    query_code: str
    received_at: datetime


class RequestRow(Schema):
    """A request in a list."""

    id: int
    number: str
    title: str
    state: str
    state_label: str
    channel: str
    kind: str
    urgency: str
    handling: str
    category: str
    place: str
    received_at: datetime
    supervised: bool
    version: int


class RequestPage(Paged):
    """A page of requests, newest first."""

    items: list[RequestRow]


class DispatchBrief(Schema):
    """A dispatch beside its request."""

    id: int
    number: str
    unit: UnitOut
    role: str
    state: str
    state_label: str
    dispatched_at: datetime
    closed_at: datetime | None
    version: int


class RequestOut(RequestRow):
    """A request with its dispatches and what is owed on it."""

    content: str
    wants_public: bool
    outcome: str
    contact: ContactOut
    dispatches: list[DispatchBrief]
    due: list[Due]


class RevealIn(Given):
    """Why somebody looks: it stands in the access log."""

    reason: Line = Field(min_length=2)


class AmendIn(Given):
    """What is put right; what is left out stays."""

    kind: Code | None = None
    place: Line | None = None
    area: Code | None = None
    category: Line | None = None
    rights_matter: bool | None = None
    conduct_matter: bool | None = None
    wants_public: bool | None = None


class ClassifyIn(Given):
    """handling: public | internal; ground: where it is internal."""

    handling: Code
    ground: Code = ""
    note: Words = ""


class OrderIn(Given):
    """What one unit is told. role: sole | lead | assist | parallel; part: its own problem, where each has one."""

    unit: Code
    instruction: Block
    role: Code = "sole"
    part: Words = ""
    due_set: Moment | None = None
    onsite: bool = False


class DispatchIn(Given):
    """To whom a request goes. principle: competence | territory; urgency_basis: where it is urgent."""

    orders: list[OrderIn] = Field(min_length=1, max_length=20)
    principle: Code
    urgency: Code = "routine"
    urgency_basis: Line = ""
    assist_extra: bool = False
    handling: Code = ""
    internal_ground: Code = ""
    internal_note: Words = ""


class MoreIn(Given):
    """Further units for a request that is being handled: assist | parallel."""

    orders: list[OrderIn] = Field(min_length=1, max_length=20)
    principle: Code
    urgency: Code = "routine"
    urgency_basis: Line = ""


class FeedbackIn(Given):
    """text: what is said; without it, what the units' replies say. told_now: it was said in a call."""

    text: Block = ""
    told_now: bool = False


class CallbackIn(Given):
    """What the citizen said of all units. conduct, result: satisfied | basically | dissatisfied."""

    contacted: bool
    conduct: Code
    result: Code
    opinion: Block
    suggestion: Block


class NoteIn(Given):
    """A note, at most as long as the page takes."""

    note: Block


class NothingIn(Given):
    """A step that needs no words."""


class HandOverIn(Given):
    """handler: department and person."""

    handler: Line
    opinion: Block = ""


class ContactedIn(Given):
    """note: what was verified; contacted_at: when, if not now."""

    note: Block
    contacted_at: Moment | None = None


class OpinionIn(Given):
    """An opinion."""

    opinion: Block


class FreeOpinionIn(Given):
    """An opinion, where one wishes."""

    opinion: Block = ""


class ArrivedIn(Given):
    """scene: what the place looked like; arrived_at: when, if not now."""

    scene: Block
    arrived_at: Moment | None = None


class ContactPersonIn(Given):
    """Whom to ask at the unit."""

    name: Line
    phone: Line


class ReplyIn(Given):
    """The three parts of a reply."""

    handling: Block
    problems: Block
    measures: Block


class ReasonIn(Given):
    """A reason."""

    reason: Block


class ReturnIn(Given):
    """Why it is not the unit's duty, and whose it is (a body's code)."""

    reason: Block
    proposed: Code


class ExtensionIn(Given):
    """More time: why, on what basis, until when."""

    reason: Block
    basis: Words
    until: Moment


class GrantIn(Given):
    """until: the new limit; the time asked for where it is left out."""

    until: Moment | None = None
    opinion: Words = ""


class SuperviseIn(Given):
    """The reason, and by when the unit has to answer."""

    text: Words
    until: Moment


class UrgeIn(Given):
    """What is urged."""

    text: Words


class AnswerIn(Given):
    """The answer."""

    answer: Block


class MendIn(Given):
    """What is to be mended, and by when."""

    reason: Words
    until: Moment | None = None


class RequestRef(Schema):
    """The request that a dispatch belongs to."""

    id: int
    number: str
    title: str


class DispatchRow(DispatchBrief):
    """A dispatch in a list. due_at: what runs out first."""

    request: RequestRef
    urgency: str
    signed_at: datetime | None
    due_at: datetime | None
    overdue: bool


class DispatchPage(Paged):
    """A page of dispatches, newest first."""

    items: list[DispatchRow]


class ReplyOut(Schema):
    """A reply. verdict: empty while it waits for its review."""

    round: int
    handling: str
    problems: str
    measures: str
    drafted_at: datetime
    approved_at: datetime | None
    verdict: str
    review_note: str


class ApplicationOut(Schema):
    """What the unit asked for. status: pending | accepted | rejected | lapsed | withdrawn | moot."""

    kind: str
    reason: str
    submitted_at: datetime
    status: str
    decision: str
    until: datetime | None


class DispatchOut(DispatchRow):
    """A dispatch with what was done on it."""

    instruction: str
    part: str
    handler: str
    content: str
    contact: ContactOut
    replies: list[ReplyOut]
    applications: list[ApplicationOut]
    due: list[Due]


class ActionOut(Schema):
    """A step that may be taken now, by its code in the state table."""

    action: str
    label: str


class NoteFreeIn(Given):
    """A note, where one wishes."""

    note: Words = ""
