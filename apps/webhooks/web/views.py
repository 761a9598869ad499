"""Pages of webhooks: endpoints, what they were told, the tries of one delivery."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apps.core import clock
from apps.core.errors import DomainError, InputError, StaleVersion
from apps.core.scope import current_scope
from apps.core.web.form_fields import place_error, read_version
from apps.core.web.keyset import Sort, page_of
from apps.core.web.list_query import read_choice
from apps.core.web.listing import options_filter
from apps.tenancy.access import requires
from apps.tenancy.timeline import explain_stale, list_happenings
from apps.tenancy.web.middleware import tenant_of
from apps.tenancy.web.once import answer_once
from apps.webhooks.access import PERMISSION, access_delivery, access_endpoint
from apps.webhooks.models import DELIVERY_STATES, Endpoint
from apps.webhooks.operations import (
    change_endpoint,
    create_endpoint,
    pause_endpoint,
    remove_endpoint,
    replay_delivery,
    resume_endpoint,
    rotate_secret,
    send_test_event,
)
from apps.webhooks.queries import count_waiting, get_delivery, list_deliveries, list_endpoints
from apps.webhooks.sending import body_of
from apps.webhooks.web.forms import EndpointForm, NewEndpointForm
from apps.webhooks.wording import ENDPOINT

NEWEST = Sort("-created_at", "created_at")


@require_GET
@requires(PERMISSION)
def endpoint_list(request: HttpRequest) -> HttpResponse:
    """Show the endpoints."""
    waiting = count_waiting()
    rows = [(endpoint, waiting.get(endpoint.id, 0)) for endpoint in list_endpoints().order_by("url", "id")]
    return render(request, "webhooks/list.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
@requires(PERMISSION)
def endpoint_create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new endpoint, or register one and show its secret, once."""
    form = NewEndpointForm(request.POST or None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            return _create(request, form)
        except DomainError as error:
            problem = place_error(form, error)
    return _form(request, form, None, problem)


@require_http_methods(["GET", "POST"])
@requires(PERMISSION)
def endpoint_edit(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Show the form of an endpoint, or change one."""
    endpoint = access_endpoint(endpoint_id)
    initial = {"url": endpoint.url, "description": endpoint.description, "events": endpoint.events}
    form = EndpointForm(request.POST or None, initial=initial)
    problem: DomainError | None = None
    if request.method == "POST" and form.is_valid():
        try:
            change_endpoint(
                endpoint_id=endpoint.id, version=read_version(request.POST), actor=current_scope().actor,
                now=clock.now(), **form.cleaned_data,
            )  # fmt: skip
            messages.success(request, "Saved.")
            return redirect("webhooks:detail", endpoint.id)
        except StaleVersion as error:
            problem = explain_stale(ENDPOINT, endpoint.id, error, tenant_of(request).locale)
        except DomainError as error:
            problem = place_error(form, error)
    return _form(request, form, endpoint, problem)


@require_GET
@requires(PERMISSION)
def endpoint_detail(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Show an endpoint and what it was told, newest first."""
    endpoint = access_endpoint(endpoint_id)
    state = read_choice(request.GET, "state", DELIVERY_STATES)
    found = list_deliveries(endpoint_id=endpoint.id, state=state)
    page = page_of(found, request.GET, NEWEST, show=lambda delivery: delivery)
    chip = options_filter(request.GET, "state", "State", DELIVERY_STATES)
    return render(request, "webhooks/detail.html", {
        "endpoint": endpoint, "page": page, "filters": (chip,), "is_filtered": chip.is_on,
        "timeline": list_happenings(ENDPOINT, endpoint.id),
    })  # fmt: skip


@require_GET
@requires(PERMISSION)
def delivery_detail(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Show one delivery: what was sent, and how each try went."""
    info = get_delivery(access_delivery(delivery_id))
    return render(request, "webhooks/delivery.html", {"info": info, "body": body_of(info.event).decode()})


@never_cache
@require_POST
@requires(PERMISSION)
def endpoint_rotate(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Make a new secret and show it, once. Each sending makes another; the version keeps a second one away."""
    access_endpoint(endpoint_id)
    endpoint, secret = rotate_secret(
        endpoint_id=endpoint_id,
        version=read_version(request.POST),
        actor=current_scope().actor,
        now=clock.now(),
    )
    return render(request, "webhooks/secret.html", {"endpoint": endpoint, "secret": secret})


@require_POST
@requires(PERMISSION)
def endpoint_act(request: HttpRequest, endpoint_id: UUID) -> HttpResponse:
    """Pause, resume, remove or test an endpoint, as the button says."""
    endpoint = access_endpoint(endpoint_id)
    act = ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise InputError("There is no such action.", code="unknown_action", field="action")
    run, told, page = act
    run(endpoint, request)
    messages.success(request, told)
    return redirect(*([page, endpoint.id] if page == "webhooks:detail" else [page]))


@require_POST
@requires(PERMISSION)
def delivery_replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Send a delivery once more."""
    delivery = access_delivery(delivery_id)
    replay_delivery(delivery_id=delivery.id, actor=current_scope().actor, now=clock.now())
    messages.success(request, "It is sent again within a few seconds, under the same id.")
    return redirect("webhooks:delivery", delivery.id)


def _create(request: HttpRequest, form: NewEndpointForm) -> HttpResponse:
    made: list[tuple[Endpoint, str]] = []
    given = {name: value for name, value in form.cleaned_data.items() if name != "once"}

    def create() -> str:
        made.append(create_endpoint(**given, actor=current_scope().actor, now=clock.now()))
        return reverse("webhooks:detail", args=[made[0][0].id])

    address = answer_once(request, create)
    if made:
        endpoint, secret = made[0]
        return render(request, "webhooks/secret.html", {"endpoint": endpoint, "secret": secret})
    messages.warning(request, "This endpoint is registered already. Its secret was shown once.")
    return redirect(address)


def _form(
    request: HttpRequest, form: EndpointForm, endpoint: Endpoint | None, problem: DomainError | None
) -> HttpResponse:
    back = reverse("webhooks:detail", args=[endpoint.id]) if endpoint else reverse("webhooks:list")
    status = problem.status if problem else 422 if form.errors else 200
    context = {"form": form, "record": endpoint, "back": back, "problem": problem}
    return render(request, "webhooks/form.html", context, status=status)


def _pause(endpoint: Endpoint, request: HttpRequest) -> None:
    reason = request.POST.get("reason", "")
    pause_endpoint(endpoint_id=endpoint.id, reason=reason, actor=current_scope().actor, now=clock.now())


def _resume(endpoint: Endpoint, _: HttpRequest) -> None:
    resume_endpoint(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())


def _remove(endpoint: Endpoint, _: HttpRequest) -> None:
    remove_endpoint(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())


def _test(endpoint: Endpoint, _: HttpRequest) -> None:
    send_test_event(endpoint_id=endpoint.id, actor=current_scope().actor, now=clock.now())


Act = Callable[[Endpoint, HttpRequest], None]
ACTS: dict[str, tuple[Act, str, str]] = {
    "pause": (_pause, "Paused. What happens until you resume is not told.", "webhooks:detail"),
    "resume": (_resume, "Resumed. What still waited is sent now.", "webhooks:detail"),
    "remove": (_remove, "Removed. What it was told stays on record.", "webhooks:list"),
    "test": (_test, "A test event is on its way.", "webhooks:detail"),
}
