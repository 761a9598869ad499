"""Refusals of settlement."""

from apps.core.errors import DomainError


class NotAllocatable(DomainError):
    """These items do not settle each other, or not by so much."""

    code = "not_allocatable"
    cure = "Nothing was allocated. Look at both items as they are now and try again."


class HasAllocations(DomainError):
    """What was settled, or settles something, cannot be withdrawn as it stands."""

    code = "has_allocations"
    cure = "Undo its allocations first."
