"""Flaws of the event stream, triggers and extensions."""

from tests.tenancy.lint.flaws.flaw import Flaw

STREAM = (
    Flaw("publication_open", "lint_all", "reset role; create publication lint_all for all tables"),
    Flaw(
        "publication_open", "lint_all", "reset role; create publication lint_all for tables in schema public"
    ),
    Flaw(
        "publication_column",
        "lint_published: public.lint_parent.name",
        "reset role; alter publication lint_published set table lint_parent (tenant_id, id, name)",
    ),
    Flaw(
        "publication_column",
        "lint_other: public.lint_parent.id",
        "reset role; create publication lint_other for table lint_parent (id)",
    ),
    Flaw(
        "publication_unused",
        "lint_published: public.lint_parent.id",
        "reset role; alter publication lint_published set table lint_parent (tenant_id)",
    ),
    Flaw("audit_trigger_missing", "public.lint_parent", "drop trigger audit_update on lint_parent"),
    Flaw(
        "audit_trigger_missing",
        "public.lint_parent",
        "drop trigger audit_update on lint_parent; "
        "create trigger audit_update after update of name on lint_parent "
        "for each statement execute function audit.record()",
    ),
    Flaw(
        "trigger_disabled",
        "trigger audit_insert on public.lint_parent",
        "alter table lint_parent disable trigger audit_insert",
    ),
    Flaw("event_trigger_missing", "bulkhead_force_rls", "reset role; drop event trigger bulkhead_force_rls"),
    Flaw(
        "event_trigger_missing",
        "bulkhead_force_rls",
        "reset role; alter event trigger bulkhead_force_rls disable",
    ),
    Flaw(
        "event_trigger_missing",
        "bulkhead_force_rls",
        "reset role; drop event trigger bulkhead_force_rls; "
        "create event trigger bulkhead_force_rls on ddl_command_end when tag in ('CREATE TABLE') "
        "execute function tenancy.force_walls()",
    ),
    # The embedded server has no other extension to install, so one is entered by hand.
    Flaw(
        "extension_unreviewed",
        "lint_extension",
        "reset role; set local allow_system_table_mods = on; insert into pg_extension "
        "select 99999, 'lint_extension', extowner, extnamespace, false, '1' "
        "from pg_extension where extname = 'plpgsql'",
    ),
)
