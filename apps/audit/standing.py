"""Where one entry stands: waiting for its seal, sealed and as it was sealed, or different.

Asked of the replica as the reader, so it holds the entry against its tenant's own seal and the signed
checkpoint; the whole chain is the work of `verify_audit`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from apps.audit import records
from apps.audit.anchors import anchors_of, known_keys
from apps.audit.locating import prints_from
from apps.audit.merkle import entry_leaf, root_of
from apps.audit.models import Entry
from apps.audit.records import StoredSeal
from apps.audit.signing import bears_signature, find_signer
from apps.audit.statements import SignedCheckpoint

State = Literal["waiting", "sealed", "differs"]


@dataclass(frozen=True)
class Standing:
    """Whether an entry is sealed, by which seal of its tenant, and when; `why` says what differs."""

    state: State
    checkpoint_seq: int | None = None
    seal_position: int | None = None
    sealed_at: datetime | None = None
    why: str = ""


def standing_of(entry: Entry, *, alias: str, database: str) -> Standing:
    """Return where an entry stands, checked now. Runs inside the caller's transaction on `alias`."""
    signed = records.checkpoint_over(alias, database, entry.xid)
    if signed is None:
        return Standing("waiting")
    found = records.seal_over(alias, signed.checkpoint.seq, str(entry.tenant_id), entry.id)
    if found is None:
        return Standing(
            "differs", signed.checkpoint.seq, None, signed.checkpoint.at, "No seal holds this entry."
        )
    stored, prints = found
    why = _difference(entry, signed, stored, prints, alias, database)
    state: State = "differs" if why else "sealed"
    return Standing(state, signed.checkpoint.seq, stored.seal.position, signed.checkpoint.at, why)


def _difference(
    entry: Entry, signed: SignedCheckpoint, stored: StoredSeal, prints: bytes, alias: str, database: str
) -> str:
    ids = [entry_id for entry_id, _ in prints_from(prints)]
    texts = dict(
        Entry.objects.using(alias)
        .filter(tenant_id=entry.tenant_id, id__in=ids)
        .values_list("id", "canonical")
    )
    if dict(prints_from(prints))[entry.id] != entry_leaf(entry.id, texts[entry.id].encode())[:8]:
        return "This entry is not as it was sealed."
    leaves = [entry_leaf(i, texts[i].encode()) for i in ids if i in texts]
    if len(leaves) != len(ids) or root_of(leaves) != stored.seal.root:
        return "An entry beside this one, under the same seal, is not as it was sealed."
    if stored.hash != stored.seal.hash():
        return "The seal was changed."
    if not bears_signature(signed, known_keys(anchors_of(database), find_signer())):
        return "The checkpoint does not bear a known signature."
    return ""
