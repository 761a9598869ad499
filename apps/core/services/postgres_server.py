"""One PostgreSQL server over one data directory: start, readiness, stop, and clearing up after a crash."""

import contextlib
import signal
from dataclasses import dataclass
from pathlib import Path

import psutil

from apps.core.services.account import PLAIN_ENVIRONMENT, Account
from apps.core.services.addresses import Address
from apps.core.services.binaries import POSTGRES_MAJOR
from apps.core.services.child import Child, tail, wait_until
from apps.core.services.failure import ServiceError
from apps.core.services.postgres_settings import HBA, Standby, render

READY_SECONDS = 120.0  # crash recovery of a large log takes its time
PID_FILE = "postmaster.pid"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one server lives."""

    name: str
    data: Path
    address: Address
    log: Path


class PostgresServer:
    """A server that runs as our child, under the servers' account."""

    def __init__(self, place: Place, *, programs: Path, account: Account, throwaway: bool) -> None:
        self.place = place
        self._account = account
        self._throwaway = throwaway
        command = [str(programs / "postgres"), "-D", str(place.data)]
        self.child = Child(
            place.name,
            command,
            log=place.log,
            environment=PLAIN_ENVIRONMENT,
            account=account,
            stop_signal=signal.SIGINT,  # "fast": end the sessions, write a checkpoint, leave
        )

    @property
    def running(self) -> bool:
        return self.child.running

    def start(self, standby: Standby | None = None) -> None:
        """Start the server and wait until it takes connections.

        Raises ServiceError with the end of its log when it does not.
        """
        check_version(self.place.data)
        end_leftovers(self.place.data)
        self._write_settings(standby)
        log_start = self.log_size()
        self.child.start()
        ready = wait_until(lambda: self.ready or not self.running, READY_SECONDS)
        if not ready or not self.running:
            self.child.kill()
            raise ServiceError(
                f"{self.place.name} did not start.\n{tail(self.place.log, start=log_start)}",
                cure=f"Its log is {self.place.log}.",
            )

    @property
    def ready(self) -> bool:
        """Tell whether the server says that it takes connections (line 8 of its pid file)."""
        with contextlib.suppress(OSError):
            lines = (self.place.data / PID_FILE).read_text().splitlines()
            return len(lines) >= 8 and lines[0] == str(self.child.pid) and lines[7].strip() == "ready"
        return False

    def log_size(self) -> int:
        """Return the length of the log, to read later only what was added."""
        return self.place.log.stat().st_size if self.place.log.exists() else 0

    def stop(self, patience: float = 30.0) -> bool:
        """Stop the server; tell whether it went politely."""
        polite = self.child.stop(patience)
        end_leftovers(self.place.data)
        return polite

    def kill(self) -> None:
        """End the server like a power cut would (for failure tests)."""
        processes = server_processes(self.place.data)
        self.child.kill()
        for process in processes:
            with contextlib.suppress(psutil.Error):
                process.kill()
        wait_until(lambda: not server_processes(self.place.data), 10.0)

    def _write_settings(self, standby: Standby | None) -> None:
        text = render(
            name=self.place.name,
            sockets=self.place.address.sockets,
            port=self.place.address.port,
            throwaway=self._throwaway,
            standby=standby,
        )
        self._write("postgresql.conf", text)
        self._write("pg_hba.conf", HBA)
        if standby is not None:
            self._write("standby.signal", "")

    def _write(self, name: str, text: str) -> None:
        path = self.place.data / name
        making = path.with_suffix(".making")
        making.unlink(missing_ok=True)
        making.touch(mode=0o600)
        making.write_text(text, encoding="utf-8")
        self._account.own(making)
        making.replace(path)


def check_version(data: Path) -> None:
    """Raise ServiceError when the data were made by another major version of PostgreSQL."""
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(POSTGRES_MAJOR):
        raise ServiceError(
            f"{data} was made by PostgreSQL {found}; this is {POSTGRES_MAJOR}.",
            cure="Dump it with the old version and load it here, or delete it with `make reset`.",
        )


def server_processes(data: Path) -> list[psutil.Process]:
    """Return every process of a server over this data directory.

    PostgreSQL's processes work in their data directory: this finds them without a pid file, and no others.
    """
    found = []
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            with contextlib.suppress(psutil.Error):
                if process.cwd() == str(data):
                    found.append(process)
    return found


def end_leftovers(data: Path, patience: float = 30.0, polite: signal.Signals = signal.SIGINT) -> bool:
    """End what still runs over this data directory from an earlier start; tell whether there was anything.

    Then remove the stale pid file: its number may belong to some other process by now.
    """
    processes = server_processes(data)
    pids = {process.pid for process in processes}
    for process in processes:
        with contextlib.suppress(psutil.Error):
            if process.ppid() not in pids:
                process.send_signal(polite)
    if processes and not wait_until(lambda: not server_processes(data), patience):
        for process in server_processes(data):
            with contextlib.suppress(psutil.Error):
                process.kill()
        wait_until(lambda: not server_processes(data), patience)
    if not processes or not server_processes(data):
        (data / PID_FILE).unlink(missing_ok=True)
    return bool(processes)
