-- rule: audit_rewritable
-- says: Somebody may change or remove what the audit log holds.
-- cure: Revoke it on {object}, or drop the policy that is named.
select object, format('%s has %s', role, string_agg(distinct privilege, ', ')) from granted
where schema = 'audit' and kind in ('r', 'p') and grantee <> owner and privilege in ('UPDATE', 'DELETE')
  -- These may not write there at all: audit_privilege and privilege_write find them.
  and role not in ('bulkhead_app', 'bulkhead_ask', 'bulkhead_relay', 'bulkhead_reader')
group by object, role
union all
select p.table_object, format('policy %I', p.name) from policy p join relation r on r.oid = p.table_oid
where r.schema = 'audit' and p.is_permissive and p.command in ('w', 'd', '*')
