"""The hotline's tables."""

from luoshi.hotline.models.bulk import BulkRun
from luoshi.hotline.models.categories import Category, Phrase
from luoshi.hotline.models.dispatches import Application, Dispatch, MonthlyNotice, Reply, Urging
from luoshi.hotline.models.drafts import Draft
from luoshi.hotline.models.imports import ImportedRequest
from luoshi.hotline.models.portal import CitizenDraft, CitizenDraftFile, Throttle
from luoshi.hotline.models.requests import (
    Call,
    Callback,
    Contact,
    DirectAnswer,
    Escalation,
    Publication,
    Request,
    RequestLink,
    Voluntary,
)
from luoshi.hotline.models.suggesting import SuggestionModel, SuggestionUse, TopicSheet

__all__ = [
    "Application",
    "BulkRun",
    "Call",
    "Callback",
    "Category",
    "CitizenDraft",
    "CitizenDraftFile",
    "Contact",
    "DirectAnswer",
    "Dispatch",
    "Draft",
    "Escalation",
    "ImportedRequest",
    "MonthlyNotice",
    "Phrase",
    "Publication",
    "Reply",
    "Request",
    "RequestLink",
    "SuggestionModel",
    "SuggestionUse",
    "Throttle",
    "TopicSheet",
    "Urging",
    "Voluntary",
]
