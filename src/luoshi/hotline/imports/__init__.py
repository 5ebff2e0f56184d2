"""Bringing a city's export of requests in: mapping, reading, cleaning, checking (all pure), then loading.

Only `load` and what it uses needs Django and the database; everything else runs on the file alone, so
that a dry run needs nothing but the file.
"""
