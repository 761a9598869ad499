"""The ledger over HTTP."""

from functools import partial
from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core import clock
from apps.core.api.conditional import etag_of
from apps.core.api.schema import created, shown
from apps.core.scope import current_scope
from apps.ledger.access import access_account
from apps.ledger.api.examples import BALANCE, ENTRY, ENTRY_ROW, NEW_ENTRY, REVERSAL
from apps.ledger.api.filters import EntryListFilter, LedgerAccountFilter
from apps.ledger.api.serializers import (
    BalanceDays,
    EntryRow,
    EntryShown,
    LedgerAccountShown,
    NewEntry,
    Reversal,
    TrialBalanceShown,
    show_balance,
    show_lines,
)
from apps.ledger.models import Account, Entry
from apps.ledger.operations import post_by_hand, reverse_by_hand
from apps.ledger.queries import get_entry, get_lines, get_trial_balance
from apps.tenancy.api.base import TenantListView, TenantView, caller_of, read_fresh

TAGS = ["ledger"]
DAYS = [
    OpenApiParameter(
        "first_day", {"type": "string", "format": "date"}, description="Movements since this day."
    ),
    OpenApiParameter(
        "last_day", {"type": "string", "format": "date"}, description="Balances at the end of this day."
    ),
]


class LedgerAccountsView(TenantListView):
    """The chart of accounts."""

    required_permissions = {"GET": "ledger.read"}
    serializer_class = LedgerAccountShown
    filterset_class = LedgerAccountFilter
    orderings: ClassVar[dict[str, str]] = {"code": "code", "id": "id"}
    default_ordering = "code"

    def get_queryset(self) -> QuerySet[Account]:
        return Account.objects.all()

    @extend_schema(operation_id="list_ledger_accounts", summary="List accounts", tags=TAGS)
    def get(self, request: Request) -> Response:
        return self.list_page(request)


class LedgerAccountView(TenantView):
    """One account."""

    required_permissions = {"GET": "ledger.read"}

    @extend_schema(
        operation_id="get_ledger_account",
        summary="Read an account",
        tags=TAGS,
        responses=shown(LedgerAccountShown),
    )
    def get(self, request: Request, account_id: UUID) -> Response:
        account = read_fresh(partial(access_account, account_id))
        return Response(LedgerAccountShown(account).data, headers={"ETag": etag_of(account.version)})


class EntriesView(TenantListView):
    """Journal entries."""

    required_permissions = {"GET": "ledger.read", "POST": "ledger.write"}
    serializer_class = EntryRow
    filterset_class = EntryListFilter
    orderings: ClassVar[dict[str, str]] = {"entry_date": "entry_date", "total": "total_minor", "id": "id"}
    default_ordering = "-entry_date"
    is_versioned = False

    def get_queryset(self) -> QuerySet[Entry]:
        return Entry.objects.all()

    @extend_schema(operation_id="list_entries", summary="List entries", tags=TAGS, examples=[ENTRY_ROW])
    def get(self, request: Request) -> Response:
        return self.list_page(request)

    @extend_schema(
        operation_id="post_entry", summary="Post an entry", tags=TAGS,
        description="A general entry, balanced, once and for good. Customers' and suppliers' accounts are kept by "
        "documents.",
        request=NewEntry, responses=created(EntryShown), examples=[NEW_ENTRY, ENTRY],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = NewEntry(data=request.data)
        body.is_valid(raise_exception=True)
        entry = post_by_hand(**body.validated_data, actor=current_scope().actor, now=clock.now())
        return _answer(entry.id, status=201)


class EntryView(TenantView):
    """One entry."""

    required_permissions = {"GET": "ledger.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_entry",
        summary="Read an entry",
        tags=TAGS,
        responses=shown(EntryShown),
        examples=[ENTRY],
    )
    def get(self, request: Request, entry_id: UUID) -> Response:
        return read_fresh(partial(_answer, entry_id))


class EntryReversalView(TenantView):
    """Reversal."""

    required_permissions = {"POST": "ledger.write"}
    is_versioned = False

    @extend_schema(
        operation_id="reverse_entry", summary="Reverse an entry", tags=TAGS,
        description="A new entry takes back every line of a general entry, once. What a document booked is taken back "
        "by voiding or crediting the document.",
        request=Reversal, responses=created(EntryShown), examples=[REVERSAL],
    )  # fmt: skip
    def post(self, request: Request, entry_id: UUID) -> Response:
        body = Reversal(data=request.data)
        body.is_valid(raise_exception=True)
        made = reverse_by_hand(
            entry_id=entry_id, **body.validated_data, actor=current_scope().actor, now=clock.now()
        )
        return _answer(made.id, status=201)


class TrialBalanceView(TenantView):
    """The trial balance."""

    required_permissions = {"GET": "ledger.read"}
    is_versioned = False

    @extend_schema(
        operation_id="get_trial_balance", summary="Read the trial balance of a day", tags=TAGS, parameters=DAYS,
        responses=shown(TrialBalanceShown), examples=[BALANCE],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = BalanceDays(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        given = dict(asked.validated_data)
        today = clock.local_date(clock.now(), caller_of(request).tenant.time_zone)
        balance = get_trial_balance(first_day=given.get("first_day"), last_day=given.get("last_day", today))
        return Response(TrialBalanceShown(show_balance(balance)).data)


def _answer(entry_id: UUID, *, status: int = 200) -> Response:
    entry = get_entry(entry_id)
    reversal = Entry.objects.filter(reverses=entry).values_list("id", flat=True).first()
    entry.reversed_by = reversal  # type: ignore[attr-defined]
    entry.shown_lines = show_lines(get_lines(entry_id), entry.book_currency)  # type: ignore[attr-defined]
    return Response(EntryShown(entry).data, status=status)
