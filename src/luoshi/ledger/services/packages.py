"""Files that are zip archives inside (DOCX, XLSX, OFD): what they must hold, and what they must not."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Final

MEMBERS: Final = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml", ".ofd": "OFD.xml"}
LARGEST: Final = 400 * 1024 * 1024  # bytes unpacked
MOST: Final = 5000  # members


def package_fault(path: Path, ending: str) -> str:
    """What is wrong with a file of this ending, in words; "" for nothing. Nothing is unpacked: the index is enough."""
    wanted = MEMBERS.get(ending)
    if wanted is None:
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except Exception:  # zipfile raises many kinds for a broken index
        return "的内容与扩展名不符，或者文件已损坏"
    names = {member.filename for member in members}
    if wanted not in names:
        return "的内容与扩展名不符，或者文件已损坏"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "带有宏，不能上传"
    if len(members) > MOST or sum(member.file_size for member in members) > LARGEST:
        return "解压后过大，不能上传"
    return ""
