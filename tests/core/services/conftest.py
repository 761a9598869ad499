"""A var directory of its own for each test, and whatever was started in it ended afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apps.core.services.account import choose_account
from apps.core.services.binaries import find_binaries
from apps.core.services.child import wait_until
from apps.core.services.cluster import Cluster, ClusterPlan
from apps.core.services.instance import Facts, Instance
from apps.core.services.layout import CHECKOUT, Layout, delete_tree, socket_directory
from apps.core.services.orphans import end_orphans
from apps.core.services.postgres_server import server_processes
from apps.core.services.processes import PREPARE_KEYS, select_variables
from apps.core.services.testing import roomy_directory
from apps.core.services.throwaway_sweep import end_processes_in
from apps.core.services.vault import Vault

READY_SECONDS = 60.0


def end_everything(layout: Layout) -> None:
    """End what a test left running in a var directory, and delete it."""
    end_orphans(layout)
    for server in ("replica", "primary"):
        for process in server_processes((layout.postgres / server).resolve()):
            process.kill()
    sockets = Path(tempfile.gettempdir()) / layout.socket_name
    end_processes_in(str(sockets), "redis-server")
    shutil.rmtree(sockets, ignore_errors=True)
    delete_tree(layout.postgres)
    shutil.rmtree(layout.shared_home, ignore_errors=True)
    shutil.rmtree(layout.var, ignore_errors=True)


@pytest.fixture
def make_layout() -> Iterator[Callable[[], Layout]]:
    """Make layouts in memory that the servers' account can reach."""
    made: list[Layout] = []

    def make() -> Layout:
        var = Path(tempfile.mkdtemp(dir=roomy_directory(), prefix="bulkhead-var-"))
        var.chmod(0o755)
        made.append(Layout(var))
        return made[-1]

    yield make
    for layout in made:
        end_everything(layout)


@pytest.fixture
def layout(make_layout: Callable[[], Layout]) -> Layout:
    """One empty layout."""
    return make_layout()


@pytest.fixture
def said() -> list[str]:
    """What the cluster told the person."""
    return []


@pytest.fixture
def make_cluster(layout: Layout, said: list[str]) -> Iterator[Callable[[], Cluster]]:
    """Make clusters over the same data, as one start after another does."""
    account = choose_account()
    layout.create()
    account.make_private(layout.postgres)
    made: list[Cluster] = []

    def make() -> Cluster:
        sockets = socket_directory(layout.socket_name, account)
        binaries = find_binaries(account, Layout(CHECKOUT / "var").shared_home)
        vault = Vault(layout.secrets)
        plan = ClusterPlan(
            layout.postgres, sockets, layout.logs, account, binaries, vault, throwaway=True, say=said.append
        )
        made.append(Cluster(plan))
        return made[-1]

    yield make
    for cluster in made:
        cluster.replica.server.kill()
        cluster.primary.kill()


@pytest.fixture
def cluster(make_cluster: Callable[[], Cluster]) -> Cluster:
    """A running cluster."""
    made = make_cluster()
    made.start()
    return made


def lives(pid: int) -> bool:
    """Tell whether a process runs; one that is dead but not yet collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Running:
    """A supervisor with stand-ins in a process of its own."""

    def __init__(self, layout: Layout, **variables: str) -> None:
        self.layout = layout
        self.output = layout.var / f"supervisor-{os.urandom(3).hex()}.out"
        self._instance = Instance(layout)
        command = [sys.executable, "-m", "tests.core.services.stand_ins", "supervisor"]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=CHECKOUT,
                env=supervisor_environment(layout) | variables,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def facts(self) -> Facts:
        return self._instance.facts()

    @property
    def text(self) -> str:
        return self.output.read_text()

    def wait_ready(self) -> "Running":
        """Wait for the words of welcome."""
        wait_until(lambda: "Ready after" in self.text or self.process.poll() is not None, READY_SECONDS)
        assert "Ready after" in self.text, self.text
        return self

    def wait_end(self) -> int:
        """Wait for the end of the supervisor."""
        return self.process.wait(READY_SECONDS)


def supervisor_environment(layout: Layout) -> dict[str, str]:
    """Return our environment without the addresses of the tests' own cluster."""
    unwanted = select_variables(os.environ, PREPARE_KEYS)
    plain = {name: value for name, value in os.environ.items() if name not in unwanted}
    return {**plain, "VAR_DIR": str(layout.var)}


@pytest.fixture
def run_supervisor() -> Iterator[Callable[..., Running]]:
    """Start supervisors; they are ended after the test."""
    made: list[Running] = []

    def run(layout: Layout, **variables: str) -> Running:
        made.append(Running(layout, **variables))
        return made[-1]

    yield run
    for running in made:
        if running.process.poll() is None:
            running.process.terminate()
            try:
                running.process.wait(30)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
