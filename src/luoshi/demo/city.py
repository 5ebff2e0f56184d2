"""The demo city: months of a 12345 platform and its units, lived through the services.

It is built in one transaction: a build that is broken off leaves nothing behind.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from luoshi.agenda.seed import seed_leaders
from luoshi.demo.agenda import Agenda
from luoshi.demo.appointments import Appointments
from luoshi.demo.assessing import Assessing
from luoshi.demo.cast import Cast
from luoshi.demo.clockwork import Begin, Clockwork, Life, Office, before, later
from luoshi.demo.decisions import Decisions
from luoshi.demo.deeds import Deeds
from luoshi.demo.incoming import Desk
from luoshi.demo.knowledge import Library
from luoshi.demo.lives import Lives
from luoshi.demo.meetings import Meetings
from luoshi.demo.outgoing import Papers
from luoshi.demo.rounds import Rounds
from luoshi.demo.scenes import Scenes
from luoshi.demo.sheets import Sheets
from luoshi.demo.supervision import Seeing
from luoshi.demo.targets import Targets
from luoshi.demo.topics import Topics
from luoshi.demo.waiting import Waiting
from luoshi.hotline import services
from luoshi.hotline.models import MonthlyNotice, Request
from luoshi.hotline.services.notices import CALLBACKS
from luoshi.hotline.services.suggesting import model_train
from luoshi.hotline.services.topics import topics_draw
from luoshi.inbox.services import readers_begin
from luoshi.ledger import clock, rules
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import Incomplete, Refusal
from luoshi.ledger.models import door
from luoshi.ledger.services import seal_days
from luoshi.organisation.models import Body, Grant, User
from luoshi.organisation.seed import seed_sanmenxia_bodies

PASSWORD = "Luoshi-demo-12345"  # noqa: S105 - shown on purpose; demo accounts only
SEED = 12345
REQUESTS_A_DAY = (3, 5)
REQUESTS_ON_A_DAY_OFF = (0, 2)
SHORTEST = 7 * 480  # working minutes that the scenes and the waiting work need
SHOWN = [
    ("agent", "platform"), ("dispatcher", "platform"), ("reviewer", "platform"), ("callback", "platform"),
    ("platform_leader", "platform"), ("command_centre", "command-centre"), ("liaison", "chengguan"),
    ("handler", "chengguan"), ("unit_leader", "chengguan"), ("unit_principal", "chengguan"), ("liaison", "hubin"),
    ("unit_leader", "hubin"), ("unit_principal", "hubin"), ("mayor", "shizhengfu"), ("executive_vice_mayor", "shizhengfu"),
    ("vice_mayor", "shizhengfu"), ("secretary_general", "shizhengfu"), ("deputy_secretary_general", "shizhengfu"),
    ("secretariat", "mishuke"), ("confidential_office", "jiyaoke"), ("mayor_office", "shizhangban"),
    ("section_clerk", "zonghe1"), ("section_head", "zonghe1"), ("supervision_office", "duchashi"),
    ("legal_office", "fazhiban"), ("personnel_office", "bianban"), ("inspector", "jiancha"),
    ("city_leader", "shizhengfu"), ("round_office", "zhengfuban"), ("assessor", "zhengfuban"),
    ("target_office", "zhengfuban"), ("rule_editor", "zhengfuban"), ("administrator", "zhengfuban"),
    ("security_officer", "zhengfuban"), ("auditor", "zhengfuban"),
]  # fmt: skip

ANALYSED = {50 * 2**power for power in range(10)}  # after so many steps the planner looks at the tables again

Say = Callable[[str], Any]


class NotADemo(Exception):
    """The database holds something that is not the demo's; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did. refused: the steps that the rules did not allow, which a sound script has none of."""

    start: datetime
    end: datetime
    steps: int
    refused: list[str]


def stands() -> datetime | None:
    """Up to when the demo city that stands has lived; None when there is none.

    Errors: NotADemo when the database holds other people's data.
    """
    if User.objects.filter(is_demo=False).exists():
        raise NotADemo("this database has accounts that are not of the demo; give the demo an empty one")
    last: Request | None = Request.objects.order_by("-received_at").first()
    if last is None and Body.objects.exists():
        raise NotADemo("this database has bodies but no demo city; give the demo an empty one")
    return timezone.localtime(last.received_at) if last else None


def build(
    *,
    days: int,
    say: Say,
    now: datetime | None = None,
    progress: Callable[[float, datetime], None] | None = None,
    a_day: tuple[int, int] = REQUESTS_A_DAY,
) -> Built:
    """Build the city in an empty database: bodies, people, knowledge, and the life of so many days up to now.

    The same days, moment and seed give the same city. `progress` is told the part done (0 to 1) and the day.
    Errors: NotADemo when the database is not empty.
    """
    if stands() is not None:
        raise NotADemo("the demo city stands already")
    end = (now or timezone.now()).astimezone(rules.current().worktime.tz).replace(microsecond=0)
    start = min(end - timedelta(days=days), before(end, SHORTEST)).replace(hour=8, minute=0, second=0)
    say(f"Building the demo city: {start:%Y-%m-%d} to {end:%Y-%m-%d} …")
    with _quick(), transaction.atomic():
        machine = _people_it(start, end, a_day)
        steps = 0

        def told(moment: datetime) -> None:
            nonlocal steps
            steps += 1
            if steps in ANALYSED:
                _analyse()
            if progress is not None:
                progress((moment - start) / (end - start), moment)

        machine.run(told)
        _date_sink()
        _read_past(end)
        with clock.as_if(end):
            _learn(end)
        seal_days(now=end)
    return Built(start, end, machine.done, machine.refused)


def _read_past(end: datetime) -> None:
    """Everybody has read what is older than a day, as people do who were there."""
    held = Grant.objects.filter(body__isnull=False).values_list("user_id", "body_id").distinct()
    readers_begin(before=end - timedelta(days=1), readers=held)


def _learn(end: datetime) -> None:
    """What the worker would have learned by now: whom to suggest (a short life is too little), what rises."""
    with suppress(Incomplete):
        model_train(actor=SYSTEM, at=end)
    topics_draw(actor=SYSTEM, at=end)


@contextmanager
def _quick() -> Iterator[None]:
    """No worker is woken for each message, and one savepoint guards a step (`_guard`) instead of one each service."""
    waking, nesting = settings.OUTBOX_WAKE, connection.features.uses_savepoints
    settings.OUTBOX_WAKE = connection.features.uses_savepoints = False
    try:
        yield
    finally:
        settings.OUTBOX_WAKE, connection.features.uses_savepoints = waking, nesting


@contextmanager
def _guard() -> Iterator[None]:
    """A step that is refused is undone as a whole; the build goes on."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT step")
        try:
            yield
        except Refusal:
            connection.set_rollback(False)  # else Django refuses the rollback to the savepoint itself
            cursor.execute("ROLLBACK TO SAVEPOINT step")
            raise
        finally:
            if not connection.needs_rollback:
                cursor.execute("RELEASE SAVEPOINT step")


def _analyse() -> None:
    """Let the planner know how large the tables have become: inside one transaction nobody else tells it."""
    with connection.cursor() as cursor:
        tables = [
            model._meta.db_table for model in apps.get_models() if model.__module__.startswith("luoshi.")
        ]
        cursor.execute("ANALYZE " + ", ".join(tables))


def _date_sink() -> None:
    """What the sink received in the past, it received when it was sent."""
    with door(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_sinkmessage s SET received_at = o.sent_at FROM ledger_outbox o"
            " WHERE o.key = s.key AND o.sent_at IS NOT NULL"
        )


def _people_it(start: datetime, end: datetime, a_day: tuple[int, int]) -> Clockwork:
    """Found the city and plan who does what when."""
    founded, filled = start - timedelta(days=7), start - timedelta(days=5)
    with clock.as_if(founded):
        seed_sanmenxia_bodies(at=founded, password_hash=make_password(PASSWORD))
        seed_leaders(at=founded)
    chance = random.Random(SEED)  # noqa: S311 - the same city every time
    cast = Cast()
    library = Library(cast, end)
    with clock.as_if(filled):
        library.fill(filled)
        assessing = Assessing(cast, start, end)
        assessing.fill(filled)
        targets = Targets(cast, start, end)
        targets.fill(filled)
        appointments = Appointments(cast, start, end)
        appointments.fill(filled)
    machine = Clockwork(start, end, _guard)
    lives = Lives(machine, Deeds(cast, chance), library)
    _plan_calls(machine, lives, start, a_day)
    scenes = Scenes(lives).all()
    last = before(end, SHORTEST - 480 * 2)
    for place, scene in enumerate(scenes):
        machine.start(later(start + (last - start) * place / len(scenes), 1), scene)
    records = (
        *assessing.lives(),
        *Sheets(cast, start, end).lives(),
        *Rounds(cast, start, end).lives(),
        *targets.lives(),
        *Meetings(cast, start, end).lives(),
        *Topics(cast, start, end).lives(),
        *Decisions(cast, start, end).lives(),
        *Agenda(cast, start, end).lives(),
        *appointments.lives(),
        *Seeing(cast, start, end).lives(),
        *Papers(cast, start, end).lives(),
        *Desk(cast, start, end).lives(),
    )
    for moment, begin in (*Waiting(lives, end).all(), *library.lives(start), *records):
        machine.start(moment, begin)
    months = _months_ended(start, end)
    for month, moment in months:
        machine.start(moment, _monthly(cast, month, latest=month == months[-1][0]))
    return machine


def _plan_calls(machine: Clockwork, lives: Lives, start: datetime, a_day: tuple[int, int]) -> None:
    """When citizens call: more on working days, mostly by day."""
    chance, calendar, day = lives.chance, rules.current().worktime.calendar, start
    while day < machine.end:
        low, high = a_day if calendar.is_working(day.date()) else REQUESTS_ON_A_DAY_OFF
        for _ in range(chance.randint(low, min(high, max(a_day)))):
            minute = int(chance.triangular(0, 14 * 60, 3 * 60))
            machine.start(day + timedelta(minutes=minute, seconds=chance.randint(0, 59)), lives.ordinary)
        day += timedelta(days=1)


def _months_ended(start: datetime, end: datetime) -> list[tuple[date, datetime]]:
    """Each month that ended in the city's life, and when the platform closed it; the one before, if none did."""
    found, first = [], end.replace(day=1, hour=9, minute=0, second=0)
    while first > start:
        found.append((first.date() - timedelta(days=1), later(first, 60)))
        first = (first - timedelta(days=1)).replace(day=1)
    inside = [(month, moment) for month, moment in reversed(found) if moment <= end]
    return inside or [(start.date().replace(day=1) - timedelta(days=1), later(start, 60))]


def _monthly(cast: Cast, month: date, *, latest: bool) -> Begin:
    """A month is closed; its notices are issued, but for the latest one on call-backs, which is still owed."""

    def closed(at: datetime) -> Life:
        made: list[MonthlyNotice] = services.month_close(month=month, actor=cast.head, at=at)
        at = yield Office(400)
        for notice in made:
            if not (latest and notice.kind == CALLBACKS):
                services.notice_issue(
                    notice=notice,
                    remark="供水、市容和物业来件居前，请各单位重视首次联系。",
                    actor=cast.head,
                    at=at,
                )

    return closed


def logins(shown: Sequence[tuple[str, str]] = tuple(SHOWN)) -> list[tuple[str, str, str]]:
    """The accounts that are shown: (user name, role, body)."""
    found = []
    for role, body in shown:
        grants = Grant.objects.filter(role__code=role, body__code=body, user__is_demo=True)
        grant = grants.select_related("user", "role", "body").order_by("pk").first()
        if grant is not None:
            title = rules.current().roles.get(grant.role.code, grant.role.title)
            found.append((grant.user.username, title, grant.body.short_name))
    return found


def print_logins(*, say: Say, shown: Sequence[tuple[str, str]] = tuple(SHOWN)) -> None:
    """The accounts of the demo, by role, with their one password."""
    say(f"\nDemo accounts (password of all: {PASSWORD}):")
    for username, role, body in logins(shown):
        say(f"  {username:<22} {role}({body})")
