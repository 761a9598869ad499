-- rule: privilege_grantable
-- says: A process may hand its privilege on to others.
-- cure: revoke grant option for all on {object} from the role named;
select distinct object, role from granted where is_grantable and role in (select name from runtime_role)
