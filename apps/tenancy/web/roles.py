"""The page of the permission matrix."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.errors import DomainError, StaleVersion
from apps.core.scope import current_scope
from apps.tenancy.access import check_permission, may, requires
from apps.tenancy.operations import set_role_permissions
from apps.tenancy.permissions import ROLE_LABELS
from apps.tenancy.queries import get_permission_matrix
from apps.tenancy.web.matrix import cells_of, groups_of, print_of, read_cells


@require_http_methods(["GET", "POST"])
@requires("members.read")
def role_matrix(request: HttpRequest) -> HttpResponse:
    """Show what each role may do, or set it."""
    if request.method == "GET":
        return _matrix(request, None)
    check_permission("roles.manage")
    try:
        number = _save(request)
    except DomainError as error:
        return _matrix(request, error)
    messages.success(request, f"{number} permission{'' if number == 1 else 's'} changed.")
    return redirect("tenancy:roles")


def _save(request: HttpRequest) -> int:
    seen = cells_of(get_permission_matrix())
    if request.POST.get("seen") != print_of(seen):
        raise StaleVersion("Somebody changed the permissions after you opened this page. Nothing was saved.")
    granted = read_cells(request.POST.getlist("cell"))
    return set_role_permissions(granted=granted, seen=seen, actor=current_scope().actor, now=clock.now())


def _matrix(request: HttpRequest, problem: DomainError | None) -> HttpResponse:
    matrix = get_permission_matrix()
    context = {
        "roles": list(ROLE_LABELS.items()), "groups": groups_of(matrix), "seen": print_of(cells_of(matrix)),
        "may_manage": may("roles.manage"), "problem": problem,
    }  # fmt: skip
    return render(request, "tenancy/roles.html", context, status=problem.status if problem else 200)
