"""Groups of texts about the same trouble at the same place, ranked by heat.

Two texts are alike by the cosine of their rare runs of characters; the names of places are rare, so that the
same trouble elsewhere is another trouble. Groups grow from the most alike pairs while all members stay alike
on average, so that a chain of little steps does not tie different troubles together.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from luoshi.engines.suggest.features import Floats, Rows, plain
from luoshi.engines.suggest.learn import Neighbours

Whole = NDArray[np.int64]

ALIKE = 0.30
"""How alike two texts must be at least to tie them."""
TOGETHER = 0.7
"""How alike the members of two groups must be on average to be joined, as a share of the above."""
HEAD = 3  # how often the title counts
BODY = 300  # characters of the text that count
KEPT = 40  # of a text's rarest features
COMMON = 0.02  # a feature in a larger share of the texts tells nothing
NEAREST = 60
HALF_LIFE_DAYS = 14.0
EVERYWHERE = frozenset(
    ("小区", "大道", "街道", "社区", "附近", "路口", "交叉", "叉口", "中段", "门口", "花园", "旁边")
)
"""What so many places are called that it tells none."""


@dataclass(frozen=True, slots=True)
class Item:
    """A text to be grouped. who: whoever sent it, for counting persons; votes: how many agreed with it.

    place: where it is, as far as it is known by itself: two places without a common word are two places.
    """

    ref: int
    title: str
    text: str = ""
    at: datetime | None = None
    who: str = ""
    votes: int = 0
    place: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Items about the same trouble, the oldest first. items: their places in what was given.

    people: how many different senders; heat: each sender counts (1 + log of the votes), halved every 14 days
    before the newest item of all; words: what the titles have in common; title: of the most typical item.
    """

    items: tuple[int, ...]
    title: str
    words: tuple[str, ...]
    people: int
    votes: int
    heat: float
    first: datetime | None
    last: datetime | None


@dataclass(slots=True)
class _Cluster:
    members: list[int]
    total: dict[int, float] = field(default_factory=dict)


def similar_groups(
    items: Sequence[Item], *, least: int = 2, alike: float = ALIKE, now: datetime | None = None
) -> list[Group]:
    """Groups of at least `least` items about the same trouble, the hottest first.

    now: from when heat is counted back; the newest item's time without.
    """
    if len(items) < 2:
        return []
    rows, width = _rows(items)
    clusters = _clusters(rows, _pairs(rows, width, alike, [_places(item.place) for item in items]), alike)
    moment = now or max((item.at for item in items if item.at), default=None)
    found = [_group(items, rows, members, moment) for members in clusters if len(members) >= least]
    return sorted(found, key=lambda group: (-group.heat, -len(group.items), group.items))


def _rows(items: Sequence[Item]) -> tuple[Rows, int]:
    """Each item's rarest pairs and triples of characters as a row, the title's counting more; the width.

    All items are cut at once in arrays: 25,000 messages take seconds, not minutes.
    """
    segments = [part for item in items for part in (plain(item.title), plain(item.text)[:BODY])]
    sizes = np.array([len(part) for part in segments])
    codes = np.frombuffer("".join(segments).encode("utf-32-le", "replace"), np.uint32).astype(np.int64)
    segment = np.repeat(np.arange(len(segments)), sizes)
    letters, kind = np.unique(codes, return_inverse=True)
    solid = np.array([chr(code).isalnum() for code in letters], bool)[kind]
    found = [_runs(kind, segment, solid, size, len(letters)) for size in (2, 3)]
    grams = np.concatenate([run for run, _ in found])
    place = np.concatenate([where for _, where in found])
    _, grams = np.unique(grams, return_inverse=True)
    width = int(grams.max()) + 1 if len(grams) else 0
    pairs, slot = np.unique(place // 2 * max(width, 1) + grams, return_inverse=True)
    times = np.bincount(slot, weights=np.where(place % 2 == 0, HEAD, 1), minlength=len(pairs))
    owner, gram = pairs // max(width, 1), pairs % max(width, 1)
    seen = np.bincount(gram, minlength=width)
    kept = (seen[gram] >= 2) & (seen[gram] <= max(10, COMMON * len(items)))
    owner, gram = owner[kept], gram[kept]
    values = (1 + np.log(times[kept])) * (np.log((1 + len(items)) / (1 + seen[gram])) + 1)
    return _rarest(owner, gram, values, len(items)), width


def _places(text: str) -> frozenset[str]:
    """The pairs of characters that tell a place."""
    flat = plain(text)
    return frozenset(flat[i : i + 2] for i in range(len(flat) - 1)) - EVERYWHERE


def _runs(kind: Whole, segment: Whole, solid: Any, size: int, letters: int) -> tuple[Whole, Whole]:
    """The runs of `size` letters within one segment, as numbers, and the segment of each."""
    count = max(len(kind) - size + 1, 0)
    whole = segment[:count] == segment[size - 1 : size - 1 + count]
    code = np.full(count, size, np.int64)
    for step in range(size):
        whole &= solid[step : step + count]
        code = code * (letters + 1) + kind[step : step + count]
    return code[whole], segment[:count][whole]


def _rarest(owner: Whole, gram: Whole, values: Any, count: int) -> Rows:
    """The rows of the KEPT greatest values of each owner, of length one."""
    order = np.lexsort((gram, -values, owner))
    owner, gram, values = owner[order], gram[order], values[order]
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)
    top = rank < KEPT
    owner, gram, values = owner[top], gram[top], values[top]
    length = np.sqrt(np.bincount(owner, weights=values * values, minlength=count))
    return Rows(
        np.searchsorted(owner, np.arange(count + 1)).astype(np.int64),
        gram.astype(np.int32),
        (values / length[owner]).astype(np.float32),
    )


def _pairs(
    rows: Rows, width: int, alike: float, places: list[frozenset[str]]
) -> list[tuple[float, int, int]]:
    """The pairs that are alike enough and not at different places, the most alike first."""
    index = Neighbours(rows, width)
    pairs = []
    for number in range(len(rows)):
        likeness = index.likeness(*rows.row(number))[:number]
        near = np.flatnonzero(likeness >= alike)
        if len(near) > NEAREST:
            near = near[np.argsort(-likeness[near], kind="stable")[:NEAREST]]
        here = places[number]
        pairs += [
            (float(likeness[other]), other, number)
            for other in near.tolist()
            if not (here and places[other]) or here & places[other]
        ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return pairs


def _clusters(rows: Rows, pairs: list[tuple[float, int, int]], alike: float) -> list[list[int]]:
    """Join along the pairs while the mean likeness between the members of both sides is enough."""
    owner: dict[int, _Cluster] = {}

    def cluster(number: int) -> _Cluster:
        if number not in owner:
            columns, values = rows.row(number)
            owner[number] = _Cluster([number], dict(zip(columns.tolist(), values.tolist(), strict=True)))
        return owner[number]

    for _, one, other in pairs:
        left, right = cluster(one), cluster(other)
        if left is right:
            continue
        if len(left.members) < len(right.members):
            left, right = right, left
        common = sum(value * left.total.get(column, 0.0) for column, value in right.total.items())
        if common < TOGETHER * alike * len(left.members) * len(right.members):
            continue
        for column, value in right.total.items():
            left.total[column] = left.total.get(column, 0.0) + value
        left.members += right.members
        for member in right.members:
            owner[member] = left
    unique = {id(found): found for found in owner.values() if len(found.members) > 1}
    return [sorted(found.members) for found in unique.values()]


def _group(items: Sequence[Item], rows: Rows, members: list[int], now: datetime | None) -> Group:
    dated = [number for number in members if items[number].at]
    members = sorted(dated, key=lambda n: (items[n].at, n)) + [n for n in members if not items[n].at]
    chosen = [items[number] for number in members]
    times = [item.at for item in chosen if item.at]
    return Group(
        items=tuple(members),
        title=items[_typical(rows, members)].title,
        words=_common_words([item.title for item in chosen]),
        people=len({item.who or f"#{number}" for number, item in zip(members, chosen, strict=True)}),
        votes=sum(item.votes for item in chosen),
        heat=round(_heat(members, chosen, now), 3),
        first=min(times, default=None),
        last=max(times, default=None),
    )


def _heat(members: list[int], items: list[Item], now: datetime | None) -> float:
    by_sender: dict[str, float] = defaultdict(float)
    for number, item in zip(members, items, strict=True):
        days = max((now - item.at).total_seconds() / 86400, 0.0) if now and item.at else 0.0
        weight = (1 + math.log1p(max(item.votes, 0))) * 0.5 ** (days / HALF_LIFE_DAYS)
        sender = item.who or f"#{number}"
        by_sender[sender] = max(by_sender[sender], weight)
    return sum(by_sender.values())


def _typical(rows: Rows, members: list[int]) -> int:
    """The member most like all the others."""
    total: dict[int, float] = defaultdict(float)
    vectors: dict[int, tuple[Any, Floats]] = {number: rows.row(number) for number in members}
    for columns, values in vectors.values():
        for column, value in zip(columns.tolist(), values.tolist(), strict=True):
            total[column] += value

    def likeness(number: int) -> float:
        columns, values = vectors[number]
        found: float = sum(
            total[column] * value for column, value in zip(columns.tolist(), values.tolist(), strict=True)
        )
        return found

    return max(members, key=lambda number: (likeness(number), -number))


def _common_words(titles: list[str]) -> tuple[str, ...]:
    """The longest runs of characters that most of the titles hold."""
    held: Counter[str] = Counter()
    for title in titles:
        text = plain(title)
        held.update(
            {
                text[i : i + size]
                for size in range(2, 13)
                for i in range(len(text) - size + 1)
                if text[i : i + size].isalnum()
            }
        )
    most = max(2, math.ceil(len(titles) * 0.5))
    found: list[str] = []
    for word in sorted((w for w, n in held.items() if n >= most), key=lambda w: (-len(w), -held[w], w)):
        if not any(word in other or _overlap(word, other) for other in found):
            found.append(word)
        if len(found) == 4:
            break
    return tuple(found)


def _overlap(word: str, other: str) -> bool:
    return any(word[-size:] == other[:size] or other[-size:] == word[:size] for size in range(1, len(word)))
