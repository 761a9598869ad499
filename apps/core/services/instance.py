"""One supervisor per checkout: the kernel's lock says whether it lives, a file where it is reached."""

import contextlib
import fcntl
import json
import os
import signal
from dataclasses import asdict, dataclass

import psutil

from apps.core.services.child import wait_until
from apps.core.services.failure import ServiceError
from apps.core.services.layout import Layout

STOP_SECONDS = 120.0
LOCK_SECONDS = 0.5  # `make stop` and `status` hold the lock for a moment to see whether it is free


@dataclass(frozen=True, slots=True)
class Facts:
    """What a supervisor says about itself."""

    pid: int
    created: float = 0.0
    url: str = ""
    ready: bool = False


def own_facts(*, url: str = "", ready: bool = False) -> Facts:
    """Return the facts of this process."""
    process = psutil.Process()
    return Facts(process.pid, process.create_time(), url, ready)


class Instance:
    """The claim of one supervisor on its checkout. The kernel drops it at the process's end, also kill -9."""

    def __init__(self, layout: Layout) -> None:
        self._lock = layout.run / "supervisor.lock"
        self._facts = layout.run / "supervisor.json"
        self._descriptor: int | None = None

    def claim(self) -> None:
        """Take the checkout, or raise ServiceError with the address of the supervisor that has it."""
        if not wait_until(self._try_lock, LOCK_SECONDS):
            other = self.facts()
            where = f" at {other.url}" if other.url else ""
            raise ServiceError(
                f"Bulkhead already runs in this checkout{where} (process {other.pid}).",
                cure="Use it, or end it with `make stop`.",
            )
        self.tell(own_facts())

    def tell(self, facts: Facts) -> None:
        """Publish where we are reached."""
        making = self._facts.with_suffix(".making")
        making.write_text(json.dumps(asdict(facts)))
        making.replace(self._facts)

    def facts(self) -> Facts:
        """Return what the last supervisor said."""
        try:
            return Facts(**json.loads(self._facts.read_text()))
        except (OSError, ValueError, TypeError):
            return Facts(0)

    @property
    def alive(self) -> bool:
        """Tell whether some supervisor has the checkout now."""
        if self._descriptor is not None:
            return True
        if not self._lock.exists() or self._try_lock():
            self.release()
            return False
        return True

    def release(self) -> None:
        """Let the checkout go."""
        if self._descriptor is not None:
            self._facts.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    def stop_other(self) -> bool:
        """End the running supervisor and wait for it; tell whether there was one. Raises ServiceError."""
        if not self.alive:
            return False
        facts = self.facts()
        pid = facts.pid
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            if process.create_time() == facts.created:  # the number may be another process's by now
                process.send_signal(signal.SIGTERM)
        if not wait_until(lambda: not self.alive, STOP_SECONDS):
            raise ServiceError(
                f"The supervisor (process {pid}) did not end within {STOP_SECONDS:.0f} s.",
                cure=f"Look into its logs; `kill -9 {pid}` ends it, and the next start clears up.",
            )
        return True

    def _try_lock(self) -> bool:
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True
