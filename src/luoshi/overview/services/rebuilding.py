"""The dashboard's tallies made anew from the hotline's rows: for a database older than the counting, or after a fault."""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from luoshi.ledger.models import Tally, door
from luoshi.ledger.services.derive import tallies_add
from luoshi.overview.counting import PREFIX, counted_grades, counted_requests

BATCH = 2000


@transaction.atomic
def counts_rebuild() -> int:
    """Take the tallies away and count all lists again, in one transaction; returns how many tallies there are.

    Requests and call-backs wait meanwhile (seconds for a city's year), so that nothing is counted twice or missed.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE hotline_request, hotline_callback IN SHARE MODE")
    place = settings.JURISDICTION
    found = list((counted_requests(place) + counted_grades(place)).items())
    with door():
        Tally.objects.filter(jurisdiction=place, metric__startswith=PREFIX).delete()
        for start in range(0, len(found), BATCH):
            tallies_add(place, dict(found[start : start + BATCH]))
    return len(found)
