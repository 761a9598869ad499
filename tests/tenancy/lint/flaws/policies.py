"""Flaws of policies."""

from tests.tenancy.lint.flaws.flaw import TENANT, Flaw

POLICY = "create policy lint_loose on lint_parent"

POLICIES = (
    Flaw(
        "policy_always_true",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} for select to bulkhead_app using (true)",
    ),
    Flaw(
        "policy_always_true",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} for insert to bulkhead_app with check (1 = 1)",
    ),
    Flaw(
        "policy_always_true",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} to bulkhead_app using ((select tenancy.current_tenant()) is not null)",
    ),
    Flaw(
        "policy_without_tenant",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} for select to bulkhead_app using (name = 'shared')",
    ),
    Flaw(
        "policy_without_tenant",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} to bulkhead_app using (tenant_id = tenant_id)",
    ),
    Flaw(
        "policy_without_tenant",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} to bulkhead_app using ({TENANT} or name = 'shared')",
    ),
    Flaw(
        "policy_without_tenant",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} to bulkhead_app using (({TENANT} and name > '') or name = 'shared')",
    ),
    Flaw(
        "policy_without_tenant",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} to bulkhead_app using ({TENANT}) with check (id is not null)",
    ),
    Flaw(
        "policy_without_tenant",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} to bulkhead_app using (tenant_id::text = (select tenancy.current_tenant())::text)",
    ),
    Flaw(
        "policy_without_twin",
        "policy lint_parent_tenant on public.lint_parent",
        "drop policy lint_parent_wall on lint_parent",
    ),
    Flaw(
        "policy_without_twin",
        "policy lint_parent_tenant on public.lint_parent",
        "drop policy lint_parent_wall on lint_parent; "
        f"create policy lint_wall on lint_parent as restrictive for select to bulkhead_app using ({TENANT})",
    ),
    Flaw(
        "policy_public",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} to public using ({TENANT})",
        before=f"create policy lint_twin on lint_parent as restrictive to public using ({TENANT})",
    ),
    Flaw(
        "policy_volatile",
        "policy lint_loose on public.lint_parent",
        "create function lint_f() returns bool language sql volatile return true; "
        f"{POLICY} as restrictive to bulkhead_app using (lint_f())",
    ),
    Flaw(
        "policy_volatile",
        "policy lint_loose on public.lint_parent",
        "create function lint_f() returns bool language sql immutable return true; "
        f"{POLICY} as restrictive to bulkhead_app using (lint_f())",
    ),
    Flaw(
        "policy_volatile",
        "policy lint_loose on public.lint_parent",
        f"{POLICY} as restrictive to bulkhead_app using (random() < 2)",
    ),
)
