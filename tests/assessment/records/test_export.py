"""The records in the exchange format count for what they count for live, whatever happened to them."""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import random
from pathlib import Path
from typing import Any

import pytest

from luoshi.assessment import services
from luoshi.assessment.selectors.live import live as scores
from luoshi.assessment.selectors.records import records_for_export
from luoshi.assessment.services.recount import recount
from luoshi.engines.assessment import Period, evaluate
from luoshi.exchange.count import count
from luoshi.exchange.format import ENTRIES, SUBMISSIONS_TABLE
from luoshi.exchange.read import read
from luoshi.ledger import rules
from luoshi.ledger.errors import Incomplete, WrongState
from tests.assessment.counting.conftest import Office

from .conftest import MONDAY, upload

DAY = dt.timedelta(days=1)
ITEMS = ("duty_gap", "duty_phone_failure", "fraud", "award_provincial", "unexecuted_order", "difficult_led")
WORDS = "本月围绕供暖前检修开展联动，受理并办结诉求若干件，群众反映良好。"
PARTS = ("1.", "2.4.1", "3.", "4.1", "4.4")


def plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def write(folder: Path, rows: Any, units: dict[str, bool]) -> Path:
    """The records as files, with no dispatches beside them."""
    given = {
        "units": (
            ["unit", "onsite"],
            [{"unit": u, "onsite": "yes" if on else "no"} for u, on in units.items()],
        ),
        "dispatches": (["dispatch_no", "order_no", "unit", "urgency", "kind", "role", "dispatched_at"], []),
        "base": (["unit", "item", "count"], rows.base),
        "entries": ([column.name for column in ENTRIES.columns], rows.entries),
        "submissions": ([column.name for column in SUBMISSIONS_TABLE.columns], rows.submissions),
    }
    for name, (columns, found) in given.items():
        full = (
            "leader_instruction signed_at handed_over_at returned_at return_outcome extended_until closed_at"
        )
        more = f"{full} failed_reviews callback_at callback_answered contacted conduct result".split()
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(
                file, columns + (more if name == "dispatches" else []), extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows({key: plain(value) for key, value in row.items()} for row in found)
    return folder


@pytest.fixture
def agree(bodies, tmp_path):
    """agree(now): for every period the records' items have the same points live and in an export."""

    def run(now: dt.datetime) -> None:
        recount(now=now)
        book = rules.book("sanmenxia")
        for name in ("2017-10", "2017-11", "2017"):
            period = Period.parse(name)
            found = scores(period, now=now)
            units = {code: body.handles_onsite for code, body in found.bodies.items()}
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            export = read(write(folder, records_for_export(period, as_of=now), units))
            assert not export.bad, export.bad
            counted = count(export, book, period=period, as_of=now)
            sheet = evaluate(book.scheme("assessment.hotline", period.last), counted.units, period=period)
            told = {one.unit: one for one in sheet.units}
            for mine in found.sheet.units:
                points = [
                    (line.item.id, line.points) for line in mine.lines if line.item.id.startswith(PARTS)
                ]
                other = [(id, told[mine.unit].line(id).points) for id, _ in points]
                assert points == other, (name, mine.unit)

    return run


class Life:
    """What the platform, the command centre and one unit do with records, at random."""

    def __init__(self, seed: int, **tools: Any) -> None:
        self.chance = random.Random(seed)
        self.at = MONDAY + dt.timedelta(hours=8)
        self.open: list[Any] = []
        self.counted: list[Any] = []
        self.opinions: list[Any] = []
        self.__dict__.update(tools)

    def live(self, steps: int) -> None:
        for material in ("group_list", "duty_papers", "rule_papers", "team_list", "equipment_papers"):
            services.base_file(
                body=self.unit, material=material, files=[upload()], actor=self.liaison, at=self.at
            )
        acts = (self.enter, self.enter, self.approve, self.approve, self.revoke, self.opine, self.carry_out)
        for _ in range(steps):
            act = self.chance.choice([*acts, self.judge, self.inform, self.report])
            with contextlib.suppress(WrongState, Incomplete):
                act()
            self.at += dt.timedelta(hours=self.chance.randint(1, 60))

    def enter(self) -> None:
        item = self.chance.choice(ITEMS)
        on_order = item == "difficult_led" or (
            item in ("unexecuted_order", "fraud") and self.chance.random() < 0.6
        )
        more = {"order_no": self.chance.choice(self.orders)} if on_order else {}
        date = (self.at - self.chance.randint(0, 20) * DAY).date()
        self.open.append(self.propose(item, at=self.at, date=date, **more))

    def approve(self) -> None:
        if self.open:
            entry = self.open.pop()
            self.counted.append(services.entry_approve(entry=entry, actor=self.command, at=self.at))

    def revoke(self) -> None:
        if self.counted and self.chance.random() < 0.5:
            entry = self.counted.pop()
            services.entry_revoke(entry=entry, reason="有误", actor=self.command, at=self.at)

    def opine(self) -> None:
        due = self.at + self.chance.randint(1, 40) * DAY
        number = self.chance.choice(["", *self.orders])
        self.opinions.append(self.opinion_of(due_at=due, at=self.at, order_no=number))

    def carry_out(self) -> None:
        if self.opinions:
            services.opinion_confirm(opinion=self.opinions.pop(0), actor=self.platform, at=self.at)

    def judge(self) -> None:
        points = self.chance.sample(["liaison", "division", "duty_log", "rule_duty", "team", "equipment"], 2)
        verdicts = {point: self.chance.choice(["met", "missing"]) for point in points}
        services.base_judge(body=self.unit, verdicts=verdicts, actor=self.platform, at=self.at)

    def inform(self) -> None:
        services.information_file(
            body=self.unit, title=f"信息{self.at}", text=WORDS, actor=self.liaison, at=self.at
        )

    def report(self) -> None:
        month = (self.at.replace(day=1) - DAY).date()
        made = services.report_open(body=self.unit, month=month, at=self.at)
        services.report_file(report=made, text=WORDS, actor=self.liaison, at=self.at)


@pytest.mark.parametrize("seed", range(2))
def test_random_lives_of_records_count_the_same_live_and_exported(
    bodies,
    actor,
    seed,
    agree,
    propose,
    command,
    platform_leader,
    liaison,
    opinion_of,
    dispatch_of,
    differences,
):
    dispatches = [dispatch_of() for _ in range(2)]
    for dispatch in dispatches:  # closed in time, so that only the records are held against the orders
        Office(actor).through(dispatch, MONDAY + dt.timedelta(hours=1))
    life = Life(
        seed,
        unit=bodies["chengguan"],
        orders=[dispatch.request.matter.number for dispatch in dispatches],
        propose=propose,
        opinion_of=opinion_of,
        command=command,
        platform=platform_leader,
        liaison=liaison,
    )
    life.live(40)
    assert life.counted
    agree(life.at)
    assert differences() == []


def test_base_work_is_exported_as_it_stood_at_the_end_of_the_period(bodies, liaison, platform_leader):
    unit = bodies["chengguan"]
    services.base_judge(body=unit, verdicts={"team": "missing"}, actor=platform_leader, at=MONDAY)
    later = MONDAY + 40 * DAY
    services.base_file(body=unit, material="team_list", files=[upload()], actor=liaison, at=later)
    services.base_judge(body=unit, verdicts={"team": "met"}, actor=platform_leader, at=later)
    row = {"unit": "chengguan", "item": "no_team", "count": 1}
    assert records_for_export(Period.parse("2017-10"), as_of=later).base == [row]
    assert records_for_export(Period.parse("2017-11"), as_of=later).base == []
    assert records_for_export(as_of=later - DAY).base == [row]
    assert records_for_export(as_of=MONDAY - DAY).base == []
