"""The rule kind `rounds`: read, and refused with file, line and mend."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from luoshi.engines.rulebook import RulebookError, parse
from luoshi.engines.rulebook.rounds import latest_day
from tests.engines.assessment.schemes import CALENDARS, files

SCHEME = """schemes:
  - id: rounds.trial_units
    title: 试验
    assumption: 试验
    valid: {from: 2017-01-01}
    status: in_force
    rounding: half_up
    full: 100
    items:
      - {id: "1", title: 甲, part: regular, max: yearly, kind: mark}
"""
ROUND = """rounds:
  - id: rounds.trial
    title: 试验考核
    assumption: 试验
    valid: {from: 2017-01-01}
    status: in_force
    organs: {leader: 领导小组, office: 办公室}
    classes:
      - {key: units, title: 单位, scheme: rounds.trial_units, kinds: [department]}
    plan:
      contents: [{key: methods, label: 方式}]
      dates:
        - {key: self_due, label: 自查截止, before: [report_due]}
        - {key: publish_due, label: 公布, latest: "04-30"}
      figures: [{key: ratio, label: 比例, low: 1, high: 100}]
    steps:
      - {key: plan, title: 制定方案, organ: office, duty: 制定}
      - {key: self, title: 自查, duty: 自查}
    self: {scored: true, to: office}
    records: {methods: [{value: daily, label: 日常}], kinds: [{value: problem, label: 问题}], adjust: true, every: quarter}
    spot: {every: quarter, ratio: ratio, fill: mean}
    team: {from: [{key: site, label: 网站, bars: [units]}], marking: agreed, least: 2}
    publication: {contents: [{key: situation, label: 情况}], places: [{value: portal, label: 网站}]}
    rectification: {to: office}
    uses:
      - {key: a, title: 报甲, together: [b]}
      - {key: b, title: 报乙, weight: 4, grades: [不合格], each: true}
"""


def read(text: str) -> list[str]:
    try:
        parse({**files(SCHEME), "rounds.yaml": text}, calendars=CALENDARS)
    except RulebookError as error:
        return [str(problem) for problem in error.problems]
    return []


def test_a_round_is_looked_up_by_its_day() -> None:
    book = parse({**files(SCHEME), "rounds.yaml": ROUND}, calendars=CALENDARS)
    rule = book.round("rounds.trial", date(2017, 12, 31))
    assert rule.class_("units").scheme == "rounds.trial_units"
    assert (rule.organ_of("plan"), rule.organ_of("self"), rule.organ_of("use")) == ("办公室", "", "")
    due = rule.date("publish_due")
    assert due is not None
    assert latest_day(due, 2017) == date(2018, 4, 30)
    assert (rule.team.marking, rule.team.least, rule.team.pools[0].bars) == ("agreed", 2, ("units",))
    both = rule.uses[1]
    assert both.weight == Decimal(4)
    assert both.concerns("units", "不合格")
    assert not both.concerns("units", "优秀")
    with pytest.raises(KeyError):
        rule.class_("others")


BROKEN = {
    "scheme: rounds.trial_units": (
        "scheme: rounds.trial_unit",
        "unknown scheme rounds.trial_unit; write rounds.trial_units",
    ),
    'latest: "04-30"': ('latest: "04-31"', '04-31 is not a day of the next year; write it as "04-30"'),
    "ratio: ratio": ("ratio: share", "unknown ratio share; use one of: ratio"),
    "bars: [units]": ("bars: [sites]", "unknown bars sites; use one of: units"),
    "organ: office": ("organ: offices", "unknown organ offices; write office"),
    "together: [b]": ("together: [c]", "unknown together c; use one of: a, b"),
    "marking: agreed": ("marking: median", "unknown value median; write mean"),
    "every: quarter, ratio": ("every: week, ratio", "unknown value week"),
    "key: plan, title": ("key: plann, title", "unknown value plann; write plan"),
    "{key: b, title": ("{key: a, title", "a stands twice; keep one"),
    "least: 2": ("most: 2", "unknown key"),
    "duty: 制定}": ("duty: 制定, by: 甲}", "unknown key"),
    "    plan:\n": ("    plans:\n", "did you mean plan?"),
}


@pytest.mark.parametrize("good", BROKEN)
def test_a_round_that_cannot_be_held_is_refused(good: str) -> None:
    bad, message = BROKEN[good]
    assert good in ROUND
    problems = read(ROUND.replace(good, bad, 1))
    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("rounds.yaml:") for problem in problems)
