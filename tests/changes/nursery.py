"""Relays that may be killed: a process that knows Django and forks one each time a line arrives.

Starting an interpreter for each of dozens of kills would take a minute; a fork takes milliseconds.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """The parent of the relays of one database."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    @classmethod
    @contextmanager
    def of(cls, alias: str) -> Iterator[Self]:
        """Start a nursery and end it with whatever it still has."""
        command = [sys.executable, "-m", "tests.changes.nursery", alias]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield cls(process)
            assert process.stdin is not None
            process.stdin.close()

    def start(self) -> int:
        """Start a relay and return its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("start\n")
        return int(self._process.stdout.readline())

    @staticmethod
    def kill(pid: int) -> None:
        """End a relay as by kill -9."""
        os.kill(pid, signal.SIGKILL)


def main(alias: str) -> None:
    """Fork a relay for each line; end those that are left when the lines end."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from apps.changes.relay import Relay

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    children = []
    print("ready", flush=True)
    for _ in sys.stdin:
        pid = os.fork()
        if pid == 0:
            Relay(alias, threading.Event(), lambda _: None).run()
            os._exit(0)
        children.append(pid)
        print(pid, flush=True)
    for pid in children:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    main(sys.argv[1])
