"""Files of rows for tests; each works in the open scope."""

import csv
import io
from collections.abc import Sequence
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.core.scope import current_scope
from apps.tenancy.rowfiles.answers import RowKind
from apps.tenancy.rowfiles.files import check_file


def as_rows(*rows: Sequence[object]) -> bytes:
    """Return rows as a CSV file."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def as_upload(*rows: Sequence[object], name: str = "rows.csv") -> SimpleUploadedFile:
    """Return rows as a file that a browser sends."""
    return SimpleUploadedFile(name, as_rows(*rows))


def make_row_file(kind: RowKind, *rows: Sequence[object]) -> UUID:
    """Check a file and keep it; one whose only row is bad by default."""
    bad = [
        [column.heading for column in kind.columns if column.is_read],
        ["\x07" for _ in kind.columns if _.is_read],
    ]
    return check_file(
        kind=kind,
        name="rows.csv",
        content=as_rows(*(rows or bad)),
        actor=current_scope().actor,
        now=clock.now(),
    )
