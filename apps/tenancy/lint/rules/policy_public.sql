-- rule: policy_public
-- says: A permissive policy is given to PUBLIC, so it holds for roles that nobody thought of.
-- cure: Name the roles: to bulkhead_app, bulkhead_reader.
select object, '' from policy where is_permissive and 0 = any (roles)
