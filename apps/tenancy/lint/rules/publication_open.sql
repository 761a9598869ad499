-- rule: publication_open
-- says: A publication takes whole schemas or every table; the event stream heeds no row-level security.
-- cure: alter publication {object} set table ... with the columns that may go out.
select p.pubname, case when p.puballtables then 'for all tables' else 'for tables in schema' end from pg_publication p
where p.puballtables or exists (select from pg_publication_namespace n where n.pnpubid = p.oid)
