"""Against the real web server: the examples run as they are printed; the page for readers needs no internet."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from apps.core import clock
from apps.core.scope import open_scope
from apps.tenancy.operations import create_api_key
from apps.tenancy.permissions import KEY_SCOPES
from tests.factories.tenants import Company
from tests.flows.live import CHROMIUM, LiveStack, live_stack

README = Path(__file__).resolve().parents[2] / "docs" / "api" / "README.md"
PASSWORD = "correct horse battery staple"

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def stack() -> Iterator[LiveStack]:
    with live_stack() as running:
        yield running


def examples() -> str:
    blocks = re.findall(r"^```sh\n(.*?)^```", README.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    return "set -euo pipefail\n" + "\n".join(blocks)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine: examples not run")
def test_the_examples_run(company: Company, stack: LiveStack) -> None:
    person = company.people["finance"]
    person.set_password(PASSWORD)
    person.save(update_fields=["password"])
    with open_scope(company.scope()):
        _, secret = create_api_key(name="readme", scopes=KEY_SCOPES, actor=company.actor(), now=clock.now())
    ran = subprocess.run(
        ["bash", "-c", examples()],
        env={"PATH": os.environ["PATH"], "BULKHEAD": stack.url, "KEY": secret, "EMAIL": person.email,
             "PASSWORD": PASSWORD},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for expected in ("INV-2026-000001", '"access"', "18.36", "void", "GB980780684"):
        assert expected in ran.stdout


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: the page was not looked at")
def test_the_page_for_readers_works_without_the_internet(
    stack: LiveStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Playwright keeps an event loop in this thread; Django would take us for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    asked: list[str] = []
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.goto(f"{stack.url}/api/docs")
        page.get_by_text("Create a draft").wait_for()
        browser.close()
    assert not [url for url in asked if not url.startswith((stack.url, "data:", "blob:"))]
    assert complaints == []
