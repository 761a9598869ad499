"""Secrets of one checkout: made once, kept in files that only their owner can read."""

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

NAME = re.compile(r"^[a-z0-9_]+$")


class Vault:
    """A directory with one file per secret, mode 0600."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)

    def has(self, name: str) -> bool:
        """Tell whether a secret was made before."""
        return self._path(name).exists()

    def get(self, name: str, make: Callable[[], str]) -> str:
        """Return a secret, made and stored at the first call. Whole or not at all, also under kill -9."""
        path = self._path(name)
        if path.exists() and (kept := path.read_text(encoding="ascii").strip()):
            return kept
        value = make()
        making = path.with_suffix(f".{os.getpid()}.making")
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        making.replace(path)
        return value

    def password(self, role: str) -> str:
        """Return the password of a database role (safe in a URL as it is)."""
        return self.get(f"password_{role}", lambda: secrets.token_hex(24))

    def key(self, name: str) -> str:
        """Return 32 random bytes as 64 hexadecimal digits."""
        return self.get(name, lambda: secrets.token_hex(32))

    def _path(self, name: str) -> Path:
        if not NAME.match(name):
            raise ValueError(f"not a name for a secret: {name!r}")
        return self.directory / name
