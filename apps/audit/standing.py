"""Where one entry stands: waiting for its seal, sealed and as it was sealed, or different.

Asked of the replica as the reader, so it holds the entry against its tenant's own seal and the signed
checkpoint; the whole chain is the work of `verify_audit`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from apps.audit import records
from apps.audit.anchors import anchors_of, known_keys
from apps.audit.columns import ColumnCheck
from apps.audit.locating import prints_from
from apps.audit.merkle import entry_leaf, root_of
from apps.audit.models import Entry
from apps.audit.records import StoredSeal
from apps.audit.signing import bears_signature, find_signer

State = Literal["waiting", "sealed", "differs"]


@dataclass(frozen=True)
class Standing:
    """Whether an entry is sealed, by which seal of its tenant, and when; `why` says what differs."""

    state: State
    checkpoint_seq: int | None = None
    seal_position: int | None = None
    sealed_at: datetime | None = None
    why: str = ""
    is_signature_checked: bool = False


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
    # A host of pages may hold neither anchors nor key; then the signature is for `verify_audit` to check.
    keys = known_keys(anchors_of(database), find_signer())
    is_checked = signed.checkpoint.key_id in keys
    why = _difference(entry, stored, prints, alias)
    if not why and is_checked and not bears_signature(signed, keys):
        why = "The checkpoint does not bear the signature of the key it names."
    state: State = "differs" if why else "sealed"
    made = signed.checkpoint
    return Standing(state, made.seq, stored.seal.position, made.at, why, is_checked)


def _difference(entry: Entry, stored: StoredSeal, prints: bytes, alias: str) -> str:
    ids = [entry_id for entry_id, _ in prints_from(prints)]
    texts = dict(
        Entry.objects.using(alias)
        .filter(tenant_id=entry.tenant_id, id__in=ids)
        .values_list("id", "canonical")
    )
    if dict(prints_from(prints))[entry.id] != entry_leaf(entry.id, texts[entry.id].encode())[:8]:
        return "This entry is not as it was sealed."
    row = records.find_entry_row(alias, entry.tenant_id, entry.id)
    column = row and ColumnCheck().difference(row)
    if column:
        return f"The column {column} of this entry is not as it was sealed."
    leaves = [entry_leaf(i, texts[i].encode()) for i in ids if i in texts]
    if len(leaves) != len(ids) or root_of(leaves) != stored.seal.root:
        return "An entry beside this one, under the same seal, is not as it was sealed."
    if stored.hash != stored.seal.hash():
        return "The seal was changed."
    return ""
