"""The embedded PostgreSQL cluster: a primary and a streaming replica of it."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from apps.core.services.account import Account
from apps.core.services.addresses import REPLICATOR, SUPERUSER, Address
from apps.core.services.binaries import Binaries
from apps.core.services.data_directories import Maker, is_complete
from apps.core.services.failure import ServiceError
from apps.core.services.postgres_server import Place, PostgresServer, end_leftovers
from apps.core.services.replica import Replica, Source, ensure_slot
from apps.core.services.vault import Vault

SETTLE_SECONDS = 10.0
PRIMARY_PORT, REPLICA_PORT = 5432, 5433
Say = Callable[[str], None]


def _quiet(_message: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class ClusterPlan:
    """Everything a cluster needs to know before it starts."""

    data: Path
    sockets: Path
    logs: Path
    account: Account
    binaries: Binaries
    vault: Vault
    throwaway: bool = False
    say: Say = field(default=_quiet)


class Cluster:
    """Starts, repairs and stops the two servers."""

    def __init__(self, plan: ClusterPlan) -> None:
        self.plan = plan
        self._maker = Maker(plan.binaries.postgres, plan.account, plan.sockets, plan.throwaway)
        self.primary = self._server("primary", PRIMARY_PORT)
        self.replica = Replica(
            self._server("replica", REPLICA_PORT),
            maker=self._maker,
            source=Source(self.primary.place.address, plan.vault.password(REPLICATOR)),
            admin=self.connect,
            replica=lambda: self.connect(replica=True),
            say=plan.say,
        )

    def _server(self, name: str, port: int) -> PostgresServer:
        data = self.plan.data.resolve() / name
        address = Address(self.plan.sockets, port)
        place = Place(f"postgres-{name}", data, address, self.plan.logs / f"postgres-{name}.log")
        return PostgresServer(
            place,
            programs=self.plan.binaries.postgres,
            account=self.plan.account,
            throwaway=self.plan.throwaway,
        )

    def url(self, role: str, database: str, *, replica: bool = False) -> str:
        """Return the address of a role; its password is made at the first call."""
        server = self.replica.server if replica else self.primary
        return server.place.address.url(role, self.plan.vault.password(role), database)

    def connect(self, database: str = SUPERUSER, *, replica: bool = False) -> psycopg.Connection[Any]:
        """Open a superuser's session in autocommit mode."""
        return psycopg.connect(
            self.url(SUPERUSER, database, replica=replica), autocommit=True, connect_timeout=5
        )

    def start(self) -> None:
        """Start both servers, making or repairing what is needed."""
        self.start_primary()
        self.start_replica()

    def start_primary(self) -> None:
        """Start the primary, made at the first start, with the replicator's role and slot."""
        data = self.primary.place.data
        if not is_complete(data):
            self.end_leftovers()
            self._maker.make_primary(data, self._new_password())
        elif not self.plan.vault.has(f"password_{SUPERUSER}"):
            raise ServiceError(
                f"The secrets of the data in {data} are gone from {self.plan.vault.directory}.",
                cure="Bring that folder back from a backup; encrypted fields cannot be read without it. "
                "Or start with empty data: `make reset`.",
            )
        self.primary.start()
        self._prepare_replication()

    def start_replica(self) -> None:
        """Start the replica and wait until it streams; cloned at the first start or when it is lost."""
        self.replica.start()

    def settle(self) -> None:
        """Let the replica replay a fresh checkpoint before it stops.

        Without it the replica's next start replays all that was written since the last one.
        """
        if self.primary.running and self.replica.server.running:
            with contextlib.suppress(psycopg.Error), self.connect() as connection:
                connection.execute("checkpoint")
                self.replica.wait_for_replay(SETTLE_SECONDS)

    def stop(self) -> None:
        """Stop the replica, then the primary (which would otherwise wait for it)."""
        self.settle()
        self.replica.server.stop()
        self.primary.stop()

    def end_leftovers(self) -> bool:
        """End servers of an earlier start over the same data; tell whether there were any."""
        ended = [end_leftovers(server.place.data) for server in (self.replica.server, self.primary)]
        return any(ended)

    def ensure_database(self, name: str, *, template: str | None = None) -> bool:
        """Create a database if it is missing; tell whether it was made."""
        with self.connect() as connection:
            if connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                return False
            statement = sql.SQL("create database {} template {}").format(
                sql.Identifier(name), sql.Identifier(template or "template0")
            )
            connection.execute(statement)
        return True

    def _new_password(self) -> str:
        return self.plan.vault.password(SUPERUSER)

    def _prepare_replication(self) -> None:
        password = sql.Literal(self.plan.vault.password(REPLICATOR))
        role = sql.Identifier(REPLICATOR)
        with self.connect() as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [REPLICATOR]).fetchone():
                connection.execute(sql.SQL("create role {} login").format(role))
            connection.execute(sql.SQL("alter role {} replication password {}").format(role, password))
            ensure_slot(connection)
