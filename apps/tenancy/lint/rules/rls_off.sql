-- rule: rls_off
-- says: Row-level security is off on a table with tenants, so whoever may read it reads every tenant.
-- cure: alter table {object} enable row level security; in the migration that makes it: wall().
select object, '' from tenant_table where not is_secured
