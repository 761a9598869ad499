"""Pages of suppliers' bank accounts: proposed by one person, confirmed or rejected by another."""

from collections.abc import Callable
from typing import Any
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
from apps.parties.banking import (
    access_account,
    confirm_account,
    list_waiting,
    propose_account,
    reject_account,
    withdraw_account,
)
from apps.parties.models import BankAccount, Supplier
from apps.parties.suppliers import access_supplier
from apps.parties.web.forms import AccountForm
from apps.tenancy.access import may, requires
from apps.tenancy.timeline import Wording, list_happenings
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

WORDING = Wording(table="parties_bankaccount", labels={"state": "State"})


@require_GET
@requires("suppliers.read")
def waiting_list(request: HttpRequest) -> HttpResponse:
    """Show the proposals that wait for somebody's decision, the oldest first."""
    return render(request, "parties/accounts.html", {
        "accounts": list_waiting(), "me": current_scope().actor.id, "may_decide": may("bankaccounts.approve"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("suppliers.write")
def account_propose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show the form of a bank account to propose, or propose it."""
    supplier = access_supplier(key, permission="suppliers.write")
    initial = {
        "holder": supplier.name, "country_code": supplier.country_code, "currency": tenant_of(request).currency,
    }  # fmt: skip
    form = AccountForm(request.POST or None, initial=initial)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(answer_once(request, lambda: _propose(supplier, form)))
        except DomainError as error:
            problem = place_error(form, error)
    status = problem.status if problem else 422 if form.errors else 200
    context = {
        "form": form, "record": None, "problem": problem, "supplier": supplier,
        "back": reverse("parties:supplier_detail", args=[key]),
    }  # fmt: skip
    return render(request, "parties/account_form.html", context, status=status)


@require_GET
@requires("suppliers.read")
def account_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a bank account with its number; that it was seen is recorded first."""
    return _detail(request, access_account(key), None)


@require_POST
@requires("bankaccounts.approve")
def account_confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """Confirm a proposal; sent twice, it is confirmed once."""
    return _act(
        request, key, "bankaccounts.approve", confirm_account, "Payments go to this account from now on."
    )


@require_POST
@requires("bankaccounts.approve")
def account_reject(request: HttpRequest, key: UUID) -> HttpResponse:
    """Reject a proposal with the reason; sent twice, it is rejected once."""
    reason = request.POST.get("reason", "")
    return _act(
        request, key, "bankaccounts.approve", reject_account, "The proposal is rejected.", reason=reason
    )


@require_POST
@requires("suppliers.write")
def account_withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back one's own proposal; sent twice, it is taken back once."""
    return _act(request, key, "suppliers.write", withdraw_account, "Your proposal is withdrawn.")


def _propose(supplier: Supplier, form: AccountForm) -> str:
    values = {name: value for name, value in form.cleaned_data.items() if name != "once"}
    account = propose_account(supplier_id=supplier.id, **values, actor=current_scope().actor, now=clock.now())
    return reverse("parties:supplier_account", args=[account.id])


def _act(
    request: HttpRequest,
    key: UUID,
    permission: str,
    work: Callable[..., BankAccount],
    told: str,
    **given: Any,
) -> HttpResponse:
    account = access_account(key, permission=permission)
    try:
        work(account_id=key, actor=current_scope().actor, now=clock.now(), **given)
    except DomainError as error:
        return _detail(request, account, error)
    messages.success(request, told)
    return redirect("parties:supplier_account", key)


def _detail(request: HttpRequest, account: BankAccount, problem: DomainError | None) -> HttpResponse:
    record_access(
        kind="personal data",
        subject=f"parties_bankaccount {account.id}",
        detail={"fields": ["holder", "number"]},
    )
    me, is_open = current_scope().actor.id, account.state == "proposed"
    is_mine = me in {account.proposed_by, account.proposed_principal}
    context = {
        "account": account, "supplier": account.supplier, "problem": problem,
        "may_decide": is_open and not is_mine and may("bankaccounts.approve"),
        "may_withdraw": is_open and me == account.proposed_by and may("suppliers.write"),
        "is_mine": is_open and is_mine,
        "timeline": list_happenings(WORDING, account.id),
    }  # fmt: skip
    return render(request, "parties/account.html", context, status=problem.status if problem else 200)
