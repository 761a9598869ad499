"""Flaws of tables."""

from tests.tenancy.lint.flaws.flaw import SILENT, Flaw

TABLES = (
    Flaw("rls_off", "public.lint_parent", SILENT + "alter table lint_parent disable row level security"),
    Flaw(
        "rls_not_forced", "public.lint_parent", SILENT + "alter table lint_parent no force row level security"
    ),
    Flaw("policy_missing", "public.lint_parent", "drop policy lint_parent_tenant on lint_parent"),
    Flaw("tenant_column", "public.lint_keyless", "alter table lint_keyless alter tenant_id drop not null"),
    Flaw("table_without_tenant", "public.lint_new", "create table lint_new (id int)"),
    Flaw(
        "table_without_tenant",
        "tenancy.lint_new",
        "create table tenancy.lint_new (id int); grant select on tenancy.lint_new to bulkhead_app",
    ),
    Flaw("open_table_unused", "lint_open", "drop table lint_open"),
    Flaw("partition_readable", "public.lint_parted_1", "grant select on lint_parted_1 to bulkhead_reader"),
    Flaw("inherited_table", "public.lint_heir", "alter table lint_heir inherit lint_parent"),
    Flaw("table_owner", "public.lint_parent", "reset role; alter table lint_parent owner to postgres"),
    Flaw(
        "rewrite_rule",
        "rule lint_rule on public.lint_parent",
        "create rule lint_rule as on delete to lint_parent do instead nothing",
    ),
)
