"""The small parts: restarts, signs of life, logs, ports, variables, commands."""

import os
import socket
import sys
from pathlib import Path

import pytest

from apps.core.services.child import Child, wait_until
from apps.core.services.commands import Job, Stopped, run_job
from apps.core.services.environment import read_environment, write_environment
from apps.core.services.failure import ServiceError
from apps.core.services.health import fault_of
from apps.core.services.heartbeat import forget_heartbeat, heartbeat_age, heartbeat_file, leave_heartbeat
from apps.core.services.keeper import Keeper
from apps.core.services.layout import Layout
from apps.core.services.log_files import Follower, rotate
from apps.core.services.ports import HeldPort
from apps.core.services.processes import PROCESSES, Process, select_variables
from apps.core.services.welcome import read_sign_ins
from tests.core.services.conftest import lives

BEATING = Process(name="relay", command=(), variables=())


class Fixed:
    """A thing that the keeper counts for; only its presence matters."""

    name = "fixed"
    stop_seconds = 1.0

    def __init__(self, layout: Layout) -> None:
        self.child = Child("fixed", ["true"], log=layout.logs / "fixed.log", environment={})

    def start(self) -> None:
        return

    def stop(self) -> bool:
        return True

    def fault(self) -> str | None:
        return None


def test_restarts_wait_longer_each_time_and_forget_after_a_steady_minute(layout: Layout) -> None:
    moment = 0.0
    keeper = Keeper(Fixed(layout), clock=lambda: moment)
    pauses = []
    for _ in range(7):
        keeper.started()
        moment += 1
        pauses.append(keeper.ended())
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    assert not keeper.due
    moment += 30
    assert keeper.due
    keeper.started()
    moment += 61
    assert keeper.ended() == 1


def test_sign_of_life_grows_old(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAR_DIR", str(layout.var))
    assert fault_of(BEATING, layout=layout, port=0) == "has not given a sign of life yet"
    leave_heartbeat("relay")
    assert fault_of(BEATING, layout=layout, port=0) is None
    path = heartbeat_file(layout, "relay")
    path.write_text(str(float(path.read_text()) - 20))
    assert fault_of(BEATING, layout=layout, port=0) == "last sign of life 20 s ago"
    forget_heartbeat(layout, "relay")
    assert heartbeat_age(layout, "relay") is None


@pytest.mark.parametrize("text", ["", "soon", "99999999999"])
def test_broken_sign_of_life_or_one_from_before_a_reboot_does_not_count(layout: Layout, text: str) -> None:
    path = heartbeat_file(layout, "relay")
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert heartbeat_age(layout, "relay") is None


def test_web_is_healthy_only_when_it_answers(layout: Layout) -> None:
    web = next(process for process in PROCESSES if process.name == "web")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        fault = fault_of(web, layout=layout, port=silent.getsockname()[1])
    assert fault is not None
    assert fault.startswith("does not answer")


def test_logs_are_rotated_five_deep(layout: Layout) -> None:
    layout.create()
    for number in range(8):
        (layout.logs / "web.log").write_text(f"start {number}\n")
        rotate(layout.logs)
    assert sorted(path.name for path in layout.logs.iterdir()) == [f"web.log.{n}" for n in range(1, 6)]
    assert (layout.logs / "web.log.1").read_text() == "start 7\n"
    assert (layout.logs / "web.log.5").read_text() == "start 3\n"


def test_follower_reads_whole_lines_through_rotation(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("one\ntwo\nthr")
    follower = Follower(log)
    assert follower.last_lines(1) == ["two"]
    with log.open("a") as file:
        file.write("ee\n")
    assert follower.new_lines() == ["three"]
    log.rename(tmp_path / "web.log.1")
    assert follower.new_lines() == []
    log.write_text("four\n")
    assert follower.new_lines() == ["four"]


def test_held_port_is_closed_to_others_and_open_to_our_server() -> None:
    held = HeldPort("127.0.0.1", 18950)
    other = HeldPort("127.0.0.1", held.port)
    assert other.port > held.port
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", held.port))
        server.listen()
    held.release()
    other.release()


def test_host_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ServiceError, match=r"Cannot listen on 192\.0\.2\.1"):
        HeldPort("192.0.2.1", 18950)


def test_variables_of_dedicated_databases_follow_their_names() -> None:
    given = {"DATABASE_URL": "a", "DATABASE_URL__SAO": "b", "ADMIN_DATABASE_URL__SAO": "c", "HOME": "d"}
    assert select_variables(given, ("DATABASE_URL",)) == {"DATABASE_URL": "a", "DATABASE_URL__SAO": "b"}


def test_environment_file_is_private_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "services.env"
    path.write_text("old")
    path.chmod(0o644)
    variables = {"DATABASE_URL": "postgresql://a:b@/c?host=%2Ftmp&port=1", "EMPTY": ""}
    write_environment(path, variables)
    assert read_environment(path) == variables
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_environment(tmp_path / "missing") == {}


def test_job_reports_its_lines_and_its_failure(tmp_path: Path) -> None:
    seen: list[str] = []
    script = "print('working'); print('disk is full'); raise SystemExit(4)"
    job = Job("load", ("python", "-c", script), tmp_path / "load.log", dict(os.environ))
    with pytest.raises(ServiceError, match=r"load failed \(4\):\nworking\ndisk is full"):
        run_job(job, stopping=lambda: False, doing=seen.append)
    assert seen == ["working", "disk is full"]


def test_job_ends_when_asked_to_stop(tmp_path: Path) -> None:
    mark = tmp_path / "finished"
    script = f"import time, pathlib; time.sleep(60); pathlib.Path({str(mark)!r}).touch()"
    job = Job("load", (sys.executable, "-c", script), tmp_path / "load.log", dict(os.environ))
    with pytest.raises(Stopped):
        run_job(job, stopping=lambda: True, doing=lambda _: None)
    assert not mark.exists()


def test_child_that_ignores_politeness_is_ended_with_its_children(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 61 & echo $! > child; echo ready; wait; wait"
    child = Child("deaf", ["sh", "-c", script], log=tmp_path / "log", environment={}, directory=tmp_path)
    child.start()
    assert wait_until(lambda: (tmp_path / "log").read_text() == "ready\n", 10)
    grandchild = int((tmp_path / "child").read_text())
    assert child.stop(patience=0.3) is False
    assert child.exit_code == -9
    assert wait_until(lambda: not lives(grandchild), 10)


@pytest.mark.parametrize("text", ["", "{", "7", '{"signins": 3}', '["x"]'])
def test_broken_sign_ins_are_no_reason_to_fail(layout: Layout, text: str) -> None:
    layout.create()
    (layout.run / "signins.json").write_text(text)
    assert read_sign_ins(layout) == []
