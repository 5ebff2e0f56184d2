"""The trial city and the trial county: bodies, invented people in their posts, marked demo accounts; through the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.db import transaction

from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.organisation import services
from luoshi.organisation.models import Body, BodyName, Person, Post, Role
from luoshi.organisation.roles import roles_sync


@cache
def city_data(place: str = "sanmenxia") -> dict[str, Any]:
    """The parsed data/<place>.yaml."""
    text = (files("luoshi.organisation.data") / f"{place}.yaml").read_text(encoding="utf-8")
    data: dict[str, Any] = yaml.safe_load(text)
    return data


def invented_names(place: str = "sanmenxia") -> Iterator[str]:
    """Names of nobody: surname and given name from the data, no pair twice, the same at each run."""
    surnames, given = city_data(place)["surnames"], city_data(place)["given"]
    for turn in range(len(given)):
        for number, surname in enumerate(surnames):
            yield surname + given[(turn + number) % len(given)]


@dataclass(frozen=True, slots=True)
class Seeding:
    """What one run of the seed carries along."""

    actor: Actor
    at: dt.datetime
    password_hash: str
    names: Iterator[str]
    bodies: dict[str, Body]
    data: dict[str, Any]


def seed_sanmenxia_bodies(
    *,
    at: dt.datetime,
    actor: Actor = SYSTEM,
    only: Collection[str] | None = None,
    password_hash: str = "",
) -> dict[str, Body]:
    """Set up the trial city, as seed_bodies does."""
    return seed_bodies(place="sanmenxia", at=at, actor=actor, only=only, password_hash=password_hash)


@transaction.atomic
def seed_bodies(
    *,
    place: str,
    at: dt.datetime,
    actor: Actor = SYSTEM,
    only: Collection[str] | None = None,
    password_hash: str = "",
) -> dict[str, Body]:
    """Set up a trial city or county, and return its bodies by code. Roles are carried into the database first.

    `only` limits it to some codes (their parents come along). With `password_hash` (made once by
    make_password) the people of the data get demo accounts with that password; without, none.
    Errors: Incomplete when the bodies exist already.
    """
    roles_sync()
    data = city_data(place)
    seeding = Seeding(actor, at, password_hash, invented_names(place), {}, data)
    wanted = None if only is None else _with_parents(only, data)
    for entry in data["bodies"]:
        if wanted is None or entry["code"] in wanted:
            seeding.bodies[entry["code"]] = _body(entry, seeding)
    for entry in data["renamed"]:
        if entry["code"] in seeding.bodies:
            _rename(entry, seeding)
    for code, name in data["also_called"].items():
        if code in seeding.bodies:
            _also_called(seeding.bodies[code], name, seeding)
    chiefs = [_staff(code, seeding) for code in seeding.bodies]
    for code in seeding.bodies:
        for post in data["office"].get(code, []):
            _fill(code, post, seeding)
    _members([person for person in chiefs if person], seeding)
    return {code: Body.objects.get(pk=body.pk) for code, body in seeding.bodies.items()}


def _with_parents(codes: Collection[str], data: dict[str, Any]) -> set[str]:
    parents = {entry["code"]: entry.get("parent") for entry in data["bodies"]}
    wanted: set[str] = set()
    for code in codes:
        step: str | None = code
        while step:
            wanted.add(step)
            step = parents[step]
    return wanted


def _body(entry: dict[str, Any], seeding: Seeding) -> Body:
    data = seeding.data
    return services.body_create(
        code=entry["code"],
        kind=entry["kind"],
        name=entry["name"],
        short_name=entry["short"],
        jurisdiction=data["jurisdiction"],
        since=data["group_since"] if entry.get("since") == "group" else data["bodies_since"],
        document=data["group_document"] if entry.get("since") == "group" else "",
        parent=seeding.bodies.get(entry.get("parent", "")),
        takes_requests=entry.get("takes_requests", True),
        handles_onsite=entry.get("onsite", False),
        area=entry.get("area", Body.Area.URBAN),
        standing=entry.get("standing", data["standings"].get(entry["kind"], "")),
        actor=seeding.actor,
        at=seeding.at,
    )


def _rename(entry: dict[str, Any], seeding: Seeding) -> None:
    common: dict[str, Any] = {"since": entry["since"], "actor": seeding.actor, "at": seeding.at}
    body = services.body_rename(
        body=seeding.bodies[entry["code"]], name=entry["name"], document=entry["document"], **common
    )
    for plate in entry["plates"]:
        services.body_name_add(
            body=body, kind=BodyName.Kind.PLATE, name=plate, document=entry["document"], **common
        )
    for alias in entry["aliases"]:
        services.body_name_add(
            body=body,
            kind=BodyName.Kind.ALIAS,
            name=alias,
            **{**common, "since": seeding.data["bodies_since"], "until": entry["since"]},
        )


def _also_called(body: Body, name: str, seeding: Seeding) -> None:
    services.body_name_add(
        body=body,
        kind=BodyName.Kind.ALIAS,
        name=name,
        since=seeding.data["bodies_since"],
        actor=seeding.actor,
        at=seeding.at,
    )


def _staff(code: str, seeding: Seeding) -> Person | None:
    """Fill the posts of a body; returns its principal leader when it is a unit that takes requests."""
    body = seeding.bodies[code]
    unit = body.takes_requests
    posts = (seeding.data["unit_posts"] if unit else []) + seeding.data["staff"].get(code, [])
    chief = None
    for entry in posts:
        person = _fill(code, entry, seeding)
        if unit and entry["kind"] == Post.Kind.PRINCIPAL_LEADER:
            chief = person
    return chief


def _fill(code: str, entry: dict[str, Any], seeding: Seeding) -> Person:
    """Someone new in a post, with the further posts and the account that the data gives."""
    body = seeding.bodies[code]
    person = _person(body, seeding)
    _post(person, body, entry, seeding)
    for more in entry.get("also", []):
        if more["body"] in seeding.bodies:
            _post(person, seeding.bodies[more["body"]], more, seeding)
    if "role" in entry and seeding.password_hash:
        name = f"{code}.{entry['user']}" if body.takes_requests else entry["user"]
        _account(person, body, entry, seeding, name=name)
    return person


def _person(body: Body, seeding: Seeding) -> Person:
    number = Person.objects.count() + 1
    return services.person_create(
        body=body,
        name=next(seeding.names),
        mobile=f"1990000{number:04d}",
        office_phone=f"0398-000{number:04d}",
        actor=seeding.actor,
        at=seeding.at,
    )


def _post(person: Person, body: Body, entry: dict[str, Any], seeding: Seeding) -> None:
    services.post_start(
        person=person,
        body=body,
        kind=entry["kind"],
        title=entry["title"],
        since=max(seeding.data["posts_since"], body.since),
        full_time=body.kind not in {Body.Kind.LEADING_GROUP},
        actor=seeding.actor,
        at=seeding.at,
    )


def _members(chiefs: list[Person], seeding: Seeding) -> None:
    """The principal leaders of all units are members of the leading group."""
    group = seeding.bodies.get("leading-group")
    for chief in chiefs if group else []:
        entry = {"kind": Post.Kind.GROUP_MEMBER, "title": f"{chief.body.short_name}主要负责人"}
        _post(chief, seeding.bodies["leading-group"], entry, seeding)


def _account(person: Person, body: Body, entry: dict[str, Any], seeding: Seeding, *, name: str) -> None:
    user = services.user_create(
        username=name,
        person=person,
        password_hash=seeding.password_hash,
        is_demo=True,
        must_change_password=False,
        actor=seeding.actor,
        at=seeding.at,
    )
    services.grant_role(
        user=user,
        role=Role.objects.get(code=entry["role"]),
        body=body,
        since=max(seeding.data["posts_since"], body.since),
        actor=seeding.actor,
        at=seeding.at,
    )
