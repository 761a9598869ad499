"""Model fields that keep personal data as ciphertext, in the table, the log, the stream and every copy.

AES-256-GCM under a key per tenant, derived from a root that the database never sees. The additional data name
tenant, table, column and row, so a ciphertext moved to another row does not open.
"""

import base64
import os
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

from apps.core.errors import DomainError

_PREFIX = "e1:"


class SealBroken(DomainError):
    """A stored ciphertext does not open: it was moved, altered, or belongs to another key."""

    code = "seal_broken"
    status = 500


@lru_cache(maxsize=4096)
def tenant_cipher(tenant_id: UUID) -> AESGCM:
    """Return the cipher of a tenant (HKDF-SHA256 of the root key)."""
    root = bytes.fromhex(settings.FIELD_KEY)
    key = HKDF(algorithm=SHA256(), length=32, salt=tenant_id.bytes, info=b"bulkhead field v1").derive(root)
    return AESGCM(key)


def encrypt(text: str, *, tenant_id: UUID, table: str, column: str, row_id: UUID) -> str:
    """Return the ciphertext of a value; the empty text stays empty."""
    if not text:
        return ""
    nonce = os.urandom(12)
    sealed = tenant_cipher(tenant_id).encrypt(
        nonce, text.encode(), _binding(tenant_id, table, column, row_id)
    )
    return _PREFIX + base64.b64encode(nonce + sealed).decode()


def decrypt(stored: str, *, tenant_id: UUID, table: str, column: str, row_id: UUID) -> str:
    """Return the value of a ciphertext. Raises SealBroken."""
    if not stored:
        return ""
    try:
        raw = base64.b64decode(stored.removeprefix(_PREFIX), validate=True)
        opened = tenant_cipher(tenant_id).decrypt(
            raw[:12], raw[12:], _binding(tenant_id, table, column, row_id)
        )
    except (InvalidTag, ValueError) as error:
        raise SealBroken("A protected value could not be opened.") from error
    return opened.decode()


def _binding(tenant_id: UUID, table: str, column: str, row_id: UUID) -> bytes:
    return f"{tenant_id}|{table}|{column}|{row_id}".encode()


class _Ciphertext(str):
    """A stored value, not yet opened."""

    __slots__ = ()


class _Opening:
    """Open the stored value when it is first read, because only the instance knows its row."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, _Ciphertext):
            value = decrypt(str(value), **self.field.place(instance))
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that is personal: readable here, ciphertext everywhere else."""

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only=private_only)
        setattr(cls, self.attname, _Opening(self))

    def place(self, instance: Any) -> dict[str, Any]:
        """Return where a value of this field stands: tenant, table, column, row."""
        table = instance._meta.db_table
        return {"tenant_id": instance.tenant_id, "table": table, "column": self.column, "row_id": instance.id}

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return value if value is None else _Ciphertext(value)

    def pre_save(self, model_instance: Any, add: bool) -> Any:
        value = getattr(model_instance, self.attname)
        return value if not value else encrypt(value, **self.place(model_instance))
