"""What is a zip archive inside is looked into before it is kept: no macros, no bombs, nothing under a false name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from luoshi.ledger.services import packages
from luoshi.ledger.services.packages import package_fault


def package(folder: Path, *names: str, size: int = 10) -> Path:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"0" * size)
    path = folder / "file"
    path.write_bytes(written.getvalue())
    return path


@pytest.mark.parametrize(
    ("ending", "names", "said"),
    [
        (".docx", ["word/document.xml"], ""),
        (".xlsx", ["xl/workbook.xml", "xl/sharedStrings.xml"], ""),
        (".ofd", ["OFD.xml"], ""),
        (".docx", ["xl/workbook.xml"], "不符"),
        (".docx", ["classes.dex", "AndroidManifest.xml"], "不符"),
        (".docx", ["word/document.xml", "word/vbaProject.bin"], "宏"),
        (".pdf", ["anything"], ""),
    ],
)
def test_a_package_holds_what_its_ending_says(tmp_path, ending, names, said):
    fault = package_fault(package(tmp_path, *names), ending)
    assert (said in fault) if said else fault == ""


def test_an_archive_that_would_fill_the_disk_is_refused_unopened(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "LARGEST", 1_000_000)
    bomb = package(tmp_path, "word/document.xml", "word/a.xml", size=600_000)
    assert bomb.stat().st_size < 10_000
    assert "过大" in package_fault(bomb, ".docx")
    monkeypatch.setattr(packages, "LARGEST", 2_000_000)
    assert package_fault(bomb, ".docx") == ""


def test_an_archive_of_very_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "MOST", 3)
    names = ["word/document.xml", *(f"word/{n}.xml" for n in range(3))]
    assert "过大" in package_fault(package(tmp_path, *names), ".docx")


def test_half_an_archive_is_refused(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"PK\x03\x04 and no more")
    assert "损坏" in package_fault(path, ".docx")
