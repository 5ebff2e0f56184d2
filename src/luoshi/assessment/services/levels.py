"""One piece of publicity adopted by media of several levels counts once, at the highest."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from luoshi.assessment import rules_records as records
from luoshi.assessment.models import Entry
from luoshi.ledger import services as ledger
from luoshi.ledger.actors import SYSTEM
from luoshi.ledger.errors import WrongState
from luoshi.ledger.models import Matter, door


@dataclass(frozen=True, slots=True)
class Lower:
    """An entry of the same piece at a lower level, which counts until a higher one is approved."""

    entry: Entry

    def superseded(self, *, by: Entry, at: dt.datetime) -> None:
        """Let it stop counting because of the higher one."""
        if self.entry.matter.state == "approved":
            data = {"by": by.matter.number}
            ledger.act(matter=self.entry.matter_id, action="supersede", actor=SYSTEM, at=at, data=data)
        with door():
            self.entry.superseded_by = by
            self.entry.save(update_fields=["superseded_by"])


def settle_levels(entry: Entry, day: dt.date) -> list[Lower]:
    """The entries of the same piece that a new one takes the place of.

    Their matters are locked, in the order of their keys, so that two approvals at once see each other.
    Errors: WrongState when a higher level counts already.
    """
    if not entry.article:
        return []
    order = records.levels(day)
    same = Entry.objects.filter(body_id=entry.body_id, article=entry.article).exclude(pk=entry.pk)
    keys = sorted([*same.values_list("pk", flat=True), entry.pk])
    list(Matter.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))
    place = order.index(entry.item)
    lower = []
    for other in same.filter(matter__state__in=("approved", "superseded")).select_related("matter"):
        if other.matter.state == "approved" and order.index(other.item) < place:
            title = records.item_title(other.item, day)
            raise WrongState(f"同一篇已按“{title}”计分，只取最高一级", mend="本条不必再计入")
        lower.append(Lower(other))
    return lower


def restore_lower(entry: Entry, at: dt.datetime) -> None:
    """After the highest level was revoked, the highest of the others counts again."""
    rows = Entry.objects.filter(superseded_by=entry, matter__state="superseded").select_related("matter")
    if not rows:
        return
    order = records.levels(entry.date)
    ranked = sorted(rows, key=lambda row: (order.index(row.item), row.pk))
    best, rest = ranked[0], ranked[1:]
    ledger.act(matter=best.matter_id, action="restore", actor=SYSTEM, at=at, data={"of": entry.matter.number})
    with door():
        best.superseded_by = None
        best.save(update_fields=["superseded_by"])
        for row in rest:
            row.superseded_by = best
            row.save(update_fields=["superseded_by"])
