-- Who may do what. Nobody may update, delete or truncate, the owner included: it has no such right,
-- row-level security is forced, and no policy lets it. Run as bulkhead_audit, after everything else.

alter table audit.entry enable row level security;
alter table audit.entry force row level security;
alter table audit.seal enable row level security;
alter table audit.seal force row level security;
alter table audit.checkpoint enable row level security;
alter table audit.checkpoint force row level security;

create policy entry_writer on audit.entry for insert to bulkhead_audit with check (true);
create policy entry_tenant on audit.entry for select to bulkhead_reader
    using (tenant_id = (select tenancy.current_tenant()));
create policy entry_wall on audit.entry as restrictive for select to bulkhead_reader
    using (tenant_id = (select tenancy.current_tenant()));
-- A person or key that is narrowed to one customer reads no log.
create policy entry_customer on audit.entry as restrictive for select to bulkhead_reader
    using ((select tenancy.current_customer()) is null);
create policy entry_sealer on audit.entry for select to bulkhead_sealer using (true);

create policy seal_tenant on audit.seal for select to bulkhead_reader
    using (tenant_id = (select tenancy.current_tenant()));
create policy seal_wall on audit.seal as restrictive for select to bulkhead_reader
    using (tenant_id = (select tenancy.current_tenant()));
create policy seal_customer on audit.seal as restrictive for select to bulkhead_reader
    using ((select tenancy.current_customer()) is null);
create policy seal_sealer on audit.seal for select to bulkhead_sealer using (true);
create policy seal_sealed on audit.seal for insert to bulkhead_sealer with check (true);

-- A tenant sees the checkpoints that hold a seal of its own.
create policy checkpoint_tenant on audit.checkpoint for select to bulkhead_reader using (
    exists (select from audit.seal s where s.checkpoint_seq = seq and s.tenant_id = (select tenancy.current_tenant()))
);
create policy checkpoint_sealer on audit.checkpoint for select to bulkhead_sealer using (true);
create policy checkpoint_sealed on audit.checkpoint for insert to bulkhead_sealer with check (true);

revoke all on all tables in schema audit from public, bulkhead_app;
revoke update, delete, truncate on all tables in schema audit from bulkhead_audit;
grant select on audit.entry, audit.seal, audit.checkpoint to bulkhead_reader;
grant select on audit.entry to bulkhead_sealer;
grant select, insert on audit.seal, audit.checkpoint to bulkhead_sealer;

revoke all on all functions in schema audit from public;
grant execute on function audit.record() to bulkhead_owner;
grant execute on function audit.record_access(text, text, jsonb) to bulkhead_app;
grant execute on function audit.make_partitions(integer) to bulkhead_sealer;
