"""What the tests of incoming papers share: a letterhead, the morning on which things happen, a due time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from luoshi.documents.models import Incoming
from luoshi.documents.services.incoming import Letterhead
from luoshi.ledger.actors import Actor
from luoshi.ledger.models import Obligation

At = Callable[[str], dt.datetime]
Actors = Callable[..., Actor]
MORNING = "2017-10-09 09:00"
ALL = dict.fromkeys(("competence", "lawful", "consulted", "rules", "format"), True)


def head(**more: Any) -> Letterhead:
    given = {
        "title": "关于修建乡村道路的请示", "source": "county", "form": "paper", "genre": "request",
        "sender_name": "卢氏县人民政府", "reference": "卢政〔2017〕8号",
    }  # fmt: skip
    return Letterhead(**{**given, **more})


def due_of(paper: Incoming, rule: str) -> Obligation:
    return Obligation.objects.get(matter_id=paper.pk, rule=rule)
