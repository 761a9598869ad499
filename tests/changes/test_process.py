"""The relay as the supervisor runs it."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from apps.changes import process
from apps.changes.process import RelayProcess
from tests.changes.bookkeeper import Bookkeeper, Item
from tests.changes.streams import wait_for_copy
from tests.factories.tenants import make_company

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_streams_every_database_and_ends_at_a_signal() -> None:
    command = [sys.executable, "manage.py", "run_relay"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env=os.environ) as relay:
        for alias in ("default", "sao"):
            with Bookkeeper(make_company(database=alias, roles=())) as books:
                books.posted([Item(100)])
                wait_for_copy(alias=alias, seconds=60)
        relay.send_signal(signal.SIGTERM)
        _, printed = relay.communicate(timeout=15)
    assert relay.returncode == 0, printed
    assert "default: streaming" in printed
    assert "sao: streaming" in printed
    assert "Traceback" not in printed


def test_a_thread_that_dies_ends_the_process(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Dying:
        def __init__(self, *_: object) -> None:
            pass

        def run(self) -> None:
            return

    monkeypatch.setattr(process, "Relay", Dying)
    monkeypatch.setattr(process, "EVERY_SECONDS", 0.05)
    assert not RelayProcess(["default"], threading.Event()).run()
    assert "relay-default" in caplog.text
