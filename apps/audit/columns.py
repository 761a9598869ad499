"""Holds the search columns of entries against the canonical text that is sealed."""

import json
from dataclasses import dataclass, field
from datetime import datetime

# What the canonical text repeats, in the order in which it stands at its end.
_AT_THE_END = (
    "actor_id",
    "trace_id",
    "operation",
    "tenant_id",
    "actor_kind",
    "request_id",
    "table_name",
    "principal_id",
)
ENTRY_COLUMNS = (
    "id, xid::text, canonical, tenant_id::text, row_key, at::text, actor_id::text, trace_id, operation, "
    "tenant_id::text, actor_kind, request_id, table_name, principal_id::text"
)
EntryRow = tuple[int, str, str, str | None, str, str, *tuple[str | None, ...]]


@dataclass
class ColumnCheck:
    """Compares row after row; what neighbours have in common is put together once."""

    _common: list[str | None] = field(default_factory=list)
    _head: str = ""
    _tail: str = ""

    def difference(self, row: EntryRow) -> str | None:
        """Return the first column of a row of `ENTRY_COLUMNS` that differs from the text, or None."""
        _, xid, canonical, _, row_key, *common = row
        if common != self._common:
            self._common = common
            self._head, self._tail = _frame(common)
        plain = (
            canonical.startswith(self._head)
            and canonical.endswith(f', "row_key": "{row_key}"{self._tail}')
            # The last of its kind: what follows holds strings only, and a quote inside a string is escaped.
            and canonical.startswith(f', "xid": "{xid}", "reason": ', canonical.rfind(', "xid": "'))
        )
        return None if plain else _compare(row)


def _frame(common: list[str | None]) -> tuple[str, str]:
    """Return how a canonical text begins and ends when its columns agree (`jsonb` orders keys by length)."""
    at, *values = common
    pairs = (
        f'"{name}": {json.dumps(value, ensure_ascii=False)}'
        for name, value in zip(_AT_THE_END, values, strict=True)
    )
    return f'{{"at": "{str(at).replace(" ", "T", 1)}:00"', f", {', '.join(pairs)}}}"


def _compare(row: EntryRow) -> str | None:
    # Slow and exact: reached where a value is written in another way, or differs.
    _, xid, canonical, _, row_key, at, *values = row
    try:
        sealed = json.loads(canonical)
        for name, value in zip(("xid", "row_key", *_AT_THE_END), (xid, row_key, *values), strict=True):
            if sealed[name] != value:
                return name
        return None if datetime.fromisoformat(sealed["at"]) == datetime.fromisoformat(at) else "at"
    except (ValueError, KeyError, TypeError):
        return "canonical"
