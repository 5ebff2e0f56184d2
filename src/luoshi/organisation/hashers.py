"""How passwords and recovery codes are hashed."""

from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """Argon2id at OWASP's cost: 19 MiB, two rounds, one thread.

    Django's own 100 MiB would be taken once for everybody who logs in at the same time. A hash of another cost still
    opens its account, and is made anew when it does.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
