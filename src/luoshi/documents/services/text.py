"""Words as they come from the forms of papers."""

from __future__ import annotations

from functools import partial

from luoshi.ledger import inputs

block = partial(inputs.block, longest=50_000)
