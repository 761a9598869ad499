"""Fixtures of the log's tests: an empty log, and one with three checkpoints, each in a database of its own."""

from collections.abc import Iterator

import pytest

from tests.audit.logs import Log, drop_log, make_log, sealed_log
from tests.conftest import BOTH_DATABASES


@pytest.fixture
def log() -> Iterator[Log]:
    """An empty log."""
    made = make_log()
    yield made
    drop_log(made)


@pytest.fixture(params=BOTH_DATABASES)
def sealed(request: pytest.FixtureRequest) -> Iterator[Log]:
    """A log with three checkpoints, in order: of the shared database, then of a dedicated one."""
    made = make_log(request.param)
    yield sealed_log(made)
    drop_log(made)


@pytest.fixture(scope="module")
def shared_log() -> Iterator[Log]:
    """An empty log for tests that only add to it."""
    made = make_log()
    yield made
    drop_log(made)
