"""Dispatch suggestion and groups of the same trouble, learned offline from texts: pure Python and numpy.

`train` learns which label (unit, class) a text has, `Model.suggest` tells it with confidence, words and past
cases, `measured` judges, `dump` and `load` keep a model in one file without pickle. `similar_groups` finds
requests about the same trouble at the same place.
"""

from luoshi.engines.suggest.groups import Group, Item, similar_groups
from luoshi.engines.suggest.measure import measured
from luoshi.engines.suggest.model import Case, Guess, Model, SuggestError, train
from luoshi.engines.suggest.store import dump, load

__all__ = [
    "Case",
    "Group",
    "Guess",
    "Item",
    "Model",
    "SuggestError",
    "dump",
    "load",
    "measured",
    "similar_groups",
    "train",
]
