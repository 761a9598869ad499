-- A sound table of the audit log, made by bulkhead_audit.
create table audit.lint_entry (tenant_id uuid not null, id uuid not null, primary key (tenant_id, id));
alter table audit.lint_entry enable row level security;
alter table audit.lint_entry force row level security;
create policy lint_entry_tenant on audit.lint_entry for select to bulkhead_reader
    using (tenant_id = (select tenancy.current_tenant()));
create policy lint_entry_wall on audit.lint_entry as restrictive for select to bulkhead_reader
    using (tenant_id = (select tenancy.current_tenant()));
grant select on audit.lint_entry to bulkhead_reader, bulkhead_sealer;
