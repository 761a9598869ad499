"""What a caller is told when PostgreSQL refuses: a clean answer by SQLSTATE, never the server's own words."""

from dataclasses import dataclass

import psycopg
from django.db import Error

from apps.core.replicas import is_away, sqlstate_of

AGAIN = "Send the same request again."
SOON_SECONDS = 1
LATER_SECONDS = 5


@dataclass(frozen=True)
class Refusal:
    """A refusal by the database; `retry_after` in seconds, 0 = the same request will be refused again."""

    status: int
    code: str
    detail: str
    cure: str = ""
    retry_after: int = 0


_VALUE = Refusal(422, "invalid_value", "A value is out of range or malformed; nothing was changed.")
_BUSY = Refusal(
    503, "busy", "Another request holds the same records; nothing was changed.", AGAIN, SOON_SECONDS
)
_AWAY = Refusal(503, "database_unavailable", "The books cannot be reached just now.", AGAIN, LATER_SECONDS)
_SLOW = Refusal(503, "too_slow", "The request took too long; nothing was changed.", AGAIN, LATER_SECONDS)
_TAKEN = Refusal(409, "already_exists", "A record with the same number or code exists; nothing was changed.")
_UNKNOWN = Refusal(
    422, "unknown_reference", "The request names a record that does not exist; nothing was changed."
)
_IN_USE = Refusal(409, "rule_broken", "The books do not allow this; nothing was changed.")
_WALLED = Refusal(403, "forbidden", "This is not allowed; nothing was changed.")

_BY_STATE = {
    "23505": _TAKEN,
    "23503": _UNKNOWN,
    "55P03": _BUSY,
    "40P01": _BUSY,
    "40001": _BUSY,
    "57014": _SLOW,
    "42501": _WALLED,
    "P0001": _IN_USE,
}
_BY_CLASS = {"BH": _IN_USE, "22": _VALUE, "23": _IN_USE, "08": _AWAY, "53": _AWAY, "57": _AWAY}


def refusal_of(error: Error) -> Refusal | None:
    """Return what a caller is told, or None for a fault of ours."""
    state = sqlstate_of(error)
    if not state:
        if isinstance(error.__cause__, psycopg.DataError):
            return _VALUE
        return _AWAY if is_away(error) else None
    return _BY_STATE.get(state) or _BY_CLASS.get(state[:2])
