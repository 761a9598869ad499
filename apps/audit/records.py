"""Reads and inserts of seals and checkpoints, over the sealer's connection."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connections

from apps.audit.columns import ENTRY_COLUMNS, EntryRow
from apps.audit.statements import NOTHING_BEFORE, PLATFORM, Checkpoint, Seal, SignedCheckpoint

FETCH = 4096
_CHECKPOINT = "seq, at, xid_from, xid_to, entry_count, seal_count, root, previous, key_id, hash, signature"
_SEAL = "checkpoint_seq, tenant_id::text, position, entry_count, first_id, last_id, root, previous, hash"


@dataclass(frozen=True)
class StoredSeal:
    """A seal as it stands in the table; `prints_hash` is the SHA-256 of its prints."""

    seal: Seal
    hash: bytes
    prints_hash: bytes


def sealer_alias(database: str) -> str:
    """Return the alias of the sealer's connection to a database."""
    return f"{database}_sealer"


def stream(alias: str, query: str, params: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a query through a server-side cursor, so that memory stays bounded.

    Runs inside the caller's transaction.
    """
    with connections[alias].chunked_cursor() as cursor:
        cursor.execute(query, params)
        while rows := cursor.fetchmany(FETCH):
            yield from rows


def rows(alias: str, query: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with connections[alias].cursor() as cursor:
        cursor.execute(query, params)
        return list(cursor.fetchall())


def _checkpoint(log: str, row: tuple[Any, ...]) -> SignedCheckpoint:
    seq, at, xid_from, xid_to, entries, seals, root, previous, key_id, digest, signature = row
    checkpoint = Checkpoint(
        log, seq, at, int(xid_from), int(xid_to), entries, seals, bytes(root), bytes(previous), key_id
    )
    return SignedCheckpoint(checkpoint, bytes(digest), bytes(signature))


def stream_checkpoints(database: str, *, upto: int) -> Iterator[SignedCheckpoint]:
    """Yield the checkpoints up to a number, in order."""
    query = f"select {_CHECKPOINT} from audit.checkpoint where seq <= %s order by seq"
    for row in stream(sealer_alias(database), query, [upto]):
        yield _checkpoint(database, row)


def find_checkpoint(database: str, seq: int) -> SignedCheckpoint | None:
    """Return one checkpoint, or None."""
    query = f"select {_CHECKPOINT} from audit.checkpoint where seq = %s"
    found = rows(sealer_alias(database), query, [seq])
    return _checkpoint(database, found[0]) if found else None


def last_seq(database: str) -> int:
    """Return the number of the last checkpoint, 0 when there is none."""
    found = rows(sealer_alias(database), "select coalesce(max(seq), 0) from audit.checkpoint")
    return int(found[0][0])


def stored_seal(row: tuple[Any, ...]) -> StoredSeal:
    """Return the seal of a row of `_SEAL` followed by the hash of the prints."""
    checkpoint_seq, tenant, position, entries, first, last, root, previous, digest, prints_hash = row
    seal = Seal(
        checkpoint_seq, tenant or PLATFORM, position, entries, first, last, bytes(root), bytes(previous)
    )
    return StoredSeal(seal, bytes(digest), bytes(prints_hash))


def stream_seals(database: str, *, upto: int) -> Iterator[StoredSeal]:
    """Yield the seals of the checkpoints up to a number, in the order of the checkpoints' trees."""
    query = (
        f"select {_SEAL}, sha256(prints) from audit.seal s where checkpoint_seq <= %s "
        "order by s.checkpoint_seq, s.tenant_id nulls first, s.position"
    )
    for row in stream(sealer_alias(database), query, [upto]):
        yield stored_seal(row)


def stream_seals_beside(database: str, tenant_id: UUID, *, upto: int) -> Iterator[StoredSeal]:
    """Yield every seal of the checkpoints that hold one of a tenant, in the order of their trees."""
    query = (
        f"select {_SEAL}, ''::bytea from audit.seal s where checkpoint_seq in "
        "(select checkpoint_seq from audit.seal where tenant_id = %s and checkpoint_seq <= %s) "
        "order by s.checkpoint_seq, s.tenant_id nulls first, s.position"
    )
    for row in stream(sealer_alias(database), query, [tenant_id, upto]):
        yield stored_seal(row)


def stream_checkpoints_of(database: str, tenant_id: UUID, *, upto: int) -> Iterator[SignedCheckpoint]:
    """Yield the checkpoints that hold a seal of a tenant, in order."""
    query = (
        f"select {_CHECKPOINT} from audit.checkpoint where seq in "
        "(select checkpoint_seq from audit.seal where tenant_id = %s and checkpoint_seq <= %s) order by seq"
    )
    for row in stream(sealer_alias(database), query, [tenant_id, upto]):
        yield _checkpoint(database, row)


def head_of(alias: str, tenant: str) -> tuple[int, bytes]:
    """Return position and hash of a tenant's last seal; (0, zeros) before the first."""
    where, params = tenant_is(tenant)
    query = f"select position, hash from audit.seal where {where} order by position desc limit 1"
    found = rows(alias, query, params)
    return (found[0][0], bytes(found[0][1])) if found else (0, NOTHING_BEFORE)


def tenant_is(tenant: str) -> tuple[str, list[UUID]]:
    """Return the condition for rows of a tenant, and its parameters."""
    return ("tenant_id is null", []) if tenant == PLATFORM else ("tenant_id = %s", [UUID(tenant)])


def insert_seal(alias: str, seal: Seal, prints: bytes) -> None:
    """Insert a seal."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "insert into audit.seal (checkpoint_seq, tenant_id, position, entry_count, first_id, last_id, "
            "root, previous, hash, prints) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                seal.checkpoint_seq,
                None if seal.tenant == PLATFORM else UUID(seal.tenant),
                *(seal.position, seal.entry_count, seal.first_id, seal.last_id),
                *(seal.root, seal.previous, seal.hash(), prints),
            ],
        )


def insert_checkpoint(alias: str, signed: SignedCheckpoint) -> None:
    """Insert a checkpoint."""
    made = signed.checkpoint
    with connections[alias].cursor() as cursor:
        cursor.execute(
            f"insert into audit.checkpoint ({_CHECKPOINT}) "
            "values (%s, %s, %s::text::xid8, %s::text::xid8, %s, %s, %s, %s, %s, %s, %s)",
            [
                *(made.seq, made.at, str(made.xid_from), str(made.xid_to), made.entry_count, made.seal_count),
                *(made.root, made.previous, made.key_id, signed.hash, signed.signature),
            ],
        )


def checkpoint_over(alias: str, database: str, xid: int) -> SignedCheckpoint | None:
    """Return the checkpoint whose transactions include one, or None."""
    query = (
        f"select {_CHECKPOINT} from audit.checkpoint where xid_to > %s::text::xid8 order by xid_to limit 1"
    )
    found = rows(alias, query, [str(xid)])
    signed = _checkpoint(database, found[0]) if found else None
    return signed if signed and signed.checkpoint.xid_from <= xid else None


def seal_over(alias: str, seq: int, tenant: str, entry_id: int) -> tuple[StoredSeal, bytes] | None:
    """Return a tenant's seal in a checkpoint that holds an entry, with its prints, or None."""
    where, params = tenant_is(tenant)
    query = (
        f"select {_SEAL}, sha256(prints), prints from audit.seal where checkpoint_seq = %s and {where} "
        "and position(int8send(%s) in prints) > 0"
    )
    for row in rows(alias, query, [seq, *params, entry_id]):
        prints = bytes(row[-1])
        if entry_id in {int.from_bytes(prints[i : i + 8], "big") for i in range(0, len(prints), 16)}:
            return stored_seal(row[:-1]), prints
    return None


def last_sealing(alias: str, tenant_id: UUID) -> tuple[int, datetime | None]:
    """Return the transaction up to which a tenant's entries are sealed, and when; (0, None) before the first."""
    query = (
        "select xid_to, at from audit.checkpoint where seq = "
        "(select checkpoint_seq from audit.seal where tenant_id = %s order by position desc limit 1)"
    )
    found = rows(alias, query, [tenant_id])
    return (int(found[0][0]), found[0][1]) if found else (0, None)


def find_entry_row(alias: str, tenant_id: UUID | None, entry_id: int) -> EntryRow | None:
    """Return an entry as `ColumnCheck` reads it, or None."""
    where, params = tenant_is(str(tenant_id) if tenant_id else PLATFORM)
    query = f"select {ENTRY_COLUMNS} from audit.entry where {where} and id = %s"
    found = rows(alias, query, [*params, entry_id])
    return found[0] if found else None
