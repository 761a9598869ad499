"""A throw-away cluster for tests: primary, replica and Redis that leave nothing behind.

with throwaway_cluster() as cluster:
    cluster.environment()          # every variable that config/env.py reads
    cluster.kill_replica()         # and other failures
"""

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from apps.core.services.account import choose_account
from apps.core.services.addresses import SUPERUSER
from apps.core.services.binaries import find_binaries
from apps.core.services.cluster import Cluster, ClusterPlan
from apps.core.services.environment import DATABASE, DEDICATED, database_urls, keys
from apps.core.services.layout import CHECKOUT, Layout, socket_directory
from apps.core.services.redis_server import RedisPlan, RedisServer
from apps.core.services.throwaway_sweep import PREFIX, Watchdog, destroy, sweep, write_owner
from apps.core.services.vault import Vault

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 made private and checked
NEEDED_BYTES = 3 * 2**30


class ThrowawayCluster:
    """Primary, replica and Redis in a fresh directory, without fsync. Everything goes at `close`."""

    def __init__(self, directory: Path | None = None) -> None:
        base = directory or roomy_directory()
        sweep(base)
        self.home = Path(tempfile.mkdtemp(dir=base, prefix=PREFIX)).resolve()
        write_owner(self.home)
        self._watchdog = Watchdog(self.home)
        self._cluster, self.redis = self._plan()

    def _plan(self) -> tuple[Cluster, RedisServer]:
        self.account = account = choose_account()
        self.home.chmod(0o755)
        logs, data = self.home / "logs", self.home / "postgres"
        logs.mkdir()
        account.make_private(data)
        self.sockets = socket_directory(f"{PREFIX}{secrets.token_hex(4)}", account)
        write_owner(self.home, self.sockets)
        binaries = find_binaries(account, Layout(CHECKOUT / "var").shared_home)
        self.programs = binaries.postgres
        self.vault = Vault(self.home / "secrets")
        plan = ClusterPlan(data, self.sockets, logs, account, binaries, self.vault, throwaway=True)
        password, port_file = self.vault.password("redis"), self.home / "redis.port"
        redis = RedisPlan(binaries.redis, account, self.sockets, logs / "redis.log", password, port_file)
        return Cluster(plan), RedisServer(redis)

    # Life

    def start(self) -> "ThrowawayCluster":
        """Start all three servers and create the databases (empty)."""
        self.redis.start()
        self._cluster.start()
        for name in (DATABASE, *DEDICATED.values()):
            self.create_database(name)
        return self

    def close(self) -> None:
        """End everything at once and delete the directory."""
        try:
            for server in (self.redis, self._cluster.replica.server, self._cluster.primary):
                server.kill()
            destroy(self.home)
        finally:
            self._watchdog.dismiss()

    def __enter__(self) -> "ThrowawayCluster":
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_: object) -> None:
        self.close()

    # Addresses

    def environment(
        self, database: str = DATABASE, dedicated: Mapping[str, str] = DEDICATED
    ) -> dict[str, str]:
        """Return every variable that `config/env.py` reads; `dedicated` maps aliases to database names."""
        urls = database_urls(self._cluster, database, dedicated)
        places = {"REDIS_URL": self.redis.url, "VAR_DIR": str(self.home / "var")}
        return {**urls, **keys(self.vault), **places}

    def primary_url(self, role: str = SUPERUSER, database: str = DATABASE) -> str:
        """Return a role's address on the primary."""
        return self._cluster.url(role, database)

    def replica_url(self, role: str = "bulkhead_reader", database: str = DATABASE) -> str:
        """Return a role's address on the replica."""
        return self._cluster.url(role, database, replica=True)

    def connect(self, database: str = SUPERUSER, *, replica: bool = False) -> psycopg.Connection[Any]:
        """Open a superuser's session in autocommit mode."""
        return self._cluster.connect(database, replica=replica)

    # Databases

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """Create a database, empty or as a copy of another that nobody is connected to."""
        self._cluster.ensure_database(name, template=template)

    def drop_database(self, name: str) -> None:
        """Drop a database with its replication slots; whoever is connected to it is thrown out."""
        with self.connect() as connection:
            connection.execute(
                "select pg_terminate_backend(active_pid, 5000) from pg_replication_slots"
                " where database = %s and active",
                [name],
            )
            connection.execute(
                "select pg_drop_replication_slot(slot_name) from pg_replication_slots where database = %s",
                [name],
            )
            connection.execute(
                sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
            )

    # Failures

    def wait_for_replay(self, seconds: float = 30.0) -> None:
        """Wait until the replica shows everything that is committed now; raises TimeoutError."""
        if not self._cluster.replica.wait_for_replay(seconds):
            raise TimeoutError(f"the replica did not catch up within {seconds} s")

    def pause_replay(self) -> None:
        """Let the replica receive but not show what is written from now on."""
        with self.connect(replica=True) as connection:
            connection.execute("select pg_wal_replay_pause()")
            while connection.execute("select pg_get_wal_replay_pause_state()").fetchone() != ("paused",):
                connection.execute("select pg_sleep(0.01)")

    def resume_replay(self) -> None:
        """Let the replica go on."""
        with self.connect(replica=True) as connection:
            connection.execute("select pg_wal_replay_resume()")

    def stop_replica(self) -> None:
        """Stop the replica politely."""
        self._cluster.replica.server.stop()

    def kill_replica(self) -> None:
        """End the replica as by kill -9."""
        self._cluster.replica.server.kill()

    def start_replica(self) -> None:
        """Start the replica again and wait until it streams."""
        self._cluster.start_replica()

    def stop_primary(self) -> None:
        """Stop the primary politely."""
        self._cluster.primary.stop()

    def kill_primary(self) -> None:
        """End the primary as by kill -9."""
        self._cluster.primary.kill()

    def start_primary(self) -> None:
        """Start the primary again."""
        self._cluster.start_primary()

    def stop_redis(self) -> None:
        """Stop Redis; everything in it is lost, as after any restart."""
        self.redis.stop()

    def kill_redis(self) -> None:
        """End Redis as by kill -9."""
        self.redis.kill()

    def start_redis(self) -> None:
        """Start Redis again, empty, on the same port."""
        self.redis.start()


def throwaway_cluster(directory: Path | None = None) -> contextlib.AbstractContextManager[ThrowawayCluster]:
    """Return a running cluster for a `with` statement."""
    return ThrowawayCluster(directory)


def roomy_directory() -> Path:
    """Return memory where there is room for it, else the temporary directory."""
    usable = SHARED_MEMORY.is_dir() and os.access(SHARED_MEMORY, os.W_OK)
    if usable and shutil.disk_usage(SHARED_MEMORY).free > NEEDED_BYTES:
        return SHARED_MEMORY
    return Path(tempfile.gettempdir())
