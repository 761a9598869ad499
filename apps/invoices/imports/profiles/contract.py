"""What every import profile offers to the pipeline."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from apps.invoices.imports.columns import Column
from apps.invoices.imports.decisions import Decision, SourceRow


class Profile(Protocol):
    """The rules of one kind of file. Pure: same rows in, same decision out; nothing is read or written."""

    name: str
    label: str
    currency: str
    columns: tuple[Column, ...]
    rules: Mapping[str, str]
    walk_in_code: str
    home_country: str

    def number_of(self, fields: Sequence[str], positions: Mapping[str, int]) -> str:
        """Return the document number by which rows belong together; empty when the row has none."""

    def day_of(self, fields: Sequence[str], positions: Mapping[str, int]) -> str:
        """Return the row's day as YYYY-MM-DD, or an empty text when it cannot be read."""

    def decide(
        self, number: str, rows: list[SourceRow], positions: Mapping[str, int], latest: date
    ) -> Decision:
        """Decide about all rows of one document. `latest` is the last issue date that is believed."""

    def count_facts(
        self, number: str, rows: list[SourceRow], positions: Mapping[str, int]
    ) -> dict[str, Decimal]:
        """Count what can be checked against the sender's figures; always holds `quantity_times_price`."""
