"""What is only read: who calls, what may be chosen, bodies, figures, scores."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema

from luoshi.api.schemas.common import UnitOut


class Me(Schema):
    """Who calls."""

    account: str
    name: str
    unit: UnitOut
    roles: list[str]
    permissions: list[str]
    scopes: list[str]
    expires_at: datetime


class OptionOut(Schema):
    """A value with its Chinese label."""

    value: str
    label: str


class ChoicesOut(Schema):
    """What may be chosen today."""

    channel: list[OptionOut]
    kind: list[OptionOut]
    urgency: list[OptionOut]
    role: list[OptionOut]
    principle: list[OptionOut]
    handling: list[OptionOut]
    satisfaction: list[OptionOut]


class BodyOut(Schema):
    """A body that takes requests."""

    code: str
    name: str
    full_name: str
    kind: str


class UnitFigures(Schema):
    """A unit's counts of a month, by the names of the statistics."""

    unit: UnitOut
    counts: dict[str, int]


class Figures(Schema):
    """A month in figures. totals: requests received, by channel, kind, state."""

    month: str
    period: str
    received: int
    by_channel: dict[str, int]
    by_kind: dict[str, int]
    by_state: dict[str, int]
    units: list[UnitFigures]


class ItemScore(Schema):
    """The points of an item (a decimal as text). how: counted, or how missing data was treated."""

    item: str
    title: str
    points: str
    how: str


class UnitScoreOut(Schema):
    """A unit's score; rank null where it is not ranked."""

    unit: UnitOut
    total: str
    rank: int | None
    grade: str
    items: list[ItemScore]


class Scores(Schema):
    """The scores of a period. edition: live, or the number of the stored sheet's version."""

    period: str
    as_of: datetime
    edition: str
    units: list[UnitScoreOut]
