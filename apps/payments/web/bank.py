"""Pages of the bank: statements read, lines that wait, what each may be, the company's accounts."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.audit.operations import record_access
from apps.core import clock
from apps.core.errors import DomainError
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error
from apps.core.web.keyset import Sort, page_of
from apps.core.web.list_query import read_choice, read_id, read_text
from apps.core.web.listing import fixed_filter, options_filter
from apps.payments.accounts import create_own_account, get_own_account, list_own_accounts
from apps.payments.bank import ignore_line, import_statement, match_party, match_payment, undo_match
from apps.payments.inputs import PaymentPart
from apps.payments.matching import Proposal, propose_matches
from apps.payments.models import LINE_STATES, BankLine, BankStatement
from apps.payments.queries import get_line, get_statement, list_lines
from apps.payments.statement_files import MAX_BYTES
from apps.payments.web.forms import AccountForm, StatementForm
from apps.payments.wording import LINE
from apps.settlement.web.acting import once, perform, sent_id
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.timeline import list_happenings
from apps.tenancy.web.once import answer_once

NEWEST = 5


@require_GET
@requires("payments.read")
def bank_list(request: HttpRequest) -> HttpResponse:
    """Show lines of the bank, those that wait first of all."""
    query = request.GET
    # Without a choice the lines that wait; `state=` shows all.
    state = read_choice(query, "state", LINE_STATES) if "state" in query else "open"
    statement_id = read_id(query, "statement")
    found = list_lines(state=state, statement_id=statement_id, text=read_text(query))
    page = page_of(found, query, Sort("-booking_date", "booking_date"), show=lambda row: row)
    filters = (
        options_filter(query, "state", "State", LINE_STATES),
        *(
            [fixed_filter(query, "statement", "File", get_statement(statement_id).name)]
            if statement_id
            else []
        ),
    )
    return render(request, "payments/bank.html", {
        "page": page, "filters": filters, "is_filtered": any(each.is_on for each in filters),
        "shows_waiting": state == "open", "waiting": list_lines(state="open").count(),
        "statements": list(BankStatement.objects.order_by("-imported_at", "-id")[:NEWEST]),
        "may_import": may("payments.write"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("payments.write")
def bank_import(request: HttpRequest) -> HttpResponse:
    """Show the form of a statement, or read one."""
    check_permission("payments.read")
    form = StatementForm(request.POST or None, request.FILES or None, accounts=list_own_accounts())
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(_import(request, form))
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "problem": problem, "back": reverse("payments:bank")}
    return render(request, "payments/statement_form.html", context, status=status)


@require_GET
@requires("payments.read")
def bank_line(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Show a line of the bank with what it may be."""
    return _show(request, get_line(line_id))


@require_POST
@requires("payments.write")
def bank_match(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Confirm what a line is: a recorded payment, or a party's, with what is proposed."""
    check_permission("payments.read")
    line = get_line(line_id)

    def work() -> str:
        actor, now = current_scope().actor, clock.now()
        if request.POST.get("payment"):
            match_payment(line_id=line.id, payment_id=sent_id(request.POST, "payment"), actor=actor, now=now)
        else:
            match_party(
                line_id=line.id, side=request.POST.get("side", ""), party_id=sent_id(request.POST, "party"),
                parts=_parts(request, line), actor=actor, now=now,
            )  # fmt: skip
        messages.success(request, "Matched.")
        return reverse("payments:bank_line", args=[line.id])

    return perform(request, work, lambda refusal: _show(request, get_line(line.id), refusal))


@require_POST
@requires("payments.write")
def bank_undo(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Take a match, or that a line was left out, back."""
    check_permission("payments.read")
    line = get_line(line_id)

    def work() -> str:
        reason = request.POST.get("reason", "")
        undo_match(line_id=line.id, reason=reason, actor=current_scope().actor, now=clock.now())
        messages.success(request, "The line waits again.")
        return reverse("payments:bank_line", args=[line.id])

    return perform(request, work, lambda refusal: _show(request, get_line(line.id), refusal))


@require_POST
@requires("payments.write")
def bank_ignore(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """Leave a line out."""
    check_permission("payments.read")
    line = get_line(line_id)

    def work() -> str:
        reason = request.POST.get("reason", "")
        ignore_line(line_id=line.id, reason=reason, actor=current_scope().actor, now=clock.now())
        messages.success(request, "Left out. It stays in the list of all lines.")
        return reverse("payments:bank")

    return perform(request, work, lambda refusal: _show(request, get_line(line.id), refusal))


@require_GET
@requires("payments.read")
def account_list(request: HttpRequest) -> HttpResponse:
    """Show the company's accounts; their numbers are shown on a look of their own."""
    context = {"accounts": list_own_accounts(), "may_create": may("payments.run"), "shown": None}
    return render(request, "payments/accounts.html", context)


@require_GET
@requires("payments.run")
def account_number(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """Show an account's number; the look is recorded first."""
    check_permission("payments.read")
    account = get_own_account(account_id)
    record_access(kind="personal data", subject="own bank account", detail={"account": str(account.id)})
    context = {"accounts": list_own_accounts(), "may_create": True, "shown": account}
    return render(request, "payments/accounts.html", context)


@require_http_methods(["GET", "POST"])
@requires("payments.run")
def account_create(request: HttpRequest) -> HttpResponse:
    """Show the form of an account, or write one down."""
    check_permission("payments.read")
    form = AccountForm(request.POST or None)
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "once"}

        def work() -> str:
            create_own_account(**given, actor=current_scope().actor, now=clock.now())
            return reverse("payments:account_list")

        try:
            return redirect(answer_once(request, work))
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "problem": problem, "back": reverse("payments:account_list")}
    return render(request, "payments/account_form.html", context, status=status)


def _import(request: HttpRequest, form: StatementForm) -> str:
    file = form.cleaned_data["file"]

    def work() -> str:
        statement = import_statement(
            own_account_id=UUID(form.cleaned_data["own_account"]), name=file.name or "statement",
            content=file.read(MAX_BYTES + 1), actor=current_scope().actor, now=clock.now(),
        )  # fmt: skip
        new, known = statement.new_lines, statement.known_lines
        messages.success(request, f"{new} new lines, {known} known before.")
        return f"{reverse('payments:bank')}?state=&statement={statement.id}"

    return answer_once(request, work)


def _parts(request: HttpRequest, line: BankLine) -> list[PaymentPart]:
    """Return the parts of the proposal that was confirmed; `then=unapplied` records the money alone."""
    if request.POST.get("then") == "unapplied":
        return []
    party = request.POST.get("party", "")
    proposal = next(
        (each for each in propose_matches(line) if str(each.party_id) == party and not each.payment), None
    )
    parts = proposal.parts if proposal else ()
    return [
        PaymentPart(item_id=part.item.id, amount_minor=part.amount_minor, discount_minor=part.discount_minor)
        for part in parts
    ]


def _show(request: HttpRequest, line: BankLine, problem: DomainError | None = None) -> HttpResponse:
    may_write = may("payments.write")
    proposals: list[Proposal] = propose_matches(line) if line.state == "open" else []
    return render(request, "payments/bank_line.html", {
        "line": line, "state": LINE_STATES[line.state], "proposals": proposals, "problem": problem,
        "may_write": may_write, "once": once(), "timeline": list_happenings(LINE, line.id),
    }, status=problem.status if problem else 200)  # fmt: skip
