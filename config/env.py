"""The environment, read once, checked and typed. Nothing else in the project touches `os.environ`."""

import os
from functools import cache
from pathlib import Path
from typing import Annotated

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class DatabaseUrls(BaseSettings):
    """The addresses of one database, one per role; what a process need not reach is left out."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    database_url: str
    replica_url: str
    relay_database_url: str | None = None
    sealer_database_url: str | None = None
    migration_database_url: str | None = None
    admin_database_url: str | None = None
    ask_database_url: str | None = None


class Environment(DatabaseUrls):
    """All settings of the process that come from outside."""

    secret_key: str
    context_keys: str = Field(pattern=r"^[a-z0-9]+:[0-9a-f]{64}(,[a-z0-9]+:[0-9a-f]{64})*$")
    field_key: str = Field(pattern=r"^[0-9a-f]{64}$")
    audit_signing_key: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    redis_url: str
    debug: bool = False
    allowed_hosts: Annotated[list[str], NoDecode] = ["localhost", "127.0.0.1"]
    public_url: str = "http://localhost:8000"
    var_dir: Path = ROOT / "var"
    # Webhooks to machines of our own network, and without TLS: for trials on one machine only.
    webhooks_private_targets: bool = False
    dedicated_databases: Annotated[list[str], NoDecode] = []

    @field_validator("allowed_hosts", "dedicated_databases", mode="before")
    @classmethod
    def split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value


def environment_file() -> Path:
    """Return the file that the supervisor of the embedded services writes."""
    return Path(os.environ.get("BULKHEAD_ENV_FILE", ROOT / "var" / "run" / "services.env"))


@cache
def variables() -> dict[str, str]:
    """Return the environment, completed from the supervisor's file where no server is named."""
    own = dict(os.environ)
    if "DATABASE_URL" in own:
        return own
    path = environment_file()
    if not path.exists():
        raise ImproperlyConfigured(
            f"No DATABASE_URL is set and {path} does not exist. Start the embedded services with `make run`, "
            "or set the variables listed in docs/operations.md."
        )
    lines = (line.partition("=") for line in path.read_text().splitlines() if line and line[0] != "#")
    return {name: value for name, _, value in lines} | own


def _load(model: type[BaseSettings], suffix: str = "") -> BaseSettings:
    names = {name: f"{name}{suffix}".upper() for name in model.model_fields}
    values = {name: variables()[key] for name, key in names.items() if variables().get(key)}
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(f"{names[str(e['loc'][0])]}: {e['msg']}" for e in error.errors())
        raise ImproperlyConfigured(f"The environment is not usable. {faults}") from error


@cache
def environment() -> Environment:
    """Return the checked environment.

    Raises ImproperlyConfigured with every faulty variable named.
    """
    found = _load(Environment)
    assert isinstance(found, Environment)
    return found


@cache
def databases() -> dict[str, DatabaseUrls]:
    """Return the addresses by alias: the shared database `default` and each dedicated one."""
    found: dict[str, DatabaseUrls] = {"default": environment()}
    for alias in environment().dedicated_databases:
        urls = _load(DatabaseUrls, f"__{alias}")
        assert isinstance(urls, DatabaseUrls)
        found[alias] = urls
    return found
