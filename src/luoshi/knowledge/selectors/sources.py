"""What an answer rests on: a published entry or a bulletin in force, with the text that one reads out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from luoshi.knowledge import rules
from luoshi.knowledge.models import Bulletin, Entry
from luoshi.knowledge.selectors.bulletins import in_force
from luoshi.ledger.errors import WrongState

UNSPOKEN = frozenset({"basis"})  # for the agent's eyes: what the answer rests on, not what is read out


@dataclass(frozen=True, slots=True)
class Source:
    """pk: the matter's id. body_id: the body to whose credit the answer counts. kind: entry | bulletin."""

    pk: int
    kind: str
    title: str
    text: str
    body_id: int


def source_get(pk: int, *, at: dt.datetime) -> Source:
    """The entry or bulletin with which one may answer at a moment.

    Errors: WrongState where it is not published (any more), has run out, or is something else.
    """
    entry = Entry.objects.filter(pk=pk, live=True).defer("head", "search").first()
    if entry is not None:
        return Source(entry.pk, "entry", entry.title, answer_text(entry), entry.body_id)
    bulletin = Bulletin.objects.filter(in_force(at), pk=pk).defer("head", "search").first()
    if bulletin is not None:
        return Source(bulletin.pk, "bulletin", bulletin.title, answer_text(bulletin), bulletin.body_id)
    raise WrongState("这条知识已撤下或已过期，不能用来答复", mend="请重新查找")


def content_lines(entry: Entry) -> list[str]:
    """The parts of an entry's answer, each with its label before it."""
    named = [(field.key, field.label) for field in rules.fields(entry.form, entry.maintained_at)]
    return [f"{label}：{entry.content[key]}" for key, label in named if entry.content.get(key)]


def answer_text(source: Entry | Bulletin) -> str:
    """The text with which one answers: the labelled parts of a basic entry, the script alone, a bulletin's text."""
    if isinstance(source, Bulletin):
        return source.text
    spoken = {key: text for key, text in source.content.items() if key not in UNSPOKEN and text}
    if len(spoken) == 1:
        return str(next(iter(spoken.values())))
    return "\n".join(content_lines(source))
