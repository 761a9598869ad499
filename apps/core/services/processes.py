"""The processes of the application, defined once: for the supervisor and the test of the compose file."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.core.services.environment import DEDICATED_MARK

EVERY_PROCESS = (
    "SECRET_KEY",
    "CONTEXT_KEYS",
    "FIELD_KEY",
    "REDIS_URL",
    "DEBUG",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "VAR_DIR",
    "DEDICATED_DATABASES",
    "DATABASE_URL",
    "REPLICA_URL",
)
PREPARE_KEYS = (
    *EVERY_PROCESS,
    "AUDIT_SIGNING_KEY",
    "RELAY_DATABASE_URL",
    "SEALER_DATABASE_URL",
    "MIGRATION_DATABASE_URL",
    "ADMIN_DATABASE_URL",
    "ASK_DATABASE_URL",
)
PREPARE = ("python", "manage.py", "prepare_database")
LOAD_DEMO = ("python", "manage.py", "load_demo", "--if-empty")
LINT_WALLS = ("python", "manage.py", "lint_walls")


@dataclass(frozen=True, slots=True)
class Process:
    """One long-running process: how it is started, what it may know, and how to see that it works.

    `variables` are the only settings it is given; a dedicated database's variants belong to their name.
    `heartbeat_seconds`: its sign of life may be this old; None for a process that answers HTTP.
    """

    name: str
    command: tuple[str, ...]
    variables: tuple[str, ...]
    heartbeat_seconds: float | None = 15.0
    stop_seconds: float = 20.0

    @property
    def health_command(self) -> tuple[str, ...]:
        """Return the command that exits 0 when the process is healthy (for containers)."""
        return ("python", "-m", "apps.core.services", "healthy", self.name)


PROCESSES = (
    Process(
        name="web",
        command=(
            *("python", "-m", "granian", "--interface", "wsgi", "--no-ws"),
            *("--workers", "2", "--blocking-threads", "4", "--backpressure", "64"),
            *("--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "15"),
            "config.wsgi:application",
        ),
        variables=EVERY_PROCESS,
        heartbeat_seconds=None,
    ),
    Process(
        name="worker",
        command=(
            *("python", "-m", "celery", "-A", "config.celery", "worker", "--loglevel", "INFO"),
            *("--concurrency", "2", "--without-gossip", "--without-mingle"),
        ),
        variables=(*EVERY_PROCESS, "SEALER_DATABASE_URL", "AUDIT_SIGNING_KEY"),
        stop_seconds=30.0,
    ),
    Process(
        name="beat",
        command=(
            *("python", "-m", "celery", "-A", "config.celery", "beat", "--loglevel", "INFO", "--pidfile="),
            *("--scheduler", "apps.core.heartbeat:HeartbeatScheduler"),
        ),
        variables=EVERY_PROCESS,
    ),
    Process(
        name="relay",
        command=("python", "manage.py", "run_relay"),
        variables=(*EVERY_PROCESS, "RELAY_DATABASE_URL"),
    ),
)


def select_variables(variables: Mapping[str, str], wanted: tuple[str, ...]) -> dict[str, str]:
    """Return the wanted variables and their variants for dedicated databases."""
    return {name: value for name, value in variables.items() if name.split(DEDICATED_MARK)[0] in wanted}
