"""Texts of messages: their placeholders checked with the place of what is wrong, an example, and their length as SMS."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

SINGLE, JOINED = 70, 67
"""How many characters an SMS holds that is sent alone, and each part of a longer one."""
SLOT = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something wrong in a text. place: which character, from 1."""

    place: int
    what: str

    def __str__(self) -> str:
        return f"第{self.place}个字：{self.what}"


def wrongs(text: str, slots: Mapping[str, str]) -> list[Wrong]:
    """What is wrong with the placeholders of a text; `slots` are those that may stand in it, with what they mean."""
    found = []
    for match in SLOT.finditer(text):
        if match[1] not in slots:
            found.append(Wrong(match.start() + 1, f"没有“{{{match[1]}}}”这个占位符"))
    rest = SLOT.sub(lambda match: " " * len(match[0]), text)
    for place, sign in enumerate(rest, start=1):
        if sign in "{}":
            found.append(Wrong(place, f"多余的“{sign}”，占位符应写成{{名称}}"))
    return sorted(found, key=lambda wrong: wrong.place)


def filled(text: str, examples: Mapping[str, str]) -> str:
    """The text with every placeholder filled by its example."""
    return SLOT.sub(lambda match: examples.get(match[1], match[0]), text)


def sms_parts(text: str) -> int:
    """How many SMS a text takes: one up to 70 characters, else one for every 67 (sent as UCS-2 and joined)."""
    units = len(text.encode("utf-16-be")) // 2
    return 1 if units <= SINGLE else -(-units // JOINED)
