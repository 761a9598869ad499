"""Flaws of privileges."""

from tests.tenancy.lint.flaws.flaw import CLUSTER, TENANT, Flaw

PRIVILEGES = (
    *(
        Flaw("privilege_forbidden", "public.lint_parent", f"grant {privilege} on lint_parent to bulkhead_app")
        for privilege in ("truncate", "references", "trigger", "maintain")
    ),
    Flaw("privilege_tenant_column", "public.lint_parent", "grant update on lint_parent to bulkhead_app"),
    Flaw(
        "privilege_tenant_column",
        "public.lint_parent",
        "grant update (tenant_id) on lint_parent to bulkhead_app",
    ),
    *(
        Flaw("privilege_write", "public.lint_parent", f"grant {privilege} on lint_parent to {role}")
        for privilege, role in (
            ("insert", "bulkhead_reader"),
            ("delete", "bulkhead_ask"),
            ("update (name)", "bulkhead_relay"),
            ("insert (name)", "bulkhead_sealer"),
        )
    ),
    Flaw("privilege_public", "public.lint_parent", "grant select on lint_parent to public"),
    Flaw(
        "privilege_stranger",
        "public.lint_parent",
        CLUSTER + "create role lint_role; grant select on lint_parent to lint_role",
    ),
    Flaw(
        "privilege_grantable",
        "public.lint_parent",
        "grant select on lint_parent to bulkhead_app with grant option",
    ),
    Flaw(
        "audit_privilege", "audit.lint_entry", "reset role; grant select on audit.lint_entry to bulkhead_app"
    ),
    Flaw(
        "audit_rewritable",
        "audit.lint_entry",
        "reset role; grant update on audit.lint_entry to bulkhead_sealer",
    ),
    Flaw(
        "audit_rewritable",
        "audit.lint_entry",
        "reset role; create policy lint_loose on audit.lint_entry "
        f"for delete to bulkhead_audit using ({TENANT})",
        before="reset role; create policy lint_twin on audit.lint_entry as restrictive for delete "
        f"to bulkhead_audit using ({TENANT})",
    ),
    Flaw(
        "signing_key_readable",
        "tenancy.signing_key",
        "grant select on tenancy.signing_key to bulkhead_reader",
    ),
    Flaw(
        "signing_key_readable",
        "tenancy.signing_key",
        "grant select (ipad) on tenancy.signing_key to bulkhead_relay",
    ),
    Flaw(
        "schema_create",
        "schema lint_schema",
        "grant create on schema lint_schema to bulkhead_app",
        before="reset role; create schema lint_schema authorization bulkhead_owner",
    ),
    Flaw(
        "schema_create",
        "schema lint_schema",
        "grant create on schema lint_schema to public",
        before="reset role; create schema lint_schema authorization bulkhead_owner",
    ),
    Flaw(
        "default_privileges",
        "bulkhead_owner",
        "alter default privileges for role bulkhead_owner grant select on tables to bulkhead_ask",
    ),
    Flaw(
        "default_privileges",
        "bulkhead_owner",
        "alter default privileges for role bulkhead_owner grant execute on functions to public",
    ),
    Flaw(
        "sequence_shared",
        "public.lint_seq",
        "grant usage on lint_seq to bulkhead_app",
        before="create sequence lint_seq",
    ),
    Flaw(
        "sequence_shared",
        "public.lint_open_id_seq",
        "grant update on lint_open_id_seq to bulkhead_app",
        before="grant usage on lint_open_id_seq to bulkhead_app",
    ),
)
