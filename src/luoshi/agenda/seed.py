"""The leaders of the trial city: ranks, division of work, assistance, sections and AB pairs; through the services."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction

from luoshi.agenda import services
from luoshi.agenda.models import Leader
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.organisation.models import Body, User


@cache
def leaders_data(place: str = "sanmenxia") -> dict[str, Any]:
    """The parsed data/<place>.yaml."""
    text = (files("luoshi.agenda.data") / f"{place}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


@transaction.atomic
def seed_leaders(*, at: dt.datetime, actor: Actor = SYSTEM, place: str = "sanmenxia") -> dict[str, Leader]:
    """Enter the leaders of the trial city or county, and return them by the user name of their account.

    People and accounts must stand already; of bodies, those that were set up are divided among the leaders.
    """
    data = leaders_data(place)
    common: dict[str, Any] = {
        "since": data["since"], "document": data["document"], "actor": actor, "at": at,
    }  # fmt: skip
    people = {user.username: user.person for user in User.objects.select_related("person")}
    bodies = {body.code: body for body in Body.objects.filter(active=True)}
    leaders: dict[str, Leader] = {}
    for rank, entry in enumerate(data["leaders"], start=1):
        leader = services.leader_add(
            person=people[entry["key"]], office=entry["office"], title=entry["title"], rank=rank,
            portfolio=entry["portfolio"], **common,
        )  # fmt: skip
        leaders[entry["key"]] = leader
        for code in entry.get("bodies", ()):
            if code in bodies:
                begin = {**common, "since": max(data["since"], bodies[code].since)}
                services.charge_set(body=bodies[code], leader=leader, **begin)
    for deputy, assisted in data["assists"].items():
        for key in assisted:
            services.assists_set(leader=leaders[key], deputy=leaders[deputy], **common)
    for section, served in data["serves"].items():
        for key in served:
            services.serves_set(leader=leaders[key], section=bodies[section], **common)
    for one, other in data["pairs"]:
        services.pair_set(one=leaders[one], other=leaders[other], **common)
    return leaders
