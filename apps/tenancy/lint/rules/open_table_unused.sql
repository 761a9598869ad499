-- rule: open_table_unused
-- says: An open table is named that does not exist, has no reason, or has a tenant after all.
-- cure: Strike {object} from apps/core/walls/open_tables.py, or write down why it may be open.
select o.name, case when t.oid is not null then 'it has a tenant_id' when r.oid is null then 'no such table'
                    else 'no reason is given' end
from open_table o
left join relation r on o.name in (r.name, r.object) and r.schema = 'public' and r.kind in ('r', 'p')
left join tenant_table t on t.oid = r.oid
where r.oid is null or t.oid is not null or o.reason !~ '\S'
