"""Fixtures of the log's tests: an empty log, and one with three checkpoints, each in a database of its own."""

from collections.abc import Iterator

import pytest

from tests.audit.logs import Log, drop_log, make_log, sealed_log


@pytest.fixture
def log() -> Iterator[Log]:
    """An empty log."""
    made = make_log()
    yield made
    drop_log(made)


@pytest.fixture
def sealed(log: Log) -> Log:
    """A log with three checkpoints, sealed, anchored, in order."""
    return sealed_log(log)


@pytest.fixture(scope="module")
def shared_log() -> Iterator[Log]:
    """An empty log for tests that only add to it."""
    made = make_log()
    yield made
    drop_log(made)
