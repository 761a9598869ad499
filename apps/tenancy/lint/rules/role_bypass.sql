-- rule: role_bypass
-- says: A role outside the house has BYPASSRLS: it reads every tenant.
-- cure: alter role {object} nobypassrls;
select r.rolname, '' from pg_roles r
where r.rolbypassrls and not r.rolsuper and r.rolname not in (select name from house_role)
