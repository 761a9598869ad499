"""Refusals of payments."""

from apps.core.errors import DomainError


class DuplicatePayment(DomainError):
    """A payment with the same outside number from the same source is in the books."""

    code = "duplicate_payment"
    cure = "Open the payment that is there; nothing was recorded."


class RunRefused(DomainError):
    """This cannot be done with the run as it is."""

    code = "run_refused"


class MatchRefused(DomainError):
    """This line of the bank and this payment do not belong together as they are."""

    code = "match_refused"
    cure = "Nothing was matched. Look at the line as it is now."
