"""Making PostgreSQL's data directories: whole or not at all, whenever the machine dies."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from apps.core.services.account import PLAIN_ENVIRONMENT, Account
from apps.core.services.addresses import REPLICATOR, SUPERUSER, Address
from apps.core.services.failure import ServiceError

MAKING = ".making"
# Sorting and letter case by Unicode code points, the same on every system; pages sort names by language.
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


@dataclass(frozen=True, slots=True)
class Maker:
    """Runs `initdb` and `pg_basebackup` under the servers' account."""

    programs: Path
    account: Account
    sockets: Path
    throwaway: bool

    def make_primary(self, data: Path, password: str) -> None:
        """Make an empty cluster with one superuser. Raises ServiceError with what initdb said."""
        making = self._fresh(data)
        password_file = self.sockets / "initdb.password"
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(password + "\n", encoding="ascii")
        self.account.own(password_file)
        try:
            options = [
                "-U",
                SUPERUSER,
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--no-instructions",
            ]
            self._run("initdb", ["-D", str(making), *options, *LOCALE, *self._no_sync()])
        finally:
            password_file.unlink(missing_ok=True)
        making.rename(data)

    def make_replica(self, data: Path, *, address: Address, password: str, slot: str) -> None:
        """Copy the running primary. Raises ServiceError with what pg_basebackup said."""
        making = self._fresh(data)
        conninfo = address.conninfo(REPLICATOR, SUPERUSER)
        copy = ["-d", conninfo, "-D", str(making), "-X", "stream", "-S", slot, "-c", "fast"]
        self._run("pg_basebackup", [*copy, "--no-manifest", *self._no_sync()], password)
        making.rename(data)

    def _no_sync(self) -> list[str]:
        return ["--no-sync"] if self.throwaway else []

    def _fresh(self, data: Path) -> Path:
        """Return an empty directory beside the final one; a half-made one of an earlier start goes."""
        making = data.with_name(data.name + MAKING)
        shutil.rmtree(making, ignore_errors=True)
        self.account.make_private(making)
        return making

    def _run(self, program: str, arguments: Sequence[str], password: str = "") -> None:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd="/",
            env={**PLAIN_ENVIRONMENT, "PGPASSWORD": password},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **self.account.run_as(),
        )
        if done.returncode:
            raise ServiceError(f"{program} failed ({done.returncode}):\n{done.stdout.strip()}")


def is_complete(data: Path) -> bool:
    """Tell whether a data directory is there and whole.

    Raises ServiceError for one that has files but is not a cluster: it is not ours to delete.
    """
    if (data / "PG_VERSION").exists() and (data / "global" / "pg_control").exists():
        return True
    if data.exists() and any(data.iterdir()):
        raise ServiceError(
            f"{data} holds files but is not a PostgreSQL data directory.",
            cure="Bring back what was deleted from it, or delete all data with `make reset`.",
        )
    if data.exists():
        data.rmdir()
    return False


def system_identifier(programs: Path, data: Path, account: Account) -> tuple[str, str]:
    """Return the identity and the state of a stopped cluster as `pg_controldata` tells them."""
    done = subprocess.run(
        [str(programs / "pg_controldata"), "-D", str(data)],
        cwd="/",
        env=PLAIN_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        **account.run_as(),
    )
    facts = dict(line.split(":", 1) for line in done.stdout.splitlines() if ":" in line)
    return (
        facts.get("Database system identifier", "").strip(),
        facts.get("Database cluster state", "").strip(),
    )
