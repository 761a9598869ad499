"""The log files: rotated at each start, followed all at once."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

KEPT = 5
FIRST_LINES = 10
PAUSE_SECONDS = 0.3
COLOURS = ("36", "32", "33", "35", "34", "96", "92", "93", "95")


def rotate(logs: Path) -> None:
    """Move each log one number on; the oldest goes."""
    for path in logs.glob("*.log"):
        if path.stat().st_size == 0:
            continue
        for number in range(KEPT - 1, 0, -1):
            older = logs / f"{path.name}.{number}"
            if older.exists():
                older.replace(logs / f"{path.name}.{number + 1}")
        path.replace(logs / f"{path.name}.1")


class Follower:
    """Reads one log on and on, through rotation."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._inode, self._offset, self._rest = 0, 0, b""

    def last_lines(self, count: int) -> list[str]:
        """Return the last lines and go on from there."""
        return self.new_lines()[-count:]

    def new_lines(self) -> list[str]:
        """Return the whole lines that were added since the last call."""
        try:
            status = self.path.stat()
        except FileNotFoundError:
            return []
        if status.st_ino != self._inode or status.st_size < self._offset:
            self._inode, self._offset, self._rest = status.st_ino, 0, b""
        with self.path.open("rb") as file:
            file.seek(self._offset)
            added = file.read()
        self._offset += len(added)
        *lines, self._rest = (self._rest + added).split(b"\n")
        return [line.decode(errors="replace") for line in lines]


def follow(logs: Path, stopped: Callable[[], bool] = lambda: False) -> None:
    """Print all logs as they grow, each line with the name of its process, until interrupted."""
    followers: dict[Path, Follower] = {}
    while not stopped():
        for path in sorted(logs.glob("*.log")):
            if path not in followers:
                followers[path] = Follower(path)
                _print(path.stem, followers[path].last_lines(FIRST_LINES), len(followers))
        for number, (path, follower) in enumerate(followers.items(), start=1):
            _print(path.stem, follower.new_lines(), number)
        time.sleep(PAUSE_SECONDS)


def _print(name: str, lines: list[str], number: int) -> None:
    prefix = f"{name:<17}"
    if sys.stdout.isatty():
        prefix = f"\033[{COLOURS[number % len(COLOURS)]}m{prefix}\033[0m"
    for line in lines:
        sys.stdout.write(f"{prefix} {line}\n")
    sys.stdout.flush()
