"""Pages of entries: the list, its file, one entry, its reversal."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.clock import local_date
from apps.core.errors import DomainError, NotFound
from apps.core.scope import current_scope
from apps.core.web.csv_files import check_rows, csv_file
from apps.core.web.form_fields import place_error
from apps.core.web.list_query import read_choice, read_day, read_id, read_text
from apps.core.web.listing import Filter, dates_filter, fixed_filter, options_filter
from apps.ledger.access import access_account, access_entry
from apps.ledger.models import ENTRY_KINDS, Entry, Line
from apps.ledger.operations import JOURNAL, reverse_by_hand
from apps.ledger.queries import EntryFilter, get_lines, list_entries
from apps.ledger.rows import JOURNAL_HEADINGS, JOURNAL_ROWS, journal_rows
from apps.ledger.web.forms import ReverseForm
from apps.ledger.wording import ENTRY
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import list_happenings
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once
from apps.tenancy.web.records.description import Entity, Fact, Listing

# Pages of documents by the kind of source; those of rooms that do not exist here are shown as text.
SOURCE_PAGES = {
    "invoice": "invoices:detail", "credit_note": "invoices:detail", "bill": "bills:detail",
    "bill_credit": "bills:detail", "payment": "payments:detail", "receipt": "orders:receipt_detail",
}  # fmt: skip


def _find(query: QueryDict) -> QuerySet[Entry]:
    account_id = read_id(query, "account")
    if account_id:
        access_account(account_id)
    return list_entries(EntryFilter(
        text=read_text(query), kind=read_choice(query, "kind", ENTRY_KINDS), account_id=account_id,
        party_id=read_id(query, "party"), source_id=read_id(query, "source"), first_day=read_day(query, "from"),
        last_day=read_day(query, "to"),
    ))  # fmt: skip


def _filters(query: QueryDict) -> tuple[Filter, ...]:
    chips = [options_filter(query, "kind", "Kind", ENTRY_KINDS), dates_filter(query, "Date")]
    for name, label in (("account", "Account"), ("party", "Party"), ("source", "Document")):
        if query.get(name):
            chips.append(fixed_filter(query, name, label, "one only"))
    return tuple(chips)


def _more(_: HttpRequest) -> dict[str, Any]:
    return {"may_write": may("ledger.write"), "may_export": may("exports.run"),
            "may_import": may("ledger.write") and may("imports.run")}  # fmt: skip


ENTRIES = Entity(
    listing=Listing(
        page="ledger:entries",
        name="journal entries",
        title="Ledger",
        reads="ledger.read",
        find=_find,
        sorts={"entry_date": "entry_date", "total_minor": "total_minor", "posted_at": "posted_at"},
        sort="-entry_date",
        filters=_filters,
        facts=(
            Fact("Number", "source_number"),
            Fact("Date", "entry_date", "day", sort="entry_date"),
            Fact("Kind", lambda entry: ENTRY_KINDS[entry.kind], css="col-mid"),
            Fact("Text", "text", css="col-wide"),
            Fact("Total", "total_minor", "money", sort="total_minor", css="num", beside="book_currency"),
        ),
        template="ledger/entries.html",
        empty="Posting an invoice, a bill or a payment books it here.",
        more=_more,
    ),
    pages="ledger:entry_",
    one="entry",
    writes="ledger.write",
    access=access_entry,
    wording=ENTRY,
    rows=JOURNAL_ROWS,
)


@require_GET
@requires("exports.run")
def entry_export(request: HttpRequest) -> FileResponse:
    """Give the list with all lines as a file that can be imported; that it was taken is recorded first."""
    check_permission("ledger.read")
    found = _find(request.GET)
    number = Line.objects.filter(entry__in=found.values("id")).count()
    check_rows(number)
    record_access(kind="export", subject="journal", detail={"rows": number, "list": request.GET.urlencode()})
    return csv_file("journal.csv", JOURNAL_HEADINGS, journal_rows(found))


@require_GET
@requires("ledger.read")
def entry_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show an entry with its lines."""
    return _show(request, access_entry(key), None, None)


@require_POST
@requires("ledger.write")
def entry_reverse(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Reverse a general entry; a refusal is shown on its page."""
    entry = access_entry(entry_id, permission="ledger.write")
    form = ReverseForm(request.POST)
    problem: DomainError | None = None
    if form.is_valid():
        try:
            address = answer_once(request, lambda: _reverse(entry, form))
        except NotFound:
            raise
        except DomainError as error:
            problem = place_error(form, error) or error
        else:
            messages.success(request, "The entry is reversed by this one.")
            return redirect(address)
    return _show(request, entry, form, problem)


def _reverse(entry: Entry, form: ReverseForm) -> str:
    made = reverse_by_hand(entry_id=entry.id, **{name: form.cleaned_data[name] for name in ("entry_date", "reason")},
                           actor=current_scope().actor, now=clock.now())  # fmt: skip
    return reverse("ledger:entry_detail", args=[made.id])


def _show(
    request: HttpRequest, entry: Entry, form: ReverseForm | None, problem: DomainError | None
) -> HttpResponse:
    reversal = Entry.objects.filter(reverses=entry).first()
    is_mine = entry.source_kind == JOURNAL and entry.reverses_id is None and reversal is None
    today = local_date(clock.now(), tenant_of(request).time_zone)
    form = form or ReverseForm(initial={"entry_date": max(today, entry.entry_date)})
    lines = get_lines(entry.id)
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "ledger/entry.html", {
        "entry": entry, "kind": ENTRY_KINDS[entry.kind], "lines": lines, "source_url": source_address(entry),
        "reversal": reversal, "original": entry.reverses if entry.reverses_id else None, "form": form,
        "may_reverse": is_mine and may("ledger.write"), "timeline": list_happenings(ENTRY, entry.id),
        "problem": problem, "has_foreign": any(line.currency != entry.book_currency for line in lines),
    }, status=status)  # fmt: skip


def source_address(entry: Entry) -> str:
    """Return the page of the document behind an entry; nothing where there is none."""
    page = SOURCE_PAGES.get(entry.source_kind)
    if page is None:
        return ""
    try:
        return reverse(page, args=[entry.source_id])
    except NoReverseMatch:
        return ""
