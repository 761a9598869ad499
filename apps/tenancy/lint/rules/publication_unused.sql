-- rule: publication_unused
-- says: A column stands on the list of the event stream that no publication sends.
-- cure: Strike {object} from apps/changes/published.py, or publish it.
select format('%s: %s.%I', l.publication, l.object, c.name), ''
from published l cross join lateral unnest(l.columns) c(name)
where not exists (
    select from pg_publication_tables p
    where p.pubname = l.publication and format('%I.%I', p.schemaname, p.tablename) = l.object
      and c.name = any (p.attnames)
)
