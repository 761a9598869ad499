-- rule: index_useless
-- says: No search can use this index under row-level security: the operators of its column are not leakproof.
-- cure: Drop {object}; keep amounts as bigint and states as text, or search through a reviewed definer function.
-- Numeric, enum, LIKE, jsonb, arrays, full text: PostgreSQL may not run such an operator before the policy has judged
-- the row, so it cannot be an index condition (measured: numeric range 14.9 ms against 0.14 ms).
select format('index %I on %s', c.relname, t.object),
       case when k.attnum = 0 and leaky.function is not null then format('%s() is not leakproof', leaky.function)
            when o.opcname ~ '_pattern_ops$' then format('%s serves LIKE, which is not leakproof', o.opcname)
            else format('%s: its operators are not leakproof', o.opcname) end
from pg_index i
join tenant_table t on t.oid = i.indrelid
join pg_class c on c.oid = i.indexrelid
cross join lateral (
    select n.position, i.indkey[n.position] as attnum from generate_series(0, i.indnkeyatts - 1) n(position)
    where i.indkey[n.position] <> t.tenant_attnum order by n.position limit 1
) k
join pg_opclass o on o.oid = i.indclass[k.position]
left join lateral (
    select f.proname as function from regexp_matches(i.indexprs::text, ':(?:funcid|opfuncid) (\d+)', 'g') m(found)
    join pg_proc f on f.oid = m.found[1]::oid where not f.proleakproof limit 1
) leaky on k.attnum = 0
where not i.indisunique and not i.indisexclusion
  and (leaky.function is not null or o.opcname ~ '_pattern_ops$' or not coalesce((
      select bool_or(f.proleakproof)
      from pg_amop a join pg_operator p on p.oid = a.amopopr join pg_proc f on f.oid = p.oprcode
      where a.amopfamily = o.opcfamily and a.amoplefttype = o.opcintype and a.amoppurpose = 's'
  ), exists (
      -- Indexes that only order (nearest neighbours) judge no row, so they stay usable.
      select from pg_amop a where a.amopfamily = o.opcfamily and a.amoppurpose = 'o'
  )))
