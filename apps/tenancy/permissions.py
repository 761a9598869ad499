"""Permissions and the roles a tenant starts with. Tenants change the matrix on its page; the names are fixed."""

from typing import Final

PERMISSIONS: Final[dict[str, str]] = {
    "dashboards.read": "See the home page and dashboards",
    "customers.read": "See customers",
    "customers.write": "Create and change customers",
    "suppliers.read": "See suppliers and manufacturers",
    "suppliers.write": "Create and change suppliers and propose bank accounts",
    "bankaccounts.approve": "Confirm bank accounts that somebody else proposed",
    "interactions.read": "See interactions with customers",
    "interactions.write": "Write down interactions with customers",
    "products.read": "See products and prices",
    "products.write": "Create and change products",
    "prices.write": "Change price lists",
    "stock.read": "See stock, lots and movements",
    "stock.write": "Move and count stock",
    "orders.read": "See sales orders",
    "orders.write": "Create and change sales orders",
    "orders.ship": "Ship orders and take returns",
    "purchasing.read": "See purchase orders and receipts",
    "purchasing.write": "Create and change purchase orders",
    "purchasing.receive": "Receive goods",
    "invoices.read": "See invoices and credit notes",
    "invoices.write": "Create and change drafts",
    "invoices.post": "Post drafts to the books",
    "invoices.void": "Void posted documents",
    "bills.read": "See supplier invoices",
    "bills.write": "Create and change supplier invoices",
    "bills.post": "Post supplier invoices to the books",
    "bills.void": "Void posted supplier invoices",
    "payments.read": "See payments, open items and bank statements",
    "payments.write": "Record payments and allocate them",
    "payments.run": "Prepare and release payment runs",
    "dunning.run": "Send reminders",
    "approvals.read": "See approvals and their trail",
    "approvals.decide": "Approve or reject what waits for one's decision",
    "approvals.manage": "Change approval policies",
    "ledger.read": "See the ledger and its reports",
    "ledger.write": "Write journal entries",
    "ledger.close": "Close periods and set lock dates",
    "ledger.manage": "Change the chart of accounts and exchange rates",
    "imports.read": "See imports and their reports",
    "imports.run": "Import documents from files",
    "exports.run": "Export lists to files",
    "audit.read": "Read the audit log",
    "audit.export": "Export the audit log with its proofs",
    "members.read": "See members and their roles",
    "members.manage": "Invite members and change their roles",
    "roles.manage": "Change what roles may do",
    "keys.manage": "Make and revoke API keys",
    "webhooks.manage": "Register webhooks, see and replay deliveries",
}

READS: Final = frozenset(p for p in PERMISSIONS if p.endswith(".read"))
BUSINESS_READS: Final = frozenset({
    "dashboards.read", "customers.read", "suppliers.read", "interactions.read", "products.read", "stock.read",
    "orders.read", "purchasing.read", "invoices.read", "bills.read",
})  # fmt: skip
MONEY_READS: Final = frozenset({"payments.read", "ledger.read", "approvals.read", "audit.read"})

ROLES: Final[dict[str, frozenset[str]]] = {
    "admin": frozenset(PERMISSIONS),
    "finance": BUSINESS_READS | MONEY_READS
    | {"customers.write", "suppliers.write", "interactions.write", "invoices.write", "invoices.post", "invoices.void",
       "bills.write", "bills.post", "bills.void", "payments.write", "payments.run", "dunning.run", "ledger.write",
       "ledger.close", "ledger.manage", "approvals.decide", "imports.read", "imports.run", "exports.run"},
    "approver": BUSINESS_READS | MONEY_READS
    | {"invoices.post", "bills.post", "approvals.decide", "bankaccounts.approve"},
    "sales": BUSINESS_READS - {"bills.read", "purchasing.read"}
    | {"customers.write", "interactions.write", "invoices.write", "orders.write", "exports.run"},
    "operations": BUSINESS_READS
    | {"products.write", "prices.write", "stock.write", "suppliers.write", "orders.write", "orders.ship",
       "purchasing.write", "purchasing.receive", "imports.read", "imports.run"},
    "support": frozenset({"customers.read", "products.read", "stock.read", "orders.read", "invoices.read",
                          "interactions.read", "interactions.write"}),
    "auditor": READS | {"audit.export", "exports.run"},
}  # fmt: skip

ROLE_LABELS: Final[dict[str, str]] = {
    "admin": "Admin", "finance": "Finance", "approver": "Approver", "sales": "Sales",
    "operations": "Operations", "support": "Support", "auditor": "Auditor",
}  # fmt: skip

# What an API key may be given; managing people and roles stays with people.
KEY_SCOPES: Final = tuple(p for p in PERMISSIONS if p.split(".")[0] in {
    "customers", "suppliers", "interactions", "products", "prices", "stock", "orders", "purchasing", "invoices",
    "bills", "payments", "webhooks",
} or p in {"approvals.read", "ledger.read", "ledger.write"})  # fmt: skip
