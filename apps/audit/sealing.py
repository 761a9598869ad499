"""Makes one checkpoint: which entries are settled, their seals, the signature. Called by `operations`."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from apps.audit import records
from apps.audit.anchors import AnchorConflict, Anchors, anchor_content, known_keys
from apps.audit.merkle import entry_leaf, root_of, seal_leaf
from apps.audit.signing import Signer, bears_signature
from apps.audit.statements import NOTHING_BEFORE, PLATFORM, Checkpoint, Seal, SignedCheckpoint
from apps.core.errors import DomainError

ENTRIES_PER_SEAL = 1024
LOCK = 0x5EA11065


class LogUntrusted(DomainError):
    """Refuse to build on a checkpoint that the sealer did not sign."""

    code = "audit_log_untrusted"
    status = 409
    cure = "Run `manage.py verify_audit`: it names what was changed."


class CounterBehind(DomainError):
    """Refuse to seal where the cluster counts transactions from below the last checkpoint."""

    code = "audit_counter_behind"
    status = 409
    cure = 'See "After a restore" in docs/audit.md.'


@dataclass
class _Chain:
    """The end of a tenant's chain of seals, and the entries that wait for its next seal."""

    position: int
    previous: bytes
    ids: list[int] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)


@dataclass
class _Batch:
    """The seals of the checkpoint being made."""

    alias: str
    checkpoint_seq: int
    chains: dict[str, _Chain] = field(default_factory=dict)
    sealed: list[tuple[str, int, bytes]] = field(default_factory=list)
    entry_count: int = 0

    def add(self, entry_id: int, tenant: str, canonical: str) -> None:
        chain = self.chains.get(tenant)
        if chain is None:
            chain = self.chains[tenant] = _Chain(*records.head_of(self.alias, tenant))
        chain.ids.append(entry_id)
        chain.leaves.append(entry_leaf(entry_id, canonical.encode()))
        self.entry_count += 1
        if len(chain.ids) == ENTRIES_PER_SEAL:
            self.close(tenant, chain)

    def close(self, tenant: str, chain: _Chain) -> None:
        seal = Seal(
            checkpoint_seq=self.checkpoint_seq,
            tenant=tenant,
            position=chain.position + 1,
            entry_count=len(chain.ids),
            first_id=chain.ids[0],
            last_id=chain.ids[-1],
            root=root_of(chain.leaves),
            previous=chain.previous,
        )
        records.insert_seal(self.alias, seal, prints_of(chain.ids, chain.leaves))
        self.sealed.append((tenant, seal.position, seal.hash()))
        self.chains[tenant] = _Chain(seal.position, seal.hash())

    def finish(self) -> list[bytes]:
        """Seal what is left; return the hashes of all seals in the order of the checkpoint's tree."""
        for tenant, chain in self.chains.items():
            if chain.ids:
                self.close(tenant, chain)
        # The platform's come first, as nulls do in the database's order of the same.
        self.sealed.sort(key=lambda seal: (seal[0] != PLATFORM, seal[0], seal[1]))
        return [digest for _, _, digest in self.sealed]


def prints_of(ids: list[int], leaves: list[bytes]) -> bytes:
    """Return what a seal keeps of each entry, to name a broken one: its id and 8 bytes of its hash."""
    return b"".join([i.to_bytes(8, "big") + leaf[:8] for i, leaf in zip(ids, leaves, strict=True)])


def seal_settled(
    *, database: str, signer: Signer, anchors: Anchors, now: datetime
) -> SignedCheckpoint | None:
    """Seal the entries of all finished transactions, inside the caller's transaction.

    None when there is nothing to seal or another sealer is at work.
    Raises LogUntrusted, AnchorConflict, CounterBehind.
    """
    alias = records.sealer_alias(database)
    if not records.rows(alias, "select pg_try_advisory_xact_lock(%s)", [LOCK])[0][0]:
        return None
    last = _trusted_last(database, signer, anchors)
    start, seq, previous = _end_of(last)
    limit = _settled_below(alias)
    if limit < start:
        raise CounterBehind(f"Transaction {limit} is below {start}, up to which the log is sealed.")
    batch = _Batch(alias, seq)
    for entry_id, tenant, canonical in _settled_entries(alias, start, limit):
        batch.add(entry_id, tenant or PLATFORM, canonical)
    if not batch.entry_count:
        return None
    hashes = batch.finish()
    made = signer.sign(Checkpoint(
        log=database, seq=seq, at=now, xid_from=start, xid_to=limit, entry_count=batch.entry_count,
        seal_count=len(hashes), root=root_of([seal_leaf(digest) for digest in hashes]),
        previous=previous, key_id=signer.key_id,
    ))  # fmt: skip
    records.insert_checkpoint(alias, made)
    return made


def _end_of(last: SignedCheckpoint | None) -> tuple[int, int, bytes]:
    if last is None:
        return 0, 1, NOTHING_BEFORE
    return last.checkpoint.xid_to, last.checkpoint.seq + 1, last.hash


def _trusted_last(database: str, signer: Signer, anchors: Anchors) -> SignedCheckpoint | None:
    last = records.find_checkpoint(database, records.last_seq(database))
    if last and not (
        last.hash == last.checkpoint.hash() and bears_signature(last, known_keys(anchors, signer))
    ):
        raise LogUntrusted(f"Checkpoint {last.checkpoint.seq} of {database} does not bear a known signature.")
    following = (last.checkpoint.seq if last else 0) + 1
    if anchors.read(following) is not None:
        raise AnchorConflict(f"{database} lags behind its anchors: anchor {following} has no checkpoint.")
    return last


def _settled_below(alias: str) -> int:
    # Every transaction below has ended, and the statements that follow see all that it left: so the set of
    # entries below this limit can no longer change, whatever still runs.
    return int(records.rows(alias, "select pg_snapshot_xmin(pg_current_snapshot())::text")[0][0])


def _settled_entries(alias: str, start: int, limit: int) -> Iterator[tuple[int, str | None, str]]:
    query = (
        "select id, tenant_id::text, canonical from audit.entry "
        "where xid >= %s::text::xid8 and xid < %s::text::xid8 order by entry.xid, entry.id"
    )
    yield from records.stream(alias, query, [str(start), str(limit)])


def anchor_unanchored(*, database: str, signer: Signer, anchors: Anchors) -> int:
    """Write the anchors that the newest checkpoints still lack, oldest first; return how many.

    A sealer that died between its commit and its anchor leaves one; the next run writes it. Only the
    newest are made up for: an anchor that is missing before one that stands was taken away, and
    `verify_audit` says so.
    """
    anchors.publish_key(signer.public_key)
    newest = records.last_seq(database)
    first = newest
    while first > 0 and anchors.read(first) is None:
        first -= 1
    keys = known_keys(anchors, signer)
    for seq in range(first + 1, newest + 1):
        signed = records.find_checkpoint(database, seq)
        if signed is None or not bears_signature(signed, keys):
            raise LogUntrusted(f"Checkpoint {seq} of {database} is missing or not signed by a known key.")
        anchors.write(seq, anchor_content(signed))
    return newest - first
