"""What files can stand beside. An app names its records when Django starts; this room imports none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from apps.core.errors import NotFound


@dataclass(frozen=True)
class Subject:
    """A record that files stand beside: whose it is, what it is called, where its page is."""

    kind: str
    id: UUID
    label: str
    page: str
    customer_id: UUID | None = None


@dataclass(frozen=True)
class SubjectKind:
    """How to reach records of one kind.

    `find` is the record's door: it checks the permission it is given and raises Forbidden or NotFound.
    """

    kind: str
    reads: str
    writes: str
    find: Callable[[UUID, str], Subject]


_KINDS: dict[str, SubjectKind] = {}


def register_subject(kind: SubjectKind) -> None:
    """Name a kind of record that may have files; the app that owns it does so when Django starts."""
    _KINDS[kind.kind] = kind


def subject_kinds() -> tuple[str, ...]:
    """Return the kinds of records that may have files."""
    return tuple(sorted(_KINDS))


def find_subject(kind: str, subject_id: UUID, *, writes: bool = False) -> Subject:
    """Return a record that the open scope may read, or change. Raises Forbidden, NotFound."""
    known = _KINDS.get(kind)
    if known is None:
        raise NotFound("There is no such record.")
    return known.find(subject_id, known.writes if writes else known.reads)
