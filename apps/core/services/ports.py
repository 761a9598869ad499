"""Free ports of an address, and holding one until its server has it."""

import errno
import socket

from apps.core.services.failure import ServiceError

ATTEMPTS = 100
FIRST_UNPRIVILEGED = 1024


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


class HeldPort:
    """A port bound by us but not listened on, so that no other checkout takes it before our server does.

    The first bind is exclusive: it fails when anybody has the port. Only then is the port opened to
    further sockets of the same user that ask for SO_REUSEPORT, as the web server does.
    """

    def __init__(self, host: str, wanted: int) -> None:
        self.host = host
        self._socket, self.port = _first_free(host, wanted)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)

    def release(self) -> None:
        """Let the port go."""
        self._socket.close()


def _first_free(host: str, wanted: int) -> tuple[socket.socket, int]:
    for port in range(wanted, min(wanted + ATTEMPTS, 65536)):
        held = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        try:
            held.bind((host, port))
        except OSError as error:
            held.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise ServiceError(f"Cannot listen on {host}: {error.strerror}.", cure="Set HOST.") from error
        else:
            return held, port
    raise ServiceError(f"No free port from {wanted} to {wanted + ATTEMPTS - 1} on {host}.", cure="Set PORT.")
