"""Pages of members: who works here, in which role."""

import secrets
from uuid import UUID

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock
from apps.core.errors import DomainError, NotFound
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error
from apps.tenancy.access import may, requires
from apps.tenancy.models import User
from apps.tenancy.operations import add_member, change_member_role, create_user, end_membership
from apps.tenancy.permissions import ROLE_LABELS
from apps.tenancy.queries import MembershipInfo, list_members
from apps.tenancy.web.forms import InviteForm
from apps.tenancy.web.middleware import SESSION_KEY


@require_GET
@requires("members.read")
def member_list(request: HttpRequest) -> HttpResponse:
    """Show who works in the open tenant."""
    return _members(request, None)


@require_http_methods(["GET", "POST"])
@requires("members.manage")
def member_invite(request: HttpRequest) -> HttpResponse:
    """Show the form for somebody new, or give them a role and send them the way in."""
    form = InviteForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            user = _invite(form)
        except DomainError as error:
            problem = place_error(form, error)
        else:
            _send_way_in(request, user)
            messages.success(request, f"{user} may work here now.")
            return redirect("tenancy:members")
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "record": None, "back": reverse("tenancy:members"), "problem": problem}
    return render(request, "tenancy/member_form.html", context, status=status)


@require_POST
@requires("members.manage")
def member_role(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Change a member's role."""
    role = request.POST.get("role", "")
    try:
        change_member_role(
            membership_id=membership_id, role=role, actor=current_scope().actor, now=clock.now()
        )
    except DomainError as error:
        return _members(request, error)
    messages.success(request, f"The role is {ROLE_LABELS[role]} now.")
    return redirect("tenancy:members")


@require_POST
@requires("members.manage")
def member_end(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """End a membership."""
    try:
        end_membership(membership_id=membership_id, actor=current_scope().actor, now=clock.now())
    except DomainError as error:
        return _members(request, error)
    messages.success(request, "The membership has ended.")
    return redirect("tenancy:members")


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Work in another of one's own tenants from now on. Raises NotFound for any other."""
    memberships: list[MembershipInfo] = request.memberships  # type: ignore[attr-defined]
    for membership in memberships:
        if str(membership.tenant.id) == request.POST.get("tenant"):
            request.session[SESSION_KEY] = str(membership.tenant.id)
            return redirect("console:home")
    raise NotFound("You do not work in such a company.")


def own_address(request: HttpRequest) -> HttpResponse:
    """Stand in front of the sign-in's own page of addresses, and refuse. Raises NotFound.

    Companies invite an address that they trust; who could take any address unproven would be let in as another.
    """
    raise NotFound(
        "Nobody changes the address they sign in with.", cure="Ask an admin to invite the new address."
    )


def _members(request: HttpRequest, problem: DomainError | None) -> HttpResponse:
    context = {
        "members": list_members(), "roles": list(ROLE_LABELS.items()), "problem": problem,
        "may_manage": may("members.manage"),
    }  # fmt: skip
    return render(request, "tenancy/members.html", context, status=problem.status if problem else 200)


def _invite(form: InviteForm) -> User:
    given, actor, now = form.cleaned_data, current_scope().actor, clock.now()
    with transaction.atomic(using="default"):
        # Nobody ever learns this password; the mail lets the person choose one.
        user = create_user(
            email=given["email"], name=given["name"], password=secrets.token_urlsafe(32), actor=actor, now=now
        )
        add_member(user=user, role=given["role"], actor=actor, now=now)
    return user


def _send_way_in(request: HttpRequest, user: User) -> None:
    """Mail somebody who has never signed in where to choose a password."""
    form = ResetPasswordForm({"email": user.email})
    if user.last_login is None and form.is_valid():
        form.save(request)
