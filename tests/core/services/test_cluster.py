"""Primary and replica: what they are, and what they survive."""

import os
import signal
import subprocess
from collections.abc import Callable

import psycopg
import pytest

from apps.core.services.child import wait_until
from apps.core.services.cluster import Cluster
from apps.core.services.failure import ServiceError
from apps.core.services.replica import SLOT

NEW_COPY = "It is being copied anew."


def write_row(cluster: Cluster, value: int) -> None:
    with cluster.connect() as connection:
        connection.execute("create table if not exists kept (value int)")
        connection.execute("insert into kept values (%s)", [value])


def rows(cluster: Cluster, *, replica: bool = False) -> list[int]:
    if replica:
        assert cluster.replica.wait_for_replay()
    with cluster.connect(replica=replica) as connection:
        return [row[0] for row in connection.execute("select value from kept order by value")]


def setting(cluster: Cluster, name: str, *, replica: bool = False) -> str:
    with cluster.connect(replica=replica) as connection:
        row = connection.execute("select current_setting(%s)", [name]).fetchone()
    assert row
    return str(row[0])


def test_replica_streams_and_refuses_writes(cluster: Cluster) -> None:
    write_row(cluster, 1)
    assert rows(cluster, replica=True) == [1]
    assert cluster.replica.fault() is None
    with cluster.connect(replica=True) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("insert into kept values (2)")


def test_servers_have_the_settings_that_the_design_asks_for(cluster: Cluster) -> None:
    assert setting(cluster, "server_version").startswith("18")
    assert setting(cluster, "wal_level") == "logical"
    assert setting(cluster, "listen_addresses") == ""
    assert setting(cluster, "synchronous_commit") == "on"
    assert setting(cluster, "hot_standby_feedback", replica=True) == "on"
    assert setting(cluster, "sync_replication_slots", replica=True) == "on"
    assert setting(cluster, "primary_slot_name", replica=True) == SLOT


@pytest.mark.parametrize("replica", [False, True])
def test_nobody_enters_without_the_password(cluster: Cluster, replica: bool) -> None:
    right = cluster.url("postgres", "postgres", replica=replica)
    for wrong in (right.replace(cluster.plan.vault.password("postgres"), "guess"), _without_password(right)):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong, connect_timeout=5)


def _without_password(url: str) -> str:
    head, _, tail = url.partition("@")
    return f"{head.rpartition(':')[0]}@{tail}"


def test_second_start_finds_the_data(
    cluster: Cluster, make_cluster: Callable[[], Cluster], said: list[str]
) -> None:
    write_row(cluster, 1)
    cluster.stop()
    again = make_cluster()
    again.start()
    assert rows(again) == rows(again, replica=True) == [1]
    assert said == []


def test_stopped_replica_need_not_replay_again_what_it_had(
    cluster: Cluster, make_cluster: Callable[[], Cluster]
) -> None:
    write_row(cluster, 1)
    with cluster.connect() as connection:
        before = connection.execute("select pg_current_wal_lsn()::text").fetchone()
    cluster.stop()
    again = make_cluster()
    again.start()
    with again.connect(replica=True) as connection:
        query = "select redo_lsn >= %s::pg_lsn from pg_control_checkpoint()"
        assert before
        assert connection.execute(query, before).fetchone() == (True,)


def test_killed_primary_comes_back_with_what_was_committed(cluster: Cluster) -> None:
    write_row(cluster, 1)
    cluster.primary.kill()
    assert not cluster.primary.running
    cluster.start_primary()
    write_row(cluster, 2)
    assert wait_until(cluster.replica.streaming, 30)
    assert rows(cluster, replica=True) == [1, 2]


def test_killed_replica_comes_back_without_a_new_copy(cluster: Cluster, said: list[str]) -> None:
    cluster.replica.server.kill()
    write_row(cluster, 1)
    assert cluster.replica.fault() == "does not stream from the primary"
    cluster.start_replica()
    assert rows(cluster, replica=True) == [1]
    assert said == []


def test_servers_left_running_by_a_killed_supervisor_are_replaced(
    cluster: Cluster, make_cluster: Callable[[], Cluster]
) -> None:
    write_row(cluster, 1)
    old = cluster.primary.child.pid
    again = make_cluster()
    again.start()
    assert not cluster.primary.running
    assert again.primary.child.pid != old
    assert rows(again, replica=True) == [1]


def test_killed_postmaster_with_living_backends_is_cleared_up(
    cluster: Cluster, make_cluster: Callable[[], Cluster]
) -> None:
    with cluster.connect() as connection:
        write_row(cluster, 1)
        assert cluster.primary.child.pid
        os.kill(cluster.primary.child.pid, signal.SIGKILL)
        cluster.primary.child.wait(10)
        again = make_cluster()
        again.start()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    assert rows(again) == [1]


def test_stale_pid_file_with_the_number_of_another_process_does_no_harm(cluster: Cluster) -> None:
    write_row(cluster, 1)
    pid_file = cluster.primary.place.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    cluster.stop()
    with subprocess.Popen(["sleep", "60"], **cluster.plan.account.run_as()) as innocent:
        pid_file.write_text("\n".join([str(innocent.pid), *lines[1:]]) + "\n")
        cluster.plan.account.own(pid_file)
        cluster.start()
        assert rows(cluster) == [1]
        assert innocent.poll() is None
        innocent.kill()


def test_half_made_data_directories_are_made_anew(make_cluster: Callable[[], Cluster]) -> None:
    cluster = make_cluster()
    for name in ("primary", "replica"):
        half = cluster.plan.data / f"{name}.making"
        half.mkdir()
        (half / "PG_VERSION").write_text("18\n")
    (cluster.plan.data / "replica").mkdir()
    cluster.start()
    write_row(cluster, 1)
    assert rows(cluster, replica=True) == [1]
    assert sorted(path.name for path in cluster.plan.data.iterdir()) == ["primary", "replica"]


def test_replica_with_files_missing_is_copied_anew(cluster: Cluster, said: list[str]) -> None:
    write_row(cluster, 1)
    cluster.replica.server.stop()
    (cluster.replica.server.place.data / "global" / "pg_control").unlink()
    cluster.start_replica()
    assert rows(cluster, replica=True) == [1]
    assert said[-1].endswith(NEW_COPY)


def test_replica_that_misses_log_is_copied_anew(cluster: Cluster, said: list[str]) -> None:
    cluster.replica.server.stop()
    with cluster.connect() as connection:
        connection.execute("select pg_drop_replication_slot(%s)", [SLOT])
        for value in range(4):
            write_row(cluster, value)
            connection.execute("select pg_switch_wal()")
            connection.execute("checkpoint")
    cluster.start_replica()
    assert rows(cluster, replica=True) == [0, 1, 2, 3]
    assert "can no longer follow" in said[0]
    assert said[0].endswith(NEW_COPY)


def test_replica_whose_slot_was_cut_off_is_copied_anew(cluster: Cluster, said: list[str]) -> None:
    cluster.replica.server.stop()
    with cluster.connect() as connection:
        connection.execute("alter system set max_slot_wal_keep_size = '1MB'")
        connection.execute("select pg_reload_conf()")
        write_row(cluster, 1)
        connection.execute(
            "create table filler as select repeat(md5(i::text), 8) from generate_series(1, 60000) i"
        )
        for _ in range(3):
            connection.execute("select pg_switch_wal()")
            connection.execute("checkpoint")
        status = connection.execute("select wal_status from pg_replication_slots").fetchone()
        assert status == ("lost",)
        connection.execute("alter system reset max_slot_wal_keep_size")
        connection.execute("select pg_reload_conf()")
    cluster.start_replica()
    assert rows(cluster, replica=True) == [1]
    assert said == [f"The replica can no longer follow: its replication slot was cut off. {NEW_COPY}"]


def test_promoted_replica_is_copied_anew(cluster: Cluster, said: list[str]) -> None:
    write_row(cluster, 1)
    with cluster.connect(replica=True) as connection:
        connection.execute("select pg_promote()")
    cluster.replica.server.stop()
    cluster.start_replica()
    assert rows(cluster, replica=True) == [1]
    assert said == [f"The replica can no longer follow: it was started as a server of its own. {NEW_COPY}"]


def test_copy_of_another_cluster_is_copied_anew(cluster: Cluster, said: list[str]) -> None:
    cluster.stop()
    primary = cluster.primary.place.data
    primary.rename(primary.with_name("old"))
    cluster.start()
    write_row(cluster, 7)
    assert rows(cluster, replica=True) == [7]
    assert said == [f"The replica can no longer follow: it is a copy of another cluster. {NEW_COPY}"]


def test_damaged_primary_is_refused_and_left_alone(cluster: Cluster) -> None:
    cluster.stop()
    data = cluster.primary.place.data
    (data / "PG_VERSION").unlink()
    with pytest.raises(ServiceError, match="not a PostgreSQL data directory"):
        cluster.start()
    assert (data / "global" / "pg_control").exists()


def test_data_of_another_version_are_refused_and_left_alone(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.primary.place.data / "PG_VERSION").write_text("16\n")
    with pytest.raises(ServiceError, match="made by PostgreSQL 16; this is 18"):
        cluster.start()


def test_lost_secrets_are_said_before_anything_is_started(
    cluster: Cluster, make_cluster: Callable[[], Cluster]
) -> None:
    cluster.stop()
    (cluster.plan.vault.directory / "password_postgres").unlink()
    again = make_cluster()
    with pytest.raises(ServiceError, match=r"secrets of the data .* are gone"):
        again.start()
    assert not again.primary.running


def test_broken_settings_are_shown_with_the_servers_words(cluster: Cluster) -> None:
    cluster.stop()
    (cluster.primary.place.data / "postgresql.auto.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(ServiceError, match="no_such_setting"):
        cluster.start()
