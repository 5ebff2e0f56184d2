"""Spot checks: a draw that anybody can repeat, and what the checks gave."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
import secrets
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from luoshi.ledger import services as ledger
from luoshi.ledger.actors import Actor
from luoshi.ledger.errors import Incomplete, WrongState
from luoshi.ledger.inputs import block
from luoshi.ledger.models import door
from luoshi.rounds import rules
from luoshi.rounds.models import Draw, Round, RoundUnit, SpotScore
from luoshi.rounds.services.checks import LONG, lock_round, number
from luoshi.rounds.services.planning import figure

HUNDRED = Decimal(100)


def drawn_of(pool: Sequence[str], *, seed: str, count: int) -> list[str]:
    """Return the units drawn from a pool: the same seed and pool give the same units, in any order of the pool."""
    chooser = random.Random(hashlib.sha256(seed.encode()).hexdigest())  # noqa: S311 - a draw that can be repeated
    return sorted(chooser.sample(sorted(pool), count))


def draw_size(pool: int, ratio: Decimal) -> int:
    """Return how many are drawn: the share in per cent, rounded up, at least one."""
    share = pool * ratio / HUNDRED
    return min(pool, max(1, int(share) + (share != int(share))))


@transaction.atomic
def spot_draw(
    *, round: Round, period: str, class_key: str, actor: Actor, at: dt.datetime, seed: str = ""
) -> Draw:
    """Draw the units of a class that are checked in a period; seed and list are kept.

    Errors: Incomplete (no such period or class), WrongState (drawn already, or nobody to draw), NotAllowed.
    """
    fresh, matter = lock_round(round)
    rule = rules.rule_of(fresh)
    if period not in rules.periods(rule.spot.every, fresh.year):
        raise Incomplete("本办法没有这一期抽查", field="period")
    ratio = figure(fresh, rule.spot.ratio)
    if ratio is None:
        raise WrongState("方案没有确定抽查比例，不能抽取")
    if Draw.objects.filter(round=fresh, period=period, class_key=class_key).exists():
        raise WrongState(f"{period}已经抽取过，不能重抽", mend="请刷新页面查看名单")
    units = fresh.units.filter(class_key=class_key).exclude(matter__state="removed")
    pool = sorted(units.values_list("body__code", flat=True))
    if not pool:
        raise WrongState("这一类没有可抽取的单位")
    seed = seed or secrets.token_hex(16)
    drawn = drawn_of(pool, seed=seed, count=draw_size(len(pool), ratio))
    data = {
        "period": period,
        "quarter": int(period[-1]) if "Q" in period else None,
        "class": class_key,
        "seed": seed,
        "pool": pool,
        "drawn": drawn,
    }
    ledger.act(matter=matter, action="draw", actor=actor, at=at, data=data)
    with door():
        row: Draw = Draw.objects.create(
            round=fresh,
            period=period,
            class_key=class_key,
            seed=seed,
            pool=pool,
            drawn=drawn,
            at=at,
            by=actor.name,
        )
    return row


@transaction.atomic
def spot_score(
    *, draw: Draw, unit: RoundUnit, points: Any, actor: Actor, at: dt.datetime, text: str = ""
) -> SpotScore:
    """Enter what a spot check gave, 0 to 100; only for a unit that was drawn.

    Errors: Incomplete, WrongState (not drawn), NotAllowed.
    """
    _, matter = lock_round(draw.round)
    value = number(points, field="points", label="得分")
    if not 0 <= value <= HUNDRED:
        raise Incomplete("抽查得分须在0到100之间", field="points")
    if unit.body.code not in draw.drawn:
        raise WrongState(f"{unit.name}不在{draw.period}抽查名单中")
    says = block(text, field="text", label="发现情况", longest=LONG, required=False)
    data = {"period": draw.period, "unit": unit.body.code, "points": value}
    ledger.act(matter=matter, action="score_spot", actor=actor, at=at, data=data)
    with door():
        row, _ = SpotScore.objects.update_or_create(
            draw=draw, unit=unit, defaults={"points": value, "text": says, "at": at, "by": actor.name}
        )
    return row


def spot_means(round: Round, class_key: str) -> tuple[dict[int, Decimal], Decimal | None]:
    """Return the mean of each unit checked in the year, by unit, and the mean of all scores of the class.

    Units never checked take the class's mean as a reference only: it enters no score by itself.
    """
    rows = SpotScore.objects.filter(draw__round=round, unit__class_key=class_key)
    by_unit: dict[int, list[Decimal]] = {}
    for unit, points in rows.values_list("unit_id", "points"):
        by_unit.setdefault(unit, []).append(points)
    every = [points for scores in by_unit.values() for points in scores]
    means = {unit: _mean(scores) for unit, scores in by_unit.items()}
    return means, _mean(every) if every else None


def _mean(values: Sequence[Decimal]) -> Decimal:
    return (sum(values, Decimal(0)) / len(values)).quantize(Decimal("0.01"))
