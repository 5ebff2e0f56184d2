"""Fifty signed-in people press the same button of a running server: it happens once, and the others are told.

Web processes run as in production (gunicorn with several processes and threads) on the test's own database; each
person has an account and a session of their own and reaches it by HTTP.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bench.client import Answer, Browser
from bench.server import serving

from tests.conftest import PASSWORD, SEEDED_AT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.short,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform == "win32", reason="gunicorn does not run on Windows"),
]

PEOPLE = 50
PLATFORM_ROLES = ("agent", "dispatcher", "reviewer")
ORDER = {
    "mode": "sole", "instruction": "请核实处理并按时答复", "principle": "competence", "urgency": "routine"
}  # fmt: skip
CALL = {
    "channel": "phone", "kind": "help", "urgency": "routine", "wants_public": "on", "title": "路灯不亮",
    "content": "甘棠路中段的路灯不亮,晚上看不清路。", "name": "虞听澜", "place": "甘棠路",
}  # fmt: skip


def _hire(body: Any, roles: tuple[str, ...], prefix: str) -> list[str]:
    """Fifty accounts at a body, each with these roles; returns their names."""
    from django.contrib.auth.hashers import make_password

    from luoshi.ledger.actors import SYSTEM
    from luoshi.organisation import services
    from luoshi.organisation.models import Role

    common: dict[str, Any] = {"actor": SYSTEM, "at": SEEDED_AT}
    hashed, granted = make_password(PASSWORD), list(Role.objects.filter(code__in=roles))
    names = [f"{prefix}{number:02d}" for number in range(PEOPLE)]
    for number, name in enumerate(names):
        person = services.person_create(
            body=body, name=f"值班{number:02d}", mobile="", office_phone="", **common
        )
        user = services.user_create(
            username=name, person=person, password_hash=hashed, is_demo=True, must_change_password=False, **common
        )  # fmt: skip
        for role in granted:
            services.grant_role(user=user, role=role, body=body, since=SEEDED_AT.date(), **common)
    return names


@pytest.fixture
def port(bodies: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of two web processes of four threads each on the test's database."""
    from django.conf import settings
    from django.db import connection

    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "luoshi.web.settings_test")
    url = os.environ["LUOSHI_DATABASE_URL"]
    own = re.sub(r"/[^/?]+(\?|$)", rf"/{connection.settings_dict['NAME']}\1", url, count=1)
    with serving(own, home=settings.HOME) as found:
        yield found


def crowd(port: int, names: list[str]) -> list[Browser]:
    """Everybody signed in."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda name: Browser(port).log_in(name, PASSWORD), names))


def press(people: list[Browser], button: Callable[[Browser, int], Answer]) -> list[Answer]:
    """All press at the same moment; what each saw."""
    ready = threading.Barrier(len(people))

    def one(number: int) -> Answer:
        ready.wait()
        return button(people[number], number)

    with ThreadPoolExecutor(len(people)) as pool:
        return list(pool.map(one, range(len(people))))


def check(answers: list[Answer], said: str) -> None:
    """One was let through; the others saw a page that says why not."""
    won = [answer for answer in answers if answer.status == 302]
    lost = [answer for answer in answers if answer.status != 302]
    assert len(won) == 1, sorted(answer.status for answer in answers)
    assert {answer.status for answer in lost} == {409}
    assert all(said in answer.text for answer in lost)


def _now() -> dt.datetime:
    from django.utils import timezone

    return timezone.now()


def test_of_fifty_people_at_one_button_one_succeeds_and_numbers_have_no_gaps(
    port: int, bodies: dict[str, Any], actor: Callable[..., Any]
) -> None:
    from django.db.models import Q

    from luoshi.hotline.models import Dispatch, Request
    from luoshi.ledger.models import Event
    from luoshi.ledger.verify import Report, verify

    unit = bodies["chengguan"]
    platform = crowd(port, _hire(bodies["platform"], PLATFORM_ROLES, "desk"))
    liaisons = crowd(port, _hire(unit, ("liaison",), "unit"))

    registered = press(platform, lambda who, n: who.post("/console/", CALL | {"mobile": f"199000080{n:02d}"}))
    assert {answer.status for answer in registered} == {302}
    found = list(Request.objects.order_by("matter__number").select_related("matter", "contact"))
    assert len({request.matter.number for request in found}) == PEOPLE
    assert [int(request.matter.number[9:]) for request in found] == list(range(1, PEOPLE + 1))

    first, second = found[0], found[1]
    order = ORDER | {"unit": str(unit.pk), "version": str(first.matter.version)}
    check(press(platform, lambda who, n: who.post(f"/requests/{first.pk}/do/dispatch/", order)), "批转")
    dispatch = Dispatch.objects.select_related("matter", "body", "request__contact").get(request=first)

    seen = {"version": str(dispatch.matter.version)}
    check(press(liaisons, lambda who, n: who.post(f"/dispatches/{dispatch.pk}/do/sign/", seen)), "签收")

    _offered(second, bodies["huanbao"], bodies["zhujian"], actor)
    check(press(liaisons, lambda who, n: who.post(f"/voluntary/{second.pk}/claim/", {})), "领办")
    assert Dispatch.objects.filter(request=second, body=unit).count() == 1

    _answered(dispatch, actor)
    seen = {"version": str(dispatch.matter.version), "note": ""}
    check(press(platform, lambda who, n: who.post(f"/dispatches/{dispatch.pk}/do/pass/", seen)), "审核通过")

    rows = Event.objects.filter(Q(matter__in=(first.pk, second.pk)) | Q(matter=dispatch.pk))
    for kind in ("hotline.signed", "hotline.claimed", "hotline.review_passed"):
        assert rows.filter(kind=kind).count() == 1, kind
    assert rows.filter(kind="hotline.dispatched_out", matter=first.pk).count() == 1
    assert list(verify(report=Report())) == []


def _offered(request: Any, unit: Any, other: Any, actor: Callable[..., Any]) -> None:
    """A unit returns the request with reason, and the platform puts it on the voluntary list."""
    from luoshi.hotline import services
    from luoshi.hotline.services import Order, Terms

    desk, liaison = actor("dispatcher"), actor("liaison", unit.code)
    order = Order(unit, "请核实处理")
    (sent,) = services.request_dispatch(
        request=request, orders=[order], terms=Terms("competence"), actor=desk, at=_now()
    )
    services.dispatch_sign(dispatch=sent, actor=liaison, at=_now())
    asked = services.return_request(
        dispatch=sent, reason="不属本单位职责", proposed_body=other, actor=liaison, at=_now()
    )
    services.return_accept(application=asked, opinion="理由成立", actor=desk, at=_now())
    request.matter.refresh_from_db()
    services.request_offer(
        request=request, reason="退单理由成立", unsuitable="涉及单位无法确定主次", acceptable=True,
        actor=actor("platform_leader"), at=_now(),
    )  # fmt: skip


def _answered(dispatch: Any, actor: Callable[..., Any]) -> None:
    """The unit hands over, contacts, drafts and submits its reply."""
    from luoshi.hotline import services

    liaison, leader = actor("liaison", "chengguan"), actor("unit_leader", "chengguan")
    dispatch.matter.refresh_from_db()
    dispatch.refresh_from_db()
    services.dispatch_hand_over(dispatch=dispatch, handler="照明科", actor=liaison, at=_now())
    services.dispatch_contact(dispatch=dispatch, note="已电话核实", actor=liaison, at=_now())
    services.dispatch_preliminary(dispatch=dispatch, opinion="情况属实", actor=liaison, at=_now())
    services.reply_draft(
        dispatch=dispatch, handling="已更换灯具", problems="巡查不够", measures="每周巡查", actor=liaison, at=_now()
    )  # fmt: skip
    services.reply_submit(dispatch=dispatch, actor=leader, at=_now())
    dispatch.matter.refresh_from_db()
