"""Background work of the search."""

from __future__ import annotations

from procrastinate.contrib.django import app

from luoshi.search.index import BATCH, refresh


@app.periodic(cron="* * * * *")
@app.task(queue="search", queueing_lock="search-minute", pass_context=False)
def every_minute(timestamp: int) -> None:
    """Make entries anew whose words may have changed."""
    while refresh() == BATCH:
        pass
