"""Pages of policies: the list, the form, and who would approve, shown while it is written."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.approvals.choosing import terms_of
from apps.approvals.inbox import say_approvers, say_rule
from apps.approvals.models import Policy, PolicyVersion
from apps.approvals.parties import codes_of_parties, find_parties
from apps.approvals.people import ids_in, list_people, names_of_people
from apps.approvals.policy_operations import change_policy, create_policy
from apps.approvals.preview import Preview, preview_terms
from apps.approvals.rules import Facts, Terms, levels_from_json
from apps.approvals.subjects import label_of
from apps.approvals.web.forms import LevelFormSet, PolicyForm, header_values, level_values, terms_from
from apps.approvals.wording import POLICY
from apps.core import clock
from apps.core.errors import DomainError, InputError, NotFound, StaleVersion
from apps.core.money import to_minor
from apps.core.scope import current_scope
from apps.core.web.form_fields import decimal_mark, place_error, read_version
from apps.ledger.queries import book_currency
from apps.tenancy.access import requires
from apps.tenancy.timeline import explain_stale, list_happenings
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once

NAMES = {"kind": "subject_kind"}


@dataclass(frozen=True)
class PolicyRow:
    """A policy as the list shows it, with its levels in words."""

    policy: Policy
    version: PolicyVersion
    kind: str
    levels: tuple[str, ...]


@require_GET
@requires("approvals.manage")
def policy_list(request: HttpRequest) -> HttpResponse:
    """Show the policies in the order in which they are asked."""
    policies = list(Policy.objects.order_by("subject_kind", "position", "id")[:500])
    versions = {
        (each.policy_id, each.number): each
        for each in PolicyVersion.objects.filter(policy__in=[policy.id for policy in policies])
    }
    current = [versions[policy.id, policy.version] for policy in policies]
    named = {name for version in current for level in version.levels for name in level["approvers"]}
    names = names_of_people(ids_in(named))
    rows = [_row(policy, version, names) for policy, version in zip(policies, current, strict=True)]
    return render(request, "approvals/policies.html", {"rows": rows, "currency": book_currency()})


@require_http_methods(["GET", "POST"])
@requires("approvals.manage")
def policy_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new policy, or make one."""
    forms = _forms(request, None)
    problem = None
    if request.method == "POST" and forms.are_valid():
        try:
            address = answer_once(request, lambda: _create(forms))
            messages.success(request, "The policy holds from now on.")
            return redirect(address)
        except DomainError as error:
            problem = place_error(forms.header, error, NAMES)
    return _page(request, forms, None, problem)


@require_http_methods(["GET", "POST"])
@requires("approvals.manage")
def policy_edit(request: HttpRequest, policy_id: UUID) -> HttpResponse:
    """Show the form of a policy, or make its next version."""
    policy = _find(policy_id)
    forms = _forms(request, policy)
    problem: DomainError | None = None
    if request.method == "POST" and forms.are_valid():
        try:
            given = forms.header.cleaned_data
            change_policy(
                policy_id=policy.id, terms=forms.terms(), name=given["name"], position=given["position"],
                is_active=given["is_active"], version=read_version(request.POST), actor=current_scope().actor,
                now=clock.now(),
            )  # fmt: skip
            messages.success(request, "The next version holds from now on; requests that wait keep theirs.")
            return redirect("approvals:policies")
        except StaleVersion as error:
            problem = explain_stale(POLICY, policy.id, error, tenant_of(request).locale)
        except DomainError as error:
            problem = place_error(forms.header, error, NAMES)
    return _page(request, forms, policy, problem)


@require_POST
@requires("approvals.manage")
def policy_preview(request: HttpRequest) -> HttpResponse:
    """Answer who would approve a document, by the policy as the form has it now. Nothing is saved."""
    forms = _forms(request, None)
    preview, problem = None, ""
    if forms.are_valid():
        try:
            preview = _preview(request, forms)
        except DomainError as error:
            problem = error.message
    else:
        problem = "Complete the policy first: its name, what it is for, and one level."
    return render(request, "approvals/_preview.html", {"preview": preview, "preview_problem": problem})


@dataclass
class Forms:
    """The header and the levels of a policy."""

    header: PolicyForm
    levels: Any

    def are_valid(self) -> bool:
        return all([self.header.is_valid(), self.levels.is_valid()])

    def terms(self) -> Terms:
        """Return what the forms say. Raises InputError for a code that is nobody's."""
        header = self.header.cleaned_data
        parties = find_parties(header["parties"])
        return terms_from(header, [each.cleaned_data for each in self.levels], parties, book_currency())


def _forms(request: HttpRequest, policy: Policy | None) -> Forms:
    members = [(str(person.id), "") for person in list_people()]
    names = names_of_people([UUID(key) for key, _ in members])
    options: dict[str, Any] = {
        "members": sorted(((key, names.get(UUID(key), "")) for key, _ in members), key=lambda each: each[1]),
        "mark": decimal_mark(tenant_of(request).locale),
    }
    sent = request.POST or None
    if policy is None or sent is not None:
        levels = LevelFormSet(sent, prefix="levels", form_kwargs=options)
        return Forms(PolicyForm(sent, **options), levels)
    version = policy.versions.get(number=policy.version)
    terms, currency = terms_of(version), book_currency()
    initial = header_values(terms, currency) | {
        "name": policy.name, "position": policy.position, "is_active": policy.is_active,
        "parties": ", ".join(codes_of_parties(terms.party_ids)),
    }  # fmt: skip
    levels = LevelFormSet(initial=level_values(terms, currency), prefix="levels", form_kwargs=options)
    return Forms(PolicyForm(initial=initial, **options), levels)


def _create(forms: Forms) -> str:
    given = forms.header.cleaned_data
    create_policy(
        name=given["name"], terms=forms.terms(), position=given["position"], is_active=given["is_active"],
        actor=current_scope().actor, now=clock.now(),
    )  # fmt: skip
    return reverse("approvals:policies")


def _preview(request: HttpRequest, forms: Forms) -> Preview:
    text = request.POST.get("preview_amount", "").strip().replace(",", ".")
    try:
        amount = to_minor(Decimal(text or "0"), book_currency())
    except InvalidOperation:
        raise InputError("Write the amount as a number.", field="preview_amount") from None
    parties = find_parties(request.POST.get("preview_party", ""))
    header = forms.header.cleaned_data
    facts = Facts(
        header["subject_kind"],
        amount,
        parties[0] if parties else None,
        request.POST.get("preview_category", ""),
    )
    name = header["name"]
    policy_id = Policy.objects.filter(name=name).values_list("id", flat=True).first()
    return preview_terms(forms.terms(), facts, policy_id=policy_id, position=header["position"])


def _page(
    request: HttpRequest, forms: Forms, policy: Policy | None, problem: DomainError | None
) -> HttpResponse:
    errors = bool(forms.header.errors) or (forms.levels.is_bound and not forms.levels.is_valid())
    context = {
        "form": forms.header, "levels": forms.levels, "record": policy, "back": reverse("approvals:policies"),
        "problem": problem, "currency": book_currency(),
        "timeline": list_happenings(POLICY, policy.id) if policy else [],
    }  # fmt: skip
    status = problem.status if problem else 422 if errors else 200
    return render(request, "approvals/policy_form.html", context, status=status)


def _row(policy: Policy, version: PolicyVersion, names: dict[UUID, str]) -> PolicyRow:
    levels = tuple(
        f"{say_rule(level.rule, level.needed)} {say_approvers(level.approvers, names)}"
        for level in levels_from_json(version.levels)
    )
    return PolicyRow(policy, version, label_of(policy.subject_kind), levels)


def _find(policy_id: UUID) -> Policy:
    policy = Policy.objects.filter(id=policy_id).first()
    if policy is None:
        raise NotFound("There is no such policy.")
    return policy
