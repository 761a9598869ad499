"""The embedded Redis: doorbell and cache. It may be emptied at any moment, so nothing of it is stored."""

import socket
from dataclasses import dataclass
from pathlib import Path

from apps.core.services.account import PLAIN_ENVIRONMENT, Account
from apps.core.services.child import Child, tail, wait_until
from apps.core.services.failure import ServiceError
from apps.core.services.ports import free_port

READY_SECONDS = 15.0
ATTEMPTS = 5
HOST = "127.0.0.1"
# noeviction: as a Celery broker Redis holds queues. An evicting policy (allkeys-lru) would drop queued
# messages silently when memory is short; noeviction makes the sender fail, which is seen, and the job's row
# in PostgreSQL rings again. For the same reason every cache key must have a time to live.
SETTINGS = """bind {host}
port {port}
protected-mode yes
requirepass {password}
save ""
appendonly no
maxmemory 256mb
maxmemory-policy noeviction
dir {directory}
daemonize no
"""


@dataclass(frozen=True, slots=True)
class RedisPlan:
    """What a Redis server needs to know. TCP, because redis-py and Celery share no URL for Unix sockets."""

    program: Path
    account: Account
    directory: Path
    log: Path
    password: str
    port_file: Path


class RedisServer:
    """A server on a free port of 127.0.0.1 with a password; the port is kept from start to start."""

    def __init__(self, plan: RedisPlan) -> None:
        self._plan = plan
        self.port = 0
        self.child = Child(
            "redis",
            [str(plan.program), "-"],
            log=plan.log,
            environment=PLAIN_ENVIRONMENT,
            account=plan.account,
        )

    @property
    def url(self) -> str:
        """Return the address for redis-py and for Celery."""
        return f"redis://:{self._plan.password}@{HOST}:{self.port}/0"

    @property
    def running(self) -> bool:
        return self.child.running

    def start(self) -> None:
        """Start the server and wait for its answer; the port of the last start is tried first.

        Raises ServiceError with the end of its log.
        """
        known = self.port  # after a crash the port must stay: the processes know it
        for attempt in range(ATTEMPTS):
            self.port = known or (self._last_port() if attempt == 0 else free_port(HOST))
            if self._try_start():
                self._plan.port_file.write_text(str(self.port))
                return
        raise ServiceError(
            f"Redis did not start.\n{tail(self._plan.log)}", cure=f"Its log is {self._plan.log}."
        )

    def stop(self) -> bool:
        """Stop the server; tell whether it went politely."""
        return self.child.stop(10.0)

    def kill(self) -> None:
        """End the server at once (for failure tests)."""
        self.child.kill()

    def answers(self) -> bool:
        """Tell whether our server (the one with our password) answers PING."""
        try:
            with socket.create_connection((HOST, self.port), timeout=2.0) as connection:
                connection.sendall(f"AUTH {self._plan.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
                    answer += part
        except OSError:
            return False
        return answer == b"+OK\r\n+PONG\r\n"

    def _last_port(self) -> int:
        try:
            return int(self._plan.port_file.read_text())
        except (OSError, ValueError):
            return free_port(HOST)

    def _try_start(self) -> bool:
        plan = self._plan
        text = SETTINGS.format(host=HOST, port=self.port, password=plan.password, directory=plan.directory)
        self.child.start(feed=text.encode())
        wait_until(lambda: self.answers() or not self.running, READY_SECONDS)
        if self.running and self.answers():
            return True
        self.child.kill()
        return False
