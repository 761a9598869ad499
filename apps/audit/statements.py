"""The exact texts of seals and checkpoints: what is hashed, chained and signed (see `docs/audit.md`)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

NOTHING_BEFORE = bytes(32)
PLATFORM = "platform"


@dataclass(frozen=True)
class Seal:
    """Some entries of one tenant under one root. `tenant` is a UUID's text, or "platform" for no tenant."""

    checkpoint_seq: int
    tenant: str
    position: int
    entry_count: int
    first_id: int
    last_id: int
    root: bytes
    previous: bytes

    def text(self) -> str:
        """Return the text that is hashed."""
        return (
            f"bulkhead seal v1\ntenant: {self.tenant}\nposition: {self.position}\n"
            f"checkpoint: {self.checkpoint_seq}\nentries: {self.entry_count}\nfirst: {self.first_id}\n"
            f"last: {self.last_id}\nroot: {self.root.hex()}\nprevious: {self.previous.hex()}\n"
        )

    def hash(self) -> bytes:
        """Return the hash that the tenant's next seal and the checkpoint build on."""
        return sha256(self.text().encode()).digest()


@dataclass(frozen=True)
class Checkpoint:
    """All seals of one moment: the entries of the transactions from `xid_from` up to, not with, `xid_to`."""

    log: str
    seq: int
    at: datetime
    xid_from: int
    xid_to: int
    entry_count: int
    seal_count: int
    root: bytes
    previous: bytes
    key_id: str

    def text(self) -> str:
        """Return the text that is hashed and signed."""
        moment = self.at.astimezone(UTC).isoformat(timespec="microseconds")
        return (
            f"bulkhead checkpoint v1\nlog: {self.log}\nseq: {self.seq}\nat: {moment}\n"
            f"from: {self.xid_from}\nto: {self.xid_to}\n"
            f"entries: {self.entry_count}\nseals: {self.seal_count}\n"
            f"root: {self.root.hex()}\nprevious: {self.previous.hex()}\nkey: {self.key_id}\n"
        )

    def hash(self) -> bytes:
        """Return the hash that the next checkpoint builds on."""
        return sha256(self.text().encode()).digest()


@dataclass(frozen=True)
class SignedCheckpoint:
    """A checkpoint with the hash and the signature that stand beside it."""

    checkpoint: Checkpoint
    hash: bytes
    signature: bytes
