"""Everything that writes to the ledger."""

from luoshi.ledger.services.access import access_record
from luoshi.ledger.services.attachments import attachment_add
from luoshi.ledger.services.door import (
    act,
    bump,
    lock,
    lock_all,
    matter_open,
    number_next,
    record,
    wrong_state,
)
from luoshi.ledger.services.handing import duties_void, matter_hand_over, person_replace
from luoshi.ledger.services.outbox import outbox_flush, outbox_put, outbox_retry
from luoshi.ledger.services.recounting import due_recount, matter_recount
from luoshi.ledger.services.seals import seal_days
from luoshi.ledger.services.sweep import on_lapse, on_overdue, settle, sweep

__all__ = [
    "access_record",
    "act",
    "attachment_add",
    "bump",
    "due_recount",
    "duties_void",
    "lock",
    "lock_all",
    "matter_hand_over",
    "matter_open",
    "matter_recount",
    "number_next",
    "on_lapse",
    "on_overdue",
    "outbox_flush",
    "outbox_put",
    "outbox_retry",
    "person_replace",
    "record",
    "seal_days",
    "settle",
    "sweep",
    "wrong_state",
]
