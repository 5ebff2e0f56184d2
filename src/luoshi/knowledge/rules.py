"""What the rulebook says about the knowledge base on a day: required contents, kinds, reminders, points."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Any

from luoshi.engines.rulebook import Choice, Content, ContentField
from luoshi.ledger import rules
from luoshi.organisation.selectors import local_day

CONTENTS = {"basic": "knowledge.basic", "script": "knowledge.script_answer"}


def content_rule(form: str, at: dt.datetime) -> Content:
    """What an entry of a form must hold at a moment."""
    return rules.current().content(CONTENTS[form], local_day(at))


def fields(form: str, at: dt.datetime) -> tuple[ContentField, ...]:
    """The fields of an entry's form, in order."""
    return content_rule(form, at).fields


def missing(form: str, content: Mapping[str, Any], at: dt.datetime) -> tuple[ContentField, ...]:
    """The required fields that a content lacks, in order."""
    return content_rule(form, at).missing(content)


def forms(at: dt.datetime) -> Choice:
    """The forms of entries."""
    return rules.current().choice("knowledge.form", local_day(at))


def topics(at: dt.datetime) -> Choice:
    """The kinds of bulletins."""
    return rules.current().choice("knowledge.bulletin", local_day(at))


def setting(id: str, at: dt.datetime) -> Mapping[str, Any]:
    """The named parameters knowledge.<id> at a moment."""
    return rules.current().setting(f"knowledge.{id}", local_day(at)).values


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day some months later (or earlier, for a negative number), or that month's last day."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def review_day(at: dt.datetime) -> dt.date:
    """The day on which an entry kept up at a moment should be looked at again."""
    return months_later(local_day(at), int(setting("review", at)["months"]))
