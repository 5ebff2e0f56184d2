"""Reading the roster, who is away, and who may sign what now."""

from luoshi.agenda.selectors.roster import (
    assistant_of,
    assisted_by,
    holders,
    in_charge_of,
    in_charge_of_many,
    leader_of,
    leaders_on,
    offices_of,
    pairs_on,
    partner_of,
    section_of,
)
from luoshi.agenda.selectors.signing import Signatory, Signing, signatory, signing
from luoshi.agenda.selectors.standing import (
    Presiding,
    absences_on,
    acting_for,
    away,
    commissions_of,
    delegated,
    office_head,
    presiding,
    stand_in_for,
)

__all__ = [
    "Presiding",
    "Signatory",
    "Signing",
    "absences_on",
    "acting_for",
    "assistant_of",
    "assisted_by",
    "away",
    "commissions_of",
    "delegated",
    "holders",
    "in_charge_of",
    "in_charge_of_many",
    "leader_of",
    "leaders_on",
    "office_head",
    "offices_of",
    "pairs_on",
    "partner_of",
    "presiding",
    "section_of",
    "signatory",
    "signing",
    "stand_in_for",
]
