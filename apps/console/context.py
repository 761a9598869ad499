"""The frame around every page: sections by permission, companies, the person, the theme."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from apps.tenancy.models import User
from apps.tenancy.permissions import ROLE_LABELS
from apps.tenancy.queries import MembershipInfo

THEME_COOKIE: Final = "bulkhead_theme"
THEMES: Final = ("auto", "light", "dark")


@dataclass(frozen=True)
class Section:
    """A place in the frame: which page, what it is called, who may see it, the key after `g`.

    Pages whose name begins with `under` belong to it.
    """

    page: str
    under: str
    label: str
    icon: str
    permission: str
    key: str


GROUPS: Final[tuple[tuple[str, tuple[Section, ...]], ...]] = (
    ("", (
        Section("console:home", "console:home", "Home", "home", "dashboards.read", "h"),
        Section("approvals:inbox", "approvals:", "Approvals", "approval", "approvals.read", "v"),
    )),
    ("Sales", (
        Section("invoices:list", "invoices:", "Invoices", "invoice", "invoices.read", "i"),
        Section("orders:sales", "orders:sale", "Sales orders", "order", "orders.read", "o"),
        Section("parties:list", "parties:", "Customers", "customers", "customers.read", "c"),
        Section("parties:interactions", "parties:interaction", "Interactions", "talk", "interactions.read", "n"),
        Section("settlement:receivables", "settlement:receivable", "Receivables", "ageing", "payments.read", "d"),
    )),
    ("Purchasing", (
        Section("bills:list", "bills:", "Bills", "bill", "bills.read", "b"),
        Section("orders:purchases", "orders:purchase", "Purchase orders", "purchase", "purchasing.read", "u"),
        Section("parties:suppliers", "parties:supplier", "Suppliers", "supplier", "suppliers.read", "s"),
        Section("settlement:payables", "settlement:payable", "Payables", "ageing", "payments.read", "y"),
    )),
    ("Goods", (
        Section("catalog:list", "catalog:", "Products", "product", "products.read", "p"),
        Section("catalog:prices", "catalog:price", "Price lists", "price", "products.read", "w"),
        Section("catalog:stock", "catalog:stock", "Stock", "stock", "stock.read", "k"),
    )),
    ("Books", (
        Section("payments:list", "payments:", "Payments", "payment", "payments.read", "t"),
        Section("ledger:entries", "ledger:", "Ledger", "ledger", "ledger.read", "l"),
        Section("invoices:imports", "invoices:import", "Imports", "import", "imports.read", "m"),
        Section("exchange:check", "exchange:", "E-invoices", "bill", "invoices.read", "f"),
        Section("audit:list", "audit:", "Audit", "audit", "audit.read", "a"),
    )),
    ("Settings", (
        Section("tenancy:members", "tenancy:member", "Members", "members", "members.read", "e"),
        Section("tenancy:roles", "tenancy:role", "Roles & permissions", "roles", "members.read", "r"),
        Section("tenancy:keys", "tenancy:key", "API keys", "key", "keys.manage", "z"),
        Section("approvals:policies", "approvals:polic", "Approval policies", "policy", "approvals.manage", "x"),
        Section("webhooks:list", "webhooks:", "Webhooks", "webhook", "webhooks.manage", "q"),
    )),
)  # fmt: skip

# Which list the search field searches, by how the open page's name begins; the longest beginning counts.
SEARCHES: Final = {
    "parties:": ("parties:list", "Search customers"),
    "parties:supplier": ("parties:suppliers", "Search suppliers"),
    "parties:supplier_manufacturer": ("parties:supplier_manufacturers", "Search manufacturers"),
    "parties:interaction": ("parties:interactions", "Search interactions"),
    "catalog:": ("catalog:list", "Search products"),
    "audit:": ("audit:list", "Search the audit log"),
}


@dataclass(frozen=True)
class NavItem:
    """A section as the frame prints it."""

    label: str
    url: str
    icon: str
    key: str
    is_current: bool
    waiting: int = 0


@dataclass(frozen=True)
class NavGroup:
    """Sections under one title."""

    title: str
    items: tuple[NavItem, ...]


@dataclass(frozen=True)
class TenantChoice:
    """A company that the person may switch to."""

    id: UUID
    name: str
    role: str


@dataclass(frozen=True)
class Person:
    """Who is signed in."""

    name: str
    email: str


@dataclass(frozen=True)
class Search:
    """Where the search field leads and what it says."""

    url: str
    label: str
    value: str
    is_here: bool


@dataclass(frozen=True)
class Frame:
    """What base.html needs. `tenant` is None for a person who belongs to no company."""

    theme: str
    locale: str
    person: Person
    tenant: TenantChoice | None
    tenants: tuple[TenantChoice, ...]
    sections: tuple[NavGroup, ...]
    search: Search | None
    live_url: str
    notice: str = ""

    @property
    def language(self) -> str:
        """The language of our words; formats of money and dates follow `locale`."""
        return "en"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give templates the frame; somebody who is not signed in gets only the theme."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    theme = theme if theme in THEMES else "auto"
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"frame": {"theme": theme, "locale": "en_GB"}}
    membership: MembershipInfo | None = getattr(request, "membership", None)
    memberships: list[MembershipInfo] = getattr(request, "memberships", [])
    return {
        "frame": Frame(
            theme=theme,
            locale=membership.tenant.locale if membership else "en_GB",
            person=Person(str(user), user.email),
            tenant=_choice(membership) if membership else None,
            tenants=tuple(_choice(each) for each in memberships),
            sections=_sections(request, user.granted),
            search=_search(request, user.granted),
            live_url=_address("console:live") if membership else "",
            notice=getattr(request, "notice", ""),
        )
    }


def first_address(granted: frozenset[str]) -> str:
    """Return the first section that these permissions open, or nothing."""
    seen = (section.page for _, group in GROUPS for section in group if section.permission in granted)
    return next(filter(None, map(_address, seen)), "")


def _choice(membership: MembershipInfo) -> TenantChoice:
    label = ROLE_LABELS.get(membership.role, membership.role)
    return TenantChoice(membership.tenant.id, membership.tenant.name, label)


def _sections(request: HttpRequest, granted: frozenset[str]) -> tuple[NavGroup, ...]:
    current = _current(_page_of(request))
    groups = []
    for title, sections in GROUPS:
        seen = [(section, _address(section.page)) for section in sections if section.permission in granted]
        items = tuple(
            NavItem(section.label, url, section.icon, section.key, section.page == current)
            for section, url in seen
            if url
        )
        if items:
            groups.append(NavGroup(title, items))
    return tuple(groups)


def _page_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return match.view_name if match else ""


def _current(here: str) -> str:
    """Return the section that a page belongs to: the one whose beginning of a name fits best."""
    fitting = [section for _, group in GROUPS for section in group if here.startswith(section.under)]
    return max(fitting, key=lambda section: len(section.under)).page if fitting else ""


def _search(request: HttpRequest, granted: frozenset[str]) -> Search | None:
    here = _page_of(request)
    beginning = max(filter(here.startswith, SEARCHES), key=len, default="")
    page, label = SEARCHES.get(beginning, ("invoices:list", "Search invoices"))
    url = _address(page)
    is_here = url == request.path
    return (
        Search(url, label, request.GET.get("q", "") if is_here else "", is_here) if url and granted else None
    )


def _address(page: str) -> str:
    """Return a page's address, or nothing while the page is not there."""
    try:
        return reverse(page)
    except NoReverseMatch:
        return ""
