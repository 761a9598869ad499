"""The cluster of the tests themselves: it serves, fails on demand, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from apps.core.services.child import wait_until
from apps.core.services.layout import CHECKOUT
from apps.core.services.postgres_server import server_processes
from apps.core.services.testing import ThrowawayCluster, roomy_directory, throwaway_cluster
from apps.core.services.throwaway_sweep import OWNER, PREFIX, sweep
from tests.core.services.conftest import lives

MAKER = """
import sys, time
from apps.core.services.testing import ThrowawayCluster
cluster = ThrowawayCluster().start()
if sys.argv[1:]: cluster._watchdog.dismiss()
print(cluster.home, cluster.sockets, cluster.redis.child.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def throwaway() -> Iterator[ThrowawayCluster]:
    with throwaway_cluster() as cluster:
        yield cluster


def test_each_variable_of_the_application_has_a_value(throwaway: ThrowawayCluster) -> None:
    variables = throwaway.environment()
    for name in ("DATABASE_URL", "REPLICA_URL", "RELAY_DATABASE_URL", "SEALER_DATABASE_URL"):
        assert "/bulkhead?" in variables[name]
        assert "/bulkhead_sao?" in variables[f"{name}__SAO"]
    assert variables["REPLICA_URL"].endswith("5433")
    assert variables["DEDICATED_DATABASES"] == "sao"
    assert len(variables["FIELD_KEY"]) == len(variables["AUDIT_SIGNING_KEY"]) == 64
    assert throwaway.environment(dedicated={})["DEDICATED_DATABASES"] == ""


def test_database_is_copied_from_a_template_and_dropped_with_its_slots(throwaway: ThrowawayCluster) -> None:
    throwaway.create_database("first")
    with throwaway.connect("first") as connection:
        connection.execute("create table kept as select 42 as value")
    throwaway.create_database("second", template="first")
    with throwaway.connect("second") as connection:
        assert connection.execute("select value from kept").fetchall() == [(42,)]
        connection.execute("select pg_create_logical_replication_slot('of_second', 'pgoutput')")
        throwaway.drop_database("second")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        throwaway.connect("second")
    with throwaway.connect() as connection:
        assert (
            connection.execute("select 1 from pg_replication_slots where slot_name = 'of_second'").fetchall()
            == []
        )


def test_paused_replica_shows_the_past_until_it_goes_on(throwaway: ThrowawayCluster) -> None:
    with throwaway.connect("bulkhead") as connection:
        connection.execute("create table seen (value int)")
        throwaway.wait_for_replay()
        throwaway.pause_replay()
        connection.execute("insert into seen values (1)")
        with pytest.raises(TimeoutError):
            throwaway.wait_for_replay(0.2)
        with throwaway.connect("bulkhead", replica=True) as replica:
            assert replica.execute("select * from seen").fetchall() == []
        throwaway.resume_replay()
        throwaway.wait_for_replay()
        with throwaway.connect("bulkhead", replica=True) as replica:
            assert replica.execute("select * from seen").fetchall() == [(1,)]


def test_everything_can_fail_and_come_back(throwaway: ThrowawayCluster) -> None:
    throwaway.kill_replica()
    throwaway.start_replica()
    throwaway.stop_primary()
    throwaway.start_primary()
    throwaway.kill_redis()
    assert not throwaway.redis.answers()
    throwaway.start_redis()
    assert throwaway.redis.answers()
    throwaway.wait_for_replay()


def start_maker(*arguments: str) -> tuple[subprocess.Popen[str], Path, Path, int]:
    maker = subprocess.Popen(
        [sys.executable, "-c", MAKER, *arguments], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert maker.stdout
    home, sockets, redis_pid = maker.stdout.readline().split()
    return maker, Path(home), Path(sockets), int(redis_pid)


def is_gone(home: Path, sockets: Path) -> bool:
    processes = [*server_processes(home / "postgres/primary"), *server_processes(home / "postgres/replica")]
    return not home.exists() and not sockets.exists() and not processes


def test_killed_maker_leaves_nothing_behind() -> None:
    maker, home, sockets, redis_pid = start_maker()
    assert home.exists()
    with maker:
        os.kill(maker.pid, signal.SIGKILL)
    assert wait_until(lambda: is_gone(home, sockets), 30)
    assert not lives(redis_pid)


def test_next_start_sweeps_what_even_the_watchdog_left() -> None:
    maker, home, sockets, redis_pid = start_maker("without watchdog")
    with maker:
        os.kill(maker.pid, signal.SIGKILL)
    assert home.exists()
    sweep(roomy_directory())
    assert is_gone(home, sockets)
    assert not lives(redis_pid)


def test_sweep_spares_clusters_that_are_alive(throwaway: ThrowawayCluster, tmp_path: Path) -> None:
    unowned = tmp_path / f"{PREFIX}being-made"
    unowned.mkdir()
    sweep(tmp_path)
    sweep(throwaway.home.parent)
    assert unowned.exists()
    assert (throwaway.home / OWNER).exists()
    throwaway.wait_for_replay()
