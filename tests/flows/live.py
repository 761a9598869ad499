"""The real processes for journeys through HTTP and the browser: web server and relay, on this worker's databases."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 60
CHROMIUM = next(
    (
        p
        for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        if Path(p).exists()
    ),
    None,
)


@dataclass
class LiveStack:
    """A running web server and relay."""

    url: str
    var: Path

    def call(self, method: str, path: str, key: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Call the API with a key; return status and JSON."""
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        request.add_header("Authorization", f"Bearer {key}")
        for name, value in headers.items():
            request.add_header(name.replace("_", "-"), value)
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, data, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.loads(error.read() or b"null")


def wait_for(condition: Callable[[], bool], seconds: float = SECONDS_TO_START) -> None:
    """Wait until a condition holds; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError("the live processes did not come up")
        time.sleep(0.05)


@contextmanager
def live_stack() -> Iterator[LiveStack]:
    """Start web and relay, give them, and end exactly these two."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    var = Path(os.environ["VAR_DIR"])
    web = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(port), "--blocking-threads", "4",
           "config.wsgi:application"]  # fmt: skip
    environment = {**os.environ, "PUBLIC_URL": f"http://127.0.0.1:{port}"}
    started: list[subprocess.Popen[bytes]] = []
    with (var / "live.log").open("ab") as log:
        try:
            for command in (web, ["manage.py", "run_relay"]):
                process = subprocess.Popen(
                    [sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log
                )
                started.append(process)
            stack = LiveStack(f"http://127.0.0.1:{port}", var)
            wait_for(lambda: _is_up(stack.url))
            yield stack
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
