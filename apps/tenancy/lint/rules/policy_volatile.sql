-- rule: policy_volatile
-- says: A policy calls a function that is not STABLE: volatile runs for each row, immutable is frozen into plans.
-- cure: alter function the one named stable.
select distinct p.object, format('%s is %s', f.oid::regprocedure,
                                 case f.provolatile when 'v' then 'volatile' else 'immutable' end)
from policy p
cross join lateral regexp_matches(p.tree, ':(?:funcid|opfuncid) (\d+)', 'g') m(found)
join pg_proc f on f.oid = m.found[1]::oid
where f.provolatile = 'v' or (f.provolatile = 'i' and f.pronamespace <> 'pg_catalog'::regnamespace)
