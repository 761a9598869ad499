"""The compose file runs the processes that the supervisor knows: same commands, checks, variables, settings."""

import copy
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from apps.core.services.account import PLAIN_ENVIRONMENT
from apps.core.services.child import Child, tail, wait_until
from apps.core.services.environment import DATABASE, DEDICATED, DEDICATED_MARK
from apps.core.services.layout import CHECKOUT
from apps.core.services.postgres_settings import SHARED, Standby
from apps.core.services.processes import PREPARE, PREPARE_KEYS, PROCESSES, Process
from apps.core.services.replica import SLOT
from apps.core.services.testing import ThrowawayCluster, throwaway_cluster

ADDRESS = {"GRANIAN_HOST", "GRANIAN_PORT"}
BOTH_SERVERS = (
    "max_connections", "max_worker_processes", "max_wal_senders", "max_replication_slots", "wal_level",
    "max_slot_wal_keep_size", "jit", "timezone",
)  # fmt: skip
PRIMARY_ONLY = ("synchronous_commit", "password_encryption", "log_parameter_max_length")
REPLICA_ONLY = ("hot_standby_feedback", "sync_replication_slots", "max_standby_streaming_delay")
Compose = dict[str, Any]


@pytest.fixture
def compose() -> Compose:
    found: Compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    return found


def faults(compose: Compose) -> list[str]:
    """Return everything in which the compose file differs from what the supervisor does."""
    services = compose["services"]
    found = [fault for process in PROCESSES for fault in _process_faults(process, services)]
    if tuple(services["prepare"]["command"]) != PREPARE:
        found.append("prepare: command")
    if _names(services["prepare"]) != set(PREPARE_KEYS):
        found.append("prepare: variables")
    if "--maxmemory-policy noeviction" not in services["redis"]["command"][-1]:
        found.append("redis: policy")
    expected = {**SHARED, **Standby("", SLOT).settings()}
    for name, keys in (("postgres", BOTH_SERVERS + PRIMARY_ONLY), ("replica", BOTH_SERVERS + REPLICA_ONLY)):
        settings = _settings(services[name])
        found += [f"{name}: {key}" for key in keys if settings.get(key) != expected[key]]
        if services[name]["image"] != "pgvector/pgvector:pg18":
            found.append(f"{name}: image")
    return found


def _process_faults(process: Process, services: Compose) -> list[str]:
    if process.name not in services:
        return [f"{process.name}: missing"]
    service = services[process.name]
    wanted = set(process.variables) | (ADDRESS if process.heartbeat_seconds is None else set())
    checks = {
        "command": tuple(service["command"]) == process.command,
        "health check": service["healthcheck"]["test"] == ["CMD", *process.health_command],
        "variables": _names(service) == wanted,
        "dedicated databases": _dedicated(service) == _dedicated_wanted(service),
        "stop": service["stop_grace_period"] == f"{process.stop_seconds:.0f}s",
        "order": service["depends_on"]["prepare"] == {"condition": "service_completed_successfully"},
    }
    return [f"{process.name}: {name}" for name, right in checks.items() if not right]


def _names(service: Compose) -> set[str]:
    return {name.split(DEDICATED_MARK)[0] for name in service["environment"]}


def _dedicated(service: Compose) -> set[str]:
    return {name for name in service["environment"] if DEDICATED_MARK in name}


def _dedicated_wanted(service: Compose) -> set[str]:
    urls = [name for name in _names(service) if name.endswith(("DATABASE_URL", "REPLICA_URL"))]
    return {f"{name}{DEDICATED_MARK}{alias.upper()}" for name in urls for alias in DEDICATED}


def _settings(service: Compose) -> dict[str, str]:
    words = [word.removeprefix("-c") for word in service["command"] if word.startswith("-c")]
    return dict(word.split("=", 1) for word in words)


def test_compose_file_runs_what_the_supervisor_runs(compose: Compose) -> None:
    assert faults(compose) == []


def _drop_relay(services: Compose) -> None:
    del services["relay"]


def _change_command(services: Compose) -> None:
    services["worker"]["command"][-1] = "--with-gossip"


def _change_health_check(services: Compose) -> None:
    services["web"]["healthcheck"]["test"] = ["CMD", "true"]


def _give_web_the_administrator(services: Compose) -> None:
    services["web"]["environment"]["ADMIN_DATABASE_URL"] = "postgresql://postgres@postgres/bulkhead"


def _forget_dedicated_database(services: Compose) -> None:
    del services["relay"]["environment"]["RELAY_DATABASE_URL__SAO"]


def _change_prepare(services: Compose) -> None:
    services["prepare"]["command"] = ["python", "manage.py", "migrate"]


def _let_redis_drop_messages(services: Compose) -> None:
    services["redis"]["command"][-1] = "exec redis-server --maxmemory-policy allkeys-lru"


def _stop_logical_decoding(services: Compose) -> None:
    services["postgres"]["command"].remove("-cwal_level=logical")


def _weaken_replica(services: Compose) -> None:
    services["replica"]["command"].remove("-chot_standby_feedback=on")


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (_drop_relay, "relay: missing"),
        (_change_command, "worker: command"),
        (_change_health_check, "web: health check"),
        (_give_web_the_administrator, "web: variables"),
        (_forget_dedicated_database, "relay: dedicated databases"),
        (_change_prepare, "prepare: command"),
        (_let_redis_drop_messages, "redis: policy"),
        (_stop_logical_decoding, "postgres: wal_level"),
        (_weaken_replica, "replica: hot_standby_feedback"),
    ],
)
def test_seeded_flaw_is_found(compose: Compose, damage: Callable[[Compose], None], fault: str) -> None:
    damaged = copy.deepcopy(compose)
    damage(damaged["services"])
    assert fault in faults(damaged)


def test_pool_knows_each_address_that_the_application_uses(compose: Compose) -> None:
    pool = (CHECKOUT / "docker/pgbouncer/pgbouncer.ini").read_text()
    assert re.search(r"^pool_mode = transaction$", pool, re.MULTILINE)
    known = set(re.findall(r"^(\w+) = host=", pool, re.MULTILINE))
    urls = [str(value) for value in compose["services"]["web"]["environment"].values()]
    used = {url.rpartition("/")[2] for url in urls if "@pgbouncer:6432/" in url}
    assert used == known
    assert used == {name + tail for name in (DATABASE, *DEDICATED.values()) for tail in ("", "_replica")}


def test_each_variable_of_the_compose_file_is_made_by_make_env(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    script = tmp_path / "docker" / "make-env"
    script.write_text((CHECKOUT / "docker" / "make-env").read_text())
    subprocess.run(["sh", script], check=True, cwd="/")
    made = dict(line.split("=", 1) for line in (tmp_path / ".env").read_text().splitlines())
    text = (CHECKOUT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{(\w+):\?", text)) == set(made)
    assert len(set(made.values())) == len(made)
    assert re.fullmatch(r"k1:[0-9a-f]{64}", made["CONTEXT_KEYS"])
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    again = subprocess.run(["sh", script], check=False, cwd="/", capture_output=True, text=True)
    assert (again.returncode, again.stderr) == (
        1,
        ".env exists already; delete it yourself if you mean it.\n",
    )


def _script_environment(cluster: ThrowawayCluster) -> dict[str, str]:
    return {
        **PLAIN_ENVIRONMENT,
        "PATH": f"{cluster.programs}:{PLAIN_ENVIRONMENT['PATH']}",
        "PGDATA": str(cluster.home / "postgres" / "script"),
        "PGHOST": str(cluster.sockets),
        "PRIMARY_HOST": str(cluster.sockets),
        "REPLICATOR_PASSWORD": cluster.vault.password("bulkhead_replicator"),
    }


def test_scripts_of_the_containers_make_a_primary_and_a_streaming_replica(tmp_path: Path) -> None:
    with throwaway_cluster() as cluster:
        cluster.stop_replica()
        (tmp_path / "pg_hba.conf").touch()
        environment = _script_environment(cluster)
        script = (CHECKOUT / "docker/postgres/primary.sh").read_text()
        made = {**environment, "PGDATA": str(tmp_path), "PGPASSWORD": cluster.vault.password("postgres")}
        subprocess.run(["bash", "-c", script], env=made, check=True, stdout=subprocess.DEVNULL)
        assert "replication bulkhead_replicator" in (tmp_path / "pg_hba.conf").read_text()

        script = (CHECKOUT / "docker/postgres/replica.sh").read_text()
        options = ["-cport=5499", "-clisten_addresses=", f"-cunix_socket_directories={cluster.sockets}"]
        replica = Child(
            "replica",
            ["bash", "-c", script, "replica.sh", *options],
            log=cluster.home / "logs" / "script.log",
            environment=environment,
            account=cluster.account,
        )
        replica.start()
        try:
            assert wait_until(lambda: _streams(cluster), 30), tail(replica.log)
        finally:
            replica.kill()


def _streams(cluster: ThrowawayCluster) -> bool:
    with cluster.connect() as connection:
        query = "select 1 from pg_stat_replication where application_name = 'replica' and state = 'streaming'"
        return connection.execute(query).fetchone() is not None


def test_scripts_are_executable() -> None:
    for name in ("make-env", "postgres/primary.sh", "postgres/replica.sh"):
        assert os.access(CHECKOUT / "docker" / name, os.X_OK)
