"""The system account that the servers run under. PostgreSQL refuses to run as root, and rightly so."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from apps.core.services.failure import ServiceError

SYSTEM_USER = "bulkhead-pg"
FALLBACK_USER = "nobody"
PLAIN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class RunAs(TypedDict, total=False):
    """Keyword arguments of `subprocess` that change the account."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """A user of the operating system."""

    name: str
    uid: int
    gid: int

    def run_as(self) -> RunAs:
        """Return what `subprocess` needs to run under this account; nothing when we are it."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_use(self, path: Path) -> bool:
        """Tell whether this account can read and enter (or execute) a path. Asked of the kernel itself."""
        if self.uid == os.geteuid():
            return os.access(path, os.R_OK | os.X_OK)
        test = ["/bin/sh", "-c", 'test -r "$1" && test -x "$1"', "sh", str(path)]
        return (
            subprocess.run(test, cwd="/", env=PLAIN_ENVIRONMENT, check=False, **self.run_as()).returncode == 0
        )

    def own(self, path: Path) -> None:
        """Make a path belong to this account (only root can give away, so nobody else tries)."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def make_private(self, path: Path) -> None:
        """Create a directory that this account alone may enter."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.own(path)
        path.chmod(0o700)


def choose_account(data: Path | None = None) -> Account:
    """Return the account for the servers: ourselves, or as root the owner of the data, or a system user.

    Raises ServiceError for a user that the system does not know, as containers allow: initdb refuses it.
    """
    if os.geteuid() != 0:
        return _ourselves()
    owner = _owner_of(data)
    if owner is not None:
        return owner
    for name in (SYSTEM_USER, FALLBACK_USER):
        found = _named(name) or (_create_system_user() if name == SYSTEM_USER else None)
        if found is not None:
            return found
    return Account("65534", 65534, 65534)


def _ourselves() -> Account:
    try:
        return _account(pwd.getpwuid(os.geteuid()))
    except KeyError:
        raise ServiceError(
            f"User {os.geteuid()} has no name on this system, and PostgreSQL does not run for such a user.",
            cure="Start as a user that /etc/passwd knows, or add this one to it.",
        ) from None


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _named(name: str) -> Account | None:
    try:
        return _account(pwd.getpwnam(name))
    except KeyError:
        return None


def _owner_of(data: Path | None) -> Account | None:
    if data is None or not (data / "PG_VERSION").exists():
        return None
    status = data.stat()
    if status.st_uid == 0:
        return None
    try:
        return _account(pwd.getpwuid(status.st_uid))
    except KeyError:
        return Account(str(status.st_uid), status.st_uid, status.st_gid)


def _create_system_user() -> Account | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd is None:
        return None
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    command = [useradd, *options, "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    subprocess.run(command, check=False, capture_output=True)
    return _named(SYSTEM_USER)  # two starts at once: the loser finds the winner's user
