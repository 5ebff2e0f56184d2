"""The demo city: three months of a 12345 platform and its units, lived through the services."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from luoshi.demo import knowledge
from luoshi.demo.clockwork import Clockwork
from luoshi.demo.lives import Lives
from luoshi.ledger import clock, rules
from luoshi.ledger.models import Matter
from luoshi.ledger.services import seal_days
from luoshi.organisation.models import Body, Grant
from luoshi.organisation.seed import seed_sanmenxia_bodies

PASSWORD = "Luoshi-demo-12345"  # noqa: S105 - shown on purpose; demo accounts only
SEED = 12345
REQUESTS_A_DAY = (3, 7)
WEEKEND = (0, 2)
SHOWN = [
    ("agent", "platform"), ("dispatcher", "platform"), ("reviewer", "platform"), ("callback", "platform"),
    ("platform_leader", "platform"), ("command_centre", "command-centre"), ("liaison", "chengguan"),
    ("handler", "chengguan"), ("unit_leader", "chengguan"), ("liaison", "hubin"), ("unit_leader", "hubin"),
    ("city_leader", "shizhengfu"), ("rule_editor", "zhengfuban"), ("administrator", "zhengfuban"),
    ("security_officer", "zhengfuban"), ("auditor", "zhengfuban"),
]  # fmt: skip

Say = Callable[[str], Any]


def build(*, months: int, say: Say, now: datetime | None = None) -> None:
    """Build the city unless it stands: bodies and people, knowledge, and the life of so many months."""
    if Matter.objects.filter(kind="hotline.request").exists():
        say("The demo city stands already.")
        return
    end = (now or timezone.now()).astimezone(rules.current().worktime.tz)
    start = (end - timedelta(days=30 * months)).replace(hour=8, minute=0, second=0, microsecond=0)
    say(f"Building the demo city: {start:%Y-%m-%d} to {end:%Y-%m-%d} …")
    if not Body.objects.exists():
        founded = start - timedelta(days=7)
        with clock.as_if(founded):
            seed_sanmenxia_bodies(at=founded, password_hash=make_password(PASSWORD))
    with clock.as_if(start - timedelta(days=5)):
        knowledge.fill(at=start - timedelta(days=5))
    machine = Clockwork(start, end)
    lives = Lives(machine, random.Random(SEED))  # noqa: S311 - the same city every time
    _plan(machine, lives, start, end)
    machine.run(_progress(start, end))
    seal_days(now=end)
    say(f"The city lived {machine.done} steps; the rules refused {len(machine.refused)} of them.")


def _plan(machine: Clockwork, lives: Lives, start: datetime, end: datetime) -> None:
    """When citizens call: more on working days, mostly by day."""
    chance = lives.chance
    calendar = rules.current().worktime.calendar
    day = start
    while day < end:
        low, high = REQUESTS_A_DAY if calendar.is_working(day.date()) else WEEKEND
        for _ in range(chance.randint(low, high)):
            minute = int(chance.triangular(0, 16 * 60, 4 * 60))
            machine.at(day + timedelta(minutes=minute, seconds=chance.randint(0, 59)), lives.begin)
        if day.day == 1:
            machine.at(day + timedelta(hours=1), lives.month_end)
        day += timedelta(days=1)
    for minutes in (200, 150, 110, 75, 50, 35, 20, 12, 6, 3):
        machine.at(end - timedelta(minutes=minutes), lives.begin)


def _progress(start: datetime, end: datetime) -> Callable[[datetime], None]:
    """A line that grows on a terminal; nothing elsewhere."""
    shown = -1

    def progress(moment: datetime) -> None:
        nonlocal shown
        part = int(100 * (moment - start) / (end - start))
        if part != shown and sys.stderr.isatty():
            shown = part
            sys.stderr.write(f"\r  {part:3d} %  {moment:%Y-%m-%d}")
            sys.stderr.write("\n" if part >= 100 else "")
            sys.stderr.flush()

    return progress


def print_logins(*, say: Say) -> None:
    """The accounts of the demo, by role, with their one password."""
    say(f"\nDemo accounts (password of all: {PASSWORD}):")
    for role, body in SHOWN:
        grants = Grant.objects.filter(role__code=role, body__code=body, user__is_demo=True)
        grant = grants.select_related("user", "role", "body").order_by("pk").first()
        if grant is not None:
            say(f"  {grant.user.username:<22} {grant.role.title}({grant.body.short_name})")
