"""What the models share: half-open periods, and managers that refuse to write past the services."""

from __future__ import annotations

import datetime as dt
from typing import Any, NoReturn, TypeVar

from django.db import models
from django.db.models import F, Q

ModelT = TypeVar("ModelT", bound=models.Model)


class DirectWriteError(TypeError):
    """A row was to be written without its service, so no event would tell of it."""


class ServiceWrittenQuerySet(models.QuerySet[ModelT]):
    """Reads like any other; writes go through luoshi.organisation.services, which record the event."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise DirectWriteError(f"{self.model.__name__}: write through luoshi.organisation.services")

    create = _refuse
    bulk_create = _refuse
    bulk_update = _refuse
    get_or_create = _refuse
    update_or_create = _refuse
    update = _refuse
    delete = _refuse

    def on(self, day: dt.date) -> ServiceWrittenQuerySet[ModelT]:
        """Rows in force on `day`: since <= day < until."""
        return self.filter(in_force(day))


def in_force(day: dt.date, prefix: str = "") -> Q:
    """The condition since <= day < until; `prefix` names the relation to reach the period (post__)."""
    ended = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": day})
    return Q(**{f"{prefix}since__lte": day}) & ended


def dates_in_order(name: str) -> models.CheckConstraint:
    """A period does not end before it starts; one that ends on its first day never was in force."""
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gte=F("since")), name=f"organisation_{name}_dates_in_order"
    )
