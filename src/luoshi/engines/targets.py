"""Whether a target is met: each measure is compared, all must hold, and the answer comes with its sentence.

    verdict = judge(measure, reading, final=True)
    whole = judge_target([verdict, ...])

Pure: figures in, a verdict out. Figures are Decimals in the measure's own unit; nothing is rounded before it is
compared. A figure is either told as it is (a growth of 8.2 %) or computed from this year's and last year's level.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

HUNDRED = Decimal(100)


class Comparison(StrEnum):
    """How a figure is held against a target's value. Source: smx-targets-2017/4.6"""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    GREATER_THAN = "greater_than"
    ABOUT = "about"
    GROWTH_AT_LEAST = "growth_at_least"
    DECREASE_AT_LEAST = "decrease_at_least"
    INCREASE_POINTS_AT_LEAST = "increase_points_at_least"
    RANK_NOT_BELOW = "rank_not_below"
    RANK_RISE_AT_LEAST = "rank_rise_at_least"
    AT_LEAST_REFERENCE = "at_least_reference"
    GREATER_THAN_REFERENCE = "greater_than_reference"
    ASSIGNED = "assigned"
    AT_MOST_ASSIGNED = "at_most_assigned"
    NONE_OCCURS = "none_occurs"
    CERTIFIED = "certified"


class Outcome(StrEnum):
    """What is known of a measure or a target. TO_DECIDE waits for a person, PENDING for figures or time."""

    MET = "met"
    NOT_MET = "not_met"
    PENDING = "pending"
    TO_DECIDE = "to_decide"
    NOT_APPLICABLE = "not_applicable"


C = Comparison
VALUED = frozenset(
    {
        C.AT_LEAST, C.AT_MOST, C.LESS_THAN, C.GREATER_THAN, C.ABOUT, C.GROWTH_AT_LEAST, C.DECREASE_AT_LEAST,
        C.INCREASE_POINTS_AT_LEAST, C.RANK_NOT_BELOW, C.RANK_RISE_AT_LEAST, C.NONE_OCCURS,
    }
)  # fmt: skip
"""Comparisons that carry a value of their own."""
REFERRING = frozenset({C.AT_LEAST_REFERENCE, C.GREATER_THAN_REFERENCE})
SET_BY_OTHERS = frozenset({C.ASSIGNED, C.AT_MOST_ASSIGNED, C.CERTIFIED})
ASSIGNABLE = frozenset(VALUED - {C.ABOUT, C.NONE_OCCURS})
"""How an assigned value may be compared, as the one who assigns it says."""

PHRASE = {
    C.AT_LEAST: "不低于{v}",
    C.AT_MOST: "不超过{v}",
    C.LESS_THAN: "低于{v}",
    C.GREATER_THAN: "高于{v}",
    C.ABOUT: "{v}左右",
    C.GROWTH_AT_LEAST: "比上年增长不低于{v}",
    C.DECREASE_AT_LEAST: "比上年降低不低于{v}",
    C.INCREASE_POINTS_AT_LEAST: "比上年提高不少于{v}",
    C.RANK_NOT_BELOW: "不低于第{v}",
    C.RANK_RISE_AT_LEAST: "位次比上年前移不少于{v}",
    C.AT_LEAST_REFERENCE: "不低于{r}",
    C.GREATER_THAN_REFERENCE: "高于{r}",
    C.ASSIGNED: "完成{s}下达的数",
    C.AT_MOST_ASSIGNED: "不超过{s}下达的上限",
    C.NONE_OCCURS: "不发生",
    C.CERTIFIED: "由{s}认定",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of a target. value: in `unit`, for the comparisons in VALUED; reference: the name of another figure.

    expected: the source only hopes for it, so a shortfall never counts by itself.
    """

    indicator: str
    comparison: Comparison
    value: Decimal | None = None
    unit: str = ""
    set_by: str = ""
    reference: str = ""
    expected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What the one who assigns said: a value with its comparison, or words alone, which a person judges."""

    value: Decimal | None = None
    comparison: Comparison = Comparison.AT_LEAST
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of a measure: its figure, or this year's level with last year's; what others set and decided.

    certified: MET, NOT_MET, NOT_APPLICABLE or None before the competent department spoke. decision: a person's, used
    only where the comparison leaves the answer to a person.
    """

    value: Decimal | None = None
    level: Decimal | None = None
    base: Decimal | None = None
    reference: Decimal | None = None
    assigned: Assigned | None = None
    certified: Outcome | None = None
    decision: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with the sentence that explains it. on_track: the figure holds today, or is settled for good."""

    outcome: Outcome
    said: str
    on_track: bool = False


def plain(number: Decimal) -> str:
    """A number without needless zeros or exponents, at most four places: 8, 0.04, 467100."""
    text = format(number.quantize(Decimal("0.0001")) if _places(number) > 4 else number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def demand(measure: Measure) -> str:
    """What a measure asks for, in words: 比上年增长不低于8%."""
    value = f"{plain(measure.value)}{measure.unit}" if measure.value is not None else ""
    words = PHRASE[measure.comparison].format(v=value, r=measure.reference, s=measure.set_by)
    return f"预期{words}" if measure.expected else words


def figure(measure: Measure, reading: Reading) -> Decimal | None:
    """The figure that is compared: as told, else computed from this year's and last year's level.

    Growth and decrease in per cent of last year's level, increase in points, rise in places. None while unknown.
    """
    if reading.value is not None:
        return reading.value
    level, base = reading.level, reading.base
    if level is None or base is None:
        return None
    if measure.comparison is C.INCREASE_POINTS_AT_LEAST:
        return level - base
    if measure.comparison is C.RANK_RISE_AT_LEAST:
        return base - level
    if base <= 0:
        return None
    if measure.comparison is C.GROWTH_AT_LEAST:
        return (level - base) / base * HUNDRED
    return (base - level) / base * HUNDRED if measure.comparison is C.DECREASE_AT_LEAST else None


def holds(comparison: Comparison, found: Decimal, wanted: Decimal) -> bool:
    """Whether a figure satisfies a comparison: only "lower than" and "higher than" leave the number itself out.

    A rank holds when its number is not larger. Source: smx-targets-2017/4.6
    """
    if comparison in {C.AT_MOST, C.AT_MOST_ASSIGNED, C.RANK_NOT_BELOW, C.NONE_OCCURS}:
        return found <= wanted
    if comparison is C.LESS_THAN:
        return found < wanted
    if comparison in {C.GREATER_THAN, C.GREATER_THAN_REFERENCE}:
        return found > wanted
    return found >= wanted


def judge(measure: Measure, reading: Reading, *, final: bool, doubtful: bool = False) -> Verdict:
    """Judge one measure. final: its due day is over, so that a shortfall counts.

    doubtful: the source's figure is in doubt and nobody has confirmed it; then it is only shown.
    Source: smx-targets-2017/4.5, smx-targets-2017/4.6, smx-targets-2017/4.7, smx-targets-2017/5.1
    """
    name = measure.indicator
    if doubtful:
        return Verdict(Outcome.PENDING, f"{name}：原文数值存疑，人工核对确认前只展示，不判定")
    if measure.comparison is C.CERTIFIED:
        return _certified(measure, reading)
    if measure.comparison in {C.ASSIGNED, C.AT_MOST_ASSIGNED}:
        return _assigned(measure, reading, final)
    if measure.comparison is C.ABOUT:
        return _by_person(measure, reading, f"目标为{demand(measure)}，允许偏差原文未定")
    return _compare(measure, reading, final)


def _certified(measure: Measure, reading: Reading) -> Verdict:
    who = measure.set_by or "主管部门"
    words = {
        None: (Outcome.PENDING, f"尚待{who}认定，认定前不判为完成"),
        Outcome.MET: (Outcome.MET, f"{who}认定通过"),
        Outcome.NOT_MET: (Outcome.NOT_MET, f"{who}认定未通过"),
        Outcome.NOT_APPLICABLE: (Outcome.NOT_APPLICABLE, f"{who}认定不适用"),
    }
    outcome, said = words.get(reading.certified, words[None])
    return Verdict(outcome, f"{measure.indicator}：{said}", on_track=outcome is Outcome.MET)


def _assigned(measure: Measure, reading: Reading, final: bool) -> Verdict:
    """A target whose value others assign is open until the value is there, whatever was achieved."""
    if reading.decision is Outcome.NOT_APPLICABLE:
        return Verdict(Outcome.NOT_APPLICABLE, f"{measure.indicator}：认定本年不考核")
    assigned = reading.assigned
    if assigned is None or (assigned.value is None and not assigned.text):
        return Verdict(
            Outcome.PENDING, f"{measure.indicator}：待下达，{measure.set_by}的数值尚未录入，不判为完成"
        )
    if assigned.value is None:
        return _by_person(measure, reading, f"{measure.set_by}下达的要求是“{assigned.text}”")
    comparison = C.AT_MOST if measure.comparison is C.AT_MOST_ASSIGNED else assigned.comparison
    as_set = Measure(
        indicator=measure.indicator,
        comparison=comparison,
        value=assigned.value,
        unit=measure.unit,
        expected=measure.expected,
    )
    return _compare(as_set, reading, final)


def _by_person(measure: Measure, reading: Reading, why: str) -> Verdict:
    found = figure(measure, reading)
    now = f"，现为{plain(found)}{measure.unit}" if found is not None else ""
    if reading.decision in {Outcome.MET, Outcome.NOT_MET, Outcome.NOT_APPLICABLE}:
        words = {
            Outcome.MET: "人工认定完成",
            Outcome.NOT_MET: "人工认定未完成",
            Outcome.NOT_APPLICABLE: "人工认定不适用",
        }
        return Verdict(
            reading.decision,
            f"{measure.indicator}：{why}{now}，{words[reading.decision]}",
            on_track=reading.decision is Outcome.MET,
        )
    return Verdict(Outcome.TO_DECIDE, f"{measure.indicator}：{why}{now}，由人认定")


def _compare(measure: Measure, reading: Reading, final: bool) -> Verdict:
    name, wanted = measure.indicator, measure.value
    if measure.comparison in REFERRING:
        wanted = reading.reference
        if wanted is None:
            return Verdict(Outcome.PENDING, f"{name}：{measure.reference}的数值尚未录入")
    found = figure(measure, reading)
    if found is None or wanted is None:
        return Verdict(Outcome.PENDING, f"{name}：目标为{demand(measure)}，尚无数据")
    told = f"{name}：目标为{demand(measure)}，现为{plain(found)}{measure.unit}"
    if measure.comparison in REFERRING:
        told += f"，{measure.reference}为{plain(wanted)}{measure.unit}"
    if holds(measure.comparison, found, wanted):
        if final:
            return Verdict(Outcome.MET, f"{told}，达到", on_track=True)
        return Verdict(Outcome.PENDING, f"{told}，目前符合，到期再定", on_track=True)
    if measure.comparison is C.NONE_OCCURS and not measure.expected:
        return Verdict(Outcome.NOT_MET, f"{told}，已经发生")
    if not final:
        return Verdict(Outcome.PENDING, f"{told}，尚未达到")
    if measure.expected:
        return _by_person(measure, reading, f"{told}，未达到；原文为预期性目标，不自动判为未完成")
    return Verdict(Outcome.NOT_MET, f"{told}，未达到")


ORDER = (Outcome.NOT_MET, Outcome.PENDING, Outcome.TO_DECIDE, Outcome.MET)


def judge_target(verdicts: Sequence[Verdict]) -> Verdict:
    """A target with several measures is met only when all are; what does not apply is left out.

    A target without a measure is for a person to decide. No share of points follows from a share of measures.
    Source: smx-targets-2017/1.2
    """
    counted = [verdict for verdict in verdicts if verdict.outcome is not Outcome.NOT_APPLICABLE]
    if verdicts and not counted:
        return Verdict(Outcome.NOT_APPLICABLE, "各项指标均不适用，本项不考核")
    if not counted:
        return Verdict(Outcome.TO_DECIDE, "原文没有可比较的数值，由人认定")
    if len(counted) == 1:
        return counted[0]
    worst = next(outcome for outcome in ORDER if any(one.outcome is outcome for one in counted))
    well = sum(one.on_track for one in counted)
    if worst is Outcome.MET:
        return Verdict(Outcome.MET, f"{len(counted)}个指标全部达到", on_track=True)
    behind = [one for one in counted if one.outcome is worst and not one.on_track]
    first = (behind or [one for one in counted if one.outcome is worst])[0]
    said = f"{len(counted)}个指标须全部达到，已符合{well}个；{first.said}"
    return Verdict(worst, said, on_track=well == len(counted))


def points(outcome: Outcome, full: Decimal, awarded: Decimal | None) -> Decimal | None:
    """The points of a target: all when met; else what a person awarded between nothing and all; None before that.

    A target that does not apply is not scored (None as well). Source: smx-targets-2017/1.2
    """
    if outcome is Outcome.MET:
        return full
    if outcome is Outcome.NOT_MET and awarded is not None:
        return min(max(awarded, Decimal(0)), full)
    return None


SUGGESTIONS: Iterable[tuple[str, Comparison]] = (
    (r"高于", C.GREATER_THAN),
    (r"(?<!不)低于", C.LESS_THAN),
    (r"左右", C.ABOUT),
    (r"(?:居|在)?(?:全省|全国)?前\s*\d+\s*位|不低于第|位次不低于", C.RANK_NOT_BELOW),
    (r"以下|以内|不超过|不高于", C.AT_MOST),
    (r"提高[^，。]*百分点", C.INCREASE_POINTS_AT_LEAST),
    (r"增长", C.GROWTH_AT_LEAST),
    (r"降低|下降|减少", C.DECREASE_AT_LEAST),
    (r"不发生|零发生|无事故", C.NONE_OCCURS),
)
EXPECTED_WORDS = ("预期", "力争", "争取")


def suggest(text: str) -> Comparison:
    """The comparison that a target's own words ask for; a bare number must be reached or exceeded.

    Source: smx-targets-2017/4.6
    """
    return next((comparison for words, comparison in SUGGESTIONS if re.search(words, text)), C.AT_LEAST)


def is_expected(text: str) -> bool:
    """Whether a target's own words only hope for it. Source: smx-targets-2017/4.7"""
    return any(word in text for word in EXPECTED_WORDS)
