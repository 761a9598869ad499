"""What can be told: which records, by which names, with which of their columns. No personal data and no free text.

A migration puts a source's trigger on its table with `announce()`; the page and the API show `EVENT_TYPES`.
"""

from dataclasses import dataclass
from typing import Final

from django.db.migrations.operations import RunSQL


@dataclass(frozen=True)
class Source:
    """A table whose changes are told. `names` are what its records are called; `states` those worth a type."""

    table: str
    names: tuple[str, ...]
    columns: tuple[str, ...]
    state_column: str = ""
    states: tuple[str, ...] = ()
    name_column: str = ""

    @property
    def types(self) -> tuple[str, ...]:
        """The types of events of this table."""
        verbs = ("created", "changed", *self.states)
        return tuple(f"{name}.{verb}" for name in self.names for verb in verbs)


SOURCES: Final = (
    Source("parties_customer", ("customer",), ("id", "code", "name", "country_code", "version")),
    Source("catalog_product", ("product",), ("id", "sku", "name", "unit_price", "currency", "is_active", "version")),
    Source(
        "invoices_invoice", ("invoice", "credit_note"),
        ("id", "kind", "state", "number", "issue_date", "due_date", "customer_id", "currency", "net_minor", "tax_minor",
         "total_minor", "external_number", "credits_id", "version"),
        "state", ("posted", "void"), "kind",
    ),
)  # fmt: skip
EVENT_TYPES: Final = tuple(sorted(kind for source in SOURCES for kind in source.types))
TEST_TYPE: Final = "bulkhead.test"


def choices() -> tuple[str, ...]:
    """Return everything that an endpoint may subscribe to."""
    names = sorted({f"{name}.*" for source in SOURCES for name in source.names})
    return ("*", *names, *EVENT_TYPES)


def announce(source: Source) -> RunSQL:
    """Return the operation that lets a table's changes be told."""
    subject = f"column:{source.name_column}" if source.name_column else source.names[0]
    arguments = f"'{subject}', '{source.state_column}', '{','.join(source.columns)}'"
    return RunSQL(
        f"""
        create trigger webhooks_insert after insert on {source.table} referencing new table as new_rows
            for each statement execute function public.webhooks_note({arguments});
        create trigger webhooks_update after update on {source.table}
            referencing old table as old_rows new table as new_rows
            for each statement execute function public.webhooks_note({arguments});
        """,
        RunSQL.noop,
    )
