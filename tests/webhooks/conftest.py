"""Fixtures of webhooks: an endpoint of another system on this machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.webhooks.receiver import Receiver, receiver


@pytest.fixture
def there(settings: Any) -> Iterator[Receiver]:
    """An endpoint that takes everything; calls to this machine are allowed meanwhile."""
    settings.WEBHOOKS_PRIVATE_TARGETS = True
    with receiver() as state:
        yield state
