"""Made-up requests of a made-up city: who, what, where."""

from __future__ import annotations

import itertools

TROUBLES = {
    "供热": ("暖气不热", "供暖温度太低", "暖气管道漏水", "暖气费收取不合理", "暖气片冰凉"),
    "城管": ("路灯不亮", "占道经营", "垃圾没人清运", "井盖破损", "夜市油烟扰民"),
    "教育": ("学校收费不明", "幼儿园招生名额", "老师有偿补课", "学区划分咨询", "校车超载"),
}
PLACES = ("崤山路", "黄河路", "陕州大道", "六峰路", "大岭路", "文明路", "永兴街", "商务区")


def requests() -> tuple[list[tuple[str, ...]], list[str]]:
    """Each trouble at each place, with the unit that it belongs to."""
    rows = [
        ((f"{place}{trouble}",), unit)
        for unit, troubles in TROUBLES.items()
        for trouble, place in itertools.product(troubles, PLACES)
    ]
    return [texts for texts, _ in rows], [unit for _, unit in rows]
