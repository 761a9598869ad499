"""Browsers for tests of pages: signed in, and with a replica that shows what the test has made."""

import time
from collections.abc import Callable
from typing import Any

from django.test import Client

from apps.core.reads import Position, note_position, shows
from apps.core.scope import open_scope
from config.databases import replica_of
from tests.factories.tenants import Company

SignIn = Callable[..., Client]


def settle(company: Company) -> None:
    """Wait until the replica shows everything that is committed in the company's database."""
    with open_scope(company.scope()):
        position: Position = note_position()
        until = time.monotonic() + 20
        while not shows(replica_of(company.tenant.database), position.lsn):
            assert time.monotonic() < until, "the replica does not catch up"
            time.sleep(0.005)


def names_in(response: Any) -> str:
    """Return the text of a page."""
    return str(response.content.decode())
