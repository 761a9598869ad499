"""The key that signs checkpoints. The database never holds it."""

from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from apps.audit.statements import Checkpoint, SignedCheckpoint
from apps.core.errors import DomainError


class SigningKeyMissing(DomainError):
    """Refuse to seal without a key."""

    code = "audit_key_missing"
    status = 503
    cure = "Set AUDIT_SIGNING_KEY to 64 hex digits (a raw Ed25519 private key)."


class Signer:
    """An Ed25519 private key with its public name."""

    def __init__(self, private_key: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(private_key)
        self.public_key = self._private.public_key().public_bytes_raw()
        self.key_id = key_id_of(self.public_key)

    def sign(self, checkpoint: Checkpoint) -> SignedCheckpoint:
        """Return the checkpoint with its hash and signature."""
        signature = self._private.sign(checkpoint.text().encode())
        return SignedCheckpoint(checkpoint, checkpoint.hash(), signature)


def key_id_of(public_key: bytes) -> str:
    """Return the name of a public key: the first 16 hex digits of its SHA-256."""
    return sha256(public_key).hexdigest()[:16]


@cache
def _signer(private_key: str) -> Signer:
    return Signer(bytes.fromhex(private_key))


def find_signer() -> Signer | None:
    """Return the configured signer, or None in a process that was given no key."""
    return _signer(settings.AUDIT_SIGNING_KEY) if settings.AUDIT_SIGNING_KEY else None


def current_signer() -> Signer:
    """Return the configured signer. Raises SigningKeyMissing."""
    signer = find_signer()
    if signer is None:
        raise SigningKeyMissing("This process has no key to sign the audit log with.")
    return signer


def bears_signature(signed: SignedCheckpoint, public_keys: Mapping[str, bytes]) -> bool:
    """Say whether the signature is of the key that the checkpoint names, and that key is a known one."""
    public_key = public_keys.get(signed.checkpoint.key_id)
    if public_key is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(
            signed.signature, signed.checkpoint.text().encode()
        )
    except InvalidSignature:
        return False
    return True
