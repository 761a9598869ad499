"""Pages of delegations and of people's limits."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.approvals.models import Delegation, PersonLimit
from apps.approvals.people import list_people, names_of_people, today_at
from apps.approvals.policy_operations import create_delegation, revoke_delegation, set_limit
from apps.approvals.subjects import label_of
from apps.approvals.web.forms import DelegationForm, LimitForm
from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.money import to_minor
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, place_error
from apps.ledger.queries import book_currency
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once


@dataclass(frozen=True)
class DelegationRow:
    """A delegation as the list shows it."""

    delegation: Delegation
    holder: str
    delegate: str
    kind: str
    state: str
    may_revoke: bool


@require_GET
@requires("approvals.read")
def delegation_list(request: HttpRequest) -> HttpResponse:
    """Show the delegations, the newest first."""
    rows = list(Delegation.objects.order_by("-created_at", "-id")[:200])
    names = names_of_people({each for row in rows for each in (row.holder_id, row.delegate_id)})
    today = today_at(clock.now())
    shown = [_row(each, names, today) for each in rows]
    return render(
        request, "approvals/delegations.html", {"rows": shown, "may_create": may("approvals.decide")}
    )


@require_http_methods(["GET", "POST"])
@requires("approvals.decide")
def delegation_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a delegation, or make one."""
    form = DelegationForm(request.POST or None, members=_members(), may_choose=may("approvals.manage"))
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            address = answer_once(request, lambda: _create(form))
            messages.success(request, "The delegation holds on the days you named.")
            return redirect(address)
        except DomainError as error:
            problem = place_error(form, error, {"delegate": "delegate_id"})
    context = {"form": form, "record": None, "back": reverse("approvals:delegations"), "problem": problem}
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "approvals/delegation_form.html", context, status=status)


@require_POST
@requires("approvals.decide")
def delegation_revoke(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """End a delegation at once."""
    try:
        revoke_delegation(
            delegation_id=delegation_id, actor=current_scope().actor, now=clock.now(),
            is_manager=may("approvals.manage"),
        )  # fmt: skip
        messages.success(request, "The delegation has ended.")
    except NotFound:
        raise
    except DomainError as error:
        messages.error(request, f"{error.message} {error.cure}".strip())
    return redirect("approvals:delegations")


@require_http_methods(["GET", "POST"])
@requires("approvals.read")
def limit_list(request: HttpRequest) -> HttpResponse:
    """Show what each person may approve at most, or set one limit."""
    mark = decimal_mark(tenant_of(request).locale)
    form = LimitForm(request.POST or None, members=_members(), mark=mark)
    problem = None
    if request.method == "POST":
        check_permission("approvals.manage")
        if form.is_valid():
            try:
                _set_limit(form)
                messages.success(request, "The limit holds from now on.")
                return redirect("approvals:policy_limits")
            except DomainError as error:
                problem = place_error(form, error, {"person": "person_id"})
    rows = list(PersonLimit.objects.order_by("person_id", "subject_kind"))
    names = names_of_people({row.person_id for row in rows})
    shown = sorted(
        ((names.get(row.person_id, "Somebody who has left"), _kind(row.subject_kind), row) for row in rows),
        key=lambda each: each[:2],
    )
    context = {"rows": shown, "form": form, "problem": problem, "currency": book_currency(),
               "may_manage": may("approvals.manage")}  # fmt: skip
    status = problem.status if problem else 422 if form.errors else 200
    return render(request, "approvals/limits.html", context, status=status)


def _create(form: DelegationForm) -> str:
    actor, given = current_scope().actor, form.cleaned_data
    create_delegation(
        holder_id=UUID(given["holder_id"]) if given.get("holder_id") else actor.id,
        delegate_id=UUID(given["delegate_id"]), starts_on=given["starts_on"], ends_on=given["ends_on"],
        subject_kind=given["subject_kind"], reason=given["reason"], actor=actor, now=clock.now(),
        is_manager=may("approvals.manage"),
    )  # fmt: skip
    return reverse("approvals:delegations")


def _set_limit(form: LimitForm) -> None:
    given = form.cleaned_data
    amount = given["limit"]
    set_limit(
        person_id=UUID(given["person_id"]), subject_kind=given["subject_kind"],
        limit_minor=None if amount is None else to_minor(amount, book_currency()),
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip


def _row(row: Delegation, names: dict[UUID, str], today: date) -> DelegationRow:
    state = "holds"
    if row.revoked_at or row.ends_on < today:
        state = "ended"
    elif row.starts_on > today:
        state = "later"
    is_mine = row.holder_id == current_scope().actor.id or may("approvals.manage")
    return DelegationRow(
        row, names.get(row.holder_id, "Somebody who has left"), names.get(row.delegate_id, "Somebody who has left"),
        _kind(row.subject_kind), state, is_mine and state != "ended" and may("approvals.decide"),
    )  # fmt: skip


def _kind(kind: str) -> str:
    return label_of(kind) if kind else "Everything"


def _members() -> list[tuple[str, str]]:
    people = [person.id for person in list_people()]
    names = names_of_people(people)
    return sorted(((str(each), names.get(each, "")) for each in people), key=lambda pair: pair[1].casefold())
