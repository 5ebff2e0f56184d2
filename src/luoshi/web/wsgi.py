"""The WSGI application, with what every request needs loaded before the first one comes."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi.web.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Compile the rulebook and read every view; opens no database connection."""
    from django.conf import settings
    from django.urls import reverse

    from luoshi.ledger import rules

    _ = rules.book(settings.RULEBOOK, settings.RULEBOOK_ON_TRIAL).worktime
    reverse("home")


def _settle() -> None:
    """What was loaded stays, so that no search for garbage goes through it; a search of everything is rare.

    Python's own thresholds look through all of a process every few pages, a quarter of a second each time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


_warm()
_settle()
