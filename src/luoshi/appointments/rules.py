"""What the rulebook says about appointments on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from luoshi.appointments.text import titles_of
from luoshi.engines.rulebook import Choice, Content, Gate, UnknownRule
from luoshi.ledger import rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.organisation.models import Body


def _too_early(day: dt.date) -> WrongState:
    return WrongState(
        f"{day:%Y年%m月%d日}还没有任免通知的规定", mend="请核对日期；规则由规则编辑维护", field="dated"
    )


def setting(name: str, day: dt.date) -> Mapping[str, Any]:
    """The named parameters of a rule on a day. Errors: WrongState before there was one."""
    try:
        values: Mapping[str, Any] = rules.current().setting(name, day).values
    except UnknownRule:
        raise _too_early(day) from None
    return values


def cite(kind: str, name: str, day: dt.date) -> tuple[str, ...]:
    """The clauses of a setting, as a refusal names them; none where there is no such rule on that day."""
    try:
        found: tuple[str, ...] = getattr(rules.current(), kind)(name, day).cite
    except UnknownRule:
        return ()
    return found


def choice(name: str, day: dt.date) -> Choice:
    """An enumeration on a day. Errors: WrongState."""
    try:
        return rules.current().choice(name, day)
    except UnknownRule:
        raise _too_early(day) from None


def content(name: str, day: dt.date) -> Content:
    """What a paper must hold on a day. Errors: WrongState."""
    try:
        return rules.current().content(name, day)
    except UnknownRule:
        raise _too_early(day) from None


def gate(name: str, day: dt.date) -> Gate:
    """What must stand before a step on a day. Errors: WrongState."""
    try:
        return rules.current().gate(name, day)
    except UnknownRule:
        raise _too_early(day) from None


def number_form(day: dt.date) -> tuple[str, str]:
    """The prefix of the series, and how a number is written."""
    values = setting("appointments.number", day)
    return str(values["prefix"]), str(values["form"])


def post_nature(title: str, day: dt.date) -> dict[str, Any]:
    """Of a post's title: is it a mere arrangement of pay and rank, a leading post, an acting one.

    Source: smx-appointments/0.20
    """
    words = setting("appointments.posts", day)
    treatment = any(word in title for word in words["treatment_words"])
    acting = next((value for word, value in words["acting_words"].items() if word in title), "")
    leading = not treatment and not any(title.endswith(word) for word in words["non_leading"])
    return {"treatment": treatment, "leading": leading, "acting": acting}


def procedure_of(organisation: str, body: Body | None, title: str, day: dt.date, *, plain: bool) -> str:
    """What the law asks for beside the notice: congress, company, or nothing.

    plain: the act neither arranges pay and rank nor gives a post for the time being.
    Source: smx-appointments/0.11, smx-appointments/0.12
    """
    words = setting("appointments.procedures", day)
    if not plain:
        return ""
    if any(word in organisation for word in words["company_words"]) or (
        body is not None and body.kind in words["company_kinds"]
    ):
        return "company"
    heads = set(titles_of(title)) & set(words["congress_titles"])
    if heads and body is not None and body.standing in words["congress_standings"]:
        return "congress"
    return ""


def office_of(actor: Actor, day: dt.date) -> int | None:
    """The body that a matter belongs to: the actor's own, or the office that the rulebook names."""
    if actor.body_id is not None:
        return actor.body_id
    code = setting("appointments.office", day)["code"]
    return Body.objects.filter(code=code, active=True).values_list("pk", flat=True).first()
