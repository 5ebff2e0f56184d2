"""What the rulebook says about appointments on a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from luoshi.appointments.text import titles_of
from luoshi.ledger.actors import Actor
from luoshi.ledger.rules import RulesOf
from luoshi.organisation.models import Body

_here = RulesOf("任免通知的规定", field="dated")
setting, cite, choice, content, gate = _here.setting, _here.cite, _here.choice, _here.content, _here.gate


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
