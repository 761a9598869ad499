"""The environment of the processes: addresses and keys, as `config/env.py` reads them."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from apps.core.services.addresses import SUPERUSER
from apps.core.services.cluster import Cluster
from apps.core.services.vault import Vault

DATABASE = "bulkhead"
DEDICATED = {"sao": "bulkhead_sao"}
DEDICATED_MARK = "__"  # DATABASE_URL__SAO
# Variable, role, whether it reads the replica. A dedicated database has the same with the suffix __ALIAS.
URLS = (
    ("DATABASE_URL", "bulkhead_app", False),
    ("REPLICA_URL", "bulkhead_reader", True),
    ("RELAY_DATABASE_URL", "bulkhead_relay", False),
    ("SEALER_DATABASE_URL", "bulkhead_sealer", False),
    ("MIGRATION_DATABASE_URL", "bulkhead_migrator", False),
    ("ADMIN_DATABASE_URL", SUPERUSER, False),
    ("ASK_DATABASE_URL", "bulkhead_ask", True),
)


def database_urls(cluster: Cluster, database: str, dedicated: Mapping[str, str]) -> dict[str, str]:
    """Return every address variable of the shared database and of the dedicated ones (alias to name)."""
    found = {name: cluster.url(role, database, replica=replica) for name, role, replica in URLS}
    for alias, other in dedicated.items():
        for name, role, replica in URLS:
            found[f"{name}{DEDICATED_MARK}{alias.upper()}"] = cluster.url(role, other, replica=replica)
    return {**found, "DEDICATED_DATABASES": ",".join(dedicated)}


def keys(vault: Vault) -> dict[str, str]:
    """Return the secrets of the application, made at the first call."""
    return {
        "SECRET_KEY": vault.key("secret_key"),
        "CONTEXT_KEYS": f"k1:{vault.key('context_key')}",
        "AUDIT_SIGNING_KEY": vault.key("audit_signing_key"),
        "FIELD_KEY": vault.key("field_key"),
    }


def write_environment(path: Path, variables: Mapping[str, str]) -> None:
    """Write a KEY=VALUE file that only its owner can read, whole or not at all."""
    making = path.with_suffix(".making")
    making.unlink(missing_ok=True)
    descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("# Written by apps/core/services at each start. Secret: do not copy it elsewhere.\n")
        file.writelines(f"{name}={value}\n" for name, value in sorted(variables.items()))
    making.replace(path)


def read_environment(path: Path) -> dict[str, str]:
    """Read such a file; a missing one is empty."""
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def base_environment(unwanted: Sequence[str] = ()) -> dict[str, str]:
    """Return our own environment without PostgreSQL's client settings and without the named variables."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PG") and name not in unwanted
    }
