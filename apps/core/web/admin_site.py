"""The admin site: Django admin behind our sign-in, our permissions, our audit log."""

from typing import Any

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from unfold.dataclasses import SearchResult
from unfold.sites import UnfoldAdminSite

from apps.core.errors import Forbidden

OURS = "apps."
FOUND_AT_MOST = 20


class HouseSite(UnfoldAdminSite):  # type: ignore[misc]
    """One tenant's records, seen through the open scope."""

    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take our own models only: those of libraries stand beside all tenants, and nobody's role covers them."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        own = [model for model in models if model.__module__.startswith(OURS)]
        if own:
            super().register(own, admin_class, **options)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Tell somebody who is signed in that their role does not open this, instead of asking them to sign in."""
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Forbidden(
                    "Your role does not open the administration.",
                    cure="Ask an admin of your company for a role that does.",
                )
            response: HttpResponse = inner(request, *args, **kwargs)
            return response

        return guarded

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the one sign-in there is, with its second factor and its lock-out."""
        target = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect_to_login(target, reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the one sign-out there is."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the one page that changes a password."""
        return redirect("account_change_password")

    def search(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Find kinds of records by name. Nothing is kept: a cache by person would answer for another tenant."""
        text = request.GET.get("s", "").strip().lower()
        results = [
            SearchResult(
                title=str(model["name"]), description=app["name"], link=model["admin_url"], icon="tag"
            )
            for app in self.get_app_list(request)
            for model in app["models"]
            if text and text in f"{app['name']} {model['name']}".lower()
        ]
        name = "command_results" if "extended" in request.GET else "search_results"
        page = Paginator(results, FOUND_AT_MOST)
        context = {
            "results": page.page(1),
            "page_obj": page,
            "execution_time": 0,
            "command_show_history": False,
        }
        return render(request, f"unfold/helpers/{name}.html", context)
