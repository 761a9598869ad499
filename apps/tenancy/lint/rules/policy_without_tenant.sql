-- rule: policy_without_tenant
-- says: A permissive policy lets rows through without the tenant's predicate, for reading or for writing.
-- cure: Write tenant_id = (select tenancy.current_tenant()) alone, or first before AND, in USING and WITH CHECK.
select object, shown from policy where is_permissive and not coalesce(keeps_tenant, false) and tree ~ '\{VAR '
