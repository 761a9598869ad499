"""No process starts under a database role that could walk through the walls."""

import os
import subprocess
import sys

import pytest

from tests.flows.live import ROOT

START = {
    "web": ["-c", "import config.wsgi"],
    "worker": ["-m", "celery", "-A", "config.celery", "worker", "--pool", "solo"],
    "relay": ["manage.py", "run_relay"],
}


@pytest.mark.parametrize("process", START)
@pytest.mark.parametrize("url", ["ADMIN_DATABASE_URL", "MIGRATION_DATABASE_URL"])
def test_a_process_refuses_a_dangerous_role(process: str, url: str) -> None:
    environment = {**os.environ, "DATABASE_URL": os.environ[url]}
    found = subprocess.run(
        [sys.executable, *START[process]], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20,
        check=False,
    )  # fmt: skip
    assert found.returncode != 0
    assert "Sign in as bulkhead_app or bulkhead_reader" in found.stderr + found.stdout


def test_the_web_process_starts_under_its_own_role() -> None:
    found = subprocess.run(
        [sys.executable, *START["web"]], cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=20,
        check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
