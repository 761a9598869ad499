"""Why a bill is refused."""

from apps.core.errors import DomainError


class InvalidTransition(DomainError):
    """The bill's state does not allow this."""

    code = "invalid_transition"


class DuplicateBill(DomainError):
    """Another document looks like the same one (books.md 54)."""

    code = "duplicate_bill"
    cure = "Open the other document. If this is another one all the same, post it with a reason."


class MatchException(DomainError):
    """The bill does not agree with its orders, or with its own sums, within the tolerances (books.md 17, 53)."""

    code = "match_exception"
    cure = "Correct the lines, wait for the receipt, ask for a credit note, or post it with a reason."
