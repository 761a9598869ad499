"""Refusals of a whole file. Nothing of the file is in the books when one of these is raised by the reader."""

from apps.core.errors import InputError

NOTHING_KEPT = "Nothing was imported."


class FileRefused(InputError):
    """Refuse a file that cannot be read as a table of invoice lines."""

    code = "file_refused"


def refuse_file(code: str, what: str, cure: str, **detail: object) -> FileRefused:
    """Return the error that says what happened, that nothing was kept, and what to do."""
    return FileRefused(f"{what} {NOTHING_KEPT}", code=code, cure=cure, detail=detail)
