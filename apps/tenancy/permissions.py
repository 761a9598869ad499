"""Permissions and the roles a tenant starts with. Tenants change the matrix on its page; the names are fixed."""

from typing import Final

PERMISSIONS: Final[dict[str, str]] = {
    "dashboards.read": "See the home page and dashboards",
    "customers.read": "See customers",
    "customers.write": "Create and change customers",
    "products.read": "See products",
    "products.write": "Create and change products",
    "invoices.read": "See invoices and credit notes",
    "invoices.write": "Create and change drafts",
    "invoices.post": "Post drafts to the books",
    "invoices.void": "Void posted documents",
    "imports.read": "See imports and their reports",
    "imports.run": "Import documents from files",
    "exports.run": "Export lists to files",
    "audit.read": "Read the audit log",
    "audit.export": "Export the audit log with its proofs",
    "members.read": "See members and their roles",
    "members.manage": "Invite members and change their roles",
    "roles.manage": "Change what roles may do",
    "keys.manage": "Make and revoke API keys",
}

READS: Final = frozenset(p for p in PERMISSIONS if p.endswith(".read"))
BUSINESS_READS: Final = frozenset({"dashboards.read", "customers.read", "products.read", "invoices.read"})

ROLES: Final[dict[str, frozenset[str]]] = {
    "admin": frozenset(PERMISSIONS),
    "finance": BUSINESS_READS
    | {"customers.write", "invoices.write", "invoices.post", "invoices.void", "imports.read", "imports.run",
       "exports.run", "audit.read"},
    "approver": BUSINESS_READS | {"invoices.post", "audit.read"},
    "sales": BUSINESS_READS | {"customers.write", "invoices.write", "exports.run"},
    "operations": BUSINESS_READS | {"products.write", "imports.read", "imports.run"},
    "support": frozenset({"customers.read", "products.read", "invoices.read"}),
    "auditor": READS | {"audit.export", "exports.run"},
}  # fmt: skip

ROLE_LABELS: Final[dict[str, str]] = {
    "admin": "Admin", "finance": "Finance", "approver": "Approver", "sales": "Sales",
    "operations": "Operations", "support": "Support", "auditor": "Auditor",
}  # fmt: skip

# What an API key may be given; managing people and roles stays with people.
KEY_SCOPES: Final = tuple(p for p in PERMISSIONS if p.split(".")[0] in {"customers", "products", "invoices"})
