"""Findings that are right as they are, each with its reason. One no longer needed is a finding itself.

An entry names the rule, the object and, where it matters, the detail: a function that is allowed for one role is
found again when another role gets it.
"""

from apps.tenancy.lint.finding import Allowance

CONTEXT = "reads the caller's own signed context and nothing else; it takes no argument"
IDENTITY = (
    "sign-in asks before a tenant is open; only the definer functions in tenancy/sql/identity.sql use it"
)
SWEEPER = (
    "one sweeper goes round the jobs of all tenants; only the definer function in jobs/sql/due.sql uses it"
)
TELLER = "one sweeper goes round the deliveries of all tenants; only the function in webhooks/sql/outbox.sql uses it"
SEALER = (
    "one sealer chains the entries of all tenants; it signs in nowhere else and holds no key of a context"
)
COPY = "a copy, rebuilt from the event stream; the change of its source is in the log"
LEDGER = "the check of an entry reads that entry's lines, of its own tenant; only the trigger in ledger/sql uses it"
PLATFORM = "what the platform itself does belongs to no tenant; no tenant's policy shows it"

_EXTENSIONS = (
    ("plpgsql", "part of PostgreSQL; runs with its caller's rights"),
    ("vector", "types and distances for embeddings; opens no file and no server"),
)
_DEFINERS = (
    ("tenancy.context()", "bulkhead_app, bulkhead_reader", CONTEXT),
    ("tenancy.current_tenant()", "bulkhead_app, bulkhead_reader", CONTEXT),
    ("tenancy.current_customer()", "bulkhead_app, bulkhead_reader", CONTEXT),
    ("tenancy.current_actor()", "bulkhead_app, bulkhead_reader", CONTEXT),
    ("tenancy.my_memberships()", "bulkhead_app", "rows of the person in the signed context only"),
    ("tenancy.find_api_key(wanted bytea)", "bulkhead_app", "one row, for who has the key's SHA-256 already"),
    ("tenancy.registry()", "bulkhead_app", "rows for the system's own signed context only; tenants, no books"),
    ("tenancy.due_jobs(before timestamp with time zone)", "bulkhead_app",
     "tenant and id of waiting jobs, for the system's own signed context only"),
    ("tenancy.due_deliveries()", "bulkhead_app",
     "tenant and endpoint that have something to be told, for the system's own signed context only"),
    ("audit.record_access(kind text, subject text, detail jsonb)", "bulkhead_app",
     "adds one entry for the actor and tenant of the signed context; reads nothing"),
    ("audit.make_partitions(months_ahead integer)", "bulkhead_sealer",
     "makes empty partitions with names of its own making; reads and returns no entry"),
)  # fmt: skip
_OPEN_POLICIES = (
    *(
        (f"policy tenancy_{table}_registry on public.tenancy_{table}", IDENTITY)
        for table in ("tenant", "membership", "rolepermission", "apikey")
    ),
    ("policy jobs_job_registry on public.jobs_job", SWEEPER),
    ("policy webhooks_delivery_registry on public.webhooks_delivery", TELLER),
    ("policy ledger_line_checked on public.ledger_line", LEDGER),
    ("policy ledger_entry_checked on public.ledger_entry", LEDGER),
    *(
        (f"policy {policy} on audit.{policy.partition('_')[0]}", SEALER)
        for policy in ("entry_sealer", "seal_sealer", "seal_sealed", "checkpoint_sealer", "checkpoint_sealed")
    ),
    (
        "policy entry_writer on audit.entry",
        "the trigger writes the entry of whatever row was changed, as its owner",
    ),
)
_UNAUDITED = (
    ("tenancy_idempotentanswer", "the answer to a request whose effect is in the log; kept for a day"),
    (
        "tenancy_rowfile",
        "what somebody sent, as ciphertext; each row that it wrote is in the log, and that it was done",
    ),
    ("documents_seriescounter", "counts numbers; the invoices that bear them are in the log"),
    ("documents_filecontent", "bytes only; the row of the file with their hash is in the log"),
    ("webhooks_event", "written by a trigger from a change that is in the log"),
    ("webhooks_delivery", "how the telling of a change went; the change is in the log, a replay is too"),
    ("webhooks_attempt", "how the telling of a change went"),
    ("ledger_line", "its entry is in the log with the SHA-256 of all its lines; verify_books compares them"),
    ("ledger_journalcounter", "counts numbers; the entries that bear them are in the log"),
    (
        "invoices_taxsubtotal",
        "sums of a document's lines and adjustments, which are in the log with its totals",
    ),
    ("changes_tenantcopy", COPY),
    ("readmodels_invoicecopy", COPY),
    ("readmodels_linecopy", COPY),
    ("readmodels_revenueday", COPY),
    ("readmodels_documentday", COPY),
    ("readmodels_customerday", COPY),
    ("readmodels_productmonth", COPY),
)

ALLOWANCES = (
    *(Allowance("extension_unreviewed", name, reason) for name, reason in _EXTENSIONS),
    *(Allowance("definer_unreviewed", name, reason, roles) for name, roles, reason in _DEFINERS),
    *(Allowance("policy_always_true", name, reason) for name, reason in _OPEN_POLICIES),
    *(Allowance("audit_trigger_missing", f"public.{name}", reason) for name, reason in _UNAUDITED),
    Allowance(
        "policy_without_tenant",
        "policy checkpoint_tenant on audit.checkpoint",
        "a checkpoint has no tenant; the policy asks for a seal of the tenant under it",
    ),
    Allowance("tenant_column", "audit.entry", PLATFORM, "it may be null"),
    Allowance("tenant_column", "audit.seal", PLATFORM, "it may be null"),
    Allowance(
        "unique_without_tenant",
        "index tenancy_tenant_slug_key on public.tenancy_tenant",
        "the registry itself: a slug names one tenant in addresses and commands, and only the platform gives it",
    ),
    Allowance(
        "index_useless",
        "index tenancy_tenant_slug_0716575e_like on public.tenancy_tenant",
        "Django makes it beside a unique slug; the table has a row for each tenant and is hardly ever written",
    ),
    Allowance(
        "audit_rls",
        "Models using CustomPolicy (prefer ModelPolicy)",
        "a false positive: our policies are SQL migrations, and its ModelPolicy leaves tables with uuid keys open",
    ),
)
