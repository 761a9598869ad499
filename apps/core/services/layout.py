"""Where everything of one checkout lives: data, secrets, logs, run files, sockets."""

import errno
import hashlib
import os
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from apps.core.services.account import Account
from apps.core.services.failure import ServiceError

CHECKOUT = Path(__file__).resolve().parents[3]
SHARED_HOME = Path("/var/lib/bulkhead")
SOCKET_LIMIT = 107  # bytes of a Unix socket's path on Linux
LONGEST_SOCKET = "/.s.PGSQL.5432.lock"
MARKER = ".bulkhead"


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders below one `var` directory. `token` is unique to it on this machine."""

    var: Path

    @classmethod
    def of_environment(cls) -> "Layout":
        """Return the layout of this checkout, or of VAR_DIR where that is set."""
        return cls(Path(os.environ.get("VAR_DIR") or CHECKOUT / "var").absolute().resolve())

    @property
    def token(self) -> str:
        """Return a short name that no other checkout on this machine has."""
        return hashlib.sha256(os.fsencode(self.var)).hexdigest()[:12]

    @property
    def run(self) -> Path:
        return self.var / "run"

    @property
    def logs(self) -> Path:
        return self.var / "logs"

    @property
    def secrets(self) -> Path:
        return self.var / "secrets"

    @property
    def environment_file(self) -> Path:
        return self.run / "services.env"

    @property
    def postgres(self) -> Path:
        return self.var / "postgres"

    @property
    def socket_name(self) -> str:
        """Return the name of the directory of sockets below the temporary directory."""
        return f"bulkhead-{self.token}"

    @property
    def shared_home(self) -> Path:
        """Return the place for what the servers' account cannot reach inside the checkout."""
        return SHARED_HOME / self.token

    def create(self) -> None:
        """Create the folders; a marker says that `make reset` may delete them.

        Raises ServiceError when they belong to another user.
        """
        try:
            for path, mode in (
                (self.var, 0o755),
                (self.run, 0o755),
                (self.logs, 0o755),
                (self.secrets, 0o700),
            ):
                self._create(path, mode)
            (self.var / MARKER).touch()
        except PermissionError as error:
            raise ServiceError(
                f"{error.filename} cannot be written by this user.",
                cure=f"Start as the user who owns {self.var}, or delete the data as that user: `make reset`.",
            ) from error

    @staticmethod
    def _create(path: Path, mode: int) -> None:
        if not path.exists():
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(mode)
        elif not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def place_data(layout: Layout, account: Account) -> Path:
    """Return the directory for PostgreSQL's data, created, owned and reachable by its account.

    Inside `var` where the account can get there; otherwise below /var/lib with a link from `var`.
    Raises ServiceError when data exist where the account cannot read them.
    """
    inside, outside = layout.postgres, layout.shared_home / "postgres"
    if inside.is_symlink() and inside.readlink() != outside:
        inside.unlink()  # a copied checkout: the link leads to the other checkout's data
    if not inside.is_symlink():
        account.make_private(inside)
        if account.can_use(inside):
            return inside
        _refuse_unreachable_data(inside, account)
        inside.rmdir()
        inside.symlink_to(outside)
    layout.shared_home.mkdir(parents=True, exist_ok=True)
    for path in (SHARED_HOME, layout.shared_home):
        path.chmod(0o755)
    account.make_private(outside)
    return outside


def _refuse_unreachable_data(data: Path, account: Account) -> None:
    if any(data.iterdir()):
        raise ServiceError(
            f"The data in {data} cannot be reached by the account {account.name}, which runs PostgreSQL.",
            cure="Run as the owner of the checkout, or move the checkout where other users can read it.",
        )


def socket_directory(name: str, account: Account) -> Path:
    """Return a short private directory for Unix sockets, created and checked.

    Raises ServiceError when it exists but belongs to somebody else or is open to others.
    """
    path = _short_temporary_directory(name) / name
    try:
        path.mkdir(mode=0o700)
        account.own(path)
    except FileExistsError:
        _check_private(path, account)
        account.own(path)
    return path


def remove_socket_directory(name: str) -> None:
    """Delete the directory of sockets after everything in it was stopped."""
    shutil.rmtree(_short_temporary_directory(name) / name, ignore_errors=True)


def _short_temporary_directory(name: str) -> Path:
    found = Path(tempfile.gettempdir()).resolve()
    longest = f"{found}/{name}{LONGEST_SOCKET}"
    return found if len(os.fsencode(longest)) <= SOCKET_LIMIT else Path("/tmp")  # noqa: S108 made private and checked


def _check_private(path: Path, account: Account) -> None:
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode):
        fault = "is not a directory"
    elif status.st_uid not in (account.uid, os.geteuid()):
        fault = f"belongs to user {status.st_uid}, not to {account.name} ({account.uid})"
    elif status.st_mode & 0o077:
        fault = f"is open to other users (mode {stat.S_IMODE(status.st_mode):04o})"
    else:
        return
    raise ServiceError(
        f"The socket directory {path} {fault}. Somebody may be trying to listen in, so nothing was started.",
        cure="Find out who made it, delete it, and start again; or set TMPDIR to a directory of your own.",
    )


def delete_tree(path: Path) -> None:
    """Delete a directory, or a link to one together with its target."""
    if path.is_symlink():
        target = path.readlink()
        path.unlink()
        path = target
    shutil.rmtree(path, ignore_errors=True)
