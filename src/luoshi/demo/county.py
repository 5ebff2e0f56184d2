"""The demo county: the same program under another rulebook, a draft on trial; meetings, papers, leave, appointments.

It is built in one transaction, as the city is. The hotline and what hangs on it the county does without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from luoshi.agenda.seed import seed_leaders
from luoshi.demo.agenda import Agenda
from luoshi.demo.appointments import Appointments
from luoshi.demo.cast import Cast
from luoshi.demo.city import PASSWORD, Built, NotADemo, Say, _guard, _quick
from luoshi.demo.clockwork import Begin, Clockwork, later
from luoshi.demo.decisions import Decisions, Plan
from luoshi.demo.incoming import Desk
from luoshi.demo.meetings import Meetings
from luoshi.demo.outgoing import Papers
from luoshi.demo.supervision import Seeing
from luoshi.ledger import clock, rules
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import WrongState
from luoshi.ledger.models import Matter
from luoshi.ledger.services import seal_days
from luoshi.meetings.models import Topic
from luoshi.organisation.models import Body, User
from luoshi.organisation.seed import seed_bodies

PLACE = "xiping"
SHOWN = [
    ("mayor", "shizhengfu"), ("executive_vice_mayor", "shizhengfu"), ("vice_mayor", "shizhengfu"),
    ("secretary_general", "shizhengfu"), ("deputy_secretary_general", "shizhengfu"), ("secretariat", "mishuke"),
    ("confidential_office", "jiyaoke"), ("mayor_office", "shizhangban"), ("section_clerk", "zonghe1"),
    ("section_head", "zonghe1"), ("supervision_office", "duchashi"), ("legal_office", "fazhiban"),
    ("personnel_office", "renshe"), ("inspector", "jiancha"), ("unit_principal", "chengguan"), ("liaison", "chengguan"),
    ("unit_principal", "wugouying"), ("rule_editor", "zhengfuban"), ("administrator", "zhengfuban"),
    ("security_officer", "zhengfuban"), ("auditor", "zhengfuban"),
]  # fmt: skip


PLANS = "4"  # kind of an executive meeting's topics: choice meetings.category_executive
PARTS = {
    "hubin": "wugouying",
    "lushi": "quanzhai",
    "shifanqu": "shiling",
    "reli": "zhengwu",
    "shuiwu": "zhengwu",
}
"""Who plays here the parts of the city's counties and enterprises."""


class CountyCast(Cast):
    """The people and bodies of the county, in the parts that the city's scripts name."""

    def body(self, code: str) -> Body:
        """A body by its code, or the one in that part."""
        return super().body(PARTS.get(code, code))

    def actor(self, role: str, code: str, turn: int = 0) -> Actor:
        """The account with a role at a body, or at the one in that part."""
        return super().actor(role, PARTS.get(code, code), turn)


class CountyMeetings(Meetings):
    """The county's meetings. It has no coordination meetings, and of its executive meeting's topics the open kind asks
    for a study at the county head's office meeting first; these are plans and reports."""

    hall = "县政府第一会议室"

    def lives(self) -> list[tuple[datetime, Begin]]:
        """As in the city, without the meeting that the county does not have."""
        return [told for told in super().lives() if told[1] != self.coordination]

    def topic(self, title: str, unit: str, kind: str, category: str, keeper: Actor, at: datetime) -> Topic:
        """A topic of the county's own kind."""
        return super().topic(title, unit, kind, PLANS, keeper, at)


class CountyDecisions(Decisions):
    """What the county decides collectively: one plan in preparation, one decided by the executive meeting."""

    begun = Plan("县城雨污分流改造规划", "zhujian", "planning", "对老城区排水管网分区改造。", ("chengguan",))
    settled = Plan(
        "县城主要路段改造规划", "chengguan", "planning", "改造四条主要道路和人行道。", ("zhujian",)
    )
    category = PLANS

    def __init__(self, cast: Cast, start: datetime, end: datetime) -> None:
        super().__init__(cast, start, end)
        self.meetings = CountyMeetings(cast, start, end)

    def lives(self) -> list[tuple[datetime, Begin]]:
        """One decided, one in preparation."""
        return [
            (later(self.start + (self.end - self.start) / 4, 40), self.decided),
            (later(self.end - timedelta(days=8), 30), self.preparing),
        ]


ONE: dict[str, Any] = {"answers": {"matters": 1}}  # a request for one matter, as the county's rules ask


class CountyDesk(Desk):
    """The county's papers: from townships and departments, and one from the city above."""

    papers = (
        ("关于修缮镇区排水沟渠的请示", "wugouying", {"source": "township", **ONE}, "decided"),
        ("关于增设乡镇敬老院床位的请示", "minzheng", ONE, "routing"),
        ("关于开展夜间渣土运输整治的请示", "chengguan", {"urgency": "urgent", **ONE}, "instructed"),
        ("关于报送秋粮收储情况的报告", "nongye", {"genre": "report"}, "format"),
        ("关于新建村级文化广场的请示", "quanzhai", {"source": "township", **ONE}, "registered"),
    )
    above: ClassVar[dict[str, Any]] = {
        "source": "city_government", "sender_name": "驻马店市人民政府", "reference": "驻政〔{:%Y}〕18号",
    }  # fmt: skip


@contextmanager
def _as_far_as_it_goes() -> Iterator[None]:
    """A step of a script made for the city that finds nobody for a part here is undone, as a refused one is."""
    with _guard():
        try:
            yield
        except (LookupError, ObjectDoesNotExist) as error:
            raise WrongState(f"{type(error).__name__}: {error}") from error


def stands() -> datetime | None:
    """Up to when the demo county that stands has lived; None when there is none.

    Errors: NotADemo when the database holds other people's data.
    """
    if User.objects.filter(is_demo=False).exists() or Body.objects.exclude(jurisdiction=PLACE).exists():
        raise NotADemo(
            "this database holds something that is not the demo county; give the demo an empty one"
        )
    last = Matter.objects.filter(jurisdiction=PLACE).aggregate(last=Max("changed_at"))["last"]
    return timezone.localtime(last) if last else None


def build(
    *,
    days: int,
    say: Say,
    now: datetime | None = None,
    progress: Callable[[float, datetime], None] | None = None,
) -> Built:
    """Build the county in an empty database: bodies, people, leaders, and the life of so many days up to now.

    Errors: NotADemo when the database is not empty, or the rulebook is another one.
    """
    if stands() is not None:
        raise NotADemo("the demo county stands already")
    if settings.JURISDICTION != PLACE or rules.current().jurisdiction != PLACE:
        raise NotADemo(
            f"the county lives under the rulebook {PLACE}; start it by luoshi demo --rulebook {PLACE}"
        )
    end = (now or timezone.now()).astimezone(rules.current().worktime.tz).replace(microsecond=0)
    start = (end - timedelta(days=max(days, 30))).replace(hour=8, minute=0, second=0)
    say(f"Building the demo county: {start:%Y-%m-%d} to {end:%Y-%m-%d} …")
    with _quick(), transaction.atomic():
        machine = _people_it(start, end)
        machine.run(lambda moment: progress and progress((moment - start) / (end - start), moment))
        seal_days(now=end)
    return Built(start, end, machine.done, machine.refused)


def _people_it(start: datetime, end: datetime) -> Clockwork:
    """Found the county and plan who does what when."""
    founded = start - timedelta(days=7)
    with clock.as_if(founded):
        seed_bodies(place=PLACE, at=founded, password_hash=make_password(PASSWORD))
        seed_leaders(place=PLACE, at=founded)
    cast = CountyCast()
    appointments = Appointments(cast, start, end, office="renshe")
    with clock.as_if(start - timedelta(days=5)):
        appointments.fill(start - timedelta(days=5))
    machine = Clockwork(start, end, _as_far_as_it_goes)
    agenda = Agenda(cast, start, end)
    away = [(later(start + (end - start) * part, 45), agenda.visit) for part in (0.2, 0.55)]
    shared = (
        CountyMeetings(cast, start, end),
        Seeing(cast, start, end),
        Papers(cast, start, end),
        CountyDecisions(cast, start, end),
        CountyDesk(cast, start, end),
    )
    records = (record for function in shared for record in function.lives())
    for moment, begin in (*appointments.lives(), *records, *away):
        machine.start(moment, begin)
    return machine
