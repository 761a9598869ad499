-- rule: tenant_index_missing
-- says: No whole index begins with tenant_id, so every query of one tenant reads all of them.
-- cure: Create an index on {object} that begins with tenant_id.
select t.object, '' from tenant_table t
where not exists (
    select from pg_index i where i.indrelid = t.oid and i.indkey[0] = t.tenant_attnum
    and i.indpred is null and i.indisvalid
)
