"""Receivables and payables: who owes how much since when, as of any day, each figure leading to its items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.audit.operations import record_access
from apps.core.money import from_minor
from apps.core.web.csv_files import csv_file
from apps.core.web.list_query import read_choice, read_day, read_id
from apps.ledger.queries import book_currency
from apps.settlement.ageing import BUCKETS, Ageing, AgeingRow, ageing, list_open_lines, open_currencies
from apps.settlement.models import HOLDS
from apps.settlement.queries import party_names
from apps.settlement.web.acting import today_of
from apps.tenancy.access import check_permission, may, requires

PAGE_ROWS = 50
MOST_LINES = 500
TITLES = {"receivable": "Receivables", "payable": "Payables"}
PARTIES = {"receivable": "Customer", "payable": "Supplier"}


@dataclass(frozen=True)
class Bar:
    """A part of a bar, in percent of its width."""

    bucket: str
    start: str
    width: str


@dataclass(frozen=True)
class ShownRow:
    """A party's line of the ageing."""

    row: AgeingRow
    name: str
    address: str
    cells: Sequence[tuple[str, int, str]]
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    side: str
    as_of: date
    currency: str

    @property
    def query(self) -> str:
        """The same question, for links."""
        return urlencode({"as_of": self.as_of.isoformat(), "currency": self.currency})


@require_GET
@requires("payments.read")
def receivables(request: HttpRequest) -> HttpResponse:
    """Show what customers owe."""
    return _ageing_page(request, "receivable")


@require_GET
@requires("payments.read")
def payables(request: HttpRequest) -> HttpResponse:
    """Show what is owed to suppliers."""
    return _ageing_page(request, "payable")


@require_GET
@requires("exports.run")
def receivables_export(request: HttpRequest) -> FileResponse:
    """Give what customers owe as a file."""
    return _ageing_file(request, "receivable")


@require_GET
@requires("exports.run")
def payables_export(request: HttpRequest) -> FileResponse:
    """Give what is owed to suppliers as a file."""
    return _ageing_file(request, "payable")


@require_GET
@requires("payments.read")
def receivable_items(request: HttpRequest) -> HttpResponse:
    """Show the customers' items behind a figure."""
    return _items_page(request, "receivable")


@require_GET
@requires("payments.read")
def payable_items(request: HttpRequest) -> HttpResponse:
    """Show the suppliers' items behind a figure."""
    return _items_page(request, "payable")


def _asked(request: HttpRequest, side: str) -> Asked:
    query: QueryDict = request.GET
    as_of = read_day(query, "as_of") or today_of(request)
    currency = query.get("currency", "")
    return Asked(side, as_of, currency if len(currency) == 3 and currency.isalpha() else "")


def _ageing_page(request: HttpRequest, side: str) -> HttpResponse:
    asked = _asked(request, side)
    found = ageing(side=side, as_of=asked.as_of, currency=asked.currency)
    first = _first(request.GET)
    shown = found.rows[first : first + PAGE_ROWS]
    names = party_names(side, [row.party_id for row in shown])
    largest = max((_size(row) for row in found.rows), default=0)
    return render(request, "settlement/ageing.html", {
        "title": TITLES[side], "party": PARTIES[side], "side": side, "asked": asked,
        "rows": [_shown(row, names, asked, largest) for row in shown],
        "buckets": list(BUCKETS.items()), "totals": [(name, minor, _items(asked, "", name))
                                                    for name, minor in found.totals.items()],
        "total": found.total, "bars": _bars(found.totals, 0), "currency": asked.currency or book_currency(),
        "currencies": open_currencies(side=side, as_of=asked.as_of), "count": len(found.rows),
        "first": first + 1, "last": first + len(shown), "labels": BUCKETS,
        "earlier": max(0, first - PAGE_ROWS) if first else None,
        "later": first + PAGE_ROWS if first + PAGE_ROWS < len(found.rows) else None,
        "may_export": may("exports.run"), "export": reverse(f"settlement:{side}s_export") + "?" + asked.query,
        "may_dun": side == "receivable" and may("dunning.run"),
    })  # fmt: skip


def _ageing_file(request: HttpRequest, side: str) -> FileResponse:
    check_permission("payments.read")
    asked = _asked(request, side)
    found = ageing(side=side, as_of=asked.as_of, currency=asked.currency)
    told = {"as_of": asked.as_of.isoformat(), "currency": asked.currency, "rows": len(found.rows)}
    record_access(kind="export", subject=f"{side}s", detail=told)
    headings = (PARTIES[side], *BUCKETS.values(), "Balance", "Currency")
    return csv_file(f"{side}s-{asked.as_of}.csv", headings, _file_rows(found, asked))


def _file_rows(found: Ageing, asked: Asked) -> Iterator[tuple[object, ...]]:
    names = party_names(asked.side, [row.party_id for row in found.rows])
    currency = asked.currency or book_currency()
    amount = partial(from_minor, currency=currency)
    for row in found.rows:
        parts = (amount(row.parts.get(name, 0)) for name in BUCKETS)
        yield names.get(row.party_id, ""), *parts, amount(row.total), currency


def _items_page(request: HttpRequest, side: str) -> HttpResponse:
    asked = _asked(request, side)
    party_id, bucket = read_id(request.GET, "party"), read_choice(request.GET, "bucket", BUCKETS)
    lines = list_open_lines(
        side=side, as_of=asked.as_of, party_id=party_id, bucket=bucket, currency=asked.currency, limit=MOST_LINES + 1
    )  # fmt: skip
    names = party_names(side, {line.party_id for line in lines})
    rows = [
        {"line": line, "name": names.get(line.party_id, ""), "hold": HOLDS[line.hold], "bucket": BUCKETS[line.bucket],
         "party_url": reverse(f"settlement:{side}_party", args=[line.party_id])}
        for line in lines[:MOST_LINES]
    ]  # fmt: skip
    return render(request, "settlement/items.html", {
        "title": TITLES[side], "party": PARTIES[side], "side": side, "asked": asked, "rows": rows,
        "bucket": BUCKETS.get(bucket, ""), "back": reverse(f"settlement:{side}s") + "?" + asked.query,
        "is_cut": len(lines) > MOST_LINES, "most": MOST_LINES, "book": book_currency(),
        "total": sum(line.open_book_minor for line in lines[:MOST_LINES]),
        "party_name": names.get(party_id, "") if party_id else "",
    })  # fmt: skip


def _shown(row: AgeingRow, names: Any, asked: Asked, largest: int) -> ShownRow:
    cells = [(name, row.parts.get(name, 0), _items(asked, str(row.party_id), name)) for name in BUCKETS]
    address = reverse(f"settlement:{asked.side}_party", args=[row.party_id])
    return ShownRow(row, names.get(row.party_id, "Unknown"), address, cells, _bars(row.parts, largest))


def _items(asked: Asked, party: str, bucket: str) -> str:
    query = {"as_of": asked.as_of.isoformat(), "currency": asked.currency, "party": party, "bucket": bucket}
    named = urlencode({name: value for name, value in query.items() if value})
    return reverse(f"settlement:{asked.side}_items") + "?" + named


def _size(row: AgeingRow) -> int:
    return sum(max(0, row.parts.get(name, 0)) for name in BUCKETS)


def _bars(parts: Any, largest: int) -> list[Bar]:
    """Return what is owed as parts of a bar; credits have no width, they stand in the table."""
    widths = {name: max(0, parts.get(name, 0)) for name in BUCKETS if name != "credits"}
    whole = largest or sum(widths.values())
    bars, start = [], 0.0
    for name, minor in widths.items():
        width = 100 * minor / whole if whole else 0.0
        if width:
            bars.append(Bar(name, f"{start:.3f}", f"{width:.3f}"))
        start += width
    return bars


def _first(query: QueryDict) -> int:
    text = query.get("first", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
