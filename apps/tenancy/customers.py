"""Customers, as far as keys need them: an app above tells how to find one; tenancy imports none of it."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CustomerDirectory:
    """How to find a customer by what a person types, what customers are called, and where to ask for suggestions."""

    find: Callable[[str], UUID | None]
    names: Callable[[set[UUID]], dict[UUID, str]]
    suggest_page: str


_DIRECTORY: list[CustomerDirectory] = []


def register_directory(directory: CustomerDirectory) -> None:
    """Name the directory of customers; the app that owns them does it when Django starts."""
    _DIRECTORY[:] = [directory]


def directory() -> CustomerDirectory:
    """Return the directory of customers."""
    return _DIRECTORY[0]
