"""Mapping files: the shipped ones, and what is wrong with one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from luoshi.hotline.imports.mapping import FIELDS, MappingError, find_mapping, shipped

GOOD = "source: town\ncolumns: {id: 编号, subject: 主题, received: 时间}\n"


def test_the_shipped_mappings_can_be_read_and_keep_their_sources_apart() -> None:
    mappings = [find_mapping(name) for name in shipped()]
    assert {"messages", "hot-topics"} <= {mapping.name for mapping in mappings}
    assert len({mapping.source for mapping in mappings}) == len(mappings)
    assert [mapping.name for mapping in mappings] == list(shipped())


def test_a_mapping_has_sensible_defaults(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(GOOD, encoding="utf-8")
    mapping = find_mapping(str(path))
    assert (mapping.name, mapping.title, mapping.channel, mapping.unanswered) == (
        "town",
        "town",
        "other",
        "pending",
    )
    assert mapping.zone.key == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("message", "unknown mapping message; write messages, or give the path of a YAML file"),
        ("xyz", "unknown mapping xyz; use one of: hot-topics, messages, or give the path of a YAML file"),
        ("no/such.yaml", "mapping no/such.yaml: no such file"),
        ("such.yaml", "mapping such.yaml: no such file"),
    ],
)
def test_an_unknown_mapping_is_told(name: str, line: str) -> None:
    with pytest.raises(MappingError) as refusal:
        find_mapping(name)
    assert str(refusal.value) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", "no mapping; the file must hold source and columns"),
        ("[1, 2]", "no mapping; the file must hold source and columns"),
        ("a: [1", "not valid YAML in line 1: expected ',' or ']', but got '<stream end>'"),
        ("a: 1\na: {", "not valid YAML in line 2: expected the node content, but found '<stream end>'"),
        ("columns: {}", "source: missing; write a text"),
        (GOOD.replace("town", "5"), "source: no text; write a text"),
        (GOOD + "colums: 1", "colums: unknown key; write columns"),
        (GOOD + "timezone: Asia/Shangai", "timezone: Asia/Shangai is no time zone; write Asia/Shanghai"),
        (GOOD + "unanswered: maybe", "unanswered: maybe; use one of: archived, pending"),
        ("source: town", "columns: missing; write field: name of the column"),
        ("source: town\ncolumns: []", "columns: missing; write field: name of the column"),
        (GOOD.replace("subject", "subjet"), "columns.subjet: unknown field; write subject"),
        (
            GOOD.replace("subject: 主题, ", ""),
            "columns.subject: missing; every request needs its subject, one line",
        ),
        (
            GOOD.replace("编号", "{column: 编号, optional: true}"),
            "columns.id: cannot be optional; every request needs its number of the request in its source",
        ),
        (GOOD.replace("编号", "{colum: 编号}"), "columns.id.colum: unknown key; write column"),
        (GOOD.replace("编号", "{column: 编号, optional: 是}"), "columns.id.optional: write true or false"),
        (
            GOOD.replace("编号", "[]"),
            "columns.id: no column; write the name of the column, or a list of names",
        ),
        (
            GOOD.replace("编号", "7"),
            "columns.id: no column; write the name of the column, or a list of names",
        ),
        (GOOD.replace("id:", "reply: 答复, id:"), "columns.replied: missing; a reply needs its time"),
        (
            "!!python/object:os.system {}",
            "not valid YAML in line 1: could not determine a constructor for the tag",
        ),
        ("a: " + "x" * 100_001, "too large for a mapping (100004 bytes)"),
    ],
)
def test_a_wrong_mapping_names_key_and_mend(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "town.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as refusal:
        find_mapping(str(path))
    assert str(refusal.value).startswith(f"{path}: {line}")
    assert "\n" not in str(refusal.value)


def test_a_mapping_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "town.yaml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(MappingError, match=r"not UTF-8; save the mapping as UTF-8$"):
        find_mapping(str(path))


def test_every_field_says_what_it_is() -> None:
    assert all(FIELDS.values())


def test_the_mapping_in_the_manual_holds(tmp_path: Path) -> None:
    manual = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
    path = tmp_path / "my-city.yaml"
    path.write_text(manual.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    assert set(find_mapping(str(path)).columns) == set(FIELDS)
