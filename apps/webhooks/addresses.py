"""Which addresses may be called: the open internet, never a machine of our own network.

The look-up and the connection are one step: what is checked is what is connected to, so a name that answers twice
differently (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
import ssl
import time
from typing import Any, cast
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

from apps.core.errors import InputError

MAX_URL = 2000
PORTS_BELOW_1024 = frozenset({80, 443})
# What `is_global` lets through although it leads back inside: IPv4 behind IPv6 (NAT64, 6to4, Teredo).
_TUNNELS = tuple(
    ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)


class ForbiddenAddress(httpcore.ConnectError):
    """The name leads to a machine that must not be called."""


def check_url(url: str) -> str:
    """Return an address that may be registered. Raises InputError; where it leads is looked at at each call."""
    parts = urlsplit(url.strip())
    schemes = {"https", "http"} if settings.WEBHOOKS_PRIVATE_TARGETS else {"https"}
    try:
        port = parts.port or 443
    except ValueError:
        raise InputError("The port is not a number.", code="bad_url", field="url") from None
    if parts.scheme not in schemes or not parts.hostname or len(url) > MAX_URL or not url.isascii():
        raise InputError("Give an address that begins with https:// (international names in Punycode).",
                         code="bad_url", field="url")  # fmt: skip
    if parts.username or parts.password or parts.fragment:
        raise InputError(
            "Leave out names, passwords and “#”: calls are signed instead.", code="bad_url", field="url"
        )
    if port < 1024 and port not in PORTS_BELOW_1024:
        raise InputError("Use port 443, or one from 1024 up.", code="bad_port", field="url")
    if _is_literal(parts.hostname) and not may_call(parts.hostname):
        raise InputError("This address is not on the open internet.", code="private_address", field="url")
    return url.strip()


def may_call(address: str) -> bool:
    """Say whether an IP address is a machine of the open internet."""
    if settings.WEBHOOKS_PRIVATE_TARGETS:
        return True
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return may_call(str(found.ipv4_mapped))
        if any(found in net for net in _TUNNELS):
            return False
    return found.is_global and not found.is_multicast


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # Spellings such as 127.1 or 0x7f000001, which only the resolver understands, are checked when it answers.
        return False
    return True


class GuardedNetwork(httpcore.NetworkBackend):
    """Connects only to addresses that `may_call` allows, to the very one that was checked, and until a moment.

    `until` is of the monotonic clock: who answers drop by drop is left when it has passed.
    """

    def __init__(self, until: float) -> None:
        self._real = httpcore.SyncBackend()
        self._until = until

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        address = _resolve(host, port)
        stream = self._real.connect_tcp(address, port, timeout, local_address, socket_options)
        return _HurriedStream(stream, self._until)

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise ForbiddenAddress("local sockets are not called")


class _HurriedStream(httpcore.NetworkStream):
    """A stream whose every read and write ends with the whole call's patience."""

    def __init__(self, real: httpcore.NetworkStream, until: float) -> None:
        self._real, self._until = real, until

    def _left(self, timeout: float | None) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the call took too long")
        return left if timeout is None else min(timeout, left)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._real.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._real.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._real.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secure = self._real.start_tls(ssl_context, server_hostname, self._left(timeout))
        return _HurriedStream(secure, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._real.get_extra_info(info)


def _resolve(host: str, port: int) -> str:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} was not found") from error
    addresses = [cast(str, entry[4][0]) for entry in found]
    if not addresses or not all(may_call(address) for address in addresses):
        raise ForbiddenAddress(f"{host} leads to an address that is not on the open internet")
    return addresses[0]
