"""Cleaning of imported texts: control white space goes, paragraphs and every visible character stay.

Exports of web forms and spreadsheets carry tabs, ideographic and no-break spaces, zero width characters,
mixed line ends and Excel's `_x000D_`. After cleaning, the only white space in a text is the single blank
and the line feed.
"""

from __future__ import annotations

import re
import unicodedata

# zero width and direction marks; the joiner of emoji sequences is treated apart
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u2060-\u2064\u2066-\u206f\ufeff"
)
_DIRECTION = "\u202a-\u202e"
# control characters that are no white space, lone surrogates, and non-characters (PostgreSQL refuses NUL
# and surrogates)
_CONTROL = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff"
_REMOVED = re.compile(f"[{_INVISIBLE}{_DIRECTION}{_CONTROL}]")
_STRAY_JOINER = re.compile("(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d")
_ESCAPED = re.compile(r"_x000([dDaA9])_")
_ESCAPES = {"d": "\r", "a": "\n", "9": "\t"}
_LINE_END = re.compile("\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACE = " \t\x1f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
# a run of white space after the end of a sentence; see `_part`
_AFTER_SENTENCE = re.compile(f"(?<=[。！？；：…”’』」）》!?;:.)])[{_SPACE}]{{2,}}")
_SPACES = re.compile(f"[{_SPACE}]+")
_AROUND_BREAK = re.compile(" ?\n ?")
_BLANK_LINES = re.compile("\n{3,}")


def clean_text(text: str) -> str:
    """Return a text with clean white space, its paragraphs kept.

    Line ends become a line feed, runs of blank lines one blank line, runs of other white space one blank;
    indented paragraphs that were run together are parted again; zero width and control characters go.
    Visible characters are never changed (only Excel's escapes `_x000D_`, `_x000A_`, `_x0009_` are read as
    the white space that they stand for). Cleaning twice gives the same as cleaning once.
    """
    text = _STRAY_JOINER.sub("", _REMOVED.sub("", text))
    text = _ESCAPED.sub(lambda match: _ESCAPES[match[1].lower()], text)
    text = _LINE_END.sub("\n", text)
    text = _AFTER_SENTENCE.sub(_part, text)
    text = _SPACES.sub(" ", text)
    text = _AROUND_BREAK.sub("\n", text)
    return _BLANK_LINES.sub("\n\n", text).strip(" \n")


def _part(run: re.Match[str]) -> str:
    """Part an indented paragraph whose line break was lost: after a sentence, the run holds two
    ideographic spaces or four no-break spaces. Anywhere else such a run is a gap inside the line.
    """
    spaces = run.group()
    return "\n" if spaces.count("\u3000") >= 2 or spaces.count("\u00a0") >= 4 else " "


def clean_line(text: str) -> str:
    """Return a text as one line: as `clean_text`, and line breaks become blanks."""
    return clean_text(text).replace("\n\n", " ").replace("\n", " ")


def clean_code(text: str) -> str:
    """Return a number or code (an id, a telephone) with full-width digits and letters made plain and no
    white space.
    """
    return unicodedata.normalize("NFKC", clean_line(text)).replace(" ", "")


def excerpt(value: str, length: int = 40) -> str:
    """Return a value as one short line for a message, cut at `length` characters."""
    line = clean_line(value)
    return line if len(line) <= length else line[: length - 1] + "…"
