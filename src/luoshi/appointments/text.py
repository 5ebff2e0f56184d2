"""How notices of appointments are written: numerals, numbers, other names in brackets, what looks misprinted."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

DIGITS = "零一二三四五六七八九"
NUMBER = re.compile(r"(?P<prefix>[^〔〕\s]+)〔(?P<year>\d{4})〕(?P<serial>\d{1,4})号\Z")
TRAILING = re.compile(r"(?P<main>.+?)[（(](?P<other>[^（()）]+)[)）]\Z")
BRACKETS = re.compile(r"[（()）\s]")


def numeral(count: int) -> str:
    """A number from 1 to 99 as titles write it.

    >>> [numeral(one) for one in (3, 10, 12, 20, 35)]
    ['三', '十', '十二', '二十', '三十五']
    """
    tens, ones = divmod(count, 10)
    head = "" if tens == 0 else ("" if tens == 1 else DIGITS[tens]) + "十"
    return head + (DIGITS[ones] if ones or not tens else "")


def number_parts(number: str) -> tuple[str, int, int] | None:
    """Prefix, year and serial of a document number; None for anything else.

    >>> number_parts("三政任〔2017〕6号")
    ('三政任', 2017, 6)
    """
    found = NUMBER.match(number.strip())
    return (found["prefix"], int(found["year"]), int(found["serial"])) if found else None


def title_of(names: Iterable[str], forms: Mapping[str, Any]) -> str:
    """The title: the first name, and how many distinct people. forms: the setting appointments.title.

    Source: smx-appointments/0.13
    """
    distinct = list(dict.fromkeys(names))
    if not distinct:
        return ""
    if len(distinct) == 1:
        return str(forms["one"]).format(first=distinct[0])
    return str(forms["several"]).format(first=distinct[0], count=numeral(len(distinct)))


def names_of(organisation: str) -> tuple[str, list[str]]:
    """The name of a body as printed, apart from the other name that stands in brackets behind it.

    Brackets within a name belong to it: 金渠(集团)有限公司.
    Source: smx-appointments/0.18

    >>> names_of("三门峡宾馆(大鹏酒店)")
    ('三门峡宾馆', ['大鹏酒店'])
    >>> names_of("三门峡市金渠(集团)有限公司")
    ('三门峡市金渠(集团)有限公司', [])
    """
    found = TRAILING.match(organisation)
    return (found["main"], [found["other"]]) if found else (organisation, [])


def titles_of(title: str) -> tuple[str, ...]:
    """The designations of a post, the other one in brackets among them.

    >>> titles_of("所长(局长)")
    ('所长', '局长')
    """
    main, others = names_of(title)
    return (main, *others)


def comparable(name: str) -> str:
    """A name without brackets and blanks, for finding two spellings of one name."""
    return BRACKETS.sub("", name)


def doubts_of(
    organisation: str, note: str, others: Iterable[str], words: Mapping[str, Any], printed_name: str = ""
) -> list[str]:
    """What looks misprinted or unclear, in words; the text itself is left as it is.

    others: names of bodies printed elsewhere or in the register. words: the setting appointments.names.
    Source: smx-appointments/0.19
    """
    found = []
    if not organisation:
        found.append("没有印机构名称")
    same = {one for one in others if one != organisation and comparable(one) == comparable(organisation)}
    found += [f"与“{one}”写法不一" for one in sorted(same)] if organisation else []
    if organisation.endswith(str(words["company"])) and not organisation.endswith(
        tuple(words["full_endings"])
    ):
        found.append("不是企业全称")
    if printed_name:
        found.append(f"原文作“{printed_name}”")
    if any(word in note for word in words["doubt_words"]):
        found.append(note)
    return found


def year_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last day of that month where it has no such day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    last = (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    return dt.date(year, month + 1, min(day.day, last))
