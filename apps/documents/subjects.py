"""What files can stand beside: an app describes its records; this room imports none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from apps.core.errors import NotFound
from apps.documents.models import StoredFile


@dataclass(frozen=True)
class Subject:
    """A record that files stand beside: what it is called, where its page is, whose document it is."""

    id: UUID
    label: str
    page: str
    customer_id: UUID | None = None


@dataclass(frozen=True)
class SubjectKind:
    """Records of one kind, as far as their files are concerned.

    `namespace` is that of their pages, `prefix` the beginning of their addresses in the API. `find` is the record's
    door: it takes an id and a permission and raises Forbidden or NotFound.
    """

    kind: str
    label: str
    namespace: str
    prefix: str
    reads: str
    writes: str
    find: Callable[[UUID, str], Subject]

    def find_file(self, file_id: UUID, permission: str) -> tuple[StoredFile, Subject]:
        """Return a file of these records and its record. Raises Forbidden, NotFound."""
        file = StoredFile.objects.filter(id=file_id, subject_kind=self.kind).first()
        if file is None:
            raise NotFound("There is no such file.")
        return file, self.find(file.subject_id, permission)
