"""`python -m bench guard`: has something become slower? Ratios measured now beside those kept in bench/ratios.json.

Seconds differ from machine to machine, and with what else it does. So each thing is timed in turn with a piece of
plain Python that never changes, both in processor time; kept and compared is how many times the one takes the other.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

KEPT = Path(__file__).with_name("ratios.json")
ALLOWED = 1.5  # times the kept ratio
ROUNDS = 15
TZ = ZoneInfo("Asia/Shanghai")
Deed = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Found:
    """A ratio as measured now, beside the kept one (None for a new one)."""

    name: str
    now: float
    kept: float | None

    @property
    def slower(self) -> bool:
        """Whether it takes longer than is allowed."""
        return self.kept is not None and self.now > self.kept * ALLOWED


def run(store: bool = False) -> int:
    """Measure and compare; 1 when something takes more than half as long again. store: keep what is measured."""
    now = {name: measured(deed) for name, deed in deeds().items()}
    if store:
        KEPT.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
        print(f"kept in {KEPT}")
        return 0
    found = compared(now, json.loads(KEPT.read_text(encoding="utf-8")))
    for one in found:
        said = "new" if one.kept is None else f"kept {one.kept:g}"
        print(f"{'SLOWER' if one.slower else 'ok':6} {one.name}: {one.now:g} ({said})")
    slower = [one.name for one in found if one.slower]
    if slower:
        print(f"more than {ALLOWED:g} times the kept ratio: {', '.join(slower)}", file=sys.stderr)
    return 1 if slower else 0


def compared(now: Mapping[str, float], kept: Mapping[str, float]) -> list[Found]:
    """What is measured beside what is kept, by name."""
    return [Found(name, value, kept.get(name)) for name, value in now.items()]


def measured(deed: Deed) -> float:
    """How many times the plain piece of Python a deed takes: the median over rounds in turn."""
    deed(), _plain()
    ratios = []
    for _ in range(ROUNDS):
        ours = _seconds(deed)
        ratios.append(ours / _seconds(_plain))
    return round(statistics.median(ratios), 3)


def _seconds(deed: Deed) -> float:
    """Processor seconds of this process: waiting for others costs none."""
    began = time.process_time()
    deed()
    return time.process_time() - began


def _plain() -> None:
    """What never changes: dictionaries, sorting, text and numbers, some 30 milliseconds."""
    source = random.Random(7)
    rows = [{"n": source.randrange(10_000), "t": f"第{number}件"} for number in range(6_000)]
    rows.sort(key=lambda row: (row["n"], row["t"]))
    json.loads(json.dumps(rows, ensure_ascii=False))


def deeds() -> dict[str, Deed]:
    """What is watched: due times, expressions and scores, hashing, tallies, the fold of obligations, a page's templates."""
    from luoshi.cli import use_django

    use_django()
    return {
        "due times, 2,000 in working days and hours": _due(),
        "scores of 100 units for a month": _scores(),
        "canonical form and hash of 2,000 events": _chain(),
        "likely repeats: 200 texts among 200": _similar(),
        "reading the shipped rulebook": _rulebook,
        "rendering a page's frame 20 times": _frame(),
    }


def _due() -> Deed:
    from luoshi.engines.limits import Duration, due
    from luoshi.engines.worktime import Calendar, Worktime
    from luoshi.rulebooks import calendars

    worktime = Worktime(Calendar.parse(calendars.read("china")))
    source, origin = random.Random(20170929), datetime(2017, 1, 1, tzinfo=TZ)
    starts = [origin + timedelta(minutes=source.randrange(525_600)) for _ in range(1_000)]
    limits = [Duration.parse("5 working days"), Duration.parse("4 working hours")]
    return lambda: [due(limit, start, worktime=worktime) for start in starts for limit in limits]


def _scores() -> Deed:
    from luoshi.cli import books
    from luoshi.engines.assessment import Period, UnitCounts, evaluate

    period, source = Period.parse("2017-11"), random.Random(3)
    scheme = books.load("sanmenxia").scheme("assessment.hotline", period.last)
    units = [
        UnitCounts(unit=f"u{number}", name=f"单位{number}", charges=(), class_="department",
                   counts={name: source.randrange(50) for name in scheme.counts})
        for number in range(100)
    ]  # fmt: skip
    return lambda: evaluate(scheme, units, period=period)


def _chain() -> Deed:
    from luoshi.ledger import chain

    events = [
        {
            "seq": number,
            "kind": "hotline.signed",
            "data": {"note": f"已签收第{number}件", "at": "2017-10-09T09:00:00+08:00"},
        }
        for number in range(2_000)
    ]
    return lambda: [chain.sm3(chain.canonical(event)) for event in events]


def _similar() -> Deed:
    from luoshi.engines.suggest import Item, similar_groups

    whats = ["暖气不热", "路灯不亮", "学校收费", "自来水停水", "公交晚点"]
    source = random.Random(1)
    items = [
        Item(
            n,
            f"{source.choice(whats)}",
            f"甘棠路{source.randint(1, 30)}号{source.choice(whats)}，请尽快处理",
            who=f"u{n}",
        )
        for n in range(200)
    ]
    return lambda: similar_groups(items)


def _rulebook() -> Any:
    from luoshi.cli import books

    return books.load("sanmenxia")


def _frame() -> Deed:
    from django.conf import settings
    from django.contrib.auth.forms import AuthenticationForm
    from django.template.loader import get_template
    from django.test import override_settings

    plain = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    override_settings(STORAGES=plain).enable()  # nothing need have been collected
    page = get_template("organisation/login.html")
    return lambda: [page.render({"form": AuthenticationForm()}) for _ in range(20)]


if __name__ == "__main__":
    sys.exit(run(store="--store" in sys.argv))
