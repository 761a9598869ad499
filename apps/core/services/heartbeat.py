"""Signs of life in files: cheap for the process, true because its own main loop writes them."""

import os
import time
from pathlib import Path

from apps.core.services.layout import Layout

EVERY_SECONDS = 2.0


def heartbeat_file(layout: Layout, name: str) -> Path:
    """Return the file in which a process leaves its sign of life."""
    return layout.run / "heartbeats" / name


def leave_heartbeat(name: str) -> None:
    """Say "this process works now". Call it from the loop that does the work, every few seconds.

    The moment is of the monotonic clock, which all processes of one machine share and nobody can turn.
    """
    path = heartbeat_file(Layout.of_environment(), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    making = path.with_name(f"{path.name}.{os.getpid()}.making")
    making.write_text(repr(time.monotonic()), encoding="ascii")
    making.replace(path)


def heartbeat_age(layout: Layout, name: str) -> float | None:
    """Return the seconds since the last sign of life; None when there was none since the machine started."""
    try:
        age = time.monotonic() - float(heartbeat_file(layout, name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
    return age if age >= 0 else None


def forget_heartbeat(layout: Layout, name: str) -> None:
    """Delete the sign of an earlier life, before the process is started anew."""
    heartbeat_file(layout, name).unlink(missing_ok=True)
