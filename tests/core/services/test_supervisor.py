"""The supervisor: starts, stops, restarts, clears up. Servers are real, the processes stand-ins."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import psutil
import psycopg

from apps.core.services.child import wait_until
from apps.core.services.environment import read_environment
from apps.core.services.layout import CHECKOUT, Layout
from apps.core.services.orphans import MARK
from apps.core.services.testing import throwaway_cluster
from tests.core.services.conftest import Running, lives, supervisor_environment

Run = Callable[..., Running]
NAMES = ["postgres-primary", "postgres-replica", "redis", "web", "worker", "beat", "relay"]


def command(layout: Layout, *words: str) -> subprocess.CompletedProcess[str]:
    """Call the command line as another terminal does."""
    return subprocess.run(
        [sys.executable, "-m", "apps.core.services", *words],
        cwd=CHECKOUT,
        env=supervisor_environment(layout),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def process_of(layout: Layout, name: str) -> psutil.Process:
    """Return the running process of a name; the supervisor has noted its number."""
    text = (layout.run / "pids" / f"{name}.json").read_text()
    return psutil.Process(int(text.partition('"pid": ')[2].partition(",")[0]))


def survivors(layout: Layout) -> list[str]:
    """Return what still runs for a var directory."""
    found = []
    for process in psutil.process_iter(["name"]):
        try:
            mine = process.environ().get(MARK) == str(layout.var) or process.cwd().startswith(str(layout.var))
        except psutil.Error:
            continue
        if mine:
            found.append(str(process.info["name"]))
    return found


def traces(layout: Layout) -> list[str]:
    return [line.split()[0] for line in (layout.var / "trace").read_text().splitlines()]


def answers(url: str) -> bool:
    connection = HTTPConnection(url.removeprefix("http://"), timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read() == b"stand-in"
    except OSError:
        return False
    finally:
        connection.close()


def test_start_shows_each_step_and_stop_leaves_nothing(layout: Layout, run_supervisor: Run) -> None:
    running = run_supervisor(layout).wait_ready()
    steps = [line.split()[1] for line in running.text.splitlines() if line.startswith("  ✓")]
    assert steps == ["postgres-primary", "postgres-replica", "redis", "database", "demo", "walls", *NAMES[3:]]
    assert answers(running.facts.url)
    assert command(layout, "status").returncode == 0
    running.process.send_signal(signal.SIGINT)
    assert running.wait_end() == 0
    stopped = [line.split()[1] for line in running.text.splitlines() if " stopped " in line]
    assert stopped == [*reversed(NAMES[3:]), "redis", "postgres-replica", "postgres-primary"]
    assert survivors(layout) == []
    assert not (Path(tempfile.gettempdir()) / layout.socket_name).exists()
    assert command(layout, "status").returncode == 1


def test_second_start_prepares_again_but_loads_the_demo_once(layout: Layout, run_supervisor: Run) -> None:
    for _ in range(2):
        running = run_supervisor(layout).wait_ready()
        running.process.terminate()
        assert running.wait_end() == 0
    assert traces(layout) == ["prepare", "demo", "prepare"]
    assert (layout.logs / "web.log.1").exists() or (layout.logs / "prepare.log").exists()


def test_second_supervisor_of_a_checkout_is_refused_with_the_address(
    layout: Layout, run_supervisor: Run
) -> None:
    first = run_supervisor(layout).wait_ready()
    second = command(layout, "run")
    assert second.returncode == 1
    assert f"already runs in this checkout at {first.facts.url}" in second.stderr
    assert answers(first.facts.url)


def test_two_checkouts_run_at_once_on_two_ports(
    make_layout: Callable[[], Layout], run_supervisor: Run
) -> None:
    first, second = make_layout(), make_layout()
    runs = [run_supervisor(first), run_supervisor(second)]
    urls = {running.wait_ready().facts.url for running in runs}
    assert len(urls) == 2
    assert all(answers(url) for url in urls)
    runs[0].process.terminate()
    assert runs[0].wait_end() == 0
    assert answers(runs[1].facts.url)
    assert survivors(first) == []


def test_taken_port_is_left_alone_and_the_next_one_is_said(layout: Layout, run_supervisor: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        running = run_supervisor(layout, STAND_IN_PORT=str(port)).wait_ready()
        assert f"Port {port} is taken by another program" in running.text
        assert running.facts.url != f"http://127.0.0.1:{port}"
        assert answers(running.facts.url)


def test_killed_supervisor_is_cleared_up_by_the_next_start(layout: Layout, run_supervisor: Run) -> None:
    first = run_supervisor(layout).wait_ready()
    old = {name: process_of(layout, name) for name in NAMES}
    first.process.kill()
    first.process.wait()
    assert all(lives(process.pid) for process in old.values())
    second = run_supervisor(layout).wait_ready()
    assert "Ended what an earlier start had left running" in second.text
    assert not any(lives(process.pid) for process in old.values())
    assert answers(second.facts.url)


def test_stop_clears_up_after_a_killed_supervisor(layout: Layout, run_supervisor: Run) -> None:
    first = run_supervisor(layout).wait_ready()
    first.process.kill()
    first.process.wait()
    assert command(layout, "stop").returncode == 0
    assert survivors(layout) == []


def test_stop_works_from_another_terminal(layout: Layout, run_supervisor: Run) -> None:
    running = run_supervisor(layout).wait_ready()
    assert command(layout, "stop").stdout == "Stopped.\n"
    assert running.wait_end() == 0
    assert survivors(layout) == []
    assert "does not run" in command(layout, "stop").stdout


def test_stale_notes_never_end_another_process(layout: Layout, run_supervisor: Run) -> None:
    running = run_supervisor(layout).wait_ready()
    web = process_of(layout, "web")
    note = (layout.run / "pids" / "web.json").read_text()
    running.process.terminate()
    running.wait_end()
    with subprocess.Popen(["sleep", "60"]) as innocent:
        (layout.run / "pids" / "web.json").write_text(note.replace(f": {web.pid},", f": {innocent.pid},"))
        run_supervisor(layout).wait_ready()
        assert innocent.poll() is None
        innocent.kill()


def test_each_killed_process_is_started_again_and_said(layout: Layout, run_supervisor: Run) -> None:
    running = run_supervisor(layout).wait_ready()
    old = {name: process_of(layout, name).pid for name in NAMES}
    for name in NAMES:
        os.kill(old[name], signal.SIGKILL)
        assert wait_until(lambda name=name: f"{name} runs again." in running.text, 40), running.text
        assert f"{name} ended (signal SIGKILL); it is started again in 1 s." in running.text
    assert [name for name in NAMES if process_of(layout, name).pid == old[name]] == []
    assert answers(running.facts.url)
    with psycopg.connect(read_environment(layout.environment_file)["ADMIN_DATABASE_URL"]) as connection:
        row = connection.execute(
            "select count(*) from pg_stat_replication where state = 'streaming'"
        ).fetchone()
    assert row == (1,)


def test_failing_preparation_stops_everything_and_shows_why(layout: Layout, run_supervisor: Run) -> None:
    running = run_supervisor(layout, STAND_IN_PREPARE_EXIT="3")
    assert running.wait_end() == 1
    assert "database failed (3)" in running.text
    assert survivors(layout) == []


def test_flaw_in_the_walls_stops_everything(layout: Layout, run_supervisor: Run) -> None:
    running = run_supervisor(layout, STAND_IN_WALLS_EXIT="1")
    assert running.wait_end() == 1
    assert "walls failed (1)" in running.text
    assert "Address" not in running.text
    assert survivors(layout) == []


def test_stop_during_the_start_is_obeyed(layout: Layout, run_supervisor: Run) -> None:
    running = run_supervisor(layout)
    assert wait_until(lambda: "postgres-primary" in running.text, 30)
    running.process.send_signal(signal.SIGTERM)
    assert running.wait_end() == 0
    assert survivors(layout) == []


def test_processes_know_only_what_they_need(layout: Layout, run_supervisor: Run) -> None:
    run_supervisor(layout, DATABASE_PASSWORD="x", PGPASSWORD="y", SEALER_DATABASE_URL="z").wait_ready()
    known = {name: process_of(layout, name).environ() for name in NAMES[3:]}
    for variables in known.values():
        assert {"DATABASE_URL", "DATABASE_URL__SAO", "REPLICA_URL", "SECRET_KEY", "REDIS_URL"} <= set(
            variables
        )
        assert not [name for name in variables if name.startswith(("ADMIN_", "MIGRATION_", "PG"))]
    assert [name for name in known if "SEALER_DATABASE_URL" in known[name]] == ["worker"]
    assert [name for name in known if "AUDIT_SIGNING_KEY" in known[name]] == ["worker"]
    assert [name for name in known if "RELAY_DATABASE_URL__SAO" in known[name]] == ["relay"]
    assert layout.environment_file.stat().st_mode & 0o777 == 0o600


def test_reset_asks_and_deletes_everything(layout: Layout, run_supervisor: Run) -> None:
    run_supervisor(layout).wait_ready()
    refused = command(layout, "reset")
    assert refused.returncode == 1
    assert (layout.postgres / "primary" / "PG_VERSION").exists()
    assert command(layout, "reset", "--yes").returncode == 0
    assert list(layout.var.iterdir()) == []
    assert survivors(layout) == []


def test_reset_never_deletes_a_folder_that_is_not_ours(layout: Layout) -> None:
    (layout.var / "thesis.txt").write_text("years of work")
    assert command(layout, "reset", "--yes").returncode == 0
    assert (layout.var / "thesis.txt").read_text() == "years of work"


def test_hijacked_socket_directory_stops_the_start_and_is_left_alone(
    layout: Layout, run_supervisor: Run
) -> None:
    taken = Path(tempfile.gettempdir()) / layout.socket_name
    taken.mkdir()
    taken.chmod(0o777)
    (taken / "trap").touch()
    running = run_supervisor(layout)
    assert running.wait_end() == 1
    assert "is open to other users (mode 0777). Somebody may be trying to listen in" in running.text
    assert (taken / "trap").exists()
    assert not (layout.run / "services.env").exists()


def test_outside_servers_take_the_place_of_the_embedded_ones(layout: Layout, run_supervisor: Run) -> None:
    with throwaway_cluster() as cluster:
        outside = {name: value for name, value in cluster.environment().items() if name != "VAR_DIR"}
        running = run_supervisor(layout, **outside).wait_ready()
        steps = [line.split()[1] for line in running.text.splitlines() if line.startswith("  ✓")]
        assert steps == ["database", "demo", "walls", *NAMES[3:]]
        assert not layout.postgres.exists()
        given = process_of(layout, "worker").environ()
        for name in ("DATABASE_URL", "REPLICA_URL__SAO", "REDIS_URL", "FIELD_KEY"):
            assert given[name] == outside[name]
        assert given["VAR_DIR"] == str(layout.var)


def test_half_set_outside_servers_are_refused_with_names(layout: Layout, run_supervisor: Run) -> None:
    running = run_supervisor(layout, DATABASE_URL="postgresql://a@b/c", REPLICA_URL="postgresql://a@b/c")
    assert running.wait_end() == 1
    assert "RELAY_DATABASE_URL, SEALER_DATABASE_URL is not set" in running.text
    assert not layout.postgres.exists()
