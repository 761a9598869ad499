"""The permission matrix as its page shows and sends it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from apps.tenancy.operations import LOCKED_CELLS
from apps.tenancy.permissions import PERMISSIONS, ROLE_LABELS
from apps.tenancy.queries import MatrixRow

TITLES = {
    "dashboards": "Dashboards", "customers": "Customers", "products": "Products", "invoices": "Invoices",
    "imports": "Imports", "exports": "Exports", "audit": "Audit", "members": "Members", "roles": "Roles",
    "keys": "API keys",
}  # fmt: skip
Cell = tuple[str, str]


@dataclass(frozen=True)
class ShownCell:
    """One role's box in a row."""

    role: str
    label: str
    granted: bool
    locked: bool


@dataclass(frozen=True)
class ShownRow:
    """One permission."""

    label: str
    permission: str
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True)
class ShownGroup:
    """Permissions about one subject."""

    title: str
    rows: tuple[ShownRow, ...]


def groups_of(matrix: Iterable[MatrixRow]) -> list[ShownGroup]:
    """Return the matrix in groups by subject."""
    subjects = groupby(matrix, key=lambda row: row.permission.partition(".")[0])
    return [ShownGroup(TITLES.get(subject, subject), tuple(map(_row, rows))) for subject, rows in subjects]


def cells_of(matrix: Iterable[MatrixRow]) -> set[Cell]:
    """Return the granted cells as (role, permission)."""
    return {
        (role, row.permission)
        for row in matrix
        for role, granted in zip(ROLE_LABELS, row.granted, strict=True)
        if granted
    }


def read_cells(sent: Iterable[str]) -> set[Cell]:
    """Return the cells that a form sends as `role:permission`, locked ones included; unknown ones are left out."""
    pairs = {(role, permission) for role, _, permission in (text.partition(":") for text in sent)}
    return {(role, p) for role, p in pairs if role in ROLE_LABELS and p in PERMISSIONS} | LOCKED_CELLS


def print_of(cells: Iterable[Cell]) -> str:
    """Return a fingerprint of a matrix, so that a form says which one it changes."""
    return hashlib.sha256(repr(sorted(cells)).encode()).hexdigest()[:16]


def _row(row: MatrixRow) -> ShownRow:
    cells = tuple(
        ShownCell(role, label, granted, (role, row.permission) in LOCKED_CELLS)
        for (role, label), granted in zip(ROLE_LABELS.items(), row.granted, strict=True)
    )
    return ShownRow(row.label, row.permission, cells)
