"""Reading the knowledge base. Nothing here writes."""

from luoshi.knowledge.selectors.bulletins import (
    bulletin_get,
    bulletin_list,
    bulletins_in_force,
    bulletins_unseen,
)
from luoshi.knowledge.selectors.entries import (
    Section,
    entry_get,
    entry_list,
    entry_sections,
    review_count,
    use_count,
)
from luoshi.knowledge.selectors.hits import Hit, bulletins_search, entries_search, knowledge_search
from luoshi.knowledge.selectors.requests import request_get, request_list
from luoshi.knowledge.selectors.sources import Source, source_get

__all__ = [
    "Hit",
    "Section",
    "Source",
    "bulletin_get",
    "bulletin_list",
    "bulletins_in_force",
    "bulletins_search",
    "bulletins_unseen",
    "entries_search",
    "entry_get",
    "entry_list",
    "entry_sections",
    "knowledge_search",
    "request_get",
    "request_list",
    "review_count",
    "source_get",
    "use_count",
]
