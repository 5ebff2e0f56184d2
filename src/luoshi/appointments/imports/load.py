"""A checked file of past notices is taken over through the services: all of it in one transaction, or nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from django.conf import settings
from django.db import transaction

from luoshi.appointments import rules
from luoshi.appointments.imports.read import Fact, Fault, NoticeFile, PastFile, read_past
from luoshi.appointments.models import Notice
from luoshi.appointments.policies import may_manage, require
from luoshi.appointments.services.acts import ActSpec, body_of
from luoshi.appointments.services.history import PastNotice, notice_take_over
from luoshi.appointments.text import comparable, doubts_of, names_of, number_parts, title_of
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.organisation.models import Body, BodyName
from luoshi.organisation.selectors import body_by_name, local_day
from luoshi.organisation.services import body_create, body_name_add

COMPANY = "公司"


@dataclass(frozen=True, slots=True)
class Totals:
    """What a file holds, counted as the clause register counts it: people by name, acts by action."""

    notices: int
    persons: int
    acts: int
    appoint: int
    remove: int
    no_longer: int
    appointed_persons: int
    leaving_only: int
    probation: int


def totals_of(facts: Iterable[Fact]) -> Totals:
    """Count the acts of a file, or of one of its notices.

    Source: smx-appointments/0.1, smx-appointments/6.1, smx-appointments/7.1, smx-appointments/8.1, smx-appointments/9.1
    """
    rows = list(facts)
    actions = Counter(fact.get("action") for fact in rows)
    people = {fact.get("person") for fact in rows}
    given = {fact.get("person") for fact in rows if fact.get("action") == "appoint"}
    return Totals(
        notices=len({fact.get("number") for fact in rows}),
        persons=len(people),
        acts=len(rows),
        appoint=actions["appoint"],
        remove=actions["remove"],
        no_longer=actions["no_longer"],
        appointed_persons=len(given),
        leaving_only=len(people - given),
        probation=len({fact.get("person") for fact in rows if fact.get("probation")}),
    )


@dataclass(slots=True)
class Checked:
    """A file with what the rules and the register say to it. doubts: (number, person, text); unknown: names of bodies."""

    file: PastFile
    digest: str
    hints: list[Fault] = field(default_factory=list)
    doubts: list[tuple[str, str, str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def usable(self) -> bool:
        """Whether nothing keeps the file out."""
        return not self.file.faults

    @property
    def totals(self) -> Totals:
        """What the whole file holds."""
        return totals_of(self.file.facts)


def file_check(*, content: bytes, at: dt.datetime) -> Checked:
    """Read and check a file: numbers and dates, titles against the text, names of bodies. Nothing is written.

    Source: smx-appointments/0.13, smx-appointments/0.14, smx-appointments/0.19
    """
    found = read_past(content)
    checked = Checked(found, hashlib.sha256(content).hexdigest())
    if found.faults:
        return checked
    _series(found, local_day(at))
    for notice in found.notices if not found.faults else ():
        _notice(notice, found)
    if not found.faults:
        _names(checked)
    found.notices.sort(key=lambda one: number_parts(one.number)[1:] if number_parts(one.number) else (0, 0))  # type: ignore[index]
    return checked


def _series(found: PastFile, today: dt.date) -> None:
    """Numbers are of the series, rise with the dates, and are not in the books yet."""
    known = set(
        Notice.objects.filter(jurisdiction=settings.JURISDICTION)
        .exclude(number="")
        .values_list("number", flat=True)
    )
    placed: list[tuple[int, int, NoticeFile]] = []
    for notice in found.notices:
        try:
            prefix = rules.number_form(notice.dated)[0]
        except WrongState as early:
            found.faults.append(Fault(notice.line, notice.number, early.message))
            continue
        parts = number_parts(notice.number)
        if parts is None or parts[0] != prefix or parts[1] != notice.dated.year:
            said = f"文号“{notice.number}”应为{prefix}〔{notice.dated.year}〕加序号加号"
            found.faults.append(Fault(notice.line, notice.number, said))
            continue
        if notice.number in known:
            found.faults.append(Fault(notice.line, notice.number, "已经录入"))
        if notice.dated > today:
            found.faults.append(Fault(notice.line, notice.number, "日期还没有到"))
        placed.append((parts[1], parts[2], notice))
    placed.sort(key=lambda one: one[:2])
    for (_, _, before), (_, _, after) in pairwise(placed):
        if after.dated < before.dated:
            said = f"日期早于{before.number}的{before.dated}，文号与日期应同向递增"
            found.faults.append(Fault(after.line, after.number, said))


def _notice(notice: NoticeFile, found: PastFile) -> None:
    """The title names the first person and how many there are; what the head counts is so."""
    wanted = title_of(
        (fact.get("person") for fact in notice.facts), rules.setting("appointments.title", notice.dated)
    )
    title = notice.head.get("title", "")
    if title and title != wanted:
        found.faults.append(Fault(notice.line, notice.number, f"标题“{title}”与正文不符，应为“{wanted}”"))
    totals = totals_of(notice.facts)
    for key, got, label in (("persons", totals.persons, "人"), ("actions", totals.acts, "个任免动作")):
        said = notice.head.get(key)
        if said is not None and said != got:
            found.faults.append(Fault(notice.line, notice.number, f"写明{said}{label}，正文为{got}{label}"))


def _names(checked: Checked) -> None:
    """What is doubtful, and which bodies the register does not know."""
    facts = checked.file.facts
    printed = sorted({fact.get("organisation") for fact in facts} - {""})
    day = {fact.get("organisation"): fact.values["date"] for fact in facts}
    for fact in facts:
        words = rules.setting("appointments.names", fact.values["date"])
        said = doubts_of(fact.get("organisation"), fact.get("note"), printed, words, fact.get("printed_name"))
        checked.doubts += [(fact.get("number"), fact.get("person"), one) for one in said]
    known = {name for name in printed if body_of(name, day[name]) is not None}
    checked.unknown = [name for name in printed if name not in known]


@transaction.atomic
def file_load(
    *,
    checked: Checked,
    reason: str,
    actor: Actor,
    at: dt.datetime,
    bodies: Mapping[str, str] | None = None,
    create_missing: bool = False,
) -> list[Notice]:
    """Take over every notice of a checked file, in the order of the numbers, or none.

    bodies: for names that the register does not know, the code of the body that is meant; create_missing: the others are
    set up. What is left unknown is kept as printed, without posts. reason: why without a collective decision.
    Errors: NotAllowed, Incomplete, WrongState.
    """
    require(may_manage(actor), "补录历史通知")
    if checked.file.faults:
        raise Incomplete(
            f"文件有{len(checked.file.faults)}处问题，没有导入任何内容",
            mend=f"{sorted(checked.file.faults)[0].message}",
        )
    meant = _meant(bodies or {})
    if create_missing:
        latest_first = sorted(checked.file.facts, key=lambda fact: fact.values["date"], reverse=True)
        firsts = {fact.get("organisation"): fact.values["date"] for fact in latest_first}
        for name in checked.unknown:
            if name not in meant:
                meant[name] = _create(name, firsts[name], meant, actor, at)
    printed = sorted({fact.get("organisation") for fact in checked.file.facts} - {""})
    made = []
    for notice in checked.file.notices:
        gazette = notice.head.get("gazette", {})
        past = PastNotice(
            number=notice.number,
            dated=notice.dated,
            acts=[_spec(fact, meant) for fact in notice.facts],
            title=notice.head.get("title", ""),
            addressees=notice.head.get("addressees", ()),
            closing=notice.head.get("closing", ""),
            gazette_issue=gazette.get("issue", ""),
            gazette_on=gazette.get("published"),
            printed_elsewhere=printed,
        )
        made.append(notice_take_over(past=past, reason=reason, actor=actor, at=at))
    return made


def _meant(bodies: Mapping[str, str]) -> dict[str, Body]:
    codes = {body.code: body for body in Body.objects.filter(jurisdiction=settings.JURISDICTION, active=True)}
    wrong = sorted({code for code in bodies.values() if code not in codes})
    if wrong:
        raise Incomplete(f"没有代码为{'、'.join(wrong)}的机构", field="bodies")
    return {name: codes[code] for name, code in bodies.items()}


def _spec(fact: Fact, meant: Mapping[str, Body]) -> ActSpec:
    name = fact.get("organisation")
    return ActSpec(
        name=fact.get("person"),
        action=fact.get("action"),
        organisation=name,
        title=fact.get("title") or fact.get("post"),
        rank=fact.get("rank"),
        sex=fact.get("sex"),
        probation=bool(fact.get("probation")),
        acting=fact.get("acting"),
        body=meant.get(name),
        note=fact.get("note"),
        printed=fact.get("post"),
        printed_name=fact.get("printed_name"),
    )


def _create(name: str, since: dt.date, meant: Mapping[str, Body], actor: Actor, at: dt.datetime) -> Body:
    """A body under its name as printed; the other name in its brackets is kept as one that is also found.

    Two spellings of one enterprise, with and without brackets, mean the same body.
    Source: smx-appointments/0.18
    """
    for other, body in meant.items():
        if comparable(other) == comparable(name):
            return body
    main, others = names_of(name)
    kind = Body.Kind.ENTERPRISE if COMPANY in main else Body.Kind.OTHER
    body = body_create(
        code="post-" + hashlib.sha256(name.encode()).hexdigest()[:10],
        kind=kind,
        name=main,
        jurisdiction=settings.JURISDICTION,
        since=since,
        document="任免通知补录",
        actor=actor,
        at=at,
    )
    for other in others:
        if body_by_name(other) is None:
            body_name_add(body=body, kind=BodyName.Kind.ALIAS, name=other, since=since, actor=actor, at=at)
    return body
