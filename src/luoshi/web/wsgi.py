"""The WSGI application, with what every request needs loaded before the first one comes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi.web.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Compile the rulebook; opens no database connection."""
    from django.conf import settings

    from luoshi.ledger import rules

    _ = rules.book(settings.RULEBOOK, settings.RULEBOOK_ON_TRIAL).worktime


_warm()
