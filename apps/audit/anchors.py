"""Anchors: each checkpoint once more, outside the database, where who holds the database cannot reach it.

Cutting the tail of the log is found only by them. `FileAnchors` keeps write-once files; an object store or a
webhook implements the same four methods.
"""

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from django.conf import settings

from apps.audit.signing import Signer, key_id_of
from apps.audit.statements import SignedCheckpoint
from apps.core.errors import DomainError

_PER_FOLDER = 1000
_ANCHOR = re.compile(r"^\d{12}\.json$")
_FOLDER = re.compile(r"^\d{9}$")


class AnchorConflict(DomainError):
    """Refuse to replace an anchor, or to seal a database that lags behind its anchors."""

    code = "audit_anchor_conflict"
    status = 409
    cure = 'Run `manage.py verify_audit`. After a restore, see "After a restore" in docs/audit.md.'


class Anchors(Protocol):
    """Where anchors of one database are kept. What is written once is never changed."""

    def write(self, seq: int, content: bytes) -> None:
        """Keep an anchor durably; the same again is fine. Raises AnchorConflict when another stands there."""

    def read(self, seq: int) -> bytes | None:
        """Return an anchor, or None when there is none."""

    def last_seq(self) -> int:
        """Return the highest anchored checkpoint, 0 when there is none."""

    def publish_key(self, public_key: bytes) -> None:
        """Keep a public key, so that old signatures can be checked after the key was changed."""

    def public_keys(self) -> dict[str, bytes]:
        """Return the kept public keys by key id."""


def anchor_content(signed: SignedCheckpoint) -> bytes:
    """Return what an anchor holds: the checkpoint's text, hash, key id and signature as one line of JSON."""
    content = {
        "checkpoint": signed.checkpoint.text(),
        "hash": signed.hash.hex(),
        "key_id": signed.checkpoint.key_id,
        "signature": signed.signature.hex(),
    }
    return json.dumps(content, sort_keys=True).encode() + b"\n"


class FileAnchors:
    """Write-once files under one folder: `<seq // 1000>/<seq>.json` and `keys/<key id>.pub`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, seq: int) -> Path:
        """Return the file of an anchor."""
        return self.folder / f"{seq // _PER_FOLDER:09d}" / f"{seq:012d}.json"

    def write(self, seq: int, content: bytes) -> None:
        if not _write_once(self.path(seq), content) and self.read(seq) != content:
            raise AnchorConflict(f"Anchor {seq} of {self.folder.name} already stands, with another content.")

    def read(self, seq: int) -> bytes | None:
        try:
            return self.path(seq).read_bytes()
        except FileNotFoundError:
            return None

    def last_seq(self) -> int:
        if not self.folder.is_dir():
            return 0
        folders = sorted((f for f in self.folder.iterdir() if _FOLDER.match(f.name)), reverse=True)
        for folder in folders:
            seqs = [int(file.stem) for file in folder.iterdir() if _ANCHOR.match(file.name)]
            if seqs:
                return max(seqs)
        return 0

    def publish_key(self, public_key: bytes) -> None:
        path = self.folder / "keys" / f"{key_id_of(public_key)}.pub"
        if not path.exists():
            _write_once(path, public_key.hex().encode() + b"\n")

    def public_keys(self) -> dict[str, bytes]:
        keys = [bytes.fromhex(file.read_text()) for file in sorted((self.folder / "keys").glob("*.pub"))]
        return {key_id_of(key): key for key in keys}


def _write_once(path: Path, content: bytes) -> bool:
    """Write a read-only file that appears whole or not at all; False when one stands there already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o444)
    try:
        os.write(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    try:
        # A link fails where a file stands; a rename would replace it.
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync_folder(path.parent)
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # some file systems cannot
        os.fsync(descriptor)
    os.close(descriptor)


def anchors_of(database: str) -> Anchors:
    """Return where the anchors of a database are kept."""
    return FileAnchors(settings.VAR_DIR / "anchors" / database)


def known_keys(anchors: Anchors, signer: Signer | None) -> dict[str, bytes]:
    """Return the public keys that signatures of a log may bear, by key id."""
    own = {signer.key_id: signer.public_key} if signer else {}
    return anchors.public_keys() | own
