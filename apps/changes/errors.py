"""What can go wrong with a copy, each with what to do about it."""

from apps.core.errors import DomainError


class ProjectionError(Exception):
    """A projection cannot go on: its message says why. The relay stops it and leaves the others running."""


class SlotLostError(Exception):
    """The slot is gone or the server has given it up: changes are missing from the stream."""


class CopyError(DomainError):
    """Refuse work on a copy in the state that it is in."""

    code = "copy_refused"


def rebuild_cure(projection: str, database: str) -> str:
    """Return the command that mends a stopped projection."""
    return f"manage.py copies rebuild --projection {projection} --database {database}"
