"""What runs in one checkout: embedded or outside servers, and the environment for the processes."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from apps.core.services.cluster import Cluster
from apps.core.services.environment import DATABASE, DEDICATED, base_environment, database_urls, keys
from apps.core.services.failure import ServiceError
from apps.core.services.keeper import Kept
from apps.core.services.layout import Layout
from apps.core.services.processes import PREPARE_KEYS, select_variables
from apps.core.services.servers import Primary, Redis, StreamingReplica, embedded_cluster, embedded_redis
from apps.core.services.vault import Vault

NEEDED_OUTSIDE = ("REPLICA_URL", "RELAY_DATABASE_URL", "SEALER_DATABASE_URL")


@dataclass(slots=True)
class Stack:
    """The servers, and the variables that lead to them. `outside` holds what the person has set."""

    layout: Layout
    vault: Vault
    outside: dict[str, str] = field(default_factory=dict)
    cluster: Cluster | None = None
    servers: list[Kept] = field(default_factory=list)

    @classmethod
    def of_environment(cls, layout: Layout, say: Callable[[str], None]) -> "Stack":
        """Return the servers for a checkout: embedded, save those that the environment names.

        Raises ServiceError when the environment names some databases but not all that are needed.
        """
        outside = {name: value for name, value in select_variables(os.environ, PREPARE_KEYS).items() if value}
        outside.pop("VAR_DIR", None)
        stack = cls(layout, Vault(layout.secrets), outside)
        if "DATABASE_URL" in outside:
            _check_outside(outside)
        else:
            stack.outside = {
                k: v for k, v in outside.items() if "DATABASE" not in k and "REPLICA_URL" not in k
            }
            stack.cluster = embedded_cluster(layout, stack.vault, say)
            stack.servers += [Primary(stack.cluster), StreamingReplica(stack.cluster)]
        if "REDIS_URL" not in outside:
            stack.servers.append(Redis(embedded_redis(layout, stack.vault)))
        return stack

    def ensure_databases(self) -> None:
        """Create the empty databases of the embedded cluster."""
        if self.cluster is not None:
            for name in (DATABASE, *DEDICATED.values()):
                self.cluster.ensure_database(name)

    def variables(self, url: str) -> dict[str, str]:
        """Return every variable of the application; what the person has set wins."""
        found = {**keys(self.vault), "DEBUG": "0", "ALLOWED_HOSTS": "localhost,127.0.0.1", "PUBLIC_URL": url}
        if self.cluster is not None:
            found |= database_urls(self.cluster, DATABASE, DEDICATED)
        for server in self.servers:
            if isinstance(server, Redis):
                found["REDIS_URL"] = server.server.url
        return {**found, **self.outside, "VAR_DIR": str(self.layout.var)}

    @property
    def prepares(self) -> bool:
        """Tell whether we may prepare the databases: always the embedded ones, others with their keys."""
        return self.cluster is not None or "ADMIN_DATABASE_URL" in self.outside


def process_environment(
    variables: Mapping[str, str], wanted: tuple[str, ...], extra: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of one process: ours without any setting, and the settings that it may know."""
    unwanted = [*variables, *select_variables(os.environ, PREPARE_KEYS)]
    plain = base_environment(unwanted)
    return {**plain, "PYTHONUNBUFFERED": "1", **select_variables(variables, wanted), **extra}


def _check_outside(outside: Mapping[str, str]) -> None:
    missing = [name for name in NEEDED_OUTSIDE if name not in outside]
    if missing:
        raise ServiceError(
            f"DATABASE_URL is set, so the embedded servers stay off; but {', '.join(missing)} is not set.",
            cure="Set all addresses (docs/operations.md lists them), or none for the embedded servers.",
        )
