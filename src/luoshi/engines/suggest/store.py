"""A model as one file: a line that says what it is, a JSON header with a checksum, and arrays (npz, no pickle)."""

from __future__ import annotations

import hashlib
import io
import json
from typing import Any
from zipfile import BadZipFile

import numpy as np

from luoshi.engines.suggest.features import Rows, Vocabulary
from luoshi.engines.suggest.model import Model, SuggestError
from luoshi.engines.suggest.vectors import Vectors

MAGIC = b"LUOSHI-SUGGEST 2\n"
FAMILY = b"LUOSHI-SUGGEST "


def dump(model: Model) -> bytes:
    """The bytes of a model's file: the same model, the same bytes."""
    arrays: dict[str, Any] = {
        "weights": model.weights,
        "starts": model.starts,
        "refs": np.array(model.refs, np.int64),
        "case_labels": model.case_labels.astype(np.int32),
        "case_starts": model.case_rows.starts,
        "case_columns": model.case_rows.columns,
        "case_values": model.case_rows.values.astype(np.float16),
        "titles": _bytes(model.titles),
        "grams": _bytes(model.vectors.names()),
        "rarity": model.vectors.words.rarity,
    }
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    body = packed.getvalue()
    header = {
        "labels": list(model.labels),
        "about": model.about,
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    return MAGIC + json.dumps(header, ensure_ascii=False, sort_keys=True).encode() + b"\n" + body


def load(data: bytes, *, name: str = "the model") -> Model:
    """The model in a file's bytes. Errors: SuggestError, which says what is wrong with the file and how to mend it."""
    again = "train it again with luoshi suggest train"
    if not data.startswith(FAMILY):
        raise SuggestError(
            f"{name} is no model of luoshi suggest: give a file that luoshi suggest train wrote"
        )
    if not data.startswith(MAGIC):
        raise SuggestError(f"{name} was written by another version of Luoshi: {again}")
    head, newline, body = data[len(MAGIC) :].partition(b"\n")
    try:
        header: dict[str, Any] = json.loads(head if newline else b"")
        size, digest = header["size"], header["sha256"]
    except (ValueError, TypeError, KeyError):
        raise SuggestError(f"{name} is damaged at its beginning: {again}") from None
    if len(body) != size:
        raise SuggestError(
            f"{name} is cut short or longer than it was ({len(body)} of {size} bytes): {again}"
        )
    if hashlib.sha256(body).hexdigest() != digest:
        raise SuggestError(f"{name} is damaged (its checksum does not hold): {again}")
    try:
        with np.load(io.BytesIO(body), allow_pickle=False) as arrays:
            return _model(header, arrays)
    except (BadZipFile, ValueError, KeyError, UnicodeDecodeError):
        raise SuggestError(f"{name} lacks a part of a model: {again}") from None


def _model(header: dict[str, Any], arrays: Any) -> Model:
    column = {gram: place for place, gram in enumerate(_texts(arrays["grams"]))}
    return Model(
        labels=tuple(header["labels"]),
        vectors=Vectors(Vocabulary(column, arrays["rarity"])),
        weights=arrays["weights"],
        starts=arrays["starts"],
        refs=arrays["refs"].tolist(),
        titles=_texts(arrays["titles"]),
        case_labels=arrays["case_labels"].astype(np.int64),
        case_rows=Rows(
            arrays["case_starts"], arrays["case_columns"], arrays["case_values"].astype(np.float32)
        ),
        about=header["about"],
    )


def _bytes(texts: list[str]) -> Any:
    return np.frombuffer("\n".join(text.replace("\n", " ") for text in texts).encode(), np.uint8)


def _texts(stored: Any) -> list[str]:
    return bytes(stored).decode().split("\n")
