"""Where each address leads."""

from django.contrib import admin
from django.urls import include, path

from apps.core.web.health import health
from apps.tenancy.web.members import own_address

handler400 = "apps.core.api.failures.bad_request"
handler403 = "apps.core.api.failures.permission_denied"
handler404 = "apps.core.api.failures.page_not_found"
handler500 = "apps.core.api.failures.server_error"

urlpatterns = [
    path("healthz", health, name="health"),
    path("accounts/email/", own_address, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("config.api_urls")),
    # Customers and suppliers share a room: its addresses begin with what they are.
    path("", include("apps.parties.web.urls")),
    path("products/", include("apps.catalog.web.urls")),
    path("orders/", include("apps.orders.web.urls")),
    path("invoices/", include("apps.invoices.web.urls")),
    path("bills/", include("apps.bills.web.urls")),
    path("settlement/", include("apps.settlement.web.urls")),
    path("payments/", include("apps.payments.web.urls")),
    path("ledger/", include("apps.ledger.web.urls")),
    path("approvals/", include("apps.approvals.web.urls")),
    path("e-invoices/", include("apps.exchange.web.urls")),
    path("webhooks/", include("apps.webhooks.web.urls")),
    path("audit/", include("apps.console.web.audit_urls")),
    path("settings/", include("apps.tenancy.web.urls")),
    path("", include("apps.console.web.urls")),
]
