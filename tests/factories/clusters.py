"""A cluster of a test's own, for faults that would disturb every other test: this process works on it meanwhile."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections

from apps.core import reads, replicas
from apps.core.services.testing import ThrowawayCluster, throwaway_cluster
from config.databases import parse

ROOT = Path(__file__).resolve().parents[2]
# Tokens and ciphertexts of this process stay readable in the other cluster.
KEPT = ("CONTEXT_KEYS", "FIELD_KEY", "SECRET_KEY", "AUDIT_SIGNING_KEY", "VAR_DIR", "REDIS_URL")
PLACES = ("HOST", "PORT", "NAME", "USER", "PASSWORD")


@contextmanager
def own_cluster() -> Iterator[ThrowawayCluster]:
    """Start and prepare a cluster, and point the aliases `default` and `replica` at it until the block ends."""
    with throwaway_cluster() as cluster:
        environment = {**os.environ, **cluster.environment(), **{name: os.environ[name] for name in KEPT}}
        command = [sys.executable, "manage.py", "prepare_database"]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=environment)
        cluster.wait_for_replay()
        addresses = {"default": environment["DATABASE_URL"], "replica": environment["REPLICA_URL"]}
        before = {alias: dict(connections.settings[alias]) for alias in addresses}
        try:
            for alias, url in addresses.items():
                _point(alias, parse(url))
            yield cluster
        finally:
            for alias, place in before.items():
                _point(alias, place)
            forget_faults()


def forget_faults() -> None:
    """Forget which replicas were away or behind."""
    replicas._away_until.clear()
    reads._behind_until.clear()


def _point(alias: str, place: dict[str, object]) -> None:
    connections[alias].close()
    connections.settings[alias].update({name: place[name] for name in PLACES})
