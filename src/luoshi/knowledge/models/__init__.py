"""The knowledge base's tables. Each hangs on a matter of the ledger; luoshi.knowledge.services alone writes them."""

from luoshi.knowledge.models.bulletins import Bulletin
from luoshi.knowledge.models.entries import Correction, Entry, EntryVersion, Use
from luoshi.knowledge.models.requests import SupplyRequest

__all__ = ["Bulletin", "Correction", "Entry", "EntryVersion", "SupplyRequest", "Use"]
