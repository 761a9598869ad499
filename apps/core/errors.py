"""Errors that a person or a program is told about: what happened, what was kept, what to do."""


class DomainError(Exception):
    """Refuse a request by a rule of the business.

    `code` is stable and part of the API; `status` is the HTTP status; `cure` says what to do next;
    `field` names the input at fault where there is one; `detail` holds plain facts for programs.
    """

    code = "refused"
    status = 409
    cure = ""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        cure: str | None = None,
        field: str | None = None,
        detail: dict[str, object] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status
        self.cure = self.cure if cure is None else cure
        self.field = field
        self.detail = detail or {}


class InputError(DomainError):
    """Refuse input that cannot be understood."""

    code = "invalid_input"
    status = 422


class NotFound(DomainError):
    """Say that nothing is there for this asker; the same words whether it never was or is another's."""

    code = "not_found"
    status = 404


class Forbidden(DomainError):
    """Refuse an act that this actor has no permission for."""

    code = "forbidden"
    status = 403


class StaleVersion(DomainError):
    """Refuse a write to a record that somebody changed since it was read."""

    code = "stale_version"
    status = 409
    cure = "Reload the record, look at what changed, and make your change again."
