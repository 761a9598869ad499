"""A call of a staff page, and the world of records that it is made in."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.factories.tenants import Company

# Tested by name elsewhere: the API, the sign-in, the admin (test_admin.py).
ELSEWHERE = ("api", "admin")


@dataclass(frozen=True)
class World:
    """A company with one record of each kind, and what its records are called."""

    company: Company
    ids: dict[str, UUID | int]
    secrets: tuple[str, ...]


Sent = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """A request to a route, and the permissions that it takes. `record` names the id in the address."""

    route: str
    needs: tuple[str, ...]
    record: str = ""
    method: str = "GET"
    send: Callable[[World], Sent] = lambda _: {}
    args: tuple[str, ...] = ()
    ok: tuple[int, ...] = (200,)
    note: str = ""
    room: str = ""

    @property
    def name(self) -> str:
        """How a test names the call."""
        return " ".join(filter(None, [self.method, self.route, self.note]))

    def path(self, world: World) -> str:
        """Return the address of the call in a world."""
        args = [*([world.ids[self.record]] if self.record else []), *self.args]
        return reverse(self.route, args=args)

    def made_by(self, client: Client, world: World, *, sender: World | None = None) -> Any:
        """Call the address of one world; what is sent may come from another."""
        sent = self.send(sender or world)
        method = client.post if self.method == "POST" else client.get
        answer: Any = method(self.path(world), sent)
        answer.body = answer.getvalue()
        answer.close()
        return answer


def page_routes(*more: URLPattern) -> set[str]:
    """Return the names of all routes that are staff pages."""
    patterns = [*get_resolver().url_patterns, *more]
    return {name for name in _names(patterns, "") if not name.startswith(ELSEWHERE)}


def _names(patterns: Iterable[URLPattern | URLResolver], room: str) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            if not room and pattern.namespace is None and str(pattern.pattern) == "accounts/":
                continue
            yield from _names(
                pattern.url_patterns, f"{pattern.namespace or ''}:" if pattern.namespace else room
            )
        else:
            yield f"{room}{pattern.name}"
