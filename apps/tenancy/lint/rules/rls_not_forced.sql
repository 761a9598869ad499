-- rule: rls_not_forced
-- says: Row-level security is not forced, so the owner's functions and views read past it.
-- cure: alter table {object} force row level security; in the migration that makes it: wall().
select object, '' from tenant_table where not is_forced
