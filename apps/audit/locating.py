"""Names the entry that broke a seal, by the prints that the sealer kept."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.audit import records
from apps.audit.merkle import entry_leaf
from apps.audit.statements import Checkpoint

PRINT_SIZE = 16
Print = tuple[int, bytes]


@dataclass(frozen=True)
class Place:
    """What is wrong, and with which entry."""

    what: str
    entry_id: int | None = None


def locate(alias: str, made: Checkpoint, tenant: str) -> Place:
    """Return the first difference between a tenant's entries in a checkpoint and what was sealed."""
    sealed = _sealed(alias, made, tenant)
    found = [(entry_id, leaf[:8]) for entry_id, leaf, _ in _found(alias, made, tenant)]
    for index in range(max(len(sealed), len(found))):
        was = sealed[index] if index < len(sealed) else None
        now = found[index] if index < len(found) else None
        if was != now:
            return _describe(was, now, sealed, found, [text for _, _, text in _found(alias, made, tenant)])
    return Place("the seal was changed: its entries are as their prints say, its root is not")


def _describe(
    was: Print | None, now: Print | None, sealed: list[Print], found: list[Print], texts: list[bytes]
) -> Place:
    if was and was[0] not in {entry_id for entry_id, _ in found}:
        return Place("entry was removed", was[0])
    if now and now[0] not in {entry_id for entry_id, _ in sealed}:
        return Place("entry was put in later", now[0])
    if was is None or now is None:
        return Place("entries were put twice", (was or now or (None, b""))[0])
    if was[0] != now[0]:
        return Place("entries were reordered: this one no longer stands where it was sealed", was[0])
    if any(entry_leaf(was[0], text)[:8] == was[1] for text in texts):
        return Place("entries were reordered: the text sealed for this one stands at another", was[0])
    return Place("entry was changed", was[0])


def _sealed(alias: str, made: Checkpoint, tenant: str) -> list[Print]:
    where, params = records.tenant_is(tenant)
    query = f"select prints from audit.seal where checkpoint_seq = %s and {where} order by position"
    prints = b"".join(bytes(row[0]) for row in records.rows(alias, query, [made.seq, *params]))
    return prints_from(prints)


def prints_from(prints: bytes) -> list[Print]:
    """Return id and first 8 bytes of the hash of each entry, as a seal keeps them in one row of bytes."""
    starts = range(0, len(prints), PRINT_SIZE)
    return [(int.from_bytes(prints[i : i + 8], "big"), prints[i + 8 : i + PRINT_SIZE]) for i in starts]


def _found(alias: str, made: Checkpoint, tenant: str) -> Iterator[tuple[int, bytes, bytes]]:
    where, params = records.tenant_is(tenant)
    query = (
        f"select id, canonical from audit.entry where {where} "
        "and xid >= %s::text::xid8 and xid < %s::text::xid8 order by xid, id"
    )
    parameters = [*params, str(made.xid_from), str(made.xid_to)]
    for entry_id, canonical in records.stream(alias, query, parameters):
        text = canonical.encode()
        yield entry_id, entry_leaf(entry_id, text), text
