-- rule: privilege_write
-- says: A role that only reads may write.
-- cure: revoke insert, update, delete on {object} from the role named;
select object, format('%s has %s', role, string_agg(distinct privilege, ', ')) from granted
where kind in ('r', 'p', 'v') and not is_partition and privilege in ('INSERT', 'UPDATE', 'DELETE')
  and role in (select name from runtime_role) and role <> 'bulkhead_app'
  -- The sealer adds to the audit log; that it changes nothing there is audit_rewritable's to find.
  and not (role = 'bulkhead_sealer' and schema = 'audit')
group by object, role
