"""Whether what people entered meets what an ask measures: met, not met, nothing to measure, or left to a person.

    finding = measure_up(measure, {"briefings": 1})
    finding.verdict, finding.say

Pure. Numbers are compared exactly; a share is never rounded before it is compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from luoshi.engines.expressions import Expression, NoData, Number, rounded
from luoshi.engines.rulebook.measures import NUMBER, SAME, SHARE, Measure
from luoshi.engines.timely import Judged

MET, NOT_MET, NOTHING, OPEN, MISSING = "met", "not_met", "nothing", "open", "missing"
WORDS = {
    MET: "达到",
    NOT_MET: "未达到",
    NOTHING: "本年度没有此类事项",
    OPEN: "由考评人员评定",
    MISSING: "尚未填写",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with the sentence that tells why. verdict: met | not_met | nothing | open | missing."""

    verdict: str
    say: str


def measure_up(
    measure: Measure,
    values: Mapping[str, Number],
    *,
    judged: Judged | None = None,
    rows: Sequence[Sequence[str]] = (),
) -> Finding:
    """Return whether the values meet the measure.

    values: what was entered, by input; one that is absent makes the finding `missing`. judged: the dated cases
    of a timed measure with their verdicts. rows: the texts of a measure of sameness. Raises ValueError for a
    negative number or more done than there was.
    """
    if measure.form == SAME:
        return _same(measure, rows)
    if measure.form not in (NUMBER, SHARE):
        return _timed(judged)
    lacking = [label for name, label in measure.inputs.items() if name not in values]
    if lacking:
        return Finding(MISSING, f"尚未填写：{'、'.join(lacking)}。")
    for name, label in measure.inputs.items():
        if values[name] < 0:
            raise ValueError(f"{label}不能小于0")
    return _number(measure, values) if measure.form == NUMBER else _share(measure, values)


def _number(measure: Measure, values: Mapping[str, Number]) -> Finding:
    value = _value(measure.value, values)
    bounds = []
    met = True
    if measure.at_least is not None:
        bounds.append(f"不少于{measure.at_least}{measure.unit}")
        met = met and value >= measure.at_least
    if measure.at_most is not None:
        bounds.append(f"不多于{measure.at_most}{measure.unit}")
        met = met and value <= measure.at_most
    say = f"填报{_plain(value)}{measure.unit}，要求{'、'.join(bounds)}。"
    return Finding(MET if met else NOT_MET, say)


def _share(measure: Measure, values: Mapping[str, Number]) -> Finding:
    total, done = _value(measure.total, values), _value(measure.done, values)
    if total < 0:
        raise ValueError("总数不能小于0，请核对重复计算的部分")
    if done > total:
        raise ValueError(f"完成数{_plain(done)}大于总数{_plain(total)}，请核对")
    if total == 0:
        return Finding(NOTHING, "本年度没有此类事项。")
    percent = done / total * 100
    say = f"共{_plain(total)}{measure.unit}，完成{_plain(done)}{measure.unit}，占{_percent(percent)}%"
    if measure.at_least is None:
        return Finding(OPEN, f"{say}，未定标准，由考评人员评定。")
    met = percent >= measure.at_least
    return Finding(MET if met else NOT_MET, f"{say}，要求不低于{measure.at_least}%。")


def _timed(judged: Judged | None) -> Finding:
    if judged is None or not judged.verdicts:
        return Finding(NOTHING, "本年度没有此类事项。")
    running = f"，另有{judged.running}件未到期" if judged.running else ""
    if not judged.counted:
        return Finding(NOTHING, f"已到期的没有{running}。")
    say = f"已到期{judged.counted}件，按时{judged.on_time}件{running}，要求全部按时。"
    return Finding(MET if judged.on_time == judged.counted else NOT_MET, say)


def _same(measure: Measure, rows: Sequence[Sequence[str]]) -> Finding:
    """Rows with the same first text agree in all others; those that do not are named."""
    if not rows:
        return Finding(NOTHING, "没有填报清单。")
    first, *others = measure.inputs.values()
    seen: dict[str, Sequence[str]] = {}
    clashing = [row[0] for row in rows if list(seen.setdefault(row[0], row)[1:]) != list(row[1:])]
    if not clashing:
        return Finding(MET, f"共{len(rows)}行，同一{first}的{'、'.join(others)}一致。")
    shown = "、".join(list(dict.fromkeys(clashing))[:5])
    return Finding(NOT_MET, f"共{len(rows)}行，同一{first}的{'、'.join(others)}不一致：{shown}。")


def _value(formula: Expression | None, values: Mapping[str, Number]) -> Fraction:
    assert formula is not None  # noqa: S101 - the reader of measures asks for it
    value = formula.evaluate({name: values[name] for name in formula.names})
    if isinstance(value, NoData):
        raise ValueError("除数为0，无法计算")
    return value


def _plain(value: Fraction) -> str:
    if value.denominator == 1:
        return str(value.numerator)
    return f"{(Decimal(value.numerator) / Decimal(value.denominator)).normalize():f}"


def _percent(value: Fraction) -> str:
    """Two places, cut off and never rounded up to what is asked."""
    return f"{rounded(value, 2, 'down'):f}"


__all__ = ["MET", "MISSING", "NOTHING", "NOT_MET", "OPEN", "WORDS", "Finding", "measure_up"]
