"""Clearing up after tests that were killed: a watchdog child, and a sweep at the next start."""

import contextlib
import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from apps.core.services.layout import CHECKOUT
from apps.core.services.postgres_server import PID_FILE, end_leftovers

PREFIX = "bulkhead-test-"
OWNER = "owner.json"
UNOWNED_SECONDS = 600
IPC_RMID = 0


def write_owner(home: Path, sockets: Path | None = None) -> None:
    """Note in a cluster's directory which process it belongs to."""
    me = psutil.Process()
    facts = {"pid": me.pid, "created": me.create_time(), "sockets": str(sockets) if sockets else None}
    making = home / f"{OWNER}.making"
    making.write_text(json.dumps(facts))
    making.replace(home / OWNER)


def sweep(base: Path) -> None:
    """Delete the clusters below a directory whose processes are gone."""
    for home in base.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if home.stat().st_uid == os.geteuid() and _abandoned(home):
                destroy(home)


def _abandoned(home: Path) -> bool:
    try:
        facts = json.loads((home / OWNER).read_text())
        created: float = facts["created"]
        return abs(psutil.Process(facts["pid"]).create_time() - created) > 1.0
    except psutil.NoSuchProcess:
        return True
    except (OSError, ValueError, KeyError):
        return time.time() - home.stat().st_mtime > UNOWNED_SECONDS  # else being made at this moment


def destroy(home: Path) -> None:
    """End the servers of one cluster and delete all of it."""
    for data in (home / "postgres").glob("*/"):
        memory = _shared_memory(data)
        end_leftovers(data, patience=2.0, polite=signal.SIGQUIT)
        if memory is not None:
            ctypes.CDLL(None).shmctl(memory, IPC_RMID, None)
    sockets = None
    with contextlib.suppress(OSError, ValueError):
        sockets = json.loads((home / OWNER).read_text()).get("sockets")
    if sockets:
        end_processes_in(sockets, "redis-server")
        shutil.rmtree(sockets, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)


def _shared_memory(data: Path) -> int | None:
    """Return the System V segment of a server (line 7 of its pid file), which outlives a kill -9."""
    try:
        return int((data / PID_FILE).read_text().splitlines()[6].split()[1])
    except (OSError, ValueError, IndexError):
        return None


def end_processes_in(directory: str, name: str) -> None:
    """End the processes of a name that work in a directory (Redis: in its cluster's socket directory)."""
    for process in psutil.process_iter(["name"]):
        with contextlib.suppress(psutil.Error):
            if process.info["name"] == name and process.cwd() == directory:
                process.kill()


class Watchdog:
    """A small process that destroys a cluster when the process that made it ends in whatever way.

    It waits for the end of its standard input, whose other end only the maker holds.
    """

    def __init__(self, home: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "apps.core.services.throwaway_sweep", str(home)],
            stdin=subprocess.PIPE,
            cwd=CHECKOUT,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """End the watchdog after the cluster was closed properly."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


if __name__ == "__main__":
    sys.stdin.buffer.read()
    destroy(Path(sys.argv[1]))
