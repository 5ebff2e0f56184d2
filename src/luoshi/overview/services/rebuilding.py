"""The dashboard's tallies made anew from the hotline's rows: for a database older than the counting, or after a fault."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from luoshi.ledger.models import Tally, door
from luoshi.ledger.services.derive import tallies_add
from luoshi.overview.counting import PREFIX, counted

BATCH = 2000


@transaction.atomic
def counts_rebuild() -> int:
    """Take the tallies away and count all lists again, in one transaction; returns how many tallies there are.

    Requests and call-backs wait meanwhile (seconds for a city's year), so that nothing is counted twice or missed.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE hotline_request, hotline_callback IN SHARE MODE")
    found = list(counted(settings.JURISDICTION).items())
    with door():
        Tally.objects.filter(jurisdiction=settings.JURISDICTION, metric__startswith=PREFIX).delete()
        for start in range(0, len(found), BATCH):
            tallies_add(settings.JURISDICTION, dict(found[start : start + BATCH]))
    return len(found)
