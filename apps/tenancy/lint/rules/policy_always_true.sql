-- rule: policy_always_true
-- says: A permissive policy says the same of each row, so it opens the whole table.
-- cure: drop {object}; the predicate is tenant_id = (select tenancy.current_tenant()).
select object, shown from policy where is_permissive and not coalesce(keeps_tenant, false) and tree !~ '\{VAR '
