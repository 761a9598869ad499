-- rule: publication_column
-- says: A column enters the event stream that stands on no list.
-- cure: Take it out of the publication, or add it to apps/changes/published.py with a reason.
select format('%s: %I.%I.%I', p.pubname, p.schemaname, p.tablename, c.name), ''
from pg_publication_tables p cross join lateral unnest(p.attnames) c(name)
where not exists (
    select from published l
    where l.publication = p.pubname and l.object = format('%I.%I', p.schemaname, p.tablename)
      and c.name = any (l.columns)
) and not exists (
    select from pg_publication o left join pg_publication_namespace n on n.pnpubid = o.oid
    where o.pubname = p.pubname and (o.puballtables or n.oid is not null)
)
