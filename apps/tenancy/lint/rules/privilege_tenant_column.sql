-- rule: privilege_tenant_column
-- says: A process may UPDATE tenant_id: a row could be moved to another tenant.
-- cure: revoke update on {object} from the role named; grant update on the other columns.
select distinct g.object, g.role from granted g join tenant_table t on t.oid = g.oid
where g.privilege = 'UPDATE' and coalesce(g.column_name, 'tenant_id') = 'tenant_id' and t.schema <> 'audit'
  and g.role in (select name from runtime_role)
