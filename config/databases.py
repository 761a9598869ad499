"""Django's DATABASES, one alias per role and database (see `docs/adr/0002`)."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from config.env import databases

ENGINE = "apps.core.postgres"


def parse(url: str, **options: object) -> dict[str, Any]:
    """Turn a `postgresql://` address into a Django database entry."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    return {
        "ENGINE": ENGINE,
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": query.pop("port", None) or str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {**query, "connect_timeout": 5, **options},
    }


def all_databases() -> dict[str, dict[str, Any]]:
    """Return every alias that this process was given an address for."""
    aliases: dict[str, dict[str, Any]] = {}
    for alias, urls in databases().items():
        prefix = "" if alias == "default" else f"{alias}_"
        aliases[alias] = parse(urls.database_url)
        aliases[f"{prefix}replica"] = parse(urls.replica_url)
        if urls.sealer_database_url:
            aliases[f"{alias}_sealer"] = parse(urls.sealer_database_url)
        if urls.migration_database_url:
            aliases[f"{alias}_owner"] = parse(urls.migration_database_url, assume_role="bulkhead_owner")
    return aliases


def replica_of(alias: str) -> str:
    """Return the replica's alias of a primary's alias."""
    return "replica" if alias == "default" else f"{alias}_replica"
