"""A matter prepared as far as a test needs it, and a meeting with its members."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from luoshi.agenda.selectors import leaders_on
from luoshi.decisions import services
from luoshi.decisions.models import Decision, Sitting
from luoshi.decisions.services.preparing import steps_open
from luoshi.decisions.standing import legality_of
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM, Actor
from luoshi.ledger.models import door
from luoshi.meetings.models import Attendee, Meeting
from luoshi.meetings.selectors import members_in_post
from luoshi.organisation.models import Body, Grant
from luoshi.organisation.selectors import actor_for

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2017, 11, 6, 9, 0, tzinfo=SHANGHAI)
LATER = dt.datetime(2020, 6, 8, 9, 0, tzinfo=SHANGHAI)
PDF = b"%PDF-1.4\n%%EOF\n"
OPTIONS = (
    {"title": "甲方案", "gains": "见效快", "drawbacks": "花钱多"},
    {"title": "乙方案", "gains": "省钱", "drawbacks": "见效慢"},
)


def pdf() -> BytesIO:
    return BytesIO(PDF)


def content(*subjects: str, **more: Any) -> services.Content:
    """What is said of an invented matter."""
    said: dict[str, Any] = {
        "title": "虚构事项方案", "summary": "一项为试用虚构的事项", "subjects": subjects or ("city_renewal",),
        "basis": "虚构条例第一条", "competence": "虚构的职责规定", "options": OPTIONS,
    }  # fmt: skip
    return services.Content(**{**said, **more})


@pytest.fixture
def speaker(bodies: dict[str, Body]) -> Callable[..., Actor]:
    """speaker("mayor"), speaker("vicemayor2"): the actor of a leader by user name."""

    def make(name: str, at: dt.datetime = NOW) -> Actor:
        grant = Grant.objects.filter(user__username=name).select_related("user__person").first()
        assert grant is not None, name
        return actor_for(user=grant.user, body_id=grant.body_id, at=at)

    return make


def own(body: Body, at: dt.datetime = NOW) -> Actor:
    """Whoever puts matters forward for a body."""
    grant = (
        Grant.objects.filter(body=body, role__permissions__code="decisions.prepare")
        .select_related("user__person")
        .first()
    )
    return actor_for(user=grant.user, body_id=body.pk, at=at) if grant else SYSTEM


FORMS = {"expert": "argument", "hearing": "hearing", "participation": "asking", "prior": "request"}


@pytest.fixture
def prepare(actor: Callable[..., Actor]) -> Callable[..., Decision]:
    """prepare(decision): do every step of the preparation that its facts call for, but those in `leave`."""

    def make(decision: Decision, at: dt.datetime = NOW, leave: tuple[str, ...] = ()) -> Decision:
        by = own(decision.body, at)
        for key, _ in steps_open(decision, at):
            if key in leave:
                continue
            from luoshi.decisions import rules

            fields = rules.content_or_none(f"decisions.{key}", at).fields
            step = services.step_record(
                decision=decision, key=key, form=FORMS.get(key, ""), values={f.key: "虚构记录" for f in fields},
                file=pdf(), file_name="材料.pdf", actor=by, at=at,
            )  # fmt: skip
            if key == "hearing_report":
                services.step_confirm(step=step, actor=actor("legal_office", at=at), at=at)
        if "legality" not in leave:
            services.legality_ask(matter=decision.matter, actor=by, at=at)
            services.legality_give(
                review=legality_of(decision.pk), result="lawful", opinion="合法", actor=actor("legal_office", at=at), at=at,
            )  # fmt: skip
        for code in decision.involved:
            services.consultation_record(
                decision=decision, body=Body.objects.get(code=code), agrees=True, opinion="", signer="局长",
                sealed=True, actor=by, at=at,
            )  # fmt: skip
        return fresh(decision)

    return make


def fresh(decision: Decision) -> Decision:
    """The decision as it is now."""
    return Decision.objects.select_related("matter", "body").get(pk=decision.pk)


@pytest.fixture
def proposed(bodies: dict[str, Body]) -> Callable[..., Decision]:
    """proposed("city_renewal", weight="urgent"): a matter put forward by the housing bureau."""

    def make(
        *subjects: str, body: str = "zhujian", weight: str = "ordinary", at: dt.datetime = NOW, **more: Any
    ) -> Decision:
        replaces, secrecy = more.pop("replaces", None), more.pop("secrecy", "")
        return services.decision_propose(
            content=content(*subjects, **more), body=bodies[body], weight=weight, actor=own(bodies[body], at), at=at,
            replaces=replaces, secrecy=secrecy,
        )  # fmt: skip

    return make


@pytest.fixture
def determined(
    proposed: Callable[..., Decision], prepare: Callable[..., Decision], speaker: Callable[..., Actor]
) -> Callable[..., Decision]:
    """determined("city_renewal"): reviewed by the vice mayor in charge and settled as a topic by the mayor."""

    def make(
        *subjects: str,
        at: dt.datetime = NOW,
        weight: str = "ordinary",
        more: dict[str, Any] | None = None,
        **said: Any,
    ) -> Decision:
        decision = prepare(proposed(*subjects, at=at, weight=weight, **said), at=at)
        services.decision_submit(decision=decision, actor=own(decision.body, at), at=at)
        services.decision_approve(
            decision=decision, kinds=decision.kinds, opinion="同意提请", actor=speaker("vicemayor", at), at=at
        )
        services.decision_determine(
            decision=decision, weight=weight, actor=speaker("mayor", at), at=at, **(more or {})
        )
        return fresh(decision)

    return make


@pytest.fixture
def convene(bodies: dict[str, Body]) -> Callable[..., Meeting]:
    """convene("executive", present=6): a running meeting with so many of the leadership, by rank, signed in."""
    count = iter(range(1, 1000))

    def make(
        kind: str = "executive",
        *,
        present: int = 20,
        chair: str = "mayor",
        commission: str = "",
        at: dt.datetime = NOW,
    ) -> Meeting:
        head = next(one for one in leaders_on(at.date()) if one.office == chair).person
        composed = kind if kind == "plenary" else "executive"
        members = members_in_post(composed, day=at.date())
        matter = ledger.matter_open(
            kind="meetings.meeting",
            title=f"虚构{kind}会议",
            body_id=bodies["shizhangban"].pk,
            actor=SYSTEM,
            at=at,
        )
        number = next(count)
        with door():
            meeting = Meeting.objects.create(
                matter=matter, jurisdiction=matter.jurisdiction, kind=kind, title=f"第{number}次会议", year=at.year,
                ordinal=number, organiser=bodies["shizhangban"], convenor=head, chair=head,
                chair_office=chair, planned_at=at, opened_at=at, place="第一会议室", commission=commission,
                commissioned_by="市长" if commission else "", commissioned_at=at if commission else None,
            )  # fmt: skip
            here = [head, *[one for one in members if one.pk != head.pk]][:present]
            for one in here:
                Attendee.objects.create(
                    meeting=meeting, part="member", person=one, name=one.name, signed_in_at=at
                )
        return meeting

    return make


@pytest.fixture
def everybody_speaks(speaker: Callable[..., Actor]) -> Callable[..., Sitting]:
    """everybody_speaks(decision, views=["agree", …]): all present but the chair speak, by rank; the last view repeats."""

    def make(decision: Decision, views: tuple[str, ...] = ("agree",), at: dt.datetime = NOW) -> Sitting:
        sitting = decision.sittings.get(closed_at__isnull=True)
        rest = [pk for pk in sitting.present if pk != sitting.chair_id]
        for place, pk in enumerate(rest):
            grant = Grant.objects.filter(user__person_id=pk).select_related("user__person").first()
            by = actor_for(user=grant.user, body_id=grant.body_id, at=at)
            view = views[min(place, len(views) - 1)]
            services.opinion_give(decision=decision, view=view, reason="虚构理由", actor=by, at=at)
        return sitting

    return make


@pytest.fixture
def decided(
    determined: Callable[..., Decision],
    convene: Callable[..., Meeting],
    everybody_speaks: Callable[..., Sitting],
    speaker: Callable[..., Actor],
) -> Callable[..., Decision]:
    """decided("city_renewal"): taken by an executive meeting in which all agreed."""

    def make(*subjects: str, kind: str = "executive", at: dt.datetime = NOW, **more: Any) -> Decision:
        decision = determined(*subjects, at=at, **more)
        services.sitting_open(
            decision=decision, meeting=convene(kind, at=at), actor=speaker("mayor", at), at=at
        )
        everybody_speaks(decision, at=at)
        services.decision_conclude(
            decision=decision,
            outcome="passed",
            view="agree",
            conclusion="同意实施",
            actor=speaker("mayor", at),
            at=at,
        )
        return fresh(decision)

    return make
