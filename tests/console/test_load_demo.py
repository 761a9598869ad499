"""load_demo: three businesses and their people, once, also after kill -9."""

import io
import json
import os
import signal
import stat
import subprocess
import sys
import time
from datetime import date

import psycopg
from django.conf import settings
from django.core.management import call_command

from apps.console.demo.signins import SignIn, read_sign_ins, write_sign_ins
from apps.core.scope import SYSTEM, tenant_scope
from apps.demo.businesses import BUSINESSES
from apps.demo.generator import generate_documents, make_catalogue
from apps.invoices.models import ImportBatch
from apps.tenancy.models import Membership, User
from apps.tenancy.permissions import ROLES
from apps.tenancy.queries import get_tenant
from config.env import ROOT
from tests.factories.snapshots import books

COUNT = 600
SIGN_INS = settings.VAR_DIR / "run" / "signins.json"


def load_demo(*options: str) -> str:
    """Run the command and return what it prints."""
    out = io.StringIO()
    call_command("load_demo", *options, "--invoices", str(COUNT), "--processes", "1", stdout=out)
    return out.getvalue()


def booked() -> int:
    """Count the documents of the demo that other sessions see."""
    count = 0
    for name in ("ADMIN_DATABASE_URL", "ADMIN_DATABASE_URL__SAO"):
        with psycopg.connect(os.environ[name]) as connection:
            found = connection.execute(
                "select count(*) from invoices_invoice where source = 'demo' and external_number ~ '^(HG|SR|DV)-'"
                " and tenant_id in (select tenant_id from invoices_importbatch where file_name ~ %s)",
                [f"^({'|'.join(BUSINESSES)}) "],
            ).fetchone()
            count += int(found[0]) if found else 0
    return count


def kill_in_the_middle(least: int) -> None:
    """Start the command as a process group of its own and end all of it by kill -9 once so much is booked."""
    command = [sys.executable, "manage.py", "load_demo", "--invoices", str(COUNT)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 90
    before = booked()
    while booked() < before + least and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_demo_that_was_killed_is_completed_and_a_further_load_changes_nothing() -> None:
    kill_in_the_middle(least=500)
    sign_ins = read_sign_ins(SIGN_INS)
    text = load_demo()
    assert "Demo loaded." in text
    state = {}
    for slug, business in BUSINESSES.items():
        tenant = get_tenant(slug)
        assert (tenant.database, tenant.currency, tenant.locale) == (
            business.database,
            business.currency,
            business.locale,
        )
        with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
            state[slug] = books()
            anchor = date.fromisoformat(ImportBatch.objects.get().file_name[-10:])
            members = list(Membership.objects.filter(ended_at=None).values_list("role", flat=True))
        expected = list(generate_documents(business, make_catalogue(business), today=anchor, invoices=COUNT))
        assert [(b.external, b.state) for b in state[slug]] == [(d.key, d.fate) for d in expected]
        assert sorted(members) == sorted(ROLES)

    load_demo()
    for slug in BUSINESSES:
        tenant = get_tenant(slug)
        with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
            assert books() == state[slug]
    assert sign_ins is not None
    assert read_sign_ins(SIGN_INS) == sign_ins
    assert stat.S_IMODE(SIGN_INS.stat().st_mode) == 0o600
    assert [one.role for one in sign_ins] == [role.title() for role in ROLES]
    for one in sign_ins[:2]:
        assert User.objects.get(email=one.email).check_password(one.password)


def test_demo_stays_away_from_a_house_that_is_lived_in(company: object) -> None:
    text = load_demo("--if-empty")
    assert "no demo is loaded" in text


def test_sign_ins_are_written_whole_and_private() -> None:
    path = settings.VAR_DIR / "somewhere" / "signins.json"
    one = SignIn("Admin", "Ana Conceição", "a@bulkhead.example", "secret")
    write_sign_ins(path, [one])
    assert json.loads(path.read_text(encoding="utf-8"))[0]["name"] == "Ana Conceição"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_sign_ins(path) == [one]
    path.write_text('[{"role": 1}]')
    assert read_sign_ins(path) is None
    assert list(path.parent.glob(".*")) == []
