"""The arithmetic of a year's end: score, tier, how many are honoured, what follows. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Standard:
    """How the year's scheme parts a pool into four tiers. Nothing here has a default: a person sets it.

    metric: points (share of the points won) or rate (share of the targets met). bounds: least score of the first,
    second and third tier, itself included. regular: weight of the regular checks in per cent. all_met: the first tier
    needs every target met, whatever the score.
    """

    metric: str
    bounds: tuple[Decimal, Decimal, Decimal]
    regular: Decimal
    all_met: bool

    def as_dict(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {
            "metric": self.metric, "bounds": [str(one) for one in self.bounds], "regular": str(self.regular),
            "all_met": self.all_met,
        }  # fmt: skip

    @staticmethod
    def parse(data: Mapping[str, object]) -> Standard:
        """The standard that as_dict wrote."""
        bounds = data["bounds"]
        if not isinstance(bounds, list):
            raise ValueError("bounds must be a list")
        first, second, third = (Decimal(str(one)) for one in bounds)
        return Standard(
            str(data["metric"]), (first, second, third), Decimal(str(data["regular"])), bool(data["all_met"])
        )


def problems(standard: Standard) -> list[str]:
    """What is wrong with a standard: bounds out of order or out of 0 to 100, a weight out of 0 to 100."""
    found = []
    if standard.metric not in {"points", "rate"}:
        found.append("请选择按得分还是按完成率定档")
    first, second, third = standard.bounds
    if not HUNDRED >= first > second > third >= 0:
        found.append("三条分数线须在0至100之间，依次降低")
    if not 0 <= standard.regular <= HUNDRED:
        found.append("平时考核的权重须在0至100之间")
    return found


def share(part: Decimal, whole: Decimal) -> Decimal:
    """A share in per cent, two places, half up; nothing of nothing is 100."""
    return (part / whole * HUNDRED).quantize(CENT, ROUND_HALF_UP) if whole else HUNDRED.quantize(CENT)


def score(standard: Standard, *, main: Decimal, regular: Decimal) -> Decimal:
    """The comprehensive score of 100: regular checks and year end by the weights of the year's scheme.

    Source: smx-target-management/4.2.0
    """
    weight = standard.regular / HUNDRED
    return (regular * weight + main * (1 - weight)).quantize(CENT, ROUND_HALF_UP)


def tier(standard: Standard, *, value: Decimal, all_met: bool) -> int:
    """The tier, 1 to 4, of a score by the standard that was set for the year.

    Source: smx-target-management/4.2.3.1
    """
    for place, bound in enumerate(standard.bounds, 1):
        if value >= bound and (place > 1 or all_met or not standard.all_met):
            return place
    return 4


def quota(candidates: int, *, percent: Decimal, least: int) -> tuple[int, bool]:
    """How many of the candidates are honoured, rounded down; at least so many where there are any, told by the flag.

    Source: smx-target-management/5.1.2
    """
    number = int(Decimal(candidates) * percent / HUNDRED)
    if candidates and number < least:
        return min(least, candidates), True
    return number, False


def branches_fit(branches: Mapping[str, int], total: int) -> bool:
    """Whether the quotas of the branches together stay within the total. Source: smx-target-management/5.1.2"""
    return sum(branches.values()) <= total and all(number >= 0 for number in branches.values())


@dataclass(frozen=True, slots=True)
class Facts:
    """What the consequences of one body depend on. failed_before: it was in the last tier the year before too."""

    year: int
    tier: int
    honoured: bool
    failed_before: bool
    fraud: bool
    fraud_after: bool


def consequences(facts: Facts, terms: Mapping[str, object]) -> list[tuple[str, str]]:
    """What follows for a body and the one responsible, as (kind, sentence), in the order of the regulation.

    Source: smx-target-management/5.1.3.1, smx-target-management/5.1.3.2, smx-target-management/5.2.1.1,
    smx-target-management/5.2.1.2, smx-target-management/5.2.1.3, smx-target-management/5.2.1.4,
    smx-target-management/5.2.2.1, smx-target-management/5.2.2.3
    """
    found: list[tuple[str, str]] = [("appraisal", "考核结果作为责任人年度考核的主要依据，送人事考核机关")]
    if facts.honoured and not facts.fraud:
        found.append(("commend", "由市委、市政府统一表彰"))
    if facts.tier == terms["failing_tier"]:
        cut = f"削减{facts.year + 1}年度{terms['cut_base']}{terms['cut_percent']}%，由市财政局执行"
        found += [
            ("criticise", "通报批评"),
            ("cap", f"目标责任人年度考核不得评为{terms['no_grade']}"),
            ("cut", cut),
        ]
        if facts.failed_before:
            grade = f"连续{terms['years_in_a_row']}年未完成，目标责任人年度考核为{terms['failing_grade']}"
            found.append(("fail", grade))
    if facts.fraud and facts.fraud_after:
        found += [
            ("criticise", "弄虚作假，通报批评并查处"),
            ("withdraw", "取消荣誉"),
            ("recover", "追回所有奖励"),
        ]
    elif facts.fraud:
        found += [("disqualify", "弄虚作假，取消评先资格"), ("criticise", "弄虚作假，通报批评")]
    return found
