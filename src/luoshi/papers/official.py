"""Official papers after GB/T 9704-2012: red-headed papers, letters, minutes, as PDF and DOCX from the same content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from luoshi.papers.typeset import FONTS, pdf

FORMS = ("document", "letter", "minutes")
TITLE_CHARS = 20
"""So many characters of 二号 fill a line of 156 mm."""
NO_START = "，。、；：！？）》”’的"
ONE = re.compile(r"^[一二三四五六七八九十百]+、")
TWO = re.compile(r"^[（(][一二三四五六七八九十百]+[）)]")
OFFICIAL = {
    "仿宋": ("FangSong_GB2312", "FangSong", "STFangsong"),
    "黑体": ("SimHei", "STHeiti"),
    "楷体": ("KaiTi_GB2312", "KaiTi", "STKaiti"),
    "小标宋": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "STZhongsong"),
}


@cache
def missing_faces() -> tuple[str, ...]:
    """The official faces that this machine lacks; the free Song face stands in for them."""
    import typst

    known = set(typst.Fonts(font_paths=[str(FONTS)]).families())
    return tuple(name for name, families in OFFICIAL.items() if known.isdisjoint(families))


def title_lines(title: str, longest: int = TITLE_CHARS) -> list[str]:
    """A title in as few lines as it needs, of about one length, none beginning with a mark or 的.

    A break that the title itself brings is kept.
    """
    found: list[str] = []
    for part in title.splitlines() or [""]:
        count = -(-len(part) // longest) or 1
        while part:
            size = -(-len(part) // count)
            while size < min(len(part), longest) and part[size : size + 1] in tuple(NO_START):
                size += 1
            found.append(part[:size])
            part, count = part[size:], max(1, count - 1)
            if len(part) > longest * count:
                count = -(-len(part) // longest)
    return found


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the body. kind: one (一、), two (（一）) or text."""

    kind: str
    text: str


def body_lines(text: str) -> list[Line]:
    """The paragraphs of a text with their levels, by the numbers at their beginning."""
    found = []
    for raw in text.splitlines():
        words = raw.strip()
        if words:
            kind = "one" if ONE.match(words) else "two" if TWO.match(words) else "text"
            found.append(Line(kind, words))
    return found


@dataclass(frozen=True, slots=True)
class Official:
    """The elements of an official paper. form: document (红头文件), letter (信函格式) or minutes (纪要格式).

    mark: what stands red at the head. flags: secrecy and urgency, each on a line at the upper left. signer: name of
    who signed, on papers that go up only. printer, printed: who printed it and when, for the closing table.
    """

    title: str
    text: str
    mark: str
    form: str = "document"
    number: str = ""
    signer: str = ""
    flags: Sequence[str] = ()
    addressees: str = ""
    annexes: Sequence[str] = ()
    issuer: str = ""
    dated: str = ""
    remark: str = ""
    copies: str = ""
    printer: str = ""
    printed: str = ""
    note: str = ""
    closing: bool = True
    lines: tuple[Line, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        if self.form not in FORMS:
            raise ValueError(f"form {self.form!r} is none of {', '.join(FORMS)}")
        whole = f"{self.text}\n{self.note}。" if self.note else self.text
        object.__setattr__(self, "lines", tuple(body_lines(whole)))

    def as_dict(self) -> dict[str, Any]:
        """As the template reads it."""
        return {
            "form": self.form,
            "title": self.title,
            "title_lines": title_lines(self.title),
            "mark": self.mark,
            "number": self.number,
            "signer": self.signer,
            "flags": list(self.flags),
            "addressees": self.addressees.rstrip("：:。 "),
            "blocks": [{"kind": one.kind, "text": one.text} for one in self.lines],
            "annexes": list(self.annexes),
            "issuer": self.issuer,
            "dated": self.dated,
            "remark": self.remark,
            "copies": self.copies.rstrip("。 "),
            "printer": self.printer,
            "printed": self.printed,
            "closing": self.closing,
        }


def official_pdf(paper: Official) -> bytes:
    """An official paper as PDF. Errors: PaperError where it cannot be made."""
    return pdf("official.typ", paper.as_dict())
