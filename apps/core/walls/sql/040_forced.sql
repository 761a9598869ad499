-- Whatever a migration forgets: a new table in `public` is closed until a wall opens it.
create or replace function tenancy.force_walls() returns event_trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    changed record;
begin
    for changed in
        select c.oid::regclass as name, c.relname, c.relrowsecurity, c.relforcerowsecurity
        from pg_event_trigger_ddl_commands() d
        join pg_class c on c.oid = d.objid
        join pg_namespace n on n.oid = c.relnamespace
        where d.classid = 'pg_class'::regclass and c.relkind in ('r', 'p')
          and n.nspname = 'public' and not c.relispartition
          and not exists (select from tenancy.open_table o where o.name = c.relname)
    loop
        if not changed.relrowsecurity then
            execute format('alter table %s enable row level security', changed.name);
        end if;
        if not changed.relforcerowsecurity then
            execute format('alter table %s force row level security', changed.name);
        end if;
    end loop;
end
$$;
alter function tenancy.force_walls() owner to bulkhead_owner;

do $$
begin
    if not exists (select from pg_event_trigger where evtname = 'bulkhead_force_rls') then
        create event trigger bulkhead_force_rls on ddl_command_end
            when tag in ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'ALTER TABLE')
            execute function tenancy.force_walls();
    end if;
    alter event trigger bulkhead_force_rls enable always;
end
$$;
