"""Reading goes on while a replica is away: the same reads are asked of the primary."""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
from django.db import Error, InterfaceError, OperationalError, connections

from apps.core.db import read_alias
from apps.core.scope import current_scope, reading_from

log = logging.getLogger(__name__)
REST_SECONDS = 5.0
RECOVERY_CONFLICT = "40001"
Result = TypeVar("Result")
_away_until: dict[str, float] = {}


def read_or_fall_back(work: Callable[[], Result]) -> Result:
    """Return the work's result; reads that the scope sends to a lost replica are done again on the primary.

    The work must only read: it may run twice.
    """
    if current_scope().reads == "primary":
        return work()
    alias = read_alias()
    if is_resting(alias):
        return _from_primary(work)
    try:
        return work()
    except (OperationalError, InterfaceError) as error:
        if not can_primary_answer(error, alias):
            raise
    return _from_primary(work)


def is_resting(alias: str) -> bool:
    """Say whether a replica was lost a moment ago, so that nobody should wait for it now."""
    return time.monotonic() < _away_until.get(alias, 0.0)


def can_primary_answer(error: Error, alias: str) -> bool:
    """Say whether a failed read may be asked of the primary; a lost replica then rests for some seconds."""
    if sqlstate_of(error) == RECOVERY_CONFLICT:
        return True
    if not is_away(error):
        return False
    # Asking again at every request would make each of them wait for the connection to fail.
    _away_until[alias] = time.monotonic() + REST_SECONDS
    log.warning("The replica “%s” is away; reads go to the primary for %s s.", alias, REST_SECONDS)
    connections[alias].close()
    return True


def sqlstate_of(error: Error) -> str:
    """Return the SQLSTATE behind Django's error; empty when the server never answered."""
    cause = error.__cause__
    return (cause.sqlstate or "") if isinstance(cause, psycopg.Error) else ""


def is_away(error: Error) -> bool:
    """Say whether the server could not be reached or was going down, so that another may be asked."""
    state = sqlstate_of(error)
    if state:
        return state[:2] in {"08", "53"} or state.startswith("57P")
    return isinstance(error, OperationalError | InterfaceError)


def _from_primary(work: Callable[[], Result]) -> Result:
    with reading_from("primary"):
        return work()
