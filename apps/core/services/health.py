"""Whether a process works. Each check asks something that only a working process can answer."""

import http.client

from apps.core.services.heartbeat import heartbeat_age
from apps.core.services.layout import Layout
from apps.core.services.processes import Process

WEB_SECONDS = 5.0
OK = 200


def fault_of(process: Process, *, layout: Layout, port: int) -> str | None:
    """Return what is wrong with a process; None when it works."""
    if process.heartbeat_seconds is None:
        return _web_fault(port)
    age = heartbeat_age(layout, process.name)
    if age is None:
        return "has not given a sign of life yet"
    return f"last sign of life {age:.0f} s ago" if age > process.heartbeat_seconds else None


def _web_fault(port: int) -> str | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WEB_SECONDS)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"does not answer ({error})"
    finally:
        connection.close()
    return None if status == OK else f"/healthz answers {status}"
