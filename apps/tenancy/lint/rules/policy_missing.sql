-- rule: policy_missing
-- says: Row-level security is on, but no permissive policy lets a tenant see its own rows.
-- cure: Use wall() in the migration that makes {object}.
select object, '' from tenant_table t
where not exists (select from policy p where p.table_oid = t.oid and p.is_permissive)
