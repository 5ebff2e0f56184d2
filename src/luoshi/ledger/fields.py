"""Columns for personal data: sealed on their way into the database, opened on their way out."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.db import models
from django.db.models.lookups import Exact

from luoshi.ledger import keyring


class SealedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that lies sealed in the database (luoshi.ledger.keyring). One cannot search in it.

    max_length: of the text as people know it; forms and services hold to it.
    """

    description = "sealed text"

    @property
    def sealed_for(self) -> str:
        """What the values are bound to: table and column."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> Any:
        """The value sealed."""
        plain = super().get_prep_value(value)
        return plain if plain is None else keyring.seal(str(plain), column=self.sealed_for)

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> str | None:
        """The value opened."""
        return value if value is None else keyring.unseal(value, column=self.sealed_for)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only whether there is a value can be asked."""
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        return EmptyOnly if lookup_name == "exact" else _no_search


class EmptyOnly(Exact):
    """`field=""`, the one value that is stored as it is, and `field=None`."""

    def __init__(self, lhs: Any, rhs: Any) -> None:
        if rhs not in ("", None):
            _no_search(lhs, rhs)
        super().__init__(lhs, rhs)


def _no_search(lhs: Any, rhs: Any) -> NoReturn:
    raise TypeError(f"{lhs.target.sealed_for} is sealed: search by its mark (luoshi.ledger.keyring.marks)")


class SealedJSONField(SealedTextField):
    """Values that JSON can hold, sealed as one text."""

    description = "sealed JSON"

    def get_prep_value(self, value: Any) -> Any:
        """The values as text, sealed."""
        return None if value is None else super().get_prep_value(json.dumps(value, ensure_ascii=False))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        """The values again."""
        plain = super().from_db_value(value, expression, connection)
        return plain if plain is None else json.loads(plain)

    def to_python(self, value: Any) -> Any:
        """As it is: the field holds values, not text."""
        return value


class MarkField(models.BinaryField):  # type: ignore[type-arg]
    """The mark of a sealed field of the same row, written whenever the row is saved.

    of: the sealed field. kind: fields of one kind are compared with each other.
    """

    description = "mark of a sealed text"

    def __init__(self, *args: Any, of: str, kind: str = "", **kwargs: Any) -> None:
        self.of, self.kind = of, kind or of
        kwargs |= {"null": True, "editable": False}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """For migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("null", None)
        kwargs.pop("editable", None)
        return name, path, args, {**kwargs, "of": self.of, "kind": self.kind}

    def pre_save(self, model_instance: models.Model, add: bool) -> bytes | None:
        """The mark of the value as it is saved now."""
        found = keyring.mark(getattr(model_instance, self.of) or "", kind=self.kind)
        setattr(model_instance, self.attname, found)
        return found
