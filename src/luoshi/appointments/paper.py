"""A notice as its text reads: one sentence for each person, in the order of the acts."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from luoshi.appointments.models import Act, Notice
from luoshi.papers import Paper, Text, docx

APPOINT = Act.Action.APPOINT


def sentences(acts: Sequence[Act]) -> list[str]:
    """What a notice says of each person; acts of one person that stand together make one sentence.

    The sex stands in brackets behind the name, the rank behind the post, only where they were entered: a rank that is
    not written is none that is known, and nobody's sex is guessed.
    Source: smx-appointments/0.4, smx-appointments/0.5
    """
    return [_sentence(name, list(group)) for name, group in groupby(acts, key=lambda act: act.name)]


def _sentence(name: str, acts: list[Act]) -> str:
    who = f"{name}（{acts[0].sex}）" if acts[0].sex else name
    given = [act for act in acts if act.action == APPOINT]
    parts = [f"{who}任{'、'.join(_post(act) for act in given)}"] if given else []
    for action in (Act.Action.REMOVE, Act.Action.NO_LONGER):
        lost = "、".join(act.printed for act in acts if act.action == action)
        if lost and action == Act.Action.REMOVE:
            parts.append(f"免去{'其' if parts else who}{lost}职务")
        elif lost:
            parts.append(f"{'' if parts else who}不再担任{lost}职务")
    return "，".join(parts) + "。"


def _post(act: Act) -> str:
    said = [one for one in (act.rank, "试用期一年" if act.probation else "") if one]
    return f"{act.printed}（{'，'.join(said)}）" if said else act.printed


def notice_docx(notice: Notice, acts: Sequence[Act], issuer: str) -> bytes:
    """A notice as DOCX, as its text reads."""
    dated = notice.dated
    blocks = [
        *([Text(notice.number)] if notice.number else []),
        Text("、".join(notice.addressees) + "："),
        *(Text(one) for one in sentences(acts)),
        *([Text(f"以上{notice.closing}的任免，按有关法律规定办理。")] if notice.closing else []),
    ]
    return docx(
        Paper(
            title=f"{issuer}{notice.title}",
            blocks=tuple(blocks),
            issuer=issuer,
            dated=f"{dated.year}年{dated.month}月{dated.day}日" if dated else "",
        )
    )
