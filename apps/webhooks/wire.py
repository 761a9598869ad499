"""One call of an endpoint: no redirects, no cookies, no proxy, little patience, little of the answer kept."""

import time
from dataclasses import dataclass

import httpcore

from apps.webhooks.addresses import GuardedNetwork

CONNECT_SECONDS = 3.0
READ_SECONDS = 5.0
WHOLE_SECONDS = 10.0
KEPT_BYTES = 1024


@dataclass(frozen=True)
class Answer:
    """What came back: a status with the beginning of the body, or an error in words."""

    status: int | None
    error: str
    body: str
    milliseconds: int

    @property
    def is_success(self) -> bool:
        """Whether the endpoint took the message."""
        return self.status is not None and 200 <= self.status < 300


def call(url: str, headers: dict[str, str], body: bytes) -> Answer:
    """Send a message; every failure of the other side comes back as an answer, none is raised."""
    started = time.monotonic()
    status, error, text = None, "", ""
    try:
        status, text = _send(url, headers, body, started + WHOLE_SECONDS)
    except httpcore.TimeoutException:
        error = "no answer in time"
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as fault:
        error = str(fault)[:300] or type(fault).__name__
    return Answer(status, error, text, int((time.monotonic() - started) * 1000))


def _send(url: str, headers: dict[str, str], body: bytes, until: float) -> tuple[int, str]:
    patience = {
        "connect": CONNECT_SECONDS,
        "read": READ_SECONDS,
        "write": READ_SECONDS,
        "pool": CONNECT_SECONDS,
    }
    with (
        httpcore.ConnectionPool(network_backend=GuardedNetwork(until), max_connections=1, retries=0) as pool,
        pool.stream(
            "POST", url, headers=list(headers.items()), content=body, extensions={"timeout": patience}
        ) as response,
    ):
        kept = b""
        for part in response.iter_stream():
            kept += part
            if len(kept) >= KEPT_BYTES:
                break
        return response.status, kept[:KEPT_BYTES].decode("utf-8", "replace").replace("\x00", "")
