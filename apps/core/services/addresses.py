"""Database addresses: one URL per role and server."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SUPERUSER = "postgres"
REPLICATOR = "bulkhead_replicator"


@dataclass(frozen=True, slots=True)
class Address:
    """A server's Unix socket: directory and port (the port only names the socket file)."""

    sockets: Path
    port: int

    def url(self, role: str, password: str, database: str) -> str:
        """Return the URL for one role and database."""
        host = quote(str(self.sockets), safe="")
        return f"postgresql://{role}:{password}@/{database}?host={host}&port={self.port}"

    def conninfo(self, role: str, database: str, password: str = "") -> str:
        """Return the same as a libpq connection string, for PostgreSQL's own settings and programs.

        Without the password where others can read it, as on a command line.
        """
        server = {"host": str(self.sockets), "port": str(self.port)}
        parts = {**server, "user": role, "dbname": database, **({"password": password} if password else {})}
        return " ".join(f"{name}='{_escape(value)}'" for name, value in parts.items())


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
