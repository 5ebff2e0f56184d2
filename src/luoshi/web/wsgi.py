"""The WSGI application, with what every request needs loaded before the first one comes."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luoshi.web.settings")
application = get_wsgi_application()


def _warm() -> None:
    """Compile the rulebook and load the dictionary of Chinese words; opens no database connection."""
    from luoshi.knowledge.search.tokens import tokenizer
    from luoshi.ledger import rules

    _ = rules.current().worktime
    tokenizer()


_warm()
