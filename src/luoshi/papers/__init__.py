"""Papers as PDF (Typst) and DOCX (python-docx): no Django, no database.

    made = Paper(title="…", blocks=(Text("…"), Table(("名次", "单位"), (("1", "甲"),))))
    pdf("paper.typ", made.as_dict()), docx(made)

Templates are Typst files beside this module; `page.typ` holds the page of official papers (GB/T 9704), which any
template can import. Official faces are used where the machine has them, else the free Song face in `fonts/`.
"""

from luoshi.papers.official import Official, missing_faces, official_pdf
from luoshi.papers.official_word import official_docx
from luoshi.papers.paper import Heading, Paper, Table, Text
from luoshi.papers.typeset import PaperError, paper_pdf, pdf
from luoshi.papers.word import docx

__all__ = [
    "Heading",
    "Official",
    "Paper",
    "PaperError",
    "Table",
    "Text",
    "docx",
    "missing_faces",
    "official_docx",
    "official_pdf",
    "paper_pdf",
    "pdf",
]
