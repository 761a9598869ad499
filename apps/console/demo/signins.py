"""The demo's people: one for each role, with a password that is made here and written to one private file."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from apps.tenancy.permissions import ROLE_LABELS

_NAMES = {
    "admin": "Amelia Hart",
    "finance": "Rafael Conceição",
    "approver": "Ngọc Trần",
    "sales": "Oliver Reid",
    "operations": "Beatriz Moura",
    "support": "Minh Phạm",
    "auditor": "Grace Whitfield",
}
# Without letters and digits that look alike.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the file, as the start screen prints it."""

    role: str
    name: str
    email: str
    password: str


def make_sign_ins() -> list[SignIn]:
    """Return one sign-in for each role with a fresh password."""
    return [
        SignIn(label, _NAMES.get(role, f"{label} Person"), f"{role}@bulkhead.example", _password())
        for role, label in ROLE_LABELS.items()
    ]


def read_sign_ins(path: Path) -> list[SignIn] | None:
    """Return the sign-ins of an earlier load; None when the file is absent or not ours."""
    try:
        return [SignIn(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return None


def write_sign_ins(path: Path, sign_ins: list[SignIn]) -> None:
    """Write the file whole or not at all, readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as stream:
        json.dump([asdict(one) for one in sign_ins], stream, ensure_ascii=False, indent=2)
    draft.replace(path)


def _password() -> str:
    """Return some 59 random bits in three groups that can be typed."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
