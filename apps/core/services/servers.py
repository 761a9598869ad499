"""The embedded servers as things that the supervisor keeps running."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from apps.core.services.account import choose_account
from apps.core.services.binaries import find_binaries
from apps.core.services.child import Child
from apps.core.services.cluster import Cluster, ClusterPlan
from apps.core.services.layout import Layout, place_data, socket_directory
from apps.core.services.redis_server import RedisPlan, RedisServer
from apps.core.services.throwaway_sweep import end_processes_in
from apps.core.services.vault import Vault


@dataclass(frozen=True, slots=True)
class Primary:
    """The primary."""

    cluster: Cluster
    name: str = "postgres-primary"
    stop_seconds: float = 60.0

    @property
    def child(self) -> Child:
        return self.cluster.primary.child

    def start(self) -> None:
        self.cluster.start_primary()

    def stop(self) -> bool:
        return self.cluster.primary.stop(self.stop_seconds)

    def fault(self) -> str | None:
        try:
            with self.cluster.connect() as connection:
                connection.execute("select 1")
        except psycopg.Error as error:
            return f"does not answer ({str(error).strip()})"
        return None


@dataclass(frozen=True, slots=True)
class StreamingReplica:
    """The replica."""

    cluster: Cluster
    name: str = "postgres-replica"
    stop_seconds: float = 30.0

    @property
    def child(self) -> Child:
        return self.cluster.replica.server.child

    def start(self) -> None:
        self.cluster.start_replica()

    def stop(self) -> bool:
        self.cluster.settle()
        return self.cluster.replica.server.stop(self.stop_seconds)

    def fault(self) -> str | None:
        return self.cluster.replica.fault()


@dataclass(frozen=True, slots=True)
class Redis:
    """Redis."""

    server: RedisServer
    name: str = "redis"
    stop_seconds: float = 10.0

    @property
    def child(self) -> Child:
        return self.server.child

    def start(self) -> None:
        self.server.start()

    def stop(self) -> bool:
        return self.server.stop()

    def fault(self) -> str | None:
        return None if self.server.answers() else "does not answer"


def embedded_cluster(layout: Layout, vault: Vault, say: Callable[[str], None]) -> Cluster:
    """Return the cluster of a checkout, not started. What an earlier start left running over it is ended."""
    account = choose_account(layout.postgres / "primary")
    data = place_data(layout, account)
    sockets = socket_directory(layout.socket_name, account)
    binaries = find_binaries(account, layout.shared_home)
    return Cluster(ClusterPlan(data, sockets, layout.logs, account, binaries, vault, say=say))


def embedded_redis(layout: Layout, vault: Vault) -> RedisServer:
    """Return the Redis of a checkout, not started. One that an earlier start left running is ended."""
    account = choose_account(layout.postgres / "primary")
    sockets = socket_directory(layout.socket_name, account)
    end_processes_in(str(sockets), "redis-server")
    program = find_binaries(account, layout.shared_home).redis
    password, port_file = vault.password("redis"), layout.run / "redis.port"
    return RedisServer(RedisPlan(program, account, sockets, layout.logs / "redis.log", password, port_file))
