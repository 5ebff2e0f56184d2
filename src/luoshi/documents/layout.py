"""A paper as it is laid out: every element that the standard wants, from what stands in the record."""

from __future__ import annotations

import datetime as dt

from luoshi.documents import rules
from luoshi.documents.models import Outgoing
from luoshi.papers import Official

LETTERS = frozenset({"letter", "slip"})
UPWARD = frozenset({"superior", "npc", "party"})
URGENT = {"urgent": "加急", "special": "特急"}


def cn_day(day: dt.date | None) -> str:
    """2017年10月16日; "" for none."""
    return f"{day.year}年{day.month}月{day.day}日" if day is not None else ""


def form_of(paper: Outgoing) -> str:
    """Which of the standard's forms a paper has."""
    if paper.genre == "minutes":
        return "minutes"
    return "letter" if paper.genre in LETTERS else "document"


def mark_of(paper: Outgoing, names: dict[str, str]) -> str:
    """What stands red at the head: the issuer's full name, with 文件 on red-headed papers."""
    name = names[paper.issued_as]
    return {"document": f"{name}文件", "minutes": f"{name}会议纪要"}.get(form_of(paper), name)


def signer_of(paper: Outgoing) -> str:
    """The signer's name, which only papers that go up carry."""
    up = paper.addressee in UPWARD and form_of(paper) == "document"
    return paper.signed_by.name if up and paper.signed_by is not None else ""


def _flags(paper: Outgoing, at: dt.datetime) -> list[str]:
    kept = rules.setting("documents.secrecy", at)["kept"]
    flags = [kept[paper.secret_kind]] if paper.secret_kind in kept else []
    return flags + ([URGENT[paper.urgency]] if paper.urgency in URGENT else [])


def official_of(paper: Outgoing, *, at: dt.datetime) -> Official:
    """The content of a paper for PDF and DOCX. Before it is numbered the places of number and date stay open."""
    names = dict(rules.setting("documents.names", at))
    number = paper.matter.number or ""
    return Official(
        title=paper.matter.title,
        text=paper.text or "（正文待起草）",
        mark=mark_of(paper, names),
        form=form_of(paper),
        number="" if paper.genre == "slip" else number or "（待编号）",
        signer=signer_of(paper),
        flags=_flags(paper, at),
        addressees=paper.addressees,
        annexes=tuple(paper.annexes),
        issuer=names[paper.issued_as],
        dated=cn_day(paper.sealed_on) or "（成文日期）",
        remark=paper.remark
        or {"open": "此件公开发布", "on_request": "此件依申请公开"}.get(paper.disclosure, ""),
        copies=paper.copies,
        printer=names["office"],
        printed=cn_day(paper.printed_on),
        note=paper.passed_note,
    )
