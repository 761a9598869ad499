"""What a batch of events leaves of each row it touches."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from apps.changes.arrays import plain_array, text_array
from apps.changes.errors import ProjectionError
from apps.changes.events import Event
from apps.changes.messages import Value
from apps.readmodels.books import INVOICE_COPY, INVOICES, LINE_COPY, CopiedTable

Kept = list[Value]


@dataclass
class Changed:
    """The last state of each changed row of one table: its kept columns, or None where it was deleted."""

    table: CopiedTable
    rows: dict[bytes, Kept | None] = field(default_factory=dict)
    only_new: bool = True

    def add(self, event: Event) -> None:
        """Take the next event of the table."""
        at = event.relation.position
        if event.new is None:
            self.rows[row_key(event.raw("id"))] = None
            self.only_new = False
            return
        new = event.new
        kept = [new[at[column]] for column in self.table.columns]
        if event.op == "u":
            self.only_new = False
            if event.old is not None:  # the key itself changed
                self.rows[row_key(event.old[at["id"]])] = None
        self.rows[row_key(kept[0])] = kept

    @cached_property
    def written(self) -> list[Kept]:
        return [row for row in self.rows.values() if row is not None]

    @cached_property
    def deleted(self) -> list[bytes]:
        return [key for key, row in self.rows.items() if row is None]

    def arrays(self) -> dict[str, str]:
        """Return the written rows as one array literal per column."""
        columns = list(zip(*self.written, strict=True))
        return {
            name: (text_array if name in self.table.texts else plain_array)(columns[index])
            for index, name in enumerate(self.table.columns)
        }


def row_key(value: Value) -> bytes:
    """Return an id as it was streamed."""
    if not isinstance(value, bytes):
        raise ProjectionError("a row came without its id")
    return value


def collect(events: Sequence[Event]) -> tuple[Changed, Changed]:
    """Return the last states of changed documents and lines."""
    documents, lines = Changed(INVOICE_COPY), Changed(LINE_COPY)
    for event in events:
        (documents if event.relation.name == INVOICES else lines).add(event)
    return documents, lines
