-- rule: event_trigger_missing
-- says: The event trigger that closes forgotten tables is missing, switched off or narrowed.
-- cure: Run `manage.py prepare_database`, which makes it again.
select 'bulkhead_force_rls', case when e.oid is null then 'missing' when e.evtenabled in ('D', 'R') then 'switched off'
                                  else 'narrowed' end
from (select) one left join pg_event_trigger e on e.evtname = 'bulkhead_force_rls'
where e.oid is null or e.evtenabled in ('D', 'R') or e.evtevent <> 'ddl_command_end'
   or not exists (select from routine f where f.oid = e.evtfoid and f.object = 'tenancy.force_walls()')
   or not coalesce(e.evttags @> '{CREATE TABLE,CREATE TABLE AS,SELECT INTO,ALTER TABLE}', true)
