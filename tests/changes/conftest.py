"""A table of every type and a stream of it, apart from the books."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from uuid import uuid4

import psycopg
import pytest

from apps.changes.connections import Connection, connect_relay
from apps.changes.messages import Message
from apps.changes.pgoutput import Decoder
from apps.changes.stream import HEADER, ReplicationStream
from tests.changes.streams import wait_until

Collect = Callable[[int], list[Message]]


@pytest.fixture
def scratch(admin_connection: Connection) -> Iterator[Connection]:
    """A superuser's connection, a schema `scratch` and a publication `scratch` of the tables that a test adds."""
    admin_connection.execute("create schema scratch")
    admin_connection.execute("create publication scratch")
    yield admin_connection
    admin_connection.execute("drop publication scratch")
    admin_connection.execute("drop schema scratch cascade")


@pytest.fixture
def slot(scratch: Connection) -> Iterator[str]:
    """A slot that begins now, dropped afterwards."""
    name = f"scratch_{uuid4().hex[:12]}"
    scratch.execute("select pg_create_logical_replication_slot(%s, 'pgoutput')", (name,))
    yield name
    wait_until(
        lambda: (
            scratch.execute(
                "select not active from pg_replication_slots where slot_name = %s", (name,)
            ).fetchone()
            == (True,)
        )
    )
    scratch.execute("select pg_drop_replication_slot(%s)", (name,))


@pytest.fixture
def stream(slot: str) -> Iterator[ReplicationStream]:
    """The running stream of the slot."""
    with ReplicationStream(connect_relay("default")) as running:
        running.start(slot=slot, publication="scratch")
        yield running


@pytest.fixture
def collect(stream: ReplicationStream) -> Collect:
    """Return the next messages of the stream, decoded, up to and with a number of commits."""
    decoder = Decoder()

    def take(commits: int) -> list[Message]:
        messages: list[Message] = []
        while sum(type(message).__name__ in {"Commit", "StreamCommit"} for message in messages) < commits:
            assert stream.wait(10), messages
            messages += [decoder.decode(message, HEADER) for message in stream.drain()]
        return messages

    return take


@pytest.fixture
def second_admin() -> Iterator[Connection]:
    """Another superuser's connection, for transactions that overlap."""
    with closing(psycopg.connect(os.environ["ADMIN_DATABASE_URL"])) as connection:
        yield connection


@pytest.fixture
def sao_admin() -> Iterator[Connection]:
    """A superuser's connection to the worker's dedicated database, in autocommit."""
    with closing(psycopg.connect(os.environ["ADMIN_DATABASE_URL__SAO"], autocommit=True)) as connection:
        yield connection
