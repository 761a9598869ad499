"""Load the demo businesses: tenants, people, two years of documents. Safe to run again at any time."""

import subprocess
import sys
from argparse import ArgumentParser
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.console.demo.people import ensure_people, ensure_tenants
from apps.core import clock
from apps.core.scope import SYSTEM, platform_scope, tenant_scope
from apps.demo.businesses import BUSINESSES
from apps.demo.generator import INVOICES
from apps.demo.load import load_business
from apps.demo.load_trade import load_trade
from apps.demo.staff import staff_of
from apps.demo.trades import TRADES
from apps.tenancy.queries import get_tenant, list_tenants
from config.env import ROOT

TOLD_EVERY = 2_000


class Command(BaseCommand):
    help = "Load the demo businesses. Running it again completes a load that was ended, and doubles nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="do nothing where other tenants are")
        parser.add_argument(
            "--only", choices=list(BUSINESSES), help="book one business (its tenant is there)"
        )
        parser.add_argument("--invoices", type=int, default=INVOICES, help="invoices of each business")
        parser.add_argument("--processes", type=int, default=2, help="businesses loaded at the same time")

    def handle(self, *args: Any, **options: Any) -> None:
        with platform_scope(SYSTEM):
            if options["only"]:
                self._load(options["only"], options["invoices"])
                return
            others = sorted(tenant.slug for tenant in list_tenants() if tenant.slug not in BUSINESSES)
            if options["if_empty"] and others:
                self.stdout.write(f"Other tenants are here ({', '.join(others[:5])}): no demo is loaded.")
                return
            self._set_up()
            if options["processes"] == 1:
                for slug in BUSINESSES:
                    self._load(slug, options["invoices"])
            else:
                self._load_at_once(options["invoices"], options["processes"])
        self.stdout.write(f"Demo loaded. Sign-ins: {settings.VAR_DIR / 'run' / 'signins.json'}")

    def _set_up(self) -> None:
        now, businesses = clock.now(), list(BUSINESSES.values())
        self.stdout.write("Tenants and people")
        tenants = ensure_tenants(
            businesses=businesses, databases=set(settings.BOOK_DATABASES), actor=SYSTEM, now=now
        )
        own = [tenants[business.slug] for business in businesses]
        ensure_people(path=settings.VAR_DIR / "run" / "signins.json", tenants=own, actor=SYSTEM, now=now)

    def _load_at_once(self, invoices: int, processes: int) -> None:
        """Book each business in a process of its own; documents are made on one core and written on another."""

        def load(slug: str) -> int:
            command = [sys.executable, str(ROOT / "manage.py"), "load_demo", "--only", slug]
            return subprocess.run([*command, "--invoices", str(invoices)], check=False).returncode

        with ThreadPoolExecutor(processes) as pool:
            codes = dict(zip(BUSINESSES, pool.map(load, BUSINESSES), strict=True))
        failed = [slug for slug, code in codes.items() if code]
        if failed:
            raise CommandError(
                f"Not loaded whole: {', '.join(failed)}; the reason stands above. "
                "What is booked stays; run the command again to complete it."
            )

    def _load(self, slug: str, invoices: int) -> None:
        business, tenant = BUSINESSES[slug], get_tenant(slug)
        now = clock.now()
        told = 0

        def tell(done: int) -> None:
            nonlocal told
            if done - told >= TOLD_EVERY:
                told = done
                self.stdout.write(f"{business.name}: {done:,} documents")
                self.stdout.flush()

        with tenant_scope(tenant.id, SYSTEM, database=tenant.database):
            loaded = load_business(
                business=business,
                today=clock.local_date(now, business.time_zone),
                actor=SYSTEM,
                now=now,
                progress=tell,
                invoices=invoices,
            )
            staff = staff_of(tenant)
        self.stdout.write(f"{business.name}: {loaded.documents:,} documents, {loaded.made:,} of them new")
        load_trade(
            trade=TRADES[slug], currency=business.currency, staff=staff, anchor=loaded.anchor, now=now,
            tell=lambda what, count: self.stdout.write(f"{business.name}: {count:,} {what}"),
        )  # fmt: skip
