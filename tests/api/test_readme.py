"""The examples for users of the API run as they are printed, with curl, against the real web server."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from apps.core import clock
from apps.core.scope import open_scope
from apps.tenancy.operations import create_api_key
from apps.tenancy.permissions import KEY_SCOPES
from tests.factories.tenants import Company
from tests.flows.live import live_stack

README = Path(__file__).resolve().parents[2] / "docs" / "api" / "README.md"
PASSWORD = "correct horse battery staple"

pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None, reason="no curl on this machine: examples not run"
)


def examples() -> str:
    blocks = re.findall(r"^```sh\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    return "set -euo pipefail\n" + "\n".join(blocks)


def test_the_examples_run(company: Company) -> None:
    person = company.people["finance"]
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    with open_scope(company.scope()):
        _, secret = create_api_key(name="readme", scopes=KEY_SCOPES, actor=company.actor(), now=clock.now())
    with live_stack() as stack:
        ran = subprocess.run(
            ["bash", "-c", examples()],
            env={"PATH": os.environ["PATH"], "BULKHEAD": stack.url, "KEY": secret, "EMAIL": person.email,
                 "PASSWORD": PASSWORD},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for expected in ("INV-2026-000001", '"access"', "18.36", "void", "GB123456789"):
        assert expected in ran.stdout
