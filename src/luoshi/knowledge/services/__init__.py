"""Every change of the knowledge base: checked, saved and recorded as an event in one transaction."""

from luoshi.knowledge.services.bulletins import (
    bulletin_create,
    bulletin_edit,
    bulletin_issue,
    bulletin_see,
    bulletin_withdraw,
)
from luoshi.knowledge.services.corrections import entry_correct
from luoshi.knowledge.services.entries import (
    entry_create,
    entry_edit,
    entry_publish,
    entry_review,
    entry_withdraw,
)
from luoshi.knowledge.services.indexing import search_rebuild
from luoshi.knowledge.services.requests import request_cancel, request_deliver, request_open
from luoshi.knowledge.services.usage import entry_use

__all__ = [
    "bulletin_create",
    "bulletin_edit",
    "bulletin_issue",
    "bulletin_see",
    "bulletin_withdraw",
    "entry_correct",
    "entry_create",
    "entry_edit",
    "entry_publish",
    "entry_review",
    "entry_use",
    "entry_withdraw",
    "request_cancel",
    "request_deliver",
    "request_open",
    "search_rebuild",
]
