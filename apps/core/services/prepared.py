"""Running one command against a throw-away cluster whose databases are prepared."""

import subprocess
from collections.abc import Sequence

from apps.core.services.commands import python_command
from apps.core.services.environment import base_environment
from apps.core.services.failure import ServiceError
from apps.core.services.layout import CHECKOUT
from apps.core.services.processes import PREPARE
from apps.core.services.testing import throwaway_cluster


def run_with_cluster(command: Sequence[str]) -> int:
    """Run a command and return its exit code; the cluster is gone afterwards."""
    words = [word for position, word in enumerate(command) if word != "--" or position]
    if not words:
        raise ServiceError("No command was given.", cure="Use: with-cluster -- python manage.py …")
    with throwaway_cluster() as cluster:
        environment = {**base_environment(), **cluster.environment()}
        for step in (PREPARE, words):
            output = subprocess.DEVNULL if step is PREPARE else None
            done = subprocess.run(
                python_command(step), cwd=CHECKOUT, env=environment, check=False, stdout=output
            )
            if done.returncode:
                return done.returncode
    return 0
