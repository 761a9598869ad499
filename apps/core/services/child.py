"""One child process in a session of its own, with its log: start, stop politely, stop at once."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from apps.core.services.account import Account

POLL_SECONDS = 0.02


class Child:
    """A process that we start and end. Its own session keeps the terminal's Ctrl-C away from it."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        account: Account | None = None,
        directory: Path = Path("/"),
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.stop_signal = stop_signal
        self._environment = dict(environment)
        self._account = account
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, feed: bytes | None = None) -> None:
        """Start the process; `feed` goes to its standard input."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE if feed is not None else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._directory,
                env=self._environment,
                start_new_session=True,
                **(self._account.run_as() if self._account else {}),
            )
        if feed is not None and self._process.stdin is not None:
            _feed(self._process.stdin, feed)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs or before it was started."""
        return self._process.poll() if self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process, if it runs."""
        if self._process is not None and self.running:
            self._process.send_signal(number)

    def stop(self, patience: float = 30.0) -> bool:
        """End the process politely, then by force. Return whether politeness was enough."""
        if self._process is None:
            return True
        self.signal(self.stop_signal)
        polite = self.wait(patience)
        self.kill()
        return polite

    def wait(self, seconds: float) -> bool:
        """Wait for the end of the process; tell whether it came."""
        if self._process is None:
            return True
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """End the process and what it left behind in its session's process group."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def _feed(pipe: IO[bytes], text: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):  # it ended before it read; the caller sees the exit code
        pipe.write(text)
        pipe.close()


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll a condition until it holds; tell whether it did in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def tail(path: Path, lines: int = 12, start: int = 0) -> str:
    """Return the last lines of a log, from a byte offset on."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(start, path.stat().st_size - 65536))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])
