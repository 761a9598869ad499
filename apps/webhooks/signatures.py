"""Signatures as the Standard Webhooks specification has them (HMAC-SHA256 over id, time and body)."""

import base64
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"


def new_secret() -> str:
    """Return a fresh secret of 256 bits."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def sign(*, secret: str, event_id: str, at: datetime, body: bytes) -> str:
    """Return one signature of a message."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{event_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def headers(*, keys: Iterable[str], event_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that prove a message; while a secret is being replaced both sign."""
    signatures = (sign(secret=key, event_id=event_id, at=at, body=body) for key in keys)
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
