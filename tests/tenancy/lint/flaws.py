"""One flaw for each rule (some have several): what is wrong in a database that was sound a moment ago."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Flaw:
    """SQL that breaks one rule at one object; `before` makes what it needs and breaks nothing new."""

    rule: str
    object: str
    sql: str
    before: str = ""


# Switching row-level security off is undone at once by the event trigger, unless an administrator silences it.
SILENT = "reset role; set local event_triggers = off; "
POLICY = "create policy lint_loose on lint_parent"
TENANT = "tenant_id = (select tenancy.current_tenant())"
DEFINER = "create function tenancy.lint_f() returns int language sql security definer"
PINNED = "set search_path = pg_catalog, pg_temp"

TABLES = (
    Flaw("rls_off", "public.lint_parent", SILENT + "alter table lint_parent disable row level security"),
    Flaw("rls_not_forced", "public.lint_parent", SILENT + "alter table lint_parent no force row level security"),
    Flaw("policy_missing", "public.lint_parent", "drop policy lint_parent_tenant on lint_parent"),
    Flaw("tenant_column", "public.lint_keyless", "alter table lint_keyless alter tenant_id drop not null"),
    Flaw("table_without_tenant", "public.lint_new", "create table lint_new (id int)"),
    Flaw("table_without_tenant", "tenancy.lint_new",
         "create table tenancy.lint_new (id int); grant select on tenancy.lint_new to bulkhead_app"),
    Flaw("open_table_unused", "lint_open", "drop table lint_open"),
    Flaw("partition_readable", "public.lint_parted_1", "grant select on lint_parted_1 to bulkhead_reader"),
    Flaw("inherited_table", "public.lint_heir", "alter table lint_heir inherit lint_parent"),
    Flaw("table_owner", "public.lint_parent", "reset role; alter table lint_parent owner to postgres"),
    Flaw("rewrite_rule", "rule lint_rule on public.lint_parent",
         "create rule lint_rule as on delete to lint_parent do instead nothing"),
)

POLICIES = (
    Flaw("policy_always_true", "policy lint_loose on public.lint_parent",
         f"{POLICY} for select to bulkhead_app using (true)"),
    Flaw("policy_always_true", "policy lint_loose on public.lint_parent",
         f"{POLICY} for insert to bulkhead_app with check (1 = 1)"),
    Flaw("policy_always_true", "policy lint_loose on public.lint_parent",
         f"{POLICY} to bulkhead_app using ((select tenancy.current_tenant()) is not null)"),
    Flaw("policy_without_tenant", "policy lint_loose on public.lint_parent",
         f"{POLICY} for select to bulkhead_app using (name = 'shared')"),
    Flaw("policy_without_tenant", "policy lint_loose on public.lint_parent",
         f"{POLICY} to bulkhead_app using (tenant_id = tenant_id)"),
    Flaw("policy_without_tenant", "policy lint_loose on public.lint_parent",
         f"{POLICY} to bulkhead_app using ({TENANT} or name = 'shared')"),
    Flaw("policy_without_tenant", "policy lint_loose on public.lint_parent",
         f"{POLICY} to bulkhead_app using (({TENANT} and name > '') or name = 'shared')"),
    Flaw("policy_without_tenant", "policy lint_loose on public.lint_parent",
         f"{POLICY} to bulkhead_app using ({TENANT}) with check (id is not null)"),
    Flaw("policy_without_tenant", "policy lint_loose on public.lint_parent",
         f"{POLICY} to bulkhead_app using (tenant_id::text = (select tenancy.current_tenant())::text)"),
    Flaw("policy_without_twin", "policy lint_parent_tenant on public.lint_parent",
         "drop policy lint_parent_wall on lint_parent"),
    Flaw("policy_without_twin", "policy lint_parent_tenant on public.lint_parent",
         "drop policy lint_parent_wall on lint_parent; "
         f"create policy lint_wall on lint_parent as restrictive for select to bulkhead_app using ({TENANT})"),
    Flaw("policy_public", "policy lint_loose on public.lint_parent", f"{POLICY} to public using ({TENANT})",
         before=f"create policy lint_twin on lint_parent as restrictive to public using ({TENANT})"),
    Flaw("policy_volatile", "policy lint_loose on public.lint_parent",
         "create function lint_f() returns bool language sql volatile return true; "
         f"{POLICY} as restrictive to bulkhead_app using (lint_f())"),
    Flaw("policy_volatile", "policy lint_loose on public.lint_parent",
         "create function lint_f() returns bool language sql immutable return true; "
         f"{POLICY} as restrictive to bulkhead_app using (lint_f())"),
    Flaw("policy_volatile", "policy lint_loose on public.lint_parent",
         f"{POLICY} as restrictive to bulkhead_app using (random() < 2)"),
)  # fmt: skip

VIEWS = (
    Flaw("view_without_invoker", "public.lint_view", "create view lint_view as select * from lint_parent"),
    Flaw("view_without_invoker", "public.lint_view",
         "create view lint_view with (security_invoker = false) as select * from lint_parent"),
    Flaw("matview_readable", "public.lint_matview", "grant select on lint_matview to bulkhead_reader",
         before="create materialized view lint_matview as select * from lint_parent"),
    Flaw("matview_readable", "public.lint_matview", "grant select (name) on lint_matview to bulkhead_ask",
         before="create materialized view lint_matview as select * from lint_parent"),
    Flaw("foreign_table_readable", "public.lint_foreign", "grant select on lint_foreign to bulkhead_reader",
         before="reset role; create foreign data wrapper lint_fdw; create server lint_server foreign data wrapper lint_fdw; "
                "create foreign table lint_foreign (id int) server lint_server; "
                "alter table lint_foreign owner to bulkhead_owner"),
)  # fmt: skip

FUNCTIONS = (
    Flaw("definer_owner", "tenancy.lint_f()", f"reset role; {DEFINER} {PINNED} return 1; "
         "revoke execute on function tenancy.lint_f() from public"),
    Flaw("definer_search_path", "tenancy.lint_f()", f"{DEFINER} return 1"),
    Flaw("definer_search_path", "tenancy.lint_f()", f"{DEFINER} set search_path = pg_temp, pg_catalog return 1"),
    Flaw("definer_search_path", "tenancy.lint_f()", f'{DEFINER} set search_path = "$user", pg_temp return 1'),
    Flaw("definer_search_path", "tenancy.lint_f()", f"{DEFINER} set search_path = lint_schema, pg_temp return 1",
         before="reset role; create schema lint_schema authorization bulkhead_owner; grant create on schema lint_schema to bulkhead_app"),
    Flaw("definer_public", "tenancy.lint_f()", f"{DEFINER} {PINNED} return 1; "
         "grant execute on function tenancy.lint_f() to public"),
    Flaw("definer_unreviewed", "tenancy.lint_f()", f"{DEFINER} {PINNED} return 1; "
         "grant execute on function tenancy.lint_f() to bulkhead_reader"),
    Flaw("leakproof_function", "public.lint_f(text)",
         "reset role; create function lint_f(text) returns bool language sql leakproof return true"),
    Flaw("context_function", "tenancy.current_actor()", "alter function tenancy.current_actor() volatile"),
    Flaw("context_function", "tenancy.current_actor()", "drop function tenancy.current_actor()"),
    Flaw("set_config_executable", "pg_catalog.set_config(text, text, boolean)",
         "reset role; grant execute on function set_config(text, text, boolean) to public"),
    Flaw("set_config_executable", "pg_catalog.set_config(text, text, boolean)",
         "reset role; grant execute on function set_config(text, text, boolean) to bulkhead_ask"),
)  # fmt: skip

ROLES = (
    *(Flaw("role_attribute", "bulkhead_app", f"reset role; alter role bulkhead_app {attribute}")
      for attribute in ("superuser", "bypassrls", "createrole", "createdb", "replication")),
    Flaw("role_attribute", "bulkhead_owner", "reset role; alter role bulkhead_owner login"),
    Flaw("role_missing", "bulkhead_ask", "reset role; alter role bulkhead_ask rename to lint_renamed"),
    Flaw("role_bypass", "lint_role", "reset role; create role lint_role bypassrls"),
    *(Flaw("role_membership", role, f"reset role; grant {group} to {role}")
      for role, group in (("bulkhead_app", "bulkhead_owner"), ("bulkhead_reader", "pg_read_all_data"),
                          ("bulkhead_ask", "pg_monitor"), ("bulkhead_relay", "bulkhead_migrator"),
                          ("bulkhead_sealer", "pg_write_all_data"), ("bulkhead_app", "pg_execute_server_program"),
                          ("bulkhead_owner", "bulkhead_audit"))),
    Flaw("member_of_owner", "lint_role", "reset role; create role lint_role; grant bulkhead_owner to lint_role"),
    Flaw("member_of_owner", "lint_role", "reset role; create role lint_role; grant pg_read_all_data to lint_role"),
    Flaw("role_owns", "bulkhead_app", "reset role; alter function lint_owned() owner to bulkhead_app",
         before="create function lint_owned() returns int language sql return 1"),
    Flaw("role_setting", "bulkhead_app", "reset role; alter role bulkhead_app set row_security = off"),
    Flaw("role_setting", "bulkhead_reader", "reset role; alter role bulkhead_reader set bulkhead.context = 'v1|'"),
)  # fmt: skip

PRIVILEGES = (
    *(Flaw("privilege_forbidden", "public.lint_parent", f"grant {privilege} on lint_parent to bulkhead_app")
      for privilege in ("truncate", "references", "trigger", "maintain")),
    Flaw("privilege_tenant_column", "public.lint_parent", "grant update on lint_parent to bulkhead_app"),
    Flaw("privilege_tenant_column", "public.lint_parent", "grant update (tenant_id) on lint_parent to bulkhead_app"),
    *(Flaw("privilege_write", "public.lint_parent", f"grant {privilege} on lint_parent to {role}")
      for privilege, role in (("insert", "bulkhead_reader"), ("delete", "bulkhead_ask"), ("update (name)", "bulkhead_relay"),
                              ("insert (name)", "bulkhead_sealer"))),
    Flaw("privilege_public", "public.lint_parent", "grant select on lint_parent to public"),
    Flaw("privilege_stranger", "public.lint_parent", "reset role; create role lint_role; grant select on lint_parent to lint_role"),
    Flaw("privilege_grantable", "public.lint_parent", "grant select on lint_parent to bulkhead_app with grant option"),
    Flaw("audit_privilege", "audit.lint_entry", "reset role; grant select on audit.lint_entry to bulkhead_app"),
    Flaw("audit_rewritable", "audit.lint_entry", "reset role; grant update on audit.lint_entry to bulkhead_sealer"),
    Flaw("audit_rewritable", "audit.lint_entry", "reset role; create policy lint_loose on audit.lint_entry "
         f"for delete to bulkhead_audit using ({TENANT})",
         before="reset role; create policy lint_twin on audit.lint_entry as restrictive for delete "
                f"to bulkhead_audit using ({TENANT})"),
    Flaw("signing_key_readable", "tenancy.signing_key", "grant select on tenancy.signing_key to bulkhead_reader"),
    Flaw("signing_key_readable", "tenancy.signing_key", "grant select (ipad) on tenancy.signing_key to bulkhead_relay"),
    Flaw("schema_create", "schema lint_schema", "grant create on schema lint_schema to bulkhead_app",
         before="reset role; create schema lint_schema authorization bulkhead_owner"),
    Flaw("schema_create", "schema lint_schema", "grant create on schema lint_schema to public",
         before="reset role; create schema lint_schema authorization bulkhead_owner"),
    Flaw("default_privileges", "bulkhead_owner",
         "alter default privileges for role bulkhead_owner grant select on tables to bulkhead_ask"),
    Flaw("default_privileges", "bulkhead_owner",
         "alter default privileges for role bulkhead_owner grant execute on functions to public"),
    Flaw("sequence_shared", "public.lint_seq", "grant usage on lint_seq to bulkhead_app", before="create sequence lint_seq"),
    Flaw("sequence_shared", "public.lint_open_id_seq", "grant update on lint_open_id_seq to bulkhead_app",
         before="grant usage on lint_open_id_seq to bulkhead_app"),
)  # fmt: skip

USELESS = "index lint_index on public.lint_child"
KEYS = (
    Flaw("foreign_key_without_tenant", "constraint lint_fk on public.lint_child",
         "alter table lint_child add constraint lint_fk foreign key (parent_id) references lint_parent (id)",
         before="create unique index on lint_parent (id)"),
    Flaw("foreign_key_without_tenant", "constraint lint_fk on public.lint_child",
         "alter table lint_child add constraint lint_fk foreign key (other_id, parent_id) references lint_parent (tenant_id, id)"),
    Flaw("foreign_key_without_tenant", "constraint lint_fk on public.lint_open",
         "alter table lint_open add constraint lint_fk foreign key (a, b) references lint_parent (tenant_id, id)"),
    Flaw("foreign_key_not_enforced", "constraint lint_child_parent_id_wall_fk on public.lint_child",
         "alter table lint_child alter constraint lint_child_parent_id_wall_fk not enforced"),
    Flaw("foreign_key_nulls_tenant", "constraint lint_fk on public.lint_child",
         "alter table lint_child add constraint lint_fk foreign key (tenant_id, other_id) references lint_parent "
         "(tenant_id, id) on delete set null"),
    Flaw("unique_without_tenant", "index lint_index on public.lint_child", "create unique index lint_index on lint_child (note)"),
    Flaw("unique_without_tenant", "index lint_index on public.lint_child",
         "create unique index lint_index on lint_child (note) include (tenant_id)"),
    Flaw("unique_without_tenant", "index lint_index on public.lint_child",
         "alter table lint_child add constraint lint_index exclude using btree (note with =)"),
    Flaw("tenant_index_missing", "public.lint_heir", "alter table lint_heir drop constraint lint_heir_pkey"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, price)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (price)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, mood)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, tags)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, lower(note))"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child (tenant_id, note text_pattern_ops)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child using gin (body)"),
    Flaw("index_useless", USELESS, "create index lint_index on lint_child using gin (to_tsvector('simple', note))"),
)  # fmt: skip

STREAM = (
    Flaw("publication_open", "lint_all", "reset role; create publication lint_all for all tables"),
    Flaw("publication_open", "lint_all", "reset role; create publication lint_all for tables in schema public"),
    Flaw("publication_column", "lint_published: public.lint_parent.name",
         "reset role; alter publication lint_published set table lint_parent (tenant_id, id, name)"),
    Flaw("publication_column", "lint_other: public.lint_parent.id", "reset role; create publication lint_other for table lint_parent (id)"),
    Flaw("publication_unused", "lint_published: public.lint_parent.id",
         "reset role; alter publication lint_published set table lint_parent (tenant_id)"),
    Flaw("audit_trigger_missing", "public.lint_parent", "drop trigger audit_update on lint_parent"),
    Flaw("audit_trigger_missing", "public.lint_parent", "drop trigger audit_update on lint_parent; "
         "create trigger audit_update after update of name on lint_parent for each statement execute function audit.record()"),
    Flaw("trigger_disabled", "trigger audit_insert on public.lint_parent",
         "alter table lint_parent disable trigger audit_insert"),
    Flaw("event_trigger_missing", "bulkhead_force_rls", "reset role; drop event trigger bulkhead_force_rls"),
    Flaw("event_trigger_missing", "bulkhead_force_rls", "reset role; alter event trigger bulkhead_force_rls disable"),
    Flaw("event_trigger_missing", "bulkhead_force_rls", "reset role; drop event trigger bulkhead_force_rls; "
         "create event trigger bulkhead_force_rls on ddl_command_end when tag in ('CREATE TABLE') "
         "execute function tenancy.force_walls()"),
    # The embedded server has no other extension to install, so one is entered by hand.
    Flaw("extension_unreviewed", "lint_extension",
         "reset role; set local allow_system_table_mods = on; insert into pg_extension "
         "select 99999, 'lint_extension', extowner, extnamespace, false, '1' from pg_extension where extname = 'plpgsql'"),
)  # fmt: skip

FLAWS = (*TABLES, *POLICIES, *VIEWS, *FUNCTIONS, *ROLES, *PRIVILEGES, *KEYS, *STREAM)
