"""Texts about the same trouble at the same place come together, the hottest first."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from luoshi.engines.suggest import Item, similar_groups

NOON = dt.datetime(2017, 10, 9, 12, tzinfo=dt.UTC)


def item(number: int, title: str, text: str = "", *, days: float = 0, who: str = "", votes: int = 0) -> Item:
    return Item(number, title, text, NOON - dt.timedelta(days=days), who, votes)


MIXER = (
    "崤山花园旁搅拌站噪音扰民",
    "投诉崤山花园附近的搅拌站噪音",
    "崤山花园搅拌站粉尘污染",
    "崤山花园边上搅拌站夜间施工",
)
SHOP = ("春江苑一楼烧烤店油烟", "春江苑楼下烧烤店油烟扰民")
OTHERS = ("养老金认证怎么办", "公交12路能否延长", "自来水发黄", "学校开学时间", "驾驶证补办", "医保卡丢失")


def city() -> list[Item]:
    titles = [*MIXER, *SHOP, *OTHERS]
    return [item(number, title, days=number, who=f"p{number}") for number, title in enumerate(titles)]


def test_same_trouble_at_the_same_place_is_one_group_with_its_words():
    first, second = similar_groups(city())

    assert [city()[n].title for n in sorted(first.items)] == list(MIXER)
    assert [city()[n].title for n in sorted(second.items)] == list(SHOP)
    assert any("崤山花园" in word for word in first.words)
    assert first.title in MIXER
    assert (first.people, first.last) == (4, NOON)
    assert first.items[0] == 3  # the oldest


def test_same_trouble_elsewhere_is_another_trouble():
    items = [
        Item(n, "小区暖气不热", "室温只有十五度", NOON, str(n), place=f"{place}小区")
        for n, place in enumerate(["崤山", "春江", "六峰"] * 3)
    ]
    items += [item(20 + n, title) for n, title in enumerate(OTHERS)]

    groups = similar_groups(items)

    assert sorted(len(group.items) for group in groups) == [3, 3, 3]


def test_one_person_who_writes_often_counts_once():
    many = [item(n, MIXER[n % 2], who="same") for n in range(8)]
    few = [item(10 + n, SHOP[n], who=f"p{n}") for n in range(2)]

    first, second = similar_groups([*many, *few, *(item(30 + n, title) for n, title in enumerate(OTHERS))])

    assert (len(first.items), first.people) == (2, 2)
    assert (len(second.items), second.people) == (8, 1)


def test_newer_and_agreed_with_is_hotter():
    old = [item(n, MIXER[n], days=60, who=f"a{n}") for n in range(3)]
    new = [item(10 + n, SHOP[n], days=1, who=f"b{n}") for n in range(2)]
    rest = [item(20 + n, title) for n, title in enumerate(OTHERS)]
    assert similar_groups([*old, *new, *rest])[0].title in SHOP

    voted = [item(n, MIXER[n], days=1, who=f"a{n}", votes=200) for n in range(2)]
    assert similar_groups([*voted, *new, *rest])[0].title in MIXER


def test_items_without_time_are_grouped_too():
    items = [Item(n, title) for n, title in enumerate((*MIXER, *OTHERS))]
    (group,) = similar_groups(items)

    assert group.first is None and len(group.items) == 4 and group.heat == 4


def test_nothing_to_group_gives_nothing():
    assert similar_groups([]) == []
    assert similar_groups([item(1, "路灯")]) == []
    assert similar_groups([item(1, ""), item(2, "。。"), item(3, "")]) == []


@given(
    st.lists(st.sampled_from([*MIXER, *SHOP, *OTHERS, ""]), max_size=25), st.randoms(use_true_random=False)
)
def test_every_item_is_in_one_group_at_most_whatever_the_order(titles, source):
    items = [item(number, title, who=str(number)) for number, title in enumerate(titles)]
    groups = similar_groups(items)
    members = [number for group in groups for number in group.items]

    assert len(members) == len(set(members))
    assert all(len(group.items) >= 2 and group.heat > 0 for group in groups)
    mixed = list(items)
    source.shuffle(mixed)
    sizes = sorted(len(group.items) for group in similar_groups(mixed))
    assert sizes == sorted(len(group.items) for group in groups)
