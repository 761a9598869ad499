-- rule: definer_public
-- says: Everybody may run a SECURITY DEFINER function.
-- cure: revoke execute on function {object} from public; grant it to the roles that need it.
select f.object, '' from routine f
cross join lateral aclexplode(coalesce(f.acl, acldefault('f', f.owner))) a
where f.is_definer and a.grantee = 0
