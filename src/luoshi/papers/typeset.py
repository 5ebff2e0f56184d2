"""PDF by Typst: templates beside this module, content as data, never as markup."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from luoshi.papers.paper import Paper

HERE = Path(__file__).parent
TEMPLATES = HERE / "templates"
FONTS = HERE / "fonts"


class PaperError(ValueError):
    """A paper that cannot be made; the message is one clear line."""


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Return a PDF of a template filled with data, which it reads as JSON from `sys.inputs.data`.

    The same data gives the same pages. Errors: PaperError for an unknown template or one that does not hold, and
    where the fonts were not built (`make assets`).
    """
    import typst  # only who prints needs it

    path = TEMPLATES / template
    if path.parent != TEMPLATES or not path.is_file():
        raise PaperError(f"no template {template} in luoshi.papers")
    if not any(FONTS.glob("*.ttf")):
        raise PaperError("the fonts of papers are missing: run make assets")
    try:
        made: bytes = typst.compile(
            str(path),
            root=str(TEMPLATES),
            font_paths=[str(FONTS)],
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            format="pdf",
            pdf_tags=True,
        )
    except typst.TypstError as error:
        raise PaperError(f"{template}: {str(error).splitlines()[0]}") from error
    return made


def paper_pdf(paper: Paper) -> bytes:
    """Return a paper as PDF."""
    return pdf("paper.typ", paper.as_dict())
